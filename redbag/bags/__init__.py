"""The bags and the labels on them."""
