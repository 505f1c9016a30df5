"""What a password must be."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from redbag.organisations.models import User

LONGEST = 128


def check(password: str, user: User, *, field: str = "password") -> dict[str, str]:
    """What is wrong with a password for this person, by field; empty when nothing is. Any character will do."""
    if len(password) > LONGEST:
        return {field: f"Use at most {LONGEST} characters."}
    try:
        validate_password(password, user)
    except ValidationError as weak:
        return {field: " ".join(weak.messages)}
    return {}
