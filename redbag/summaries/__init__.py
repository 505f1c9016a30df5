"""What the hospital must know: the health summary by section, each with its author and age."""
