"""Residents, and what other lists hold, from files."""

import csv
import io
from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.actions import NumberKnown, add_resident
from redbag.residents.details import PLAIN


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
