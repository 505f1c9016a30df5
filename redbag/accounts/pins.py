"""PINs on shared tablets: which are taken, how they are kept, and how often one may be tried.

A PIN counts only on a tablet of an organisation where its owner works. Wrong tries are kept in the database, so that
restarting anything forgets none; they are counted for a person and a tablet until that person signs in there fully,
and for the tablet as a whole. A slip that is put right at once is forgiven.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet

from redbag.accounts.tablet_models import FullSignIn, Pin, WrongPin
from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.access import Actor, actor_for
from redbag.organisations.models import Device, User
from redbag.vault import blind_indexes

FEWEST_DIGITS, MOST_DIGITS = 4, 8
WRONG_FOR_A_PERSON = 5
WRONG_IN_AN_HOUR, WRONG_IN_A_WEEK = 20, 40
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
PINS_STAY_OFF = timedelta(hours=12)
SLIP = timedelta(minutes=1)
ARGON2 = "argon2"
NOT_A_PIN = f"Use {FEWEST_DIGITS} to {MOST_DIGITS} digits, and nothing else."
TOO_EASY = "This PIN is easy to guess. Use digits that are no row, no date and not the same again and again."
FULL_SIGN_INS_A_YEAR = 52  # of one person on one tablet, because a PIN was forgotten or the tablet was new


class Proof(StrEnum):
    """What became of a try: right, wrong, locked for this person here, or no PIN counts on this tablet now."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    EVERYBODY = "everybody"


def guesses_a_year(*, people: int = 1) -> int:
    """How many PINs somebody at a tablet can try in a year so that nobody is locked out and no manager is told.

    One less than locks a person, each time one of `people` has signed in fully there; over all of them one less than
    turns PINs off, each week.
    """
    of_them = people * (WRONG_FOR_A_PERSON - 1) * FULL_SIGN_INS_A_YEAR
    return min(of_them, (WRONG_IN_A_WEEK - 1) * 52)


def easy(pin: str) -> bool:
    """Whether somebody who knows nothing would try this early: a row, a pattern, a year or a day."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if (len(steps) == 1 and steps & {0, 1, 9}) or len(set(pin)) <= 2:
        return True
    half = len(pin) // 2
    if len(pin) % 2 == 0 and pin[:half] in (pin[half:], pin[half:][::-1]):
        return True
    return bool(re.fullmatch(r"(19|20)\d\d", pin)) or pin in ("2580", "0852", "1379", "147258") or _a_day(pin)


def _a_day(pin: str) -> bool:
    """Whether six or eight digits are a date, day first or year first."""
    for form in {6: ("%d%m%y", "%y%m%d", "%m%d%y"), 8: ("%d%m%Y", "%Y%m%d", "%m%d%Y")}.get(len(pin), ()):
        try:
            read = datetime.strptime(pin, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if 1900 <= read.year <= 2099:
            return True
    return False


def fault_of(pin: str, again: str) -> dict[str, str]:
    """What is wrong with a new PIN, by field; empty when nothing is."""
    if not re.fullmatch(rf"[0-9]{{{FEWEST_DIGITS},{MOST_DIGITS}}}", pin):
        return {"pin": NOT_A_PIN}
    if easy(pin):
        return {"pin": TOO_EASY}
    return {} if pin == again else {"again": "This is not the same PIN. Type it once more."}


def proof_of(pin: str, *, owner: object) -> str:
    """What is kept of a PIN: Argon2 over a digest that only DATA_KEYS can make, another one for each owner."""
    return make_password(_keyed(pin, owner)[0], hasher=ARGON2)


def fits(pin: str, proof: str, *, owner: object) -> bool:
    """Whether this is the PIN that `proof_of` kept, under any of DATA_KEYS; takes as long when there is none."""
    kept = proof or make_password(None)
    tried = [check_password(keyed, kept) for keyed in _keyed(pin, owner)]
    return any(tried) and bool(proof)


def _keyed(pin: str, owner: object) -> list[str]:
    return blind_indexes(f"{owner}|{pin}", purpose="PIN")


@transaction.atomic
def set_pin(*, actor: Actor, pin: str, again: str, now: datetime) -> None:
    """Keep somebody's own PIN in place of the one before. BadInput by field. The door sees to a full sign-in first."""
    if actor.user is None or actor.facts_only:
        raise BadInput({"pin": "Only a person with an account has a PIN."})
    if wrong := fault_of(pin, again):
        raise BadInput(wrong)
    kept = {"proof": proof_of(pin, owner=actor.user.pk), "set_at": now}
    Pin.objects.update_or_create(user=actor.user, defaults=kept)
    record("pin.set", actor.user, actor=actor, at=now, organisation=actor.first_place())


@transaction.atomic
def remove_pin(*, actor: Actor, now: datetime) -> None:
    """Somebody wants no PIN any more."""
    if actor.user is not None and Pin.objects.filter(user=actor.user).delete()[0]:
        record("pin.removed", actor.user, actor=actor, at=now, organisation=actor.first_place())


def has_pin(user: User) -> bool:
    """Whether they have set a PIN."""
    return Pin.objects.filter(user=user).exists()


@transaction.atomic
def try_pin(*, tablet: Device, member: User, pin: str, now: datetime) -> Proof:
    """Look at a PIN and count it when it is wrong; one try after the other, however many come at once."""
    tablet = Device.objects.select_for_update().get(pk=tablet.pk)
    if pins_are_off(tablet, now=now):
        return Proof.EVERYBODY
    tried = wrong_tries(tablet, member)
    if tried.count() >= WRONG_FOR_A_PERSON:
        return Proof.LOCKED
    kept = Pin.objects.filter(user=member).first()
    if kept is not None and fits(pin, kept.proof, owner=member.pk):
        tried.filter(at__gte=now - SLIP).delete()
        return Proof.RIGHT
    count_wrong(tablet=tablet, member=member, now=now)
    if tried.count() < WRONG_FOR_A_PERSON:
        return Proof.WRONG
    record("pin.locked", member, actor=actor_for(member, ()), at=now, organisation=tablet.organisation_id)
    return Proof.LOCKED


def wrong_tries(tablet: Device, member: User) -> QuerySet[WrongPin]:
    """The wrong tries at somebody's PIN on this tablet since they last signed in fully there."""
    tries = WrongPin.objects.filter(tablet=tablet, user=member)
    full = FullSignIn.objects.filter(tablet=tablet, user=member).first()
    return tries.filter(at__gt=full.at) if full else tries


def pins_are_off(tablet: Device, *, now: datetime) -> bool:
    """Whether this tablet asks everybody for a full sign-in now."""
    return tablet.pins_off_at is not None and now < tablet.pins_off_at + PINS_STAY_OFF


def count_wrong(*, tablet: Device, member: User | None, now: datetime) -> None:
    """Keep a wrong try; with too many on this tablet no PIN counts on it for some hours, and its managers are told.

    The caller holds the tablet's lock.
    """
    WrongPin.objects.filter(tablet=tablet, user=None, at__lt=now - WEEK).delete()
    WrongPin.objects.create(tablet=tablet, user=member, at=now)
    lately = WrongPin.objects.filter(tablet=tablet, at__gt=max(now - WEEK, tablet.pins_off_at or now - WEEK))
    if lately.filter(at__gt=now - HOUR).count() < WRONG_IN_AN_HOUR and lately.count() < WRONG_IN_A_WEEK:
        return
    tablet.pins_off_at = now
    tablet.save(update_fields=["pins_off_at"])
    record("tablet.guessed", tablet, actor=None, at=now, organisation=tablet.organisation_id)
    post_letters(
        organisations=[tablet.organisation_id],
        type="tablet.guessed",
        subject_id=tablet.pk,
        path="/api/v1/devices",
        ids={"tablet": str(tablet.pk)},
        now=now,
    )


@transaction.atomic
def signed_in_fully(*, tablet: Device, user: User, now: datetime) -> int:
    """Somebody signed in on this tablet with more than a PIN: their PIN counts again. Returns how many were wrong."""
    wrong = wrong_tries(tablet, user).count()
    FullSignIn.objects.update_or_create(tablet=tablet, user=user, defaults={"at": now})
    return wrong
