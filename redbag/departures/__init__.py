"""What a ward must have ready before somebody goes home, and what the home answers."""
