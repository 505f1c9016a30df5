"""Asks for inspection packs, hands them out, and says of a paper or file whether it is one that was made here."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from redbag.errors import BadInput, Gone, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.journal.proving import prove
from redbag.journal.recording import EXPORTED, record, record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation, User
from redbag.queues.bells import ring
from redbag.reports import inspection_tasks
from redbag.reports.inspection import View, code_of, view_of
from redbag.reports.inspection_making import number_of
from redbag.reports.inspection_models import InspectionPack, InspectionPart
from redbag.reports.periods import bounds
from redbag.rows import everything
from redbag.transfers.models import Transfer
from redbag.vault import read_file

MOST = 150  # journeys in one pack: some 500 pages, for which typesetting takes 750 MB
MOST_OPEN = 5
SHORTEST, LONGEST, SHOWN = 8, 64, 5
FORMS = {"paper": ("application/pdf", "pdf"), "data": ("application/json", "json")}


@dataclass(frozen=True)
class Handed:
    """A file as it is handed out."""

    content: bytes
    content_type: str
    name: str


@dataclass(frozen=True)
class Known:
    """A pack that a digest belongs to: which of its files, by whom it was made, and what the journal says of it.

    Who works neither where it was made nor at the home is told no name, and nothing that counts journeys.
    """

    pack: InspectionPack
    form: str
    digest: str
    about: str
    by: str
    pages: int | None
    faults: tuple[str, ...]
    seal: int | None


def ask_for_journey(*, actor: Actor, transfer: Transfer, now: datetime) -> InspectionPack:
    """A pack of one journey, as the actor may read it. NotAllowed as `view_of` and for a program; Refused."""
    view = view_of(actor, transfer)
    return _ask(actor, transfer.home, view, [transfer], now)


def ask_for_days(*, actor: Actor, home: Organisation, first: date, last: date, now: datetime) -> InspectionPack:
    """A pack of every journey of a home that began in these days, made in the background. BadInput, Refused."""
    require(actor, Permission.READ_JOURNAL, home)
    require(actor, Permission.READ_REPORTS, home)
    since, until = bounds(first, last)
    rows = Transfer.objects.filter(home=home, packed_at__gte=since, packed_at__lt=until)
    journeys = list(rows.only("pk", "home").order_by("packed_at", "pk")[: MOST + 1])
    if not journeys:
        raise BadInput({"from": "Nobody went to hospital in these days. Choose others."})
    if len(journeys) > MOST:
        raise BadInput({"from": f"More than {MOST:,} journeys began in these days. Choose fewer days."})
    pack = _ask(actor, home, View(home, inside=True), journeys, now, first_day=first, last_day=last)
    transaction.on_commit(partial(ring, inspection_tasks.make, pack_id=str(pack.pk)))
    return pack


def _wait_your_turn(person: User) -> None:
    """Refused while as many packs as somebody may have are made; who asks twice at a moment is counted in turn."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if InspectionPack.objects.filter(asked_by=person, state__in=("waiting", "running")).count() >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} packs are being made for you. Wait until one of them is ready.", code="too_many")


@transaction.atomic
def _ask(actor: Actor, home, view: View, journeys: Sequence[Transfer], now: datetime, **days) -> InspectionPack:
    if actor.user is None:
        raise NotAllowed("A program may not have a pack made: a person who answers for it must ask.")
    _wait_your_turn(actor.user)
    told = {"asked_at": now, "asked_by": actor.user, "asked_by_name": actor.name, "total": len(journeys)}
    pack = InspectionPack.objects.create(home=home, place=view.place, **told, **days)
    InspectionPart.objects.bulk_create(
        InspectionPart(pack=pack, transfer=each, position=number) for number, each in enumerate(journeys, start=1)
    )
    told_days = [str(each) for each in days.values()]
    count = len(journeys)
    record("inspection.asked", pack, actor=actor, at=now, organisation=view.place, journeys=count, days=told_days)
    return pack


def hand_out(*, actor: Actor, pack: InspectionPack, form: str, now: datetime) -> Handed:
    """The paper or the data, once it was held against its digest; written down as a copy of everybody in it.

    Gone before it is made and once it was thrown away; Refused when what is kept is not what was made.
    """
    require(actor, Permission.READ_REPORTS, pack.place_id)
    with everything():  # a journey that the database hides must count as one that is not theirs
        if pack.parts.exclude(transfer__in=Transfer.objects.visible_to(actor, now=now)).exists():
            raise NotAllowed("A journey in this pack is not yours to read any more.")
        _still_theirs(actor, pack)
    name, digest = getattr(pack, form), getattr(pack, f"{form}_digest")
    if pack.state != InspectionPack.State.DONE or not name:
        raise Gone("This pack is not made yet, or it was thrown away. Ask for it again.")
    content = read_file(name)
    if hashlib.sha256(content).hexdigest() != digest:
        raise Refused("What is kept of this pack is not what was made. Ask for it again.", code="does_not_fit")
    residents = sorted(set(pack.parts.values_list("transfer__resident_id", flat=True)))
    told = {"resident": residents[0]} if len(residents) == 1 else {"residents": residents}
    record_view("inspection_pack", pack, actor=actor, at=now, organisation=pack.place_id, way=EXPORTED, **told)
    kind, ending = FORMS[form]
    return Handed(content, kind, f"inspection-{number_of(pack).lower()}.{ending}")


def _still_theirs(actor: Actor, pack: InspectionPack) -> None:
    """NotAllowed unless each story in a pack could be told to the actor now, as it was told when it was made."""
    of_the_home = pack.place_id == pack.home_id
    for part in pack.parts.select_related("transfer"):
        if of_the_home and not view_of(actor, part.transfer).inside:
            raise NotAllowed("A journey in this pack is not yours to read any more.")
        if not of_the_home:
            view_of(actor, part.transfer)


def read_digest(typed: str) -> str:
    """The beginning of a SHA-256 as somebody typed it, without spaces; BadInput when it is none or too short."""
    plain = re.sub(r"[\s….-]", "", typed).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},{LONGEST}}}", plain):
        raise BadInput({"digest": f"Type at least the first {SHORTEST} of its letters a to f and digits."})
    return plain


def check(*, actor: Actor, digest: str, now: datetime) -> list[Known]:
    """The packs whose paper or data has this SHA-256, or begins with it; empty when none is known to the actor."""
    rows = InspectionPack.objects.known_to(actor).select_related("home", "place")
    begins = Q(paper_digest__startswith=digest) | Q(data_digest__startswith=digest)
    found = [_known(each, digest, actor, now) for each in rows.filter(begins).order_by("-made_at")[:SHOWN]]
    about = found[0].pack if found else None
    record("inspection.checked", about, actor=actor, at=now, organisation=actor.first_place(), found=bool(found))
    return found


def _known(pack: InspectionPack, digest: str, actor: Actor, now: datetime) -> Known:
    form = "paper" if pack.paper_digest.startswith(digest) else "data"
    made = Entry.objects.filter(action="inspection.made", subject_id=pack.pk).order_by("pk").first()
    faults = [] if made else ["the journal knows nothing of it"]
    seal = None
    if made is not None:
        proof = prove([made.pk], now=now)
        seal = proof.seals[made.pk].number if made.pk in proof.seals else None
        faults += proof.faults
        names = ("paper_digest", "data_digest")
        if any(made.facts.get(name) != getattr(pack, name) for name in names):
            faults.append("the journal wrote down another SHA-256 when it was made")
    named = actor.organisations_with(Permission.READ_REPORTS)
    theirs = bool({pack.place_id, pack.home_id} & set(named))
    told = (about(pack), pack.asked_by_name, pack.pages) if theirs else (_about_for_outsiders(pack), "somebody", None)
    return Known(pack, form, getattr(pack, f"{form}_digest"), *told, tuple(faults), seal)


def about(pack: InspectionPack) -> str:
    """What a pack is about, in words that name nobody."""
    if pack.first_day:
        return f"{pack.total} journey{'s' * (pack.total != 1)} from {pack.home.name} that began {_days(pack)}"
    first = getattr(pack, "first_journey", None) or pack.parts.values_list("transfer_id", flat=True).first()
    return f"journey {code_of(first)} from {pack.home.name}" if first else f"a journey from {pack.home.name}"


def _about_for_outsiders(pack: InspectionPack) -> str:
    whose = pack.home.name
    return f"journeys from {whose} that began {_days(pack)}" if pack.first_day else f"a journey from {whose}"


def _days(pack: InspectionPack) -> str:
    return f"{pack.first_day:%-d %b %Y} to {pack.last_day:%-d %b %Y}"
