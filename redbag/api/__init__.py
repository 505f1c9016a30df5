"""The door for apps and partners: REST under /api/v1/."""
