"""Notes between a home and a ward about one journey, and what awaits an answer."""
