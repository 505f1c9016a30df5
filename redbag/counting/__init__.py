"""Journeys as the measures count them: flat rows of codes, days and minutes, worked out again when anything changes."""
