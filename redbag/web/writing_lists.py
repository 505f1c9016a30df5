"""Medicines and allergies typed one by one beside a letter: the rows of the form, there and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from redbag.discharges.typed_lists import MOST
from redbag.web.typed import text

PARTS = {
    "medicine": ("name", "dose", "route", "frequency", "form", "change", "change_reason", "do_not_stop"),
    "allergy": ("agent", "reaction", "severity"),
}
LISTS = {"medicine": "medicines", "allergy": "allergies"}
CHANGES = (
    ("", "Not said"),
    ("started", "Started"),
    ("stopped", "Stopped"),
    ("changed", "Changed"),
    ("continued", "Goes on as before"),
)
SAYS = (
    ("", "See the words above only"),
    ("listed", "These allergies"),
    ("none_known", "No known allergies"),
    ("not_available", "Information not available"),
)
SPARE, AT_FIRST = 2, 3


@dataclass(frozen=True)
class Row:
    """One line of the form, with what is wrong by part. `number` counts from 1."""

    number: int
    id: str
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


def typed_rows(posted: Mapping, kind: str) -> list[tuple[int, dict[str, str]]]:
    """The lines in which something was typed, each with its place in the form."""
    rows = []
    for place in range(MOST):
        said = {part: text(posted, f"{kind}-{place}-{part}") for part in PARTS[kind]}
        if any(said.values()):
            rows.append((place, {part: words for part, words in said.items() if words}))
    return rows


def typed_beside(posted: Mapping) -> dict:
    """What `typed_lists` takes, out of the form."""
    medicines = [row for _, row in typed_rows(posted, "medicine")]
    allergies = [row for _, row in typed_rows(posted, "allergy")]
    return {
        "medicines": medicines if medicines or posted.get("no_medicines") else None,
        "allergies": allergies,
        "allergies_say": text(posted, "allergies_say"),
    }


def told_beside(told: Mapping) -> dict[str, str]:
    """The fields of the form for what was kept of a draft, or of the version before."""
    fields = {"allergies_say": told.get("allergies_say") or ""}
    for kind, name in LISTS.items():
        for place, row in enumerate(told.get(name) or []):
            fields |= {f"{kind}-{place}-{part}": row.get(part) or "" for part in PARTS[kind]}
    if told.get("medicines_listed") and not told.get("medicines"):
        fields["no_medicines"] = "yes"
    return fields


def rows_of(fields: Mapping, kind: str, errors: Mapping[str, str], *, more: bool) -> list[Row]:
    """Every line with what stands in it, and spare ones below."""
    typed = typed_rows(fields, kind)
    filled = max((place for place, _ in typed), default=-1) + 1
    wrong = _wrong(typed, kind, errors)
    count = min(MOST, max(AT_FIRST, filled + SPARE) + (5 if more else 0))
    by_place = dict(typed)
    return [Row(place + 1, f"{kind}-{place}", by_place.get(place, {}), wrong.get(place, {})) for place in range(count)]


def named_errors(posted: Mapping, errors: Mapping[str, str]) -> dict[str, str]:
    """The faults of an answer under the names that the fields of the form have."""
    named = {}
    places = {kind: [place for place, _ in typed_rows(posted, kind)] for kind in PARTS}
    for name, words in errors.items():
        head, _, rest = name.partition(".")
        kind = next((kind for kind, listed in LISTS.items() if listed == head), None)
        if kind and rest:
            row, _, part = rest.partition(".")
            named[f"{kind}-{places[kind][int(row)]}-{part}"] = words
        elif kind:
            named["allergies_say" if kind == "allergy" else "medicine-0-name"] = words
        else:
            named[name.replace("headings.", "heading-")] = words
    return named


def _wrong(typed: list[tuple[int, dict[str, str]]], kind: str, errors: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """What is wrong in each line, by its place and part."""
    wrong: dict[int, dict[str, str]] = {}
    for place, _ in typed:
        said = {part: errors[f"{kind}-{place}-{part}"] for part in PARTS[kind] if f"{kind}-{place}-{part}" in errors}
        if said:
            wrong[place] = said
    return wrong
