"""A crew without an account is let in to one journey by the code on the home's tablet, tells of it, and is stopped."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations import throttling
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.actions import digest_of
from redbag.organisations.guessing import note_wrong, slow_down
from redbag.organisations.pulse import stir
from redbag.templatetags.redbag import clock
from redbag.transfers.handover_codes import MOST_TRIES, code_at, is_void, proves, shown_step, step_at, wrong_try
from redbag.transfers.intake import Result, take_in
from redbag.transfers.models import Transfer, WrongCode
from redbag.transfers.stages import Kind as FactKind
from redbag.transfers.stages import Stage
from redbag.transfers.story import LEFT_AT, LEFT_THERE
from redbag.visitors.introductions import LONGEST_SERVICE, Introduction, faults
from redbag.visitors.models import Visitor
from redbag.visitors.registrations import normalise
from redbag.visitors.sessions import (
    AFTER_ARRIVAL,
    AFTER_RETURN,
    LONGEST,
    ROLES,
    actor_of,
    service_of,
)

LONGEST_PLACE = 90
HERE = {"most": 10, "window": 15 * 60}  # wrong codes for one journey from one address
A_DAY = {"most": 20, "window": 24 * 3600}  # wrong codes for one journey from everywhere
CODE, BREAK_GLASS = "code", "break glass"
ARRIVED = (Stage.IN_HOSPITAL, Stage.COMING_HOME)
WRONG = "This is not the code that the home's tablet shows now. Look again: it changes every few minutes."
VOIDED = "Too many wrong tries, so there is a new code on their screen. Look again, and type that one."
NONE = "Too many wrong tries, so there is no code on their screen"
COUNTED = (WRONG, VOIDED, NONE)  # how what is said of a wrong code begins
INSTEAD = (
    'Press "I cannot see the tablet" and ring the home: the code they give you there works at once. '
    "A driver needs no code: ask the home to write down that you have the bag."
)
TRIED = f"Too many wrong codes were typed here, so the numbers on the tablet open nothing now. {INSTEAD}"
SEEN_EVERY = timedelta(minutes=1)


def let_in(*, transfer: Transfer, code: str, told: Introduction, address: str, now: datetime) -> tuple[Visitor, str]:
    """Let somebody in to this journey who shows the code on the home's screen; the token comes back this once.

    BadInput by field; a wrong code counts against the code shown (five void it) and against this address. TooOften when
    it was tried too often from there; Refused when the journey is over.
    """
    wrong = faults(told)
    if not code.strip():
        raise BadInput({"code": "Type the six numbers that the home's tablet shows."} | wrong)
    aim, here = str(transfer.pk), f"{transfer.pk}|{address}"
    slow_down(address=address, aim=aim)
    tries = throttling.take_tries(TRIED, ("code", here, HERE), ("code of one", aim, A_DAY))
    if not proves(transfer, code, now):
        note_wrong(what="hand-over code", address=address, aim=aim, now=now)
        wrong_try(transfer, shown_step(transfer, now))
        raise BadInput({"code": _what_now(transfer, now)} | wrong)
    throttling.give_back(tries)
    if wrong:
        raise BadInput(wrong)
    return enter(transfer, told, now)


def _what_now(transfer: Transfer, now: datetime) -> str:
    if not is_void(transfer, step_at(now)):
        return WRONG
    code, until = code_at(transfer, now)
    return VOIDED if code else f"{NONE} until {clock(until)}. {INSTEAD}"


@transaction.atomic
def enter(
    transfer: Transfer,
    told: Introduction,
    now: datetime,
    *,
    by: str = CODE,
    personal: Mapping[str, str] | None = None,
    facts: Mapping[str, object] | None = None,
) -> tuple[Visitor, str]:
    """Give somebody a token for one journey, tell its home, and write it down; Refused when the journey is over.

    Whoever comes when the bag is in hospital already has an hour, like who came with it.
    """
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("home").get(pk=transfer.pk)
    if transfer.stage in AFTER_RETURN:
        raise Refused("This journey has ended.", code="journey_ended")
    token = secrets.token_urlsafe(32)
    visitor = Visitor.objects.create(
        transfer=transfer,
        digest=digest_of(token),
        name=told.name.strip(),
        role=told.role,
        registration=normalise(told.registration),
        organisation=told.organisation,
        organisation_text="" if told.organisation else told.organisation_text.strip(),
        let_in_by=by,
        started_at=now,
        until=now + (AFTER_ARRIVAL if by == BREAK_GLASS and transfer.stage in ARRIVED else LONGEST),
        last_seen_at=now,
    )
    said = {"name": visitor.name, "role": ROLES[visitor.role], "from": service_of(visitor)}
    said |= {"registration": visitor.registration, "checked": "nobody checked this"}
    action = "break_glass.opened" if by == BREAK_GLASS else "visitor.let_in"
    record(
        action,
        transfer,
        actor=actor_of(visitor, now=now),
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        personal={**said, **(personal or {})},
        visitor=visitor.pk,
        **facts or {},
    )
    _tell_home(action, transfer, visitor, now)
    stir([transfer.home_id])
    return visitor, token


def _tell_home(news: str, transfer: Transfer, visitor: Visitor, now: datetime) -> None:
    post_letters(
        organisations=[transfer.home_id],
        type=news,
        subject_id=visitor.pk,
        path=f"/api/v1/transfers/{transfer.pk}/visitors",
        ids={"transfer": str(transfer.pk), "visitor": str(visitor.pk)},
        now=now,
    )


@transaction.atomic
def stop_visitor(*, actor: Actor, visitor: Visitor, now: datetime) -> Visitor:
    """Close papers and pictures to a visitor at once, and the emergency page a quarter of an hour later.

    What they tell from now on is not taken. A code of the tablet that they know lets nobody in any more.
    Stopping again changes nothing.
    """
    require(actor, Permission.PACK, visitor.transfer.home_id)
    visitor = Visitor.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=visitor.pk)
    if visitor.stopped_at is not None:
        return visitor
    visitor.stopped_at, visitor.stopped_by, visitor.stopped_by_name = now, actor.user, actor.name
    visitor.save(update_fields=["stopped_at", "stopped_by", "stopped_by_name"])
    if visitor.let_in_by == CODE:
        _spend_code(visitor.transfer, now)
    record(
        "visitor.stopped",
        visitor.transfer,
        actor=actor,
        at=now,
        organisation=visitor.transfer.home_id,
        resident=visitor.transfer.resident_id,
        visitor=visitor.pk,
    )
    stir([visitor.transfer.home_id])
    return visitor


def _spend_code(transfer: Transfer, now: datetime) -> None:
    shown = shown_step(transfer, now)
    for step in (shown - 1, shown):
        WrongCode.objects.update_or_create(transfer=transfer, step=step, defaults={"tries": MOST_TRIES})


def note_seen(visitor: Visitor, *, now: datetime) -> None:
    """Keep when they last looked, once a minute at most."""
    if now - visitor.last_seen_at >= SEEN_EVERY:
        Visitor.objects.filter(pk=visitor.pk).update(last_seen_at=now)


def take(*, visitor: Visitor, fact_id: UUID, now: datetime) -> Result:
    """*I have this bag*: with their service, by its code or in words."""
    service = visitor.organisation
    receiver = {"to": service.ods_code} if service else {"to_text": visitor.organisation_text}
    return _tell(visitor, fact_id, now, **receiver, to_name=visitor.name)


def give(
    *, visitor: Visitor, fact_id: UUID, now: datetime, to: str = "", words: str = "", name: str = "", place: str = "",
    left: bool = False,
) -> Result:  # fmt: skip
    """*Handed to*, or with `left` *Left at*: an organisation by its code, or anybody and anywhere in words.

    BadInput when nobody is named. The home is named in words by who comes from no known service: whether the bag is
    back, the home itself says.
    """
    if not to and not words.strip():
        raise BadInput({"to_text": "Write where you left it." if left else "Write who has the bag now."})
    if len(place) > LONGEST_PLACE or len(words) > LONGEST_SERVICE:
        raise BadInput({"place": f"Use at most {LONGEST_PLACE} letters."})
    if left:
        place = f"{LEFT_AT}{place}" if place else LEFT_THERE
    home = visitor.transfer.home
    if to == home.ods_code and visitor.organisation is None:
        to, words = "", home.name
    receiver = {"to": to} if to else {"to_text": words.strip()}
    return _tell(visitor, fact_id, now, **receiver, to_name=name, from_name=visitor.name, place=place)


def _tell(visitor: Visitor, fact_id: UUID, now: datetime, **fact: str) -> Result:
    actor = actor_of(visitor, now=now)
    if actor is None:
        raise NotAllowed("Your visit has ended.")
    raw: Mapping = {
        "id": str(fact_id or uuid4()),
        "kind": FactKind.HANDOFF,
        "transfer": str(visitor.transfer_id),
        "occurred_at": now.isoformat(),
        **{name: value for name, value in fact.items() if value},
    }
    (result,) = take_in(actor=actor.telling(), sent_at=now, facts=[raw], now=now)
    if result.outcome == "quarantined":
        raise BadInput(dict(result.errors or {}) or {"to_text": "This could not be recorded. Look at it again."})
    return result
