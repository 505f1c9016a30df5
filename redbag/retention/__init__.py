"""How long records are kept: what is due to be destroyed, what is held back, and what a person is given of theirs."""
