"""Residents arrive, change and leave."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents import nhs_numbers
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
CONTACT_FIELDS = ("name", "relation", "phone", "note")


class NumberKnown(Refused):
    code = "nhs_number_known"


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
    if "contacts" in values:
        try:
            fields["contacts"] = _contacts(values["contacts"])
        except ValueError as wrong:
            errors["contacts"] = str(wrong)
    if "nhs_number" in values:
        try:
            fields |= _number(values["nhs_number"], values.get("nhs_number_status"))
        except nhs_numbers.BadNhsNumber as wrong:
            errors["nhs_number"] = str(wrong)
    if errors:
        raise BadInput(errors)
    return fields


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


def _contacts(value: object) -> list[dict]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value) or len(value) > 20:
        raise ValueError(f"Send a list of at most 20 contacts with {', '.join(CONTACT_FIELDS)}.")
    rows = [{name: str(each.get(name) or "").strip()[:200] for name in CONTACT_FIELDS} for each in value]
    return [row for row in rows if any(row.values())]


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


@transaction.atomic
def add_resident(*, actor: Actor, home: Organisation, values: Mapping, now: datetime) -> Resident:
    """Record somebody who lives at a home. BadInput by field; NumberKnown when the home already has the number."""
    require(actor, Permission.WRITE_RESIDENTS, home)
    fields = clean(values, now=now, whole=True)
    _refuse_known(home, fields, but=None)
    try:
        with transaction.atomic():
            resident = Resident.objects.create(
                home=home, created_at=now, nhs_number_elsewhere=_elsewhere(home, fields), **fields
            )
    except IntegrityError:
        _refuse_known(home, fields, but=None)
        raise
    record("resident.added", resident, actor=actor, at=now, organisation=home, resident=resident)
    return resident


@transaction.atomic
def change_resident(*, actor: Actor, resident: Resident, values: Mapping, now: datetime) -> Resident:
    """Change what is recorded of a resident; only the fields that are named."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    fields = clean(values, now=now, whole=False)
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    changed = {name: value for name, value in fields.items() if getattr(resident, name) != value}
    if not changed:
        return resident
    if changed.get("nhs_number_index"):
        _refuse_known(resident.home, changed, but=resident)
        changed["nhs_number_elsewhere"] = _elsewhere(resident.home, changed)
    before = {name: str(getattr(resident, name)) for name in changed}
    changed["told_at"] = now
    for name, value in changed.items():
        setattr(resident, name, value)
    resident.save(update_fields=list(changed))
    record(
        "resident.changed",
        resident,
        actor=actor,
        at=now,
        organisation=resident.home,
        resident=resident,
        fields=sorted(before),
        personal={"before": before},
    )
    return resident


@transaction.atomic
def archive_resident(*, actor: Actor, resident: Resident, why: str, now: datetime) -> None:
    """Somebody moved away or died: they leave the lists, and their record stays."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    if not why.strip():
        raise BadInput({"why": "Say why, for example: moved to another home."})
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    if resident.archived_at:
        return
    resident.archived_at, resident.archived_by, resident.archived_why = now, actor.user, why.strip()[:200]
    resident.save(update_fields=["archived_at", "archived_by", "archived_why"])
    record("resident.archived", resident, actor=actor, at=now, organisation=resident.home, resident=resident)


@transaction.atomic
def return_resident(*, actor: Actor, resident: Resident, now: datetime) -> None:
    """Somebody archived lives here again."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    resident = Resident.objects.select_for_update().select_related("home").get(pk=resident.pk)
    resident.archived_at, resident.archived_by, resident.archived_why = None, None, ""
    resident.save(update_fields=["archived_at", "archived_by", "archived_why"])
    record("resident.returned", resident, actor=actor, at=now, organisation=resident.home, resident=resident)


@transaction.atomic
def import_residents(*, actor: Actor, home: Organisation, file: bytes, now: datetime) -> int:
    """Add residents from CSV (UTF-8, first line names the columns); all of them or none.

    BadInput names each wrong line as "line 3, nhs_number". Returns how many were added.
    """
    require(actor, Permission.WRITE_RESIDENTS, home)
    rows = read_csv(file, must=("first_name", "last_name", "date_of_birth"), may=(*PLAIN, "nhs_number", "sex"))
    errors: dict[str, str] = {}
    for line, row in rows:
        try:
            with transaction.atomic():
                add_resident(actor=actor, home=home, values={k: v for k, v in row.items() if v}, now=now)
        except BadInput as wrong:
            errors |= {f"line {line}, {field}": text for field, text in wrong.errors.items()}
        except NumberKnown as known:
            errors[f"line {line}, nhs_number"] = str(known)
    if errors:
        raise BadInput(errors)
    return len(rows)


def read_csv(file: bytes, *, must: tuple[str, ...], may: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with their line numbers, or BadInput that says what is wrong with the file.

    Columns are parted by whichever of comma, semicolon and tab the first line has most of.
    """
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput({"file": "This is not a CSV file in UTF-8. Save it again as CSV (UTF-8)."}) from None
    if "\0" in text:
        raise BadInput({"file": "This is not a CSV file. Save the sheet as CSV (UTF-8) and choose that file."})
    first = next(iter(text.splitlines()), "")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        named = reader.fieldnames or []
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise BadInput(
            {"file": "This is not a CSV file. Save the sheet as CSV (UTF-8) and choose that file."}
        ) from None
    names = [name.strip().lower() for name in named]
    if lacking := [name for name in must if name not in names]:
        raise BadInput({"file": f"The first line must name the columns. Missing: {', '.join(lacking)}."})
    if strange := [name for name in names if name not in (*must, *may)]:
        raise BadInput(
            {"file": f"Unknown columns: {', '.join(strange)}. Known: {', '.join(dict.fromkeys((*must, *may)))}."}
        )
    columns = dict(zip(named, names, strict=True))
    rows = [(line, {columns[k]: (v or "").strip() for k, v in row.items() if k is not None}) for line, row in lines]
    rows = [(line, row) for line, row in rows if any(row.values())]
    if not rows:
        raise BadInput({"file": "The file has no lines below the column names."})
    return rows


def _refuse_known(home: Organisation, fields: Mapping, *, but: Resident | None) -> None:
    if not fields.get("nhs_number_index"):
        return
    known = home.residents.filter(nhs_number_index=fields["nhs_number_index"])
    if other := known.exclude(pk=but.pk if but else None).first():
        where = " (archived)" if other.archived_at else ""
        raise NumberKnown(f"This NHS number is already {other.called}'s here{where}.", resident=str(other.pk))


def _elsewhere(home: Organisation, fields: Mapping) -> bool:
    """Another home has this number too: flagged for this home, never revealed."""
    index = fields.get("nhs_number_index")
    return bool(index) and Resident.objects.filter(nhs_number_index=index).exclude(home=home).exists()
