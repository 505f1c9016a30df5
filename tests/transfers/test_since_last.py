"""What left the home says how it differs from what left it last time."""

import hashlib
import json
from datetime import timedelta

import pytest
import rfc8785

from redbag.residents.actions import change_resident
from redbag.summaries.actions import write_sections
from redbag.summaries.models import BodyMap
from redbag.transfers import actions
from redbag.transfers.since_last import differences
from redbag.transfers.snapshot import since_last
from tests.web.journeys import pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
DAYS = 60 * 24


def wrote(world, minutes=0, **contents):
    seen = {row.section: row.version for row in world.peggy.current_sections.all()}
    at = world.now + timedelta(minutes=minutes)
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen=seen, now=at)


def been(world):
    """A first journey of Peggy's, there and back."""
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=300, kind="handoff", to="VDEM1")
    return transfer


def told(transfer):
    return [(each.section, each.label, each.words) for each in since_last(transfer).changes]


def test_a_first_journey_is_compared_with_nothing(world):
    assert since_last(pack(world)) is None


def test_the_second_journey_says_what_differs_by_section_in_words(world):
    wrote(world, allergies={"status": "none_known"}, medicines={"items": [{"name": "Aspirin", "dose": "75 mg"}]})
    first = been(world)
    wrote(
        world,
        minutes=400,
        allergies={"status": "present", "items": [{"agent": "Penicillin"}]},
        medicines={"items": [{"name": "Aspirin", "dose": "150 mg"}]},
        needs={"eating": {"usual": "independent", "now": "severe"}},
        safeguarding={"speak_first": "yes", "detail": "marmalade"},
    )
    second = pack(world, minutes=DAYS)
    assert since_last(second).transfer == first.pk
    assert told(second) == [
        ("allergies", "Allergies", "was No known allergies (asked); now Has allergies"),
        ("allergies", "What they are allergic to", "new: Penicillin"),
        ("medicines", "Medicines", "was Aspirin, dose: 75 mg; now Aspirin, dose: 150 mg"),
        ("needs", "Eating", "new: When last checked: cannot do it (usually: independent)"),
    ]
    assert "marmalade" not in second.snapshots.get().content


def test_nothing_new_is_said_as_nothing_and_not_as_unknown(world):
    been(world)
    assert told(pack(world, minutes=DAYS)) == []


def test_what_changes_before_leaving_is_compared_with_the_last_journey_and_not_with_a_minute_ago(world):
    been(world)
    second = pack(world, minutes=DAYS)
    wrote(world, minutes=DAYS + 1, conditions={"blood_thinner": "Apixaban"})
    later = world.now + timedelta(minutes=DAYS + 2)
    actions.add_to_transfer(actor=world.actor("carer"), transfer=second, values={"ask": "CT?"}, now=later)
    assert told(second) == [("conditions", "Blood thinner", "new: Apixaban")]


def test_the_snapshot_is_canonical_json_with_its_hash_and_holds_skin_and_papers(world):
    mark = {"id": "6f1b2f0e-0000-4000-8000-000000000001", "kind": "bruise", "category": "", "side": "front"}
    mark |= {"x": 300, "y": 400, "where": "left forearm, front", "note": "", "first_seen": "2026-11-03"}
    BodyMap.objects.create(
        resident=world.peggy, moment="home", checked=True, marks=[mark], seen_at=world.now, recorded_at=world.now
    )
    transfer = pack(world)
    snapshot = transfer.snapshots.get()
    content = json.loads(snapshot.content)
    assert rfc8785.dumps(content).decode() == snapshot.content
    assert hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.hash == transfer.snapshot_hash
    assert (content["body_map"]["marks"], content["documents"], content["changes_since_last"]) == ([mark], [], None)


def test_no_number_leaves_the_home_of_whoever_must_not_be_told(world):
    contacts = [{"name": "Rex", "phone": "01632 960999", "do_not_tell": True}, {"name": "Ann", "phone": "01632 960111"}]
    change_resident(actor=world.actor("senior"), resident=world.peggy, values={"contacts": contacts}, now=world.now)
    world.peggy.refresh_from_db()
    kept = json.loads(pack(world).snapshots.get().content)["resident"]["contacts"]
    assert [(row["name"], row["phone"]) for row in kept] == [("Rex", ""), ("Ann", "01632 960111")]
    assert kept[0]["do_not_tell"]


def test_a_snapshot_of_before_is_compared_too_and_what_it_could_not_hold_is_not_called_new(world):
    wrote(world, legal={"dols_state": "authorised"})
    content = json.loads(pack(world).snapshots.get().content)
    allergies = {"name": "allergies", "content": {"status": "none_known", "items": []}}
    odd = {"name": "medicines", "content": {"items": "Aspirin", "note": ["x"], "gone": 1}}
    before = {"resident": {}, "summary": [allergies, odd]}
    found = {(each.section, each.label): each.words for each in differences(before, content)}
    assert found[("allergies", "Allergies")].endswith("now Not known: check before giving anything")
    assert ("legal", "Deprivation of liberty safeguards") in found
    assert not {"skin", "documents"} & {section for section, _ in found}
    assert differences({}, content)


def with_contacts(world, minutes, *contacts):
    at = world.now + timedelta(minutes=minutes)
    change_resident(actor=world.actor("senior"), resident=world.peggy, values={"contacts": list(contacts)}, now=at)
    world.peggy.refresh_from_db()


def test_a_contact_without_a_name_whom_nobody_may_tell_since_keeps_its_number(world):
    before = {"resident": {"contacts": [{"relation": "son", "phone": "07700 900123"}]}}
    after = {"resident": {"contacts": [{"relation": "son", "phone": "", "do_not_tell": True}]}}
    assert "07700" not in str(differences(before, after))
