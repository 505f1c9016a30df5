"""The people the bags travel with."""
