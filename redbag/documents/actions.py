"""Papers and pictures are added, said to be still right, removed and brought back."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from redbag.documents import looking_again
from redbag.documents.models import Document
from redbag.documents.reading import FIRST
from redbag.documents.uploads import Remade, remade
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.actions import lock_told
from redbag.residents.models import Resident
from redbag.vault import keep_file

Kind = Document.Kind
PICTURES = (Kind.PHOTO, Kind.WOUND)
TYPED = ("kind", "title", "dated_on", "look_again_on", "restricted")
YES, NO = ("true", "yes", "1", "on"), ("false", "no", "0", "off")
LONGEST_TITLE, LONGEST_WHY = 150, 200
MUST_TRAVEL = "A ReSPECT, DNACPR or ADRT must travel: whoever treats them has to see it. Untick this."
OLDEST_YEAR, FURTHEST_YEARS = 1900, 20


class OnlyThePaperSays(Refused):
    code = "only_the_paper_says"


def add_document(*, actor: Actor, resident: Resident, file: bytes | None, values: Mapping, now: datetime) -> Document:
    """Keep a paper or picture of a resident, made anew and encrypted.

    `values`: kind, title, dated_on and look_again_on (31/12/2026 or 2026-12-31), restricted. Without a look-again date
    its kind decides; with an empty one it has none. A photo of skin is restricted unless it is said not to be. BadInput
    by field, the file's own under `file`.
    """
    require(actor, Permission.WRITE_RESIDENTS, resident.home)
    fields = _fields(values, timezone.localdate(now))
    if not file:
        raise BadInput({"file": "Choose a file, or take a photo."})
    made = remade(file, picture_only=fields["kind"] in PICTURES)
    pk = uuid.uuid4()
    file_name = keep_file(f"documents/{pk}/whole", made.content)
    try:
        return _keep(actor, resident, made, {"id": pk, "file": file_name, **fields}, now)
    except BaseException:
        default_storage.delete(file_name)
        raise


def _fields(values: Mapping, today: date) -> dict:
    """What was said about the file, tidied; BadInput by field."""
    errors: dict[str, str] = {}
    kind, title = str(values.get("kind") or ""), _line(values.get("title"))
    if kind not in Kind.values:
        raise BadInput({"kind": "Choose what it is."})
    if len(title) > LONGEST_TITLE:
        errors["title"] = f"Use at most {LONGEST_TITLE} characters."
    dates: dict[str, date | None] = {}
    for name in ("dated_on", "look_again_on"):
        try:
            dates[name] = _date(values.get(name), today)
        except ValueError:
            errors[name] = "Enter a real date, such as 3/5/2026 for 3 May 2026."
    if (written := dates.get("dated_on")) and written > today:
        errors["dated_on"] = "The date on the document is in the future. Check it."
    restricted = said_yes(values.get("restricted") or kind == Kind.WOUND)
    if restricted is None:
        errors["restricted"] = "Send true or false."
    elif restricted and kind in FIRST:
        errors["restricted"] = MUST_TRAVEL
    if errors:
        raise BadInput(errors)
    if "look_again_on" not in values:
        dates["look_again_on"] = looking_again.usual_date(kind, today)
    return {"kind": kind, "title": title, "restricted": restricted, **dates}


def said_yes(told: object) -> bool | None:
    """What somebody or a program said to a tick; None when it is neither yes nor no."""
    if isinstance(told, bool):
        return told
    word = _line(told).lower()
    return True if word in YES else False if word in NO else None


def _line(value: object) -> str:
    return " ".join(str(value or "").replace("\0", "").split())


def _date(value: object, today: date) -> date | None:
    """A date as the United Kingdom writes it or as computers do; None when there is none, ValueError otherwise."""
    told = _line(value)
    if not told:
        return None
    day = datetime.strptime(told, "%d/%m/%Y" if "/" in told else "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    if not OLDEST_YEAR <= day.year <= today.year + FURTHEST_YEARS:
        raise ValueError(told)
    return day


@transaction.atomic
def _keep(actor: Actor, resident: Resident, made: Remade, fields: dict, now: datetime) -> Document:
    lock_told(resident=resident, now=now)
    document = Document.objects.create(
        resident=resident,
        content_type=made.content_type,
        digest=hashlib.sha256(made.content).hexdigest(),
        size=len(made.content),
        pages=made.pages,
        added_at=now,
        added_by=actor.user,
        added_by_name=actor.name,
        **fields,
    )
    _record("document.added", document, actor, now, kind=document.kind, digest=document.digest)
    return document


@transaction.atomic
def say_still_right(*, actor: Actor, document: Document, now: datetime) -> Document:
    """Somebody looked and it is still right: it is looked at again after its usual time.

    OnlyThePaperSays of a paper whose date only the paper itself states, a decision above all.
    """
    require(actor, Permission.WRITE_RESIDENTS, document.resident.home)
    document = _locked(document, now)
    again = looking_again.usual_date(document.kind, timezone.localdate(now))
    if again is None:
        raise OnlyThePaperSays("Its date stands on the paper. When there is a newer paper, add that one.")
    if document.look_again_on == again:
        return document
    document.look_again_on = again
    document.save(update_fields=["look_again_on"])
    _record("document.verified", document, actor, now)
    return document


def may_remove(actor: Actor, document: Document) -> bool:
    """Whether they may take it off and bring it back."""
    return Document.objects.removable_by(actor).filter(pk=document.pk).exists()


@transaction.atomic
def remove_document(*, actor: Actor, document: Document, why: str, now: datetime) -> Document:
    """Take a document off every list; it can be brought back. BadInput without a reason."""
    require(actor, Permission.WRITE_RESIDENTS, document.resident.home)
    if not may_remove(actor, document):
        raise NotAllowed("Only a senior, a manager or whoever added it may remove it.")
    why = _line(why)
    if not why:
        raise BadInput({"why": "Say why, for example: it is another resident's."})
    if len(why) > LONGEST_WHY:
        raise BadInput({"why": f"Use at most {LONGEST_WHY} characters."})
    document = _locked(document, now)
    if document.removed_at:
        return document
    document.removed_at, document.removed_by_name, document.removed_why = now, actor.name, why
    document.save(update_fields=["removed_at", "removed_by_name", "removed_why"])
    _record("document.removed", document, actor, now)
    return document


@transaction.atomic
def restrict_document(*, actor: Actor, document: Document, restricted: bool, now: datetime) -> Document:
    """From now on the nurse in charge and managers alone see it and it does not travel; or everybody, and it does."""
    require(actor, Permission.READ_RESTRICTED, document.resident.home)
    require(actor, Permission.WRITE_RESIDENTS, document.resident.home)
    document = _locked(document, now)
    if restricted and document.is_decision:
        raise BadInput({"restricted": MUST_TRAVEL})
    if document.restricted == restricted:
        return document
    document.restricted = restricted
    document.save(update_fields=["restricted"])
    _record("document.restricted" if restricted else "document.opened", document, actor, now)
    return document


@transaction.atomic
def bring_back(*, actor: Actor, document: Document, now: datetime) -> Document:
    """A removed document is on the lists again."""
    require(actor, Permission.WRITE_RESIDENTS, document.resident.home)
    if not may_remove(actor, document):
        raise NotAllowed("Only a senior, a manager or whoever added it may bring it back.")
    document = _locked(document, now)
    if document.removed_at is None:
        return document
    document.removed_at, document.removed_by_name, document.removed_why = None, "", ""
    document.save(update_fields=["removed_at", "removed_by_name", "removed_why"])
    _record("document.returned", document, actor, now)
    return document


def _locked(document: Document, now: datetime) -> Document:
    """The document as it is now, while nobody else tells anything of its resident; their papers are drawn anew."""
    lock_told(resident=document.resident, now=now)
    return Document.objects.select_for_update(of=("self",)).select_related("resident__home").get(pk=document.pk)


def _record(action: str, document: Document, actor: Actor, now: datetime, **facts) -> None:
    resident = document.resident
    record(action, document, actor=actor, at=now, organisation=resident.home_id, resident=resident, **facts)
