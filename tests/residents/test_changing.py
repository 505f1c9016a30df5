"""Whoever changes a resident has seen what stands now."""

import pytest

from redbag.residents.actions import ChangedMeanwhile, change_resident
from redbag.residents.details import seen_of
from redbag.residents.models import Resident

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def change(world, values, **more):
    return change_resident(actor=world.actor("carer"), resident=world.peggy, values=values, now=world.now, **more)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"room": "14"},
        {"contacts": [{"name": "Bob", "do_not_tell": True}]},
        {"usual_items": [{"category": "phone"}]},
        {"nhs_number": "", "nhs_number_status": ""},
    ],
)
def test_what_somebody_else_changed_since_it_was_read_is_not_written_over(world, elsewhere):
    seen = seen_of(world.peggy)
    change(world, elsewhere)
    with pytest.raises(ChangedMeanwhile) as late:
        change(world, {"room": "9"}, seen=seen)
    now = Resident.objects.get(pk=world.peggy.pk)
    assert late.value.facts["seen"] == seen_of(now)
    assert change(world, {"room": "9"}, seen=seen_of(now)).room == "9"


def test_an_empty_mark_has_seen_nothing_and_none_asks_nothing(world):
    with pytest.raises(ChangedMeanwhile):
        change(world, {"room": "9"}, seen="")
    assert change(world, {"room": "9"}).room == "9"


def test_the_same_change_sent_twice_is_one(world):
    seen = seen_of(world.peggy)
    change(world, {"room": "9"}, seen=seen)
    assert change(world, {"room": "9"}, seen=seen).room == "9"
