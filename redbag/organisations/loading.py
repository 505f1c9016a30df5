"""Organisations from files: our own columns, or a file of the NHS Organisation Data Service as it is published."""

import csv
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from redbag.errors import BadInput
from redbag.organisations.models import Kind, Organisation, Place

COLUMNS = ("ods_code", "name", "kind")
CODE = re.compile(r"[A-Z0-9]{3,10}")
LONGEST_NAME, LONGEST_PHONE = 200, 40
# The published files have no heading line and 27 columns; these are the ones we read, counted from 0.
ODS_CODE, ODS_NAME, ODS_GEOGRAPHY, ODS_ADDRESS, ODS_CLOSED, ODS_PHONE = 0, 1, 3, slice(4, 10), 11, 17
ODS_COLUMNS = 27


@dataclass
class Told:
    """One line of a file: what it says of an organisation, by column, and the ODS code of its area."""

    line: int
    code: str
    columns: dict[str, Any]
    area: str
    places: list[str]


def load_organisations(*, lines: Iterable[str]) -> int:
    """Load organisations from CSV with the columns ods_code,name,kind,area,phone,address,beds,places,closed_on.

    `area` is the ODS code of one that is known or stands anywhere in the file; `places` are separated by ";". All of
    them or none: BadInput names every line that is wrong. Returns how many.
    """
    reader = csv.DictReader(lines)
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if lacking:
        raise BadInput({"line 1": f"The first line must name the columns; {', '.join(lacking)} is missing."})
    return _load([(reader.line_num, row) for row in reader])


def load_ods(*, lines: Iterable[str], kind: str) -> int:
    """Load a file of the Organisation Data Service, whose organisations are all of one kind; as `load_organisations`.

    Its geography is taken as the area where an area with that code is known.
    """
    areas = set(Organisation.objects.filter(kind=Kind.AREA).values_list("ods_code", flat=True))
    rows, errors = [], {}
    reader = csv.reader(lines)
    for row in reader:
        if len(row) != ODS_COLUMNS:
            errors[f"line {reader.line_num}"] = f"This line has {len(row)} columns, not {ODS_COLUMNS}."
            continue
        told = {
            "ods_code": row[ODS_CODE],
            "name": row[ODS_NAME],
            "kind": kind,
            "area": row[ODS_GEOGRAPHY].strip() if row[ODS_GEOGRAPHY].strip() in areas else "",
            "phone": row[ODS_PHONE],
            "address": ", ".join(filter(None, (part.strip() for part in row[ODS_ADDRESS]))),
            "closed_on": row[ODS_CLOSED],
        }
        rows.append((reader.line_num, told))
    if errors:
        raise BadInput(errors)
    return _load(rows)


@transaction.atomic
def _load(rows: Sequence[tuple[int, Mapping[str, str]]]) -> int:
    errors: dict[str, str] = {}
    told = [each for line, row in rows if (each := _read(line, row, errors))]
    kinds = dict(Organisation.objects.values_list("ods_code", "kind")) | {
        each.code: each.columns["kind"] for each in told
    }
    seen: dict[str, int] = {}
    for each in told:
        if each.code in seen:
            errors[f"line {each.line}"] = f"{each.code} stands in line {seen[each.code]} already."
        seen.setdefault(each.code, each.line)
        if each.area and kinds.get(each.area) != Kind.AREA:
            errors[f"line {each.line}"] = f"{each.area} is no area that is known or in this file."
    if errors:
        raise BadInput(dict(sorted(errors.items(), key=lambda one: int(one[0].split()[1]))))
    for each in sorted(told, key=lambda one: one.columns["kind"] != Kind.AREA):
        _keep(each)
    _set_areas(told)
    return len(told)


def _read(line: int, row: Mapping[str, str], errors: dict[str, str]) -> Told | None:
    wrong = []
    values = {name: (value or "").strip() for name, value in row.items() if name and isinstance(value, str | None)}
    code, name, kind = values["ods_code"].upper(), values["name"], values["kind"]
    if not CODE.fullmatch(code):
        wrong.append(f"“{code}” is no ODS code.")
    if not 1 <= len(name) <= LONGEST_NAME:
        wrong.append(f"The name is missing or longer than {LONGEST_NAME} letters.")
    if kind not in Kind.values:
        wrong.append(f"The kind must be one of {', '.join(Kind.values)}.")
    if len(values.get("phone", "")) > LONGEST_PHONE:
        wrong.append(f"The phone number is longer than {LONGEST_PHONE} characters.")
    beds, closed = values.get("beds", ""), values.get("closed_on", "")
    if beds and not (beds.isascii() and beds.isdigit() and len(beds) <= 5):
        wrong.append("Beds must be a number.")
    closed_on = _day(closed)
    if closed and closed_on is None:
        wrong.append(f"“{closed}” is no day. Write it like 2026-03-31.")
    if wrong:
        errors[f"line {line}"] = " ".join(wrong)
        return None
    columns = {
        "name": name,
        "kind": kind,
        "phone": values.get("phone", ""),
        "address": values.get("address", ""),
        "beds": int(beds) if beds else None,
        "closed_on": closed_on,
    }
    places = [place.strip()[:100] for place in values.get("places", "").split(";") if place.strip()]
    return Told(line=line, code=code, columns=columns, area=values.get("area", "").upper(), places=places)


def _day(words: str) -> date | None:
    for shape in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(words, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def _keep(told: Told) -> None:
    made = {**told.columns, "id": uuid.uuid5(uuid.NAMESPACE_URL, f"ods:{told.code}")}
    organisation, _ = Organisation.objects.update_or_create(
        ods_code=told.code, defaults=told.columns, create_defaults=made
    )
    for place in told.places:
        Place.objects.get_or_create(organisation=organisation, name=place)


def _set_areas(told: list[Told]) -> None:
    known = {each.ods_code: each.pk for each in Organisation.objects.filter(ods_code__in={one.area for one in told})}
    for each in told:
        Organisation.objects.filter(ods_code=each.code).update(area=known.get(each.area))
