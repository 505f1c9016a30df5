"""The hand-over to read out: made from the first screen, in both shapes, and never without what protects."""

import pytest

from redbag.summaries.actions import write_sections
from redbag.transfers.emergency import emergency
from redbag.transfers.spoken import SHAPES
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
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
