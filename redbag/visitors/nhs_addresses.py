"""E-mail addresses of the health service, to which a one-time code may be sent. Pure.

Compared label by label and only in plain letters: nhs.net.example, evil-nhs.uk, a look-alike from another alphabet and
an address with a line break in it are none.
"""

import re
from collections.abc import Sequence

LONGEST = 254
ADDRESS = re.compile(r"([A-Za-z0-9][A-Za-z0-9_+'-]*(?:\.[A-Za-z0-9_+'-]+)*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
ANY_BELOW = "*"


def checked(typed: str, allowed: Sequence[str]) -> str:
    """The address with its domain in small letters; empty when it is none, or of a domain that is not allowed.

    `allowed` are domains: nhs.net is that one alone, *.nhs.uk is whatever stands below nhs.uk.
    """
    typed = typed.strip(" ")
    found = ADDRESS.fullmatch(typed) if typed.isascii() and len(typed) <= LONGEST else None
    if found is None or len(found[1]) > 64:
        return ""
    labels = found[2].lower().split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        return ""
    return f"{found[1]}@{'.'.join(labels)}" if any(_is_in(labels, each) for each in allowed) else ""


def _is_in(labels: list[str], domain: str) -> bool:
    wanted = domain.strip().lower().split(".")
    if wanted[0] != ANY_BELOW:
        return labels == wanted
    below = wanted[1:]
    return bool(below) and len(labels) > len(below) and labels[-len(below) :] == below
