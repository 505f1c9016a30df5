"""Whether this installation may be used for real people: only once a clinical safety officer stands behind it."""

import re

from django.core.exceptions import ImproperlyConfigured

NAMED = re.compile(r"[^,]{3,100}, *[A-Za-z]{2,10} ?[0-9][0-9A-Z]{4,11}")
NOT_FOR_LIVE_USE = "Not for live use."


def caution(officer: str) -> str:
    """What every page and paper says until a clinical safety officer is named; empty once one is.

    `officer` is a name and a professional registration, such as "Dr Jo Example, GMC 1234567"; raises
    ImproperlyConfigured when it is only half of that.
    """
    if not officer.strip():
        return NOT_FOR_LIVE_USE
    if not NAMED.fullmatch(officer.strip()):
        raise ImproperlyConfigured(
            "CLINICAL_SAFETY_OFFICER must be a name and a registration, like: Dr Jo Example, GMC 1234567."
        )
    return ""
