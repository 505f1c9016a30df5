"""Medicines before and after a stay, decided line by line, checked by a second person, and then used."""
