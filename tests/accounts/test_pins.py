"""PINs: which are taken, that the database alone tells nothing, and how often one may be tried."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password

from redbag.accounts import agency, pins
from redbag.accounts.agency import TRIED_WORDS, WRONG_WORD, Told, let_in, renew_word, try_shift_pin
from redbag.accounts.pins import Proof, easy, fault_of, guesses_a_year, set_pin, signed_in_fully, try_pin
from redbag.accounts.tablet_models import Pin, WrongPin
from redbag.errors import BadInput
from redbag.journal.models import Entry
from redbag.organisations.models import Device
from redbag.organisations.tablets import enrol_tablet

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
GOOD = "4093"


@pytest.fixture
def quick(monkeypatch):
    """What is kept of a PIN without the slow part, where how it is kept is not the matter."""
    for module in (pins, agency):
        monkeypatch.setattr(module, "proof_of", lambda pin, owner: f"{owner}{pin}")
        monkeypatch.setattr(module, "fits", lambda pin, proof, owner: proof == f"{owner}{pin}")


@pytest.fixture
def tablet(world):
    made, _ = enrol_tablet(actor=world.actor("manager"), organisation=world.oakview, name="Office", now=world.now)
    return made


def tries(world, tablet, pin, *, count=1, minutes=0, who="carer"):
    at = world.now + timedelta(minutes=minutes)
    return [
        try_pin(tablet=tablet, member=world.people[who], pin=pin, now=at + timedelta(seconds=each))
        for each in range(count)
    ]


@pytest.mark.parametrize("pin", ["1234", "1111", "9876", "8901", "1212", "2580", "1956", "2010", "030336", "19360303"])
def test_a_pin_that_is_a_row_a_pattern_or_a_day_is_not_taken(pin):
    assert easy(pin)


@pytest.mark.parametrize("pin", ["4093", "72058", "904816", "58203917"])
def test_other_digits_are_taken(pin):
    assert fault_of(pin, pin) == {}


@pytest.mark.parametrize("pin", ["", "409", "409340934", "40a3", "٤٠٩٣"])  # the last: digits of another script
def test_four_to_eight_plain_digits_and_nothing_else(pin):
    assert set(fault_of(pin, pin)) == {"pin"}
    assert set(fault_of(GOOD, "4094")) == {"again"}


def test_the_database_alone_does_not_tell_a_pin(world, settings):
    set_pin(actor=world.actor("carer"), pin=GOOD, again=GOOD, now=world.now)
    proof, carer = Pin.objects.get().proof, world.people["carer"].pk
    assert proof.startswith("argon2")
    assert not check_password(GOOD, proof)
    assert not check_password(f"{carer}|{GOOD}", proof)
    assert pins.fits(GOOD, proof, owner=carer)
    assert not pins.fits(GOOD, proof, owner=world.people["senior"].pk)  # copied to somebody else it opens nothing
    settings.DATA_KEYS = ["another key, in another house"]
    assert not pins.fits(GOOD, proof, owner=carer)


def test_five_wrong_tries_lock_a_person_on_this_tablet_until_they_sign_in_fully(world, tablet, quick):
    for who in ("carer", "senior"):
        set_pin(actor=world.actor(who), pin=GOOD, again=GOOD, now=world.now)
    assert tries(world, tablet, "7777", count=5) == [Proof.WRONG] * 4 + [Proof.LOCKED]
    assert tries(world, tablet, GOOD, minutes=60 * 24 * 30) == [Proof.LOCKED]  # a month later, too
    assert tries(world, tablet, GOOD, who="senior") == [Proof.RIGHT]
    other, _ = enrol_tablet(actor=world.actor("manager"), organisation=world.oakview, name="Kitchen", now=world.now)
    assert tries(world, other, GOOD) == [Proof.RIGHT]
    at = world.now + timedelta(days=31)
    assert signed_in_fully(tablet=tablet, user=world.people["carer"], now=at) == 5
    assert tries(world, tablet, GOOD, minutes=60 * 24 * 31 + 1) == [Proof.RIGHT]
    assert Entry.objects.filter(action="pin.locked", organisation_id=world.oakview.pk).count() == 1


def test_the_right_pin_gives_nobody_fresh_tries_but_forgives_a_slip(world, tablet, quick):
    set_pin(actor=world.actor("carer"), pin=GOOD, again=GOOD, now=world.now)
    assert tries(world, tablet, "7777", count=3) == [Proof.WRONG] * 3
    assert tries(world, tablet, GOOD, minutes=5) == [Proof.RIGHT]
    assert WrongPin.objects.count() == 3
    assert tries(world, tablet, "4094", minutes=10) == [Proof.WRONG]
    assert tries(world, tablet, GOOD, minutes=10.5) == [Proof.RIGHT]
    assert WrongPin.objects.count() == 3
    assert tries(world, tablet, "7777", count=2, minutes=20) == [Proof.WRONG, Proof.LOCKED]


def guessed(world, tablet, *, hours):
    """Wrong tries at nobody's PIN, spread evenly, until PINs are off; how many it took."""
    pause = timedelta(hours=hours)
    for count in range(1, 60):
        pins.count_wrong(tablet=tablet, member=None, now=world.now + pause * count)
        tablet.refresh_from_db()
        if tablet.pins_off_at:
            return count
    return None


@pytest.mark.parametrize(("hours", "most"), [(0.01, 20), (2, 40), (24, None)])
def test_too_many_wrong_tries_on_a_tablet_turn_pins_off_for_everybody_and_managers_are_told(
    world, tablet, quick, hours, most
):
    set_pin(actor=world.actor("carer"), pin=GOOD, again=GOOD, now=world.now)
    assert guessed(world, tablet, hours=hours) == most
    assert Entry.objects.filter(action="tablet.guessed").count() == (1 if most else 0)
    if most:
        off = (tablet.pins_off_at - world.now).total_seconds() / 60
        assert tries(world, tablet, GOOD, minutes=off + 1) == [Proof.EVERYBODY]
        assert tries(world, tablet, GOOD, minutes=off + 12 * 60) == [Proof.RIGHT]


def test_wrong_words_of_the_house_lock_the_word_and_nobodys_pin(world, tablet, quick):
    set_pin(actor=world.actor("carer"), pin=GOOD, again=GOOD, now=world.now)
    renew_word(actor=world.actor("senior"), organisation=world.oakview, now=world.now)
    told = Told(name="Jo Smith", agency="Care4U", pin=GOOD, again=GOOD, word="AAAA AAAA")
    words = []
    for _ in range(11):
        with pytest.raises(BadInput) as wrong:
            let_in(tablet=tablet, told=told, now=world.now)
        words.append(wrong.value.errors)
    assert words == [{"word": WRONG_WORD}] * 10 + [{"word": TRIED_WORDS}]
    assert (Device.objects.get().pins_off_at, WrongPin.objects.count()) == (None, 0)
    by_carer = replace(told, word="", colleague=world.people["carer"], colleague_pin=GOOD)
    shift = let_in(tablet=tablet, told=by_carer, now=world.now)
    assert [try_shift_pin(sitting=shift, pin="7777", now=world.now) for _ in range(10)] == [Proof.WRONG] * 10
    assert try_shift_pin(sitting=shift, pin=GOOD, now=world.now) == Proof.LOCKED


def test_what_somebody_at_a_tablet_can_try_in_a_year_is_the_figure_in_the_documents():
    """docs/security-guessing.md says so: change both."""
    assert guesses_a_year(people=1) == 208
    assert guesses_a_year(people=60) == 2028
    left = sum(not easy(f"{pin:04}") for pin in range(10_000))
    assert left == 9145
