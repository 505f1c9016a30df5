"""A code is given for an asking, or refused; who types it comes in; a manager looks back at it once."""

from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.guessing import note_wrong, slow_down
from redbag.organisations.pulse import stir
from redbag.rows import everything
from redbag.visitors.actions import BREAK_GLASS, Introduction, enter
from redbag.visitors.glass_codes import (
    ENDED,
    HOME,
    MOST_WRONG,
    NotAskedAnyMore,
    Standing,
    fresh_code,
    is_right,
    locked,
    note,
    standing,
    void_code,
    why_of,
)
from redbag.visitors.models import BreakGlass, Visitor

LONGEST_NOTE = 300
WRONG = "This is not the code. Look again, or ask for it again."
VOIDED = "Too many wrong tries, so this code is void. Ask for a new one."
NONE_YET = "The home has not given you a code yet. Ring them, or have one sent."
TOO_OLD = "This code is older than ten minutes. Ring the home for another, or have one sent."


@transaction.atomic
def read_out(*, actor: Actor, asked: BreakGlass, now: datetime) -> str:
    """A fresh code for this one asking, for somebody at the home to read out; the one before is void, none is mailed.

    Refused when it was refused, opened or is over.
    """
    require(actor, Permission.PACK, asked.transfer.home_id)
    asked = locked(asked)
    if not standing(asked, now=now).waits:
        raise NotAskedAnyMore(ENDED)
    code = fresh_code(asked, by=HOME, now=now)
    asked.shown_at, asked.shown_by, asked.shown_by_name = now, actor.user, actor.name
    asked.mail_due_at = None
    asked.save(update_fields=["shown_at", "shown_by", "shown_by_name", "mail_due_at"])
    note("break_glass.code_shown", asked, actor=actor, now=now)
    return code


@transaction.atomic
def refuse(*, actor: Actor, asked: BreakGlass, now: datetime) -> BreakGlass:
    """Say no: the code that is out is void. Again changes nothing; Refused once it was opened (*Stop* them instead)."""
    require(actor, Permission.PACK, asked.transfer.home_id)
    asked = locked(asked)
    if asked.refused_at is not None:
        return asked
    if asked.visitor_id is not None:
        raise Refused("They have opened it already. Stop them on the journey's page.", code="opened_already")
    asked.refused_at, asked.refused_by, asked.refused_by_name = now, actor.user, actor.name
    asked.save(update_fields=["refused_at", "refused_by", "refused_by_name"])
    void_code(asked)
    note("break_glass.refused", asked, actor=actor, now=now)
    stir([asked.transfer.home_id])
    return asked


@everything()
def answer(*, asked: BreakGlass, code: str, address: str, now: datetime) -> tuple[Visitor, str]:
    """Let somebody in who types the code that was given for their asking; the token comes back this once.

    BadInput for a wrong code: five void it, ten end the asking. TooOften for a moment when many were wrong from there.
    Refused when the home said no, when it is over, or the journey is.
    """
    aim = f"answer|{asked.pk}"
    slow_down(address=address, aim=aim)
    came = _judge(asked, "".join(code.split()), now)
    if came is not None:
        return came
    note_wrong(what="break-glass code", address=address, aim=aim, now=now)
    asked.refresh_from_db()
    raise BadInput({"code": WRONG if asked.code_digest else VOIDED})


@transaction.atomic
def _judge(asked: BreakGlass, code: str, now: datetime) -> tuple[Visitor, str] | None:
    """Who came in; None for a wrong code, which is counted, and so are those that come at the same moment."""
    asked = locked(asked)
    state = standing(asked, now=now)
    if not state.waits:
        raise NotAskedAnyMore(ENDED)
    if state == Standing.ASKED:
        raise BadInput({"code": _why_none(asked)})
    if not is_right(asked, code):
        _count_wrong(asked, now)
        return None
    told = Introduction(asked.name, asked.role, asked.registration, asked.organisation, asked.organisation_text)
    facts = {"asked": asked.pk, "reason": asked.reason, "code_by": asked.code_by}
    why = {"why": why_of(asked)}
    visitor, token = enter(asked.transfer, told, now, by=BREAK_GLASS, personal=why, facts=facts)
    asked.visitor, asked.opened_at = visitor, now
    asked.save(update_fields=["visitor", "opened_at"])
    void_code(asked)
    return visitor, token


def _why_none(asked: BreakGlass) -> str:
    if asked.code_until is not None:
        return TOO_OLD
    return VOIDED if asked.wrong_in_all else NONE_YET


def _count_wrong(asked: BreakGlass, now: datetime) -> None:
    asked.wrong, asked.wrong_in_all = asked.wrong + 1, asked.wrong_in_all + 1
    asked.save(update_fields=["wrong", "wrong_in_all"])
    if asked.wrong >= MOST_WRONG:
        void_code(asked)
    note("break_glass.wrong_code", asked, actor=None, now=now, wrong=asked.wrong_in_all)
    stir([asked.transfer.home_id])


@transaction.atomic
def look_back(*, actor: Actor, asked: BreakGlass, was_right: bool, words: str, now: datetime) -> BreakGlass:
    """A manager has looked at an opening: it was right, or it was not, and perhaps why. The first word stays."""
    require(actor, Permission.LOOK_BACK, asked.transfer.home_id)
    if len(words) > LONGEST_NOTE:
        raise BadInput({"words": f"Use at most {LONGEST_NOTE} letters."})
    asked = locked(asked)
    if asked.visitor_id is None:
        raise Refused("Nothing was opened.", code="not_opened")
    if asked.seen_at is not None:
        return asked
    asked.seen_at, asked.seen_by, asked.seen_by_name = now, actor.user, actor.name
    asked.was_right, asked.seen_note = was_right, words.strip()
    asked.save(update_fields=["seen_at", "seen_by", "seen_by_name", "was_right", "seen_note"])
    said = {"note": words.strip()} if words.strip() else None
    note("break_glass.seen", asked, actor=actor, now=now, personal=said, was_right=was_right)
    stir([asked.transfer.home_id])
    return asked
