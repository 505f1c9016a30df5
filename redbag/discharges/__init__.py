"""What the hospital says when somebody comes home: discharge summaries, their versions, and who has read them."""
