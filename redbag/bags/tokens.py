"""Tokens: the long random name in a label's QR. A name, not a key: what it opens depends on who asks."""

import base64
import hashlib
import re
import secrets

from redbag.bags import codes

RANDOM_BYTES = 16  # 128 bits, 26 symbols

TOKEN = re.compile(r"[A-Za-z2-7]{26}")
AFTER_B = re.compile(r"/[bB]/([^/?#]*)/?(?:[?#]|$)")
# What a scanner types on the keyboard of another country: other signs stand where : and / were.
GARBLED = re.compile(r"[^A-Za-z0-9][bB][^A-Za-z0-9]([A-Za-z2-7]{26})(?![A-Za-z0-9])")


def new_token() -> str:
    """26 upper-case base32 symbols holding 128 random bits."""
    return base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().rstrip("=")


def token_digest(token: str) -> str:
    """SHA-256 in hex of the token in upper case: what the register looks it up by."""
    return hashlib.sha256(token.upper().encode()).hexdigest()


def looks_like_token(text: str) -> bool:
    """Whether a text is shaped like a token, in either case; not whether any label carries it."""
    return TOKEN.fullmatch(text) is not None


def found_in(text: str) -> tuple[str, str] | None:
    """What a scanner or a keyboard gave: ("token", TOKEN), ("code", CODE) or None when it is neither.

    Takes a label's address (https://anywhere/b/..., either case), a bare token, or a short code as people
    type it. The host does not matter: labels outlive addresses.
    """
    text = text.strip()
    if "/" in text:
        address = AFTER_B.search(text)
        text = address[1] if address else ""
    elif garbled := GARBLED.search(text):
        text = garbled[1]
    if looks_like_token(text):
        return "token", text.upper()
    code = codes.normalise(text)
    return ("code", code) if codes.is_valid(code) else None
