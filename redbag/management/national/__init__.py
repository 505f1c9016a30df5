"""A made-up nation of homes, residents and journeys, loaded in bulk: as large as asked, the same for the same seed."""
