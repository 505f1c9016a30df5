"""The hand-over to read out: made from the first screen, in both shapes, and never without what protects."""

from string import ascii_lowercase

import pytest

from redbag.residents.actions import change_resident
from redbag.summaries.actions import write_sections
from redbag.transfers.emergency import emergency
from redbag.transfers.spoken import SHAPES
from tests.web.journeys import pack
from tests.web.test_vital_signs import HIGH, observed

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
MADOPAR = {"name": "Madopar", "time_critical": True}
REASON = {"concern": "Fell by the bed", "last_seen_well": "23:30", "examination": "Left hip hurts"}


def read_out(world, transfer, shape):
    page = emergency(transfer=transfer, now=world.now)
    parts = SHAPES[shape](page, home="Oakview", now=world.now)
    return [part.letter for part in parts], " | ".join(sentence for part in parts for sentence in part.sentences)


@pytest.mark.parametrize(("shape", "letters"), [("sbar", "SBAR"), ("atmist", "ATMIST")])
def test_both_shapes_say_who_why_and_what_protects(world, shape, letters):
    contents = {
        "allergies": {"status": "present", "items": [{"agent": "Penicillin", "reaction": "rash"}]},
        "resuscitation": {"recommendation": "do_not_attempt"},
        "medicines": {"items": [{"name": "Madopar", "dose": "125 mg", "time_critical": True}]},
        "safeguarding": {"speak_first": "yes", "detail": "marmalade"},
    }
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen={}, now=world.now)
    said, words = read_out(world, pack(world, reason=REASON, ask="Is it broken?"), shape)
    assert "".join(said) == letters
    assert all(sentence[0] not in ascii_lowercase for sentence in words.split(" | "))
    for part in (
        "JONES, Margaret (Mrs), preferred name Peggy. 90 years old, born 3 March 1936. From Oakview",
        "What is wrong: Fell by the bed",
        "Last seen well: 23:30",
        "What was found: Left hip hurts",
        "Allergic to Penicillin (rash)",
        "If heart or breathing stops: Do NOT attempt CPR. Applies to CPR only: give all other care",
        "Must not be late: Madopar 125 mg. Last given: not recorded",
        "We ask: Is it broken?",
        "nurse in charge before sharing",
        world.oakview.phone,
    ):
        assert part in words, part
    assert "marmalade" not in words


@pytest.mark.parametrize("shape", SHAPES)
def test_what_nobody_wrote_is_read_out_as_not_known_and_never_as_none(world, shape):
    _, words = read_out(world, pack(world), shape)
    assert "Allergies: NOT KNOWN: check before giving anything" in words
    assert "If heart or breathing stops: No decision known: attempt CPR" in words
    assert "What is wrong: not said yet. Ring the home" in words
    assert "Vital signs: not taken today" in words
    assert "Not recorded: Allergies; A decision about CPR" in words


def parts_of(world, transfer, shape, now=None):
    now = now or world.now
    return SHAPES[shape](emergency(transfer=transfer, now=now), home="Oakview", now=now)


def wrote(world, contents):
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen={}, now=world.now)


@pytest.mark.parametrize("shape", SHAPES)
def test_comfort_care_and_flags_are_in_the_first_block_before_what_is_wrong(world, shape):
    wrote(
        world,
        {
            "plan": {"comfort_care": "yes"},
            "conditions": {"blood_thinner": "Apixaban"},
            "care": {"risk_to_crew": "May hit out"},
        },
    )
    parts = parts_of(world, pack(world, reason=REASON), shape)
    first = " | ".join(parts[0].sentences)
    places = [
        first.find(each) for each in ("Comfort care", "Allergies:", "If heart", "Risk", "Blood thinner: Apixaban")
    ]
    assert -1 not in places
    assert places == sorted(places)
    everything = " | ".join(each for part in parts for each in part.sentences)
    assert everything.find("Risk to you") < everything.find("What is wrong")
    assert everything.count("Apixaban") == everything.count("omfort care (end") == 1


def test_atmist_treatment_holds_treatments_and_medicines_alone(world):
    wrote(world, {"conditions": {"diagnoses": "Parkinson's"}, "medicines": {"items": [MADOPAR]}})
    reason = {**REASON, "action": "paracetamol at 06:00", "watch_for": "drowsiness"}
    parts = parts_of(world, pack(world, reason=reason, ask="Is it broken?"), "atmist")
    assert parts[0].heading == "First"
    treatment = next(part for part in parts if part.heading == "Treatment")
    assert treatment.sentences == [
        "What was done: paracetamol at 06:00",
        "Must not be late: Madopar. Last given: not recorded",
    ]
    assert "Is it broken?" in " ".join(parts[-1].sentences)


@pytest.mark.parametrize("shape", SHAPES)
def test_who_must_not_be_told_is_never_in_what_is_read_aloud(world, shape):
    kept = {"name": "Rex Jones", "relation": "son", "phone": "01632 960999", "do_not_tell": True}
    values = {"contacts": [kept]}
    change_resident(actor=world.actor("senior"), resident=world.peggy, values=values, now=world.now)
    world.peggy.refresh_from_db()
    _, words = read_out(world, pack(world), shape)
    assert "Rex" not in words
    assert "960999" not in words


@pytest.mark.parametrize("shape", SHAPES)
def test_the_age_of_vital_signs_and_what_to_ask_of_their_scale_are_read_out(world, shape):
    observed(world, hours=1, spo2_scale=2, **HIGH)
    page = emergency(transfer=pack(world), now=world.now)
    _, words = read_out(world, page_of := world.peggy.transfers.select_related("home", "resident").get(), shape)
    assert page_of.pk == page.transfer
    assert "60 minutes ago" in words
    assert page.news2.scale_words
    assert page.news2.scale_words.rstrip(".") in words
