"""What must be done by when, who is told, and who is woken."""
