"""How medicines are named, measured and compared: before a stay in hospital and after it."""
