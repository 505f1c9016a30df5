"""Makes inspection packs: the row is the queue.

Each journey's story is kept as soon as it is told, so a worker that dies costs the one it was telling and nothing else;
paper and data are put together once, of each story once.
"""

import hashlib
import json
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from redbag.errors import NotAllowed
from redbag.journal.recording import record
from redbag.organisations.access import Actor, actor_for
from redbag.queues.claims import Claim, Clock, Lost
from redbag.reports.inspection import FORM, code_of, story_of, view_of
from redbag.reports.inspection_models import InspectionPack, InspectionPart
from redbag.reports.inspection_paper import Heading, cover_of, set_in_type
from redbag.rows import everything
from redbag.transfers.models import Transfer
from redbag.vault import files_in, keep_file, read_whole, throw_away

KEPT = timedelta(days=7)
JOINED = ("home", "resident", "bag", "destination", "holder")
State = InspectionPack.State

log = structlog.get_logger()


@everything()
def make(pack_id: UUID, *, now: Clock) -> bool:
    """Claim a pack and make what is missing of it; False when another worker has it, or when it could not be made."""
    claim = InspectionPack.objects.select_related("home", "place", "asked_by").claim(pack_id, now=now)
    if claim is None:
        return False
    try:
        claim.say(kept_until=now() + KEPT)  # what lies half made goes, too
        actor = actor_for(claim.row.asked_by)
        for number, part in enumerate(claim.row.parts.order_by("position"), start=1):
            _tell(part, actor, now())
            claim.say(done=number)
        _finish(claim, actor)
        return True
    except Lost:  # somebody in it was destroyed meanwhile, or another worker was faster
        pass
    except NotAllowed:  # who asked has left meanwhile, or has another role
        claim.fail()
    except Exception as fault:  # tried again by the next sweeps, until it is given up
        log.error("inspection pack not made", pack=str(pack_id), fault=type(fault).__name__)
        claim.give_back()
    return False


def _tell(part: InspectionPart, actor: Actor, now: datetime) -> None:
    """Tell one journey and keep its story, unless it is kept already and still whole. Lost when nobody wants it."""
    if _whole(part) is not None:
        return
    mine = Transfer.objects.visible_to(actor, now=now).select_related(*JOINED)
    transfer = mine.filter(pk=part.transfer_id).first()
    if transfer is None:
        raise NotAllowed("This journey is not yours to read any more.")
    story = story_of(transfer, actor=actor, view=view_of(actor, transfer), now=now)
    content = json.dumps(story, sort_keys=True, ensure_ascii=False).encode()
    part.file = keep_file(f"inspection/{part.pack_id}/{part.position}", content)
    part.digest = hashlib.sha256(content).hexdigest()
    wanted = InspectionPart.objects.filter(pk=part.pk, pack__state=State.RUNNING)
    if not wanted.update(file=part.file, digest=part.digest):
        throw_away([part.file])
        raise Lost


def _whole(part: InspectionPart) -> dict | None:
    """The story that was kept, or None when there is none, or its file is gone or damaged."""
    content = read_whole(part.file, part.digest)
    return None if content is None else json.loads(content)


def _finish(claim: Claim, actor: Actor) -> None:
    """Put paper and data together, and write the digests of both in the journal in the same transaction."""
    pack, now = claim.row, claim.now()
    parts = list(pack.parts.select_related("transfer").order_by("position"))
    stories = [story for part in parts if (story := _whole(part)) is not None]
    if len(stories) != len(parts):
        raise ValueError("a part of this pack is missing")
    heading = Heading(number_of(pack), pack.home.name, pack.asked_by_name, now, pack.first_day, pack.last_day)
    data = data_of(stories, heading)
    content_digest = hashlib.sha256(data).hexdigest()
    printed = set_in_type(stories, heading, content_digest=content_digest)
    made = {
        "paper": keep_file(f"inspection/{pack.pk}/paper", printed.content),
        "data": keep_file(f"inspection/{pack.pk}/data", data),
    }
    digests = {"paper_digest": hashlib.sha256(printed.content).hexdigest(), "data_digest": content_digest}
    told = {"pages": printed.pages, "faults": sum(len(story["faults"]) for story in stories), "made_at": now}
    try:
        with transaction.atomic():
            claim.end(**made, **digests, **told, state=State.DONE, kept_until=now + KEPT)
            _note_made(pack, actor, parts, digests, told, now)
            InspectionPart.objects.filter(pack=pack).update(file="")
    except Lost:
        throw_away(made.values())
        raise
    throw_away(part.file for part in parts)


def _note_made(pack, actor: Actor, parts: list[InspectionPart], digests: dict, told: dict, now: datetime) -> None:
    one = parts[0].transfer if pack.first_day is None else None
    record(
        "inspection.made",
        pack,
        actor=actor,
        at=now,
        organisation=pack.place_id,
        resident=one.resident_id if one else None,
        journeys=len(parts),
        journey=code_of(one.pk) if one else None,
        days=[str(pack.first_day), str(pack.last_day)] if pack.first_day else [],
        pages=told["pages"],
        faults=told["faults"],
        **digests,
    )


def data_of(stories: list[dict], heading: Heading) -> bytes:
    """The pack as JSON: of the same stories and moment always the same bytes."""
    told = {
        "form": FORM,
        "pack": heading.number,
        "home": heading.home,
        "for": heading.for_whom,
        "made_at": heading.at.isoformat(),
        "days": [str(heading.first_day), str(heading.last_day)] if heading.first_day else [],
        "cover": cover_of(stories, heading) if heading.first_day else None,
        "journeys": stories,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1).encode()


def number_of(pack: InspectionPack) -> str:
    """By which a pack is known on paper: the first eight letters of its id."""
    return str(pack.pk)[:8].upper()


def forget_packs(*, now: datetime) -> int:
    """Throw away files a week after they were made, and all of a pack in which somebody was destroyed meanwhile.

    The digests stay. `kept_until` goes last: where a run was killed the next one goes on. Returns how many packs.
    """
    gone = 0
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    for pack in InspectionPack.objects.filter(
        Q(kept_until__lte=now) | free & Q(state=State.FORGOTTEN, kept_until__isnull=False)
    ):
        files = [pack.paper, pack.data, *pack.parts.values_list("file", flat=True)]
        InspectionPack.objects.filter(pk=pack.pk).update(state=State.FORGOTTEN, lease_until=None)
        throw_away([*files, *files_in(f"inspection/{pack.pk}")])
        with transaction.atomic():
            InspectionPart.objects.filter(pack=pack).update(file="")
            InspectionPack.objects.filter(pk=pack.pk).update(paper="", data="", kept_until=None)
        gone += 1
    return gone
