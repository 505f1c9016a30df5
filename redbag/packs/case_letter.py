"""The letter that asks whoever had a thing last whether they have it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from redbag.documents.pictures import smaller
from redbag.journal.recording import PRINTED, record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.packs import typesetting
from redbag.packs.phrases import moment
from redbag.templatetags.redbag import day
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.case_words import Told, Trace, asked_words, trace
from redbag.transfers.case_work import keep_step
from redbag.transfers.contents import Item, name_of
from redbag.transfers.item_photos import photos_of
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell
from redbag.vault import read_file

PHOTO_SIDE = 600
ONE_LETTER = timedelta(minutes=10)  # opened again meanwhile, it is the same letter


@transaction.atomic
def letter_of(*, actor: Actor, case: Case, now: datetime) -> bytes:
    """The letter as PDF; that it was made is a step of the case, and in the journal."""
    require(actor, Permission.FOLLOW_CASES, case.transfer.home_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    case = Case.objects.select_related("transfer__home", "transfer__resident", "transfer__bag", "asked").get(pk=case.pk)
    content = typesetting.letter(letter_words(case, now=now))
    if not case.steps.filter(kind=CaseStep.Kind.LETTER, by=actor.user, at__gte=now - ONE_LETTER).exists():
        keep_step(actor=actor, case=case, kind=CaseStep.Kind.LETTER, words=asked_words(case), now=now)
    home, resident = case.transfer.home_id, case.transfer.resident_id
    record_view("case_letter", case, actor=actor, at=now, organisation=home, resident=resident, way=PRINTED)
    return content


def letter_words(case: Case, *, now: datetime) -> dict:
    """What the letter says. Of the patient only what finds them in a hospital's records: name and birth date."""
    transfer, local = case.transfer, timezone.localtime(now)
    way = trace(case, tell(transfer))
    name = name_of(case)
    return {
        "title": f"Can you help us find something? {name}",
        "date": [local.year, local.month, local.day],
        "written": day(local.date()),
        "home": transfer.home.name,
        "home_lines": _lines(transfer.home.address),
        "phone": transfer.home.phone,
        "to": [each for each in (case.asked.name if case.asked else "", case.asked_text) if each],
        "patient": transfer.resident.patient_name,
        "born": f"{transfer.resident.date_of_birth:%d-%b-%Y}",
        "thing": name,
        "rows": [list(row) for row in _rows(case, way, transfer)],
        "came": [_line(each) for each in way.since],
        "photo": _photo(transfer, way.item),
        "by": f"{day(case.due_on)}",
        "owner": case.owner_name,
        "number": str(case.pk)[:8].upper(),
        "page": f"{settings.PUBLIC_URL}/transfers/{transfer.pk}",
        "demo": settings.DEMO,
        "not_live": settings.CAUTION,
    }


def _rows(case: Case, way: Trace, transfer: Transfer) -> list[tuple[str, str]]:
    item = way.item
    rows = [("What", name_of(case)), ("Marks", item.marks if item else "")]
    rows += [("How many", str(item.quantity) if item and item.quantity != 1 else "")]
    rows += [("Red bag", transfer.bag.tracker if transfer.bag else "")]
    rows += [("Last there", _line(way.last_seen) if way.last_seen else "")]
    rows += [("Not found", _line(way.missed) if way.missed else "")]
    return [row for row in rows if row[1]]


def _line(told: Told) -> str:
    return f"{moment(told.at)}: {told.words}. Said by {told.by}."


def _lines(address: str) -> list[str]:
    return [line.strip() for line in address.splitlines() if line.strip()]


def _photo(transfer: Transfer, item: Item | None) -> list[int]:
    photo = photos_of(transfer, [item]).get(item.id) if item else None
    if photo is None:
        return []
    try:
        return list(smaller(read_file(photo.file), side=PHOTO_SIDE))
    except FileNotFoundError:
        return []
