"""Reading only: measures, charts, exports."""
