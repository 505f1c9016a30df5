"""Who holds the bag: transfers, the facts told about them, and the state that follows from the facts."""
