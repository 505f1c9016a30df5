"""The skin as pages show it: the small picture, the line "skin checked today?", and what differs on return."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import mark_safe

from redbag.residents.models import Resident
from redbag.summaries import skin
from redbag.summaries.body_parts import SIDES
from redbag.summaries.marks import KINDS, said, told, worth_a_thought
from redbag.summaries.marks_drawing import key_of, svg_of
from redbag.summaries.models import BodyMap
from redbag.templatetags.redbag import clock, day
from redbag.transfers.models import Transfer
from redbag.transfers.skin import skin_of_journey
from redbag.transfers.stages import Stage
from redbag.web.typed import form_id

AFTER_RETURN = timedelta(hours=24)
AFTER_LEAVING = timedelta(hours=3)


def drawn(row: BodyMap | None) -> dict:
    """A map for a template, empty while there is none: both pictures, and the marks with the numbers in them."""
    kept = row.marks if row else []
    sides = [{"side": side, "name": name, "svg": mark_safe(svg_of(kept, side))} for side, name in SIDES.items()]
    marks = [
        {
            "number": number,
            "id": mark["id"],
            "words": said(mark),
            "note": mark["note"],
            "key": mark_safe(key_of(mark["kind"])),
            "label": KINDS[mark["kind"]].label,
        }
        for number, mark in enumerate(kept, start=1)
    ]
    return {"row": row, "sides": sides, "marks": marks, "count": counted(len(marks))}


def counted(count: int) -> str:
    """1 mark, 2 marks, no marks."""
    return f"{count or 'no'} mark{'' if count == 1 else 's'}"


def moment_of(journey: Transfer | None, *, now: datetime) -> str:
    """What a look at this time belongs to: leaving, coming back, or a day at home."""
    if journey is None:
        return BodyMap.Moment.HOME
    under_way = journey.left_at and not journey.ended_at
    if journey.stage == Stage.PACKED or (under_way and now - journey.left_at < AFTER_LEAVING):
        return BodyMap.Moment.LEAVING
    returned = journey.back_at is not None and now - journey.back_at < AFTER_RETURN
    return BodyMap.Moment.RETURN if returned else BodyMap.Moment.HOME


def today(person: Resident, *, moment: str, now: datetime) -> dict:
    """What the line "skin checked today?" needs: the newest map, and whether somebody answered today."""
    newest = skin.latest_map(person)
    answer = skin.looks(person).first()
    recent = answer is not None and timezone.localdate(answer.seen_at) == timezone.localdate(now)
    if answer is not None and moment == BodyMap.Moment.RETURN:
        recent = answer.moment == moment and now - answer.seen_at < AFTER_RETURN
    return {
        "resident": person,
        "map": drawn(newest),
        "answer": answer if recent else None,
        "moment": moment,
        "form": form_id({}),
        "no_form": form_id({}),
    }


def around(transfer: Transfer, *, inside: bool, now: datetime) -> dict:
    """The skin around a journey for its page; what the home might think of only `inside` the home."""
    seen = skin_of_journey(transfer, now=now)
    map_of = day(seen.before.seen_at) if seen.before else ""
    when = clock(seen.after.seen_at) if seen.after else ""
    back = inside and transfer.back_at is not None
    return {
        "seen": seen,
        "newest": drawn(seen.after or seen.before),
        "told": [told(each, map_of=map_of, seen=when) for each in seen.differences],
        "think": inside and any(worth_a_thought(each) for each in seen.differences),
        "ask": today(transfer.resident, moment=moment_of(transfer, now=now), now=now)
        if inside and (transfer.stage == Stage.PACKED or (back and now - transfer.back_at < AFTER_RETURN))
        else None,
    }
