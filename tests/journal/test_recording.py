"""What is written, with whom it stands or falls, and what it keeps to itself."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from redbag.bags.actions import add_bag
from redbag.bags.models import Bag, Label
from redbag.journal.models import Entry, Mention, Personal
from redbag.journal.recording import record_view
from redbag.residents.actions import add_resident, archive_resident, change_resident
from redbag.residents.models import Resident
from redbag.summaries.actions import write_sections
from redbag.summaries.models import CurrentSection, Observation, SectionVersion
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, Transfer

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
KEPT = (Bag, Label, CurrentSection, Fact, Observation, Personal, Resident, SectionVersion, Transfer)


class JournalBroken(Exception):
    pass


def state():
    return {model: list(model.objects.order_by("pk").values()) for model in KEPT}


CHANGES = {
    "add a resident": lambda w: add_resident(
        actor=w.actor("carer"),
        home=w.oakview,
        values={"first_name": "Ida", "last_name": "Low", "date_of_birth": "1940-01-01"},
        now=w.now,
    ),
    "change a resident": lambda w: change_resident(
        actor=w.actor("carer"), resident=w.peggy, values={"room": "12"}, now=w.now
    ),
    "archive a resident": lambda w: archive_resident(
        actor=w.actor("carer"), resident=w.arthur, why="Moved away", now=w.now
    ),
    "write in the summary": lambda w: write_sections(
        actor=w.actor("carer"), resident=w.peggy, contents={"legal": {"told": "Yes"}}, seen={}, now=w.now
    ),
    "take vital signs": lambda w: record_observation(
        actor=w.actor("carer"), resident=w.peggy, values={"pulse": 80}, now=w.now
    ),
    "add a bag": lambda w: add_bag(actor=w.actor("carer"), home=w.oakview, tracker="OAK-9", now=w.now),
    "pack": lambda w: pack_bag(actor=w.actor("carer"), packing=Packing(resident=w.arthur, bag=w.other_bag), now=w.now),
    "hand over": lambda w: take_in(
        actor=w.actor("crew"),
        sent_at=w.now,
        facts=[
            {
                "id": str(uuid.uuid4()),
                "kind": "handoff",
                "token": w.token(w.bag),
                "to": "RDEM9",
                "occurred_at": w.now.isoformat(),
            }
        ],
        now=w.now,
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_cannot_be_written_in_the_journal_has_not_happened(world, change, monkeypatch):
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=world.bag), now=world.now)
    before = state()

    def break_down(**_entry):
        raise JournalBroken

    monkeypatch.setattr(Entry.objects, "create", break_down)
    with pytest.raises(JournalBroken):
        change(world)
    assert state() == before


def test_what_an_entry_says_of_a_person_lies_apart_and_encrypted(world):
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"first_name": "Greta"}, now=world.now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM redbag_personal")
        [(kept,)] = cursor.fetchall()
        cursor.execute("SELECT action, facts, personal_digest FROM redbag_entry")
        [entry] = cursor.fetchall()
    assert "Margaret" not in kept
    assert "Margaret" not in str(entry)
    assert "Greta" not in str(entry)
    assert "Margaret" in Personal.objects.get().content


def look(world, who="carer", page="resident", minutes=0):
    at = world.now + timedelta(minutes=minutes)
    record_view(page, world.peggy, actor=world.actor(who), at=at, organisation=world.oakview, resident=world.peggy)


def test_looking_again_within_a_quarter_of_an_hour_is_one_entry(world):
    quarter = world.now.minute % 15
    look(world, minutes=-quarter)
    look(world, minutes=14 - quarter)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("other", [{"who": "senior"}, {"page": "summary"}, {"minutes": 16}])
def test_another_person_another_page_and_a_later_look_are_entries_of_their_own(world, other):
    look(world)
    look(world, **other)
    assert Entry.objects.count() == 2


def test_a_list_names_everybody_on_it_once(world):
    shown = [world.peggy.pk, world.arthur.pk, world.peggy.pk]
    for _ in range(2):
        record_view(
            "residents", None, actor=world.actor("carer"), at=world.now, organisation=world.oakview, residents=shown
        )
    assert Entry.objects.count() == 1
    assert sorted(Mention.objects.values_list("resident_id", flat=True)) == sorted({world.peggy.pk, world.arthur.pk})
