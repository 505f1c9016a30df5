"""The post office: whoever has news hands it a letter; it carries it to every address of the recipient.

It knows endpoints, letters and attempts, and nothing of bags or residents. A letter holds ids and an address to
fetch from, never personal data.
"""
