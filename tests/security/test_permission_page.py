"""The table of who may, as a page: docs/permissions.md, held to be what the code says."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from redbag.organisations.access import GRANTS, WITHOUT_BAGS, Permission
from redbag.organisations.routes import ROUTES, VISITORS, Open, Rule
from tests.test_permissions import BELONGS, ONLY, PEOPLE, addresses, subject_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
INTRODUCTION = """# Who may

Written from the code by `REDBAG_WRITE=1 .venv/bin/python -m pytest tests/security/test_permission_page.py`; without
REDBAG_WRITE that test holds page and code equal. The table itself is `redbag/organisations/access.py`
(roles and rights) and `redbag/organisations/routes.py` (addresses and methods); what a row lets
through is narrowed again by whose the thing is (`visible_to`). `tests/test_permissions.py` walks every line of it with
real requests.

How an address answers: whoever is not signed in, and whose session, token or key ended or was revoked, 401 (pages: the
way to sign in). Somebody whose organisation has nothing to do with the thing: 404, as if it were not there. Their own
organisation's, but not for their role: 403. A method without a row: 405. A token that may only send facts opens
`api:facts` and nothing else. A visitor (a crew without an account) opens the lines marked *visitor*, for the one
journey they were let in to, and nothing of another.
"""
AWAY = "An administrator of an ambulance service or an area may " + ", ".join(sorted(WITHOUT_BAGS)) + ", and no more."
HEAD = ["| address | method | name | who | about | further |", "|---|---|---|---|---|---|"]
LETTERS = {
    "carer": "C",
    "senior": "S",
    "home_manager": "M",
    "crew": "A",
    "ward": "W",
    "discharge": "D",
    "auditor": "R",
    "administrator": "I",
}


def written() -> str:
    """The page as it should be."""
    key = ", ".join(f"{letter} {_words(role)}" for role, letter in LETTERS.items())
    lines = [INTRODUCTION, "## Rights", "", "| right | " + " | ".join(map(_words, LETTERS)) + " |"]
    lines.append("|---|" + "---|" * len(LETTERS))
    for right in Permission:
        marks = " | ".join("yes" if right in GRANTS[role] else "" for role in LETTERS)
        lines.append(f"| {right.value} | {marks} |")
    lines += ["", "A group manager has the rights of a home manager, in each home where they have the role.", AWAY, ""]
    lines += ["## Addresses", "", f"{key}.", "", *HEAD]
    for route, path in sorted(addresses(), key=lambda each: (each[1].startswith("/api/"), each[1])):
        lines += _rows(route, path)
    return "\n".join(lines) + "\n"


def _rows(route: str, path: str) -> Iterator[str]:
    kind = subject_of(path, re.findall(r"<(?:\w+:)?(\w+)>", path))
    further = ["visitor"] if route in VISITORS else []
    if route in ONLY:
        further.append(f"only {_roles(ONLY[route])}")
    elif kind is not None:
        further.append(f"seen by {_roles(BELONGS[kind])}")
    for method, rule in ROUTES[route].items():
        said = "" if isinstance(rule, Open) and route not in VISITORS else "; ".join(further)
        about = (kind or "").replace("_", " ")
        yield f"| `{path}` | {method} | {route} | {_letters(rule)} | {about} | {said} |"


def _letters(rule: Rule) -> str:
    if isinstance(rule, Open):
        return rule.value
    rights = rule if isinstance(rule, tuple) else (rule,)
    return "".join(letter if GRANTS[role].intersection(rights) else "-" for role, letter in LETTERS.items())


def _roles(people: Collection[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in LETTERS if role in {PEOPLE[who] for who in people})


def _words(role: str) -> str:
    return role.replace("_", " ")


def test_the_page_says_what_the_code_does():
    if os.environ.get("REDBAG_WRITE") == "1":
        PAGE.write_text(written())
    assert PAGE.read_text() == written(), "Write it anew: REDBAG_WRITE=1, and this test"
