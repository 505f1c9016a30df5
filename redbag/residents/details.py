"""What is recorded of a resident, checked and tidied. No table is read and none is written."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings

from redbag.errors import BadInput
from redbag.residents import nhs_numbers
from redbag.residents.belongings import CATEGORIES, PLACES
from redbag.residents.models import INDEX, Resident
from redbag.vault import blind_index

PLAIN = {
    "title": 20,
    "first_name": 100,
    "last_name": 100,
    "preferred_name": 100,
    "room": 40,
    "gp_practice": 200,
    "gp_phone": 40,
}
OLDEST = 130
MOST_CONTACTS = 40
MOST_ITEMS = 80
CONTACT_WORDS = ("name", "relation", "phone", "note")
CONTACT_FLAGS = ("do_not_tell", "do_not_release")


def clean(values: Mapping, *, now: datetime, whole: bool) -> dict:
    """What was sent, tidied, or BadInput by field. With `whole`, what a resident must have is asked for."""
    fields: dict = {}
    errors: dict[str, str] = {}
    for name, longest in PLAIN.items():
        if name in values:
            fields[name] = str(values[name] or "").strip()
            if len(fields[name]) > longest:
                errors[name] = f"Use at most {longest} characters."
    for name, asked in (("first_name", "Enter their first name."), ("last_name", "Enter their last name.")):
        if (whole or name in fields) and not fields.get(name):
            errors[name] = asked
    if whole or "date_of_birth" in values:
        try:
            fields["date_of_birth"] = _birthday(values.get("date_of_birth"), now.date())
        except ValueError as wrong:
            errors["date_of_birth"] = str(wrong)
    if "sex" in values:
        fields["sex"] = values["sex"] or ""
        if fields["sex"] not in Resident.Sex.values:
            errors["sex"] = f"Choose one of: {', '.join(filter(None, Resident.Sex.values))}, or leave it empty."
    for name, read in (("contacts", _contacts), ("usual_items", _usual_items)):
        if name in values:
            try:
                fields[name] = read(values[name])
            except ValueError as wrong:
                errors[name] = str(wrong)
    if "nhs_number" in values:
        try:
            fields |= _number(values["nhs_number"], values.get("nhs_number_status"))
        except nhs_numbers.BadNhsNumber as wrong:
            errors["nhs_number"] = str(wrong)
    if errors:
        raise BadInput(errors)
    return fields


def seen_of(resident: Resident) -> str:
    """A mark of everything a change can name, by which it is known that somebody else was faster."""
    names = (*PLAIN, "date_of_birth", "sex", "nhs_number", "nhs_number_status", "contacts", "usual_items")
    told = json.dumps([str(resident.pk), [getattr(resident, name) for name in names]], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _birthday(value: object, today: date) -> date:
    if not value:
        raise ValueError("Enter their date of birth.")
    try:
        born = value if isinstance(value, date) else _date(str(value).strip())
    except ValueError:
        raise ValueError("Enter a real date, like 03/03/1936 (day, month, year) or 1936-03-03.") from None
    if born > today:
        raise ValueError("A date of birth cannot be in the future.")
    if today.year - born.year > OLDEST:
        raise ValueError(f"This would make them over {OLDEST}. Check the year.")
    return born


def _date(told: str) -> date:
    """A date as the United Kingdom writes it (31/12/1936) or as computers do (1936-12-31)."""
    if "/" not in told:
        return date.fromisoformat(told)
    return datetime.strptime(told, "%d/%m/%Y").date()  # noqa: DTZ007  (a birthday has no time zone)


def _rows(value: object, most: int, holding: tuple[str, ...]) -> list[Mapping]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value) or len(value) > most:
        raise ValueError(f"Send a list of at most {most} objects with {', '.join(holding)}.")
    return value


def _contacts(value: object) -> list[dict]:
    """People to ring, and who must not be told or given the resident; a tick without a name is refused."""
    rows = []
    for each in _rows(value, MOST_CONTACTS, (*CONTACT_WORDS, *CONTACT_FLAGS)):
        row: dict = {name: str(each.get(name) or "").strip()[:200] for name in CONTACT_WORDS}
        flags = {name: each.get(name) or False for name in CONTACT_FLAGS}
        if not all(isinstance(flag, bool) for flag in flags.values()):
            raise ValueError(f"Send true or false for {' and '.join(CONTACT_FLAGS)}.")
        if any(flags.values()) and not any(row.values()):
            raise ValueError("Write who must not be told, or given the resident: a tick alone names nobody.")
        if any(row.values()):
            rows.append(row | flags)
    return rows


def _usual_items(value: object) -> list[dict]:
    """What usually goes with them, as a journey takes it; a row that says nothing is left out."""
    rows = []
    for each in _rows(value, MOST_ITEMS, ("category", "description", "quantity", "where")):
        description, category = str(each.get("description") or "").strip(), each.get("category") or ""
        if not category and not description:
            continue
        quantity = each.get("quantity", 1)
        if (category or "other") not in CATEGORIES:
            raise ValueError(f"Choose the kind of each thing: {', '.join(CATEGORIES)}.")
        if len(description) > 200:
            raise ValueError("Use at most 200 characters for each thing.")
        if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 999:
            raise ValueError("How many? Use a whole number from 1 to 999.")
        if (each.get("where") or "bag") not in PLACES:
            raise ValueError(f"Choose where each thing usually is: {', '.join(PLACES)}.")
        place = each.get("where") or "bag"
        rows.append({"category": category or "other", "description": description, "quantity": quantity, "where": place})
    return rows


def _number(text: str | None, status: str | None) -> dict:
    if not (text or "").strip():
        return {"nhs_number": "", "nhs_number_index": "", "nhs_number_status": Resident.Number.NONE}
    number = nhs_numbers.check(text, demo=settings.DEMO)
    verified = status == Resident.Number.VERIFIED
    return {
        "nhs_number": number,
        "nhs_number_index": blind_index(number, purpose=INDEX),
        "nhs_number_status": Resident.Number.VERIFIED if verified else Resident.Number.UNVERIFIED,
    }
