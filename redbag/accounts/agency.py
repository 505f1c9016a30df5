"""Agency, or new today: let in to one tablet for one shift, by the word of the house or by a colleague's PIN."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from redbag.accounts.pins import NOT_A_PIN, Proof, count_wrong, fault_of, fits, pins_are_off, proof_of, try_pin
from redbag.accounts.sittings import IDLE, LONGEST, make_room, named_here, said_of, works_at
from redbag.accounts.tablet_models import HouseWord, Sitting
from redbag.accounts.tablets import in_groups, random_letters, tidied
from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, actor_for, require
from redbag.organisations.models import Device, Organisation, User
from redbag.organisations.throttling import TooOften, give_back, take_tries

LETTERS = 8
MOST_NAME, MOST_AGENCY = 50, 40
MOST_WRONG = 10  # PINs of one shift, before a colleague must help
OF_A_SHIFT = {"most": MOST_WRONG, "window": 12 * 3600}
OF_WORDS = {"most": 10, "window": 3600}  # wrong words on one tablet; a colleague's PIN counts all the same
WORDS_LAST = timedelta(days=7)
RENEW_AFTER = timedelta(days=7)
WRONG_WORD = "This is not the word of the house. Ask the nurse in charge, or a colleague with a PIN."
TRIED_WORDS = "The word was wrong too often on this tablet. A colleague can let you in with their PIN, or wait an hour."
COLLEAGUES_NAME = "Somebody who works here has this name. If it is you, tap your name; else add your second name."
WRONG_PIN = "This PIN is not right."
NOT_FROM_HERE = "Who is signed in does not work here, so cannot let you in. Ask somebody who does, or type the word."
LOCKED = "This PIN was wrong too often. They sign in with their e-mail first; or use the word of the house."
EVERYBODY = "Too many wrong PINs on this tablet: none counts on it for now. Type the word of the house."


@dataclass(frozen=True)
class Told:
    """What somebody without an account types: who they are, a PIN for this shift, and who or what lets them in.

    `vouched_by` is a colleague who is signed in on the tablet at that moment and hands it to them.
    """

    name: str
    agency: str
    pin: str
    again: str
    word: str = ""
    colleague: User | None = None
    colleague_pin: str = ""
    vouched_by: User | None = None


def word_of(organisation: Organisation) -> HouseWord | None:
    """The word of the house, for who may see it; None while there is none."""
    return HouseWord.objects.select_related("made_by").filter(organisation=organisation).first()


@transaction.atomic
def renew_word(*, actor: Actor, organisation: Organisation, now: datetime) -> HouseWord:
    """A new word of the house; the one before lets nobody in any more."""
    require(actor, Permission.LET_AGENCY_IN, organisation)
    if actor.user is None:
        raise BadInput({"word": "Only a person can change the word of the house."})
    kept = {"word": random_letters(LETTERS), "made_at": now, "made_by": actor.user}
    made, _ = HouseWord.objects.update_or_create(organisation=organisation, defaults=kept)
    record("house_word.renewed", organisation, actor=actor, at=now, organisation=organisation)
    return made


def is_old(word: HouseWord, *, now: datetime) -> bool:
    """Whether it is time for a new one: too many people who do not work here now may know it."""
    return now - word.made_at > RENEW_AFTER


def shown(word: HouseWord) -> str:
    """The word as it is read out and typed."""
    return in_groups(word.word)


def let_in(*, tablet: Device, told: Told, now: datetime) -> Sitting:
    """Begin a shift on this tablet. BadInput by field; a wrong word or PIN is counted, and kept so, before that."""
    if wrong := _faults(told):
        raise BadInput(wrong)
    if wrong := _not_let_in(tablet, told, now):
        raise BadInput(wrong)
    if named_here(tablet, told.name.strip()):
        raise BadInput({"name": COLLEAGUES_NAME})
    return _begin(tablet, told, now)


def shifts_before(*, sitting: Sitting, pin: str, now: datetime) -> list[Sitting]:
    """Shifts of the same name and agency here whose words are theirs: a colleague vouched, or the PIN is the same."""
    lately = Sitting.objects.filter(tablet=sitting.tablet_id, how=Sitting.How.AGENCY, started_at__gt=now - WORDS_LAST)
    same = lately.filter(name__iexact=sitting.name, agency__iexact=sitting.agency).exclude(pk=sitting.pk)
    return [each for each in same if sitting.let_in_by_id or fits(pin, each.proof, owner=each.pk)]


def _faults(told: Told) -> dict[str, str]:
    wrong = {}
    for field, most, ask in (("name", MOST_NAME, "Write your name."), ("agency", MOST_AGENCY, "Write your agency.")):
        words = getattr(told, field).strip()
        if not words or len(words) > most:
            wrong[field] = f"Use at most {most} letters." if words else ask
    wrong |= fault_of(told.pin, told.again)
    if told.vouched_by is not None:
        return wrong
    if not told.word.strip() and told.colleague is None:
        wrong["word"] = "Type the word of the house, or choose a colleague who lets you in."
    elif told.colleague is not None and not told.word.strip() and not told.colleague_pin:
        wrong["colleague_pin"] = NOT_A_PIN
    return wrong


@transaction.atomic
def _not_let_in(tablet: Device, told: Told, now: datetime) -> dict[str, str]:
    """Why neither the word nor the colleague lets them in, by field; empty when one does."""
    if told.vouched_by is not None:
        return {} if works_at(tablet, told.vouched_by) else {"word": NOT_FROM_HERE}
    if not told.word.strip() and told.colleague is not None:
        proof = try_pin(tablet=tablet, member=told.colleague, pin=told.colleague_pin, now=now)
        words = {Proof.WRONG: WRONG_PIN, Proof.LOCKED: LOCKED, Proof.EVERYBODY: EVERYBODY}
        return {} if proof == Proof.RIGHT else {"colleague_pin": words[proof]}
    try:
        tries = take_tries(TRIED_WORDS, ("house-word", str(tablet.pk), OF_WORDS))
    except TooOften as often:
        return {"word": str(often)}
    kept = word_of(tablet.organisation)
    if kept is None or not hmac.compare_digest(kept.word.encode(), tidied(told.word).encode()):
        return {"word": WRONG_WORD}
    give_back(tries)
    return {}


@transaction.atomic
def _begin(tablet: Device, told: Told, now: datetime) -> Sitting:
    make_room(tablet=tablet, now=now)
    by = told.vouched_by or (None if told.word.strip() else told.colleague)
    sitting = Sitting(
        tablet=tablet,
        how=Sitting.How.AGENCY,
        name=told.name.strip(),
        agency=told.agency.strip(),
        let_in_by=by,
        let_in_by_name=by.name if by else "",
        started_at=now,
        until=now + LONGEST,
        active_at=now,
        idle=int(IDLE.total_seconds()),
    )
    sitting.proof = proof_of(told.pin, owner=sitting.pk)
    sitting.save()
    record(
        "agency.let_in",
        tablet,
        actor=actor_for(by, ()) if by else None,
        at=now,
        organisation=tablet.organisation_id,
        personal={"name": said_of(sitting)},
        sitting=sitting.pk,
        by="colleague" if by else "word",
    )
    return sitting


@transaction.atomic
def try_shift_pin(*, sitting: Sitting, pin: str, now: datetime) -> Proof:
    """Look at the PIN somebody chose for their shift; after too many wrong ones the shift is over."""
    locked = Device.objects.select_for_update().get(pk=sitting.tablet_id)
    if pins_are_off(locked, now=now):
        return Proof.EVERYBODY
    try:
        tries = take_tries("", ("shift-pin", str(sitting.pk), OF_A_SHIFT))
    except TooOften:
        Sitting.objects.filter(pk=sitting.pk, ended_at=None).update(ended_at=now)
        return Proof.LOCKED
    if fits(pin, sitting.proof, owner=sitting.pk):
        give_back(tries)
        return Proof.RIGHT
    count_wrong(tablet=locked, member=None, now=now)
    return Proof.WRONG
