"""What somebody is still writing, kept for them until they save it."""
