"""Six digits from a secret and the time, and codes for paper: pure rules (RFC 6238; 118 bits for a code on paper)."""

import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
AROUND = (-1, 0, 1)  # a phone's clock may be half a minute off, and typing takes its time
PAPER_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
PAPER_LENGTH = 24
GROUP = 4


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, issuer: str) -> str:
    """What the QR for the app holds (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(digits: str, *, secret: str, now: datetime, after: int) -> int | None:
    """The half minute that these digits belong to, if it is about now and later than `after`."""
    maker, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in (present + each for each in AROUND)
        if hmac.compare_digest(maker.generate_otp(step).encode(), digits.encode()) and step > after
    ]
    return fitting[0] if fitting else None


def new_paper_code() -> str:
    """A code for paper, without its gaps."""
    return "".join(secrets.choice(PAPER_LETTERS) for _ in range(PAPER_LENGTH))


def tidied(typed: str) -> str:
    """A typed code as it was made: capitals, without gaps and hyphens."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:100]


def grouped(code: str) -> str:
    """A long code in groups of four, to be read and typed."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
