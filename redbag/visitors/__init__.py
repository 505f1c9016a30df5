"""Crews without an account: let in to one journey by a hand-over code, for as long as it lasts."""
