"""What happened: `record` writes it, once and for ever.

Entries are append-only, in the same transaction as what they tell of. A sealer chains the committed ones, so
that a change to any of them shows. What names or quotes a person lies apart, encrypted.
"""
