"""What a scanned label opens: it depends on who scans, never on the label alone. Shared by pages and API."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag import rows
from redbag.bags import codes, tokens
from redbag.bags.models import Bag, Label
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.organisations.throttling import TooOften, give_back, take_tries
from redbag.transfers.labelled import journey_of_label
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage

FOUND, EMERGENCY, CLINICAL, HOME = "found", "emergency", "clinical", "home"
SHORT_CODES = {"most": 30, "window": 60 * 60}  # typed codes that are on no label, by one person or key
TYPED_OFTEN = "Too many codes that are on no label. Scan the square, or wait an hour."
VIEWS = {
    HOME: Permission.SEE_HOME_VIEW,
    CLINICAL: Permission.SEE_CLINICAL_VIEW,
    EMERGENCY: Permission.SEE_EMERGENCY_VIEW,
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What somebody sees who scanned or typed a label.

    `view` is found, emergency, clinical or home. `transfer` is the bag's open one, else its newest, and None whenever
    the view is found: then nothing here leads to a person. `voided` says that the label was replaced, `known` that it
    is a label at all, `acting` for which of their organisations the view opens.
    """

    view: str = FOUND
    known: bool = False
    bag: Bag | None = None
    code: str = ""
    voided: bool = False
    voided_why: str = ""
    transfer: Transfer | None = None
    acting: Organisation | None = None

    @property
    def on_the_way(self) -> bool:
        """Whether the bag is on a journey that is not finished."""
        return self.transfer is not None and self.transfer.stage != Stage.CLOSED


@dataclass(frozen=True)
class FoundBag:
    """What anybody may know of a bag: nothing about the person it belongs to."""

    tracker: str
    home: str
    phone: str


def look_up(*, text: str, actor: Actor | None, now: datetime) -> Look:
    """What this actor may see of the bag whose label was scanned or whose code was typed, in one statement.

    Opening health data is written in the journal here, so no door can forget it (one statement more). Whoever is signed
    in and types codes that are on no label is stopped after thirty within an hour: TooOften.
    """
    with rows.everything():
        look = _look_up(text, actor, now)
    if look.transfer is not None:
        rows.also(look.transfer.pk)
    return look


def _look_up(text: str, actor: Actor | None, now: datetime) -> Look:
    found = tokens.found_in(text)
    if found is None:
        return Look()
    who = (actor.user_id or actor.key_id) if actor and found[0] == "code" else None
    tries = take_tries(TYPED_OFTEN, ("short code", str(who), SHORT_CODES)) if who else ()
    look = _look(found, actor, now)
    if look.known:
        give_back(tries)
    if look.view != FOUND and look.transfer is not None:
        record_view(
            f"scan.{look.view}",
            look.transfer,
            actor=actor,
            at=now,
            organisation=look.acting,
            resident=look.transfer.resident_id,
        )
    return look


def typed_codes(facts: Sequence[object]) -> dict[str, str]:
    """The short codes among the tokens of facts, by the id of the fact."""
    tokens_of = {str(each.get("id")): str(each.get("token") or "") for each in facts if isinstance(each, Mapping)}
    found = {pk: tokens.found_in(text) for pk, text in tokens_of.items() if text}
    return {pk: seen[1] for pk, seen in found.items() if seen and seen[0] == "code"}


def ask_to_wait(actor: Actor) -> None:
    """TooOften for whoever has typed too many codes that are on no label, within the hour."""
    give_back(take_tries(TYPED_OFTEN, ("short code", str(actor.user_id or actor.key_id), SHORT_CODES)))


def count_wrong_codes(actor: Actor, wrong: int) -> None:
    """Count codes that were told in facts and are on no label, as far as there are tries left."""
    with suppress(TooOften):
        for _ in range(wrong):
            take_tries(TYPED_OFTEN, ("short code", str(actor.user_id or actor.key_id), SHORT_CODES))


def _look(found: tuple[str, str], actor: Actor | None, now: datetime) -> Look:
    """What a token or a code opens to this actor."""
    wanted = {"token_digest": tokens.token_digest(found[1])} if found[0] == "token" else {"code": found[1]}
    places = {view: _places(actor, permission) for view, permission in VIEWS.items()}
    look = _of_a_visit(wanted, actor, now) if actor is not None and actor.visit else None
    if any(places.values()):
        look = _on_a_journey(wanted, places, now)
    return look or _of_the_bag(wanted, places)


def open_journey(*, text: str, now: datetime) -> Transfer | None:
    """The journey under way that a label or code leads to, to ask its scanner who they are; None for none.

    A label that was replaced leads to none: a picture of it may be in anybody's hand.
    """
    seen = tokens.found_in(text)
    if seen is None:
        return None
    column, value = ("token_digest", tokens.token_digest(seen[1])) if seen[0] == "token" else ("code", seen[1])
    with rows.everything():
        transfer, label = journey_of_label(column=column, value=value, wards=(), crews=(), now=now)
    if transfer is None or transfer.closed_at is not None or label["voided"]:
        return None
    rows.also(transfer.pk)
    return transfer


def found(bag: Bag) -> FoundBag:
    """What the page for a stranger says (the bag's home joined)."""
    return FoundBag(tracker=bag.tracker, home=bag.home.name, phone=bag.home.phone)


def _places(actor: Actor | None, permission: Permission) -> dict[UUID, Organisation]:
    """Where the actor's role opens this view; nowhere for a key that may only send facts."""
    if actor is None or actor.facts_only:
        return {}
    wanted = set(actor.organisations_with(permission))
    return {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in wanted}


def _of_the_bag(wanted: dict, places: dict) -> Look:
    """The look at a bag that never went anywhere, or by somebody who may see nothing else."""
    label = Label.objects.select_related("bag__home").filter(**wanted).first()
    if label is None:
        return Look()
    at_home = places[HOME].get(label.bag.home_id)
    return Look(
        view=HOME if at_home else FOUND,
        known=True,
        bag=label.bag,
        code=codes.shown(label.code),
        voided=label.voided_at is not None,
        voided_why=label.voided_why if at_home else "",
        acting=at_home,
    )


def _of_a_visit(wanted: dict, actor: Actor, now: datetime) -> Look | None:
    """The look of a visitor: the crew's, while the label leads to the one journey they were let in to; else None."""
    ((column, value),) = wanted.items()
    transfer, label = journey_of_label(column=column, value=value, wards=(), crews=(), now=now)
    if transfer is None or transfer.closed_at is not None or transfer.pk != actor.reads_transfer or actor.visit is None:
        return None
    return Look(
        view=EMERGENCY,
        known=True,
        bag=transfer.bag,
        code=codes.shown(label["code"]),
        voided=bool(label["voided"]),
        transfer=transfer,
        acting=actor.visit.post.organisation,
    )


def _on_a_journey(wanted: dict, places: dict, now: datetime) -> Look | None:
    """The look at the bag's open transfer, else its newest; None when it has none."""
    ((column, value),) = wanted.items()
    wards, crews, homes = places[CLINICAL], places[EMERGENCY], places[HOME]
    transfer, label = journey_of_label(column=column, value=value, wards=wards, crews=crews, homes=homes, now=now)
    if transfer is None or transfer.bag is None:
        return None
    view, acting = _view(transfer, label, places)
    return Look(
        view=view,
        known=True,
        bag=transfer.bag,
        code=codes.shown(label["code"]),
        voided=bool(label["voided"]),
        voided_why=label["voided_why"] if view == HOME else "",
        transfer=None if view == FOUND else transfer,
        acting=acting,
    )


def _view(transfer: Transfer, label: dict, places: dict) -> tuple[str, Organisation | None]:
    """Which view a transfer opens, and for which of their organisations.

    The home always; whoever holds the bag, and until a day later, another home too, which then reads what a ward reads;
    the destination while the journey is open; any ambulance service while the bag waits, packed, and the label was not
    replaced before that: an old picture of it is no proof of standing beside the bag.
    """
    going_on = transfer.stage != Stage.CLOSED
    waits = transfer.stage == Stage.PACKED and not label["old"]
    if transfer.home_id in places[HOME]:
        return HOME, places[HOME][transfer.home_id]
    if label["held_by_ward"] or (going_on and transfer.destination_id in places[CLINICAL]):
        return CLINICAL, _nearest(transfer, places[CLINICAL])
    if label["held_by_crew"] or (waits and places[EMERGENCY]):
        return EMERGENCY, _nearest(transfer, places[EMERGENCY])
    if label["held_by_home"]:
        return CLINICAL, _nearest(transfer, places[HOME])
    return FOUND, None


def _nearest(transfer, places: dict) -> Organisation:
    """The one they act for: the holder, else the destination, else their first."""
    near = [pk for pk in (transfer.holder_id, transfer.destination_id) if pk in places]
    return places[near[0]] if near else next(iter(places.values()))
