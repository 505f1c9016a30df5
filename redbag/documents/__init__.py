"""Papers and pictures of a resident: made harmless, kept encrypted, looked at again in time."""
