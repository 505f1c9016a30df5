"""What a label opens depends on who scans it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.bags.actions import reissue_label
from redbag.journal.models import Entry
from redbag.organisations.access import Actor
from redbag.summaries.actions import write_sections
from redbag.summaries.observing import record_observation
from redbag.transfers import actions, intake
from redbag.transfers.actions import Packing
from redbag.transfers.emergency import emergency
from redbag.transfers.scanning import found, look_up

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "carer",
    "senior",
    "manager",
    "crew",
    "ward",
    "discharge",
    "northgate",
    "millbrook",
    "auditor",
    "administrator",
)


def pack(world, resident=None, *, bag=None, minutes=0, **more):
    packing = Packing(
        resident=resident or world.peggy,
        bag=bag or world.bag,
        destination=more.pop("destination", world.stmarys),
        occurred_at=world.now + timedelta(minutes=minutes),
        **more,
    )
    transfer, _ = actions.pack_bag(actor=world.actor("carer"), packing=packing, now=packing.occurred_at)
    return transfer


def tell(world, who, transfer, *, minutes, **fact):
    at = world.now + timedelta(minutes=minutes)
    raw = {"id": str(uuid4()), "transfer": str(transfer.pk), "occurred_at": at.isoformat(), **fact}
    (result,) = intake.take_in(actor=world.actor(who), sent_at=at, facts=[raw], now=at)
    assert result.outcome == "created", result
    transfer.refresh_from_db()
    return result


def views(world, *, minutes, bag=None, text=None):
    now = world.now + timedelta(minutes=minutes)
    text = text or world.token(bag or world.bag)
    return {who: look_up(text=text, actor=world.actor(who), now=now).view for who in EVERYBODY}


HOME_SEES = {"carer": "home", "senior": "home", "manager": "home"}
NOBODY_ELSE = dict.fromkeys(EVERYBODY, "found") | HOME_SEES


def test_a_bag_on_no_journey_tells_only_its_home_more_than_the_found_page(world):
    assert views(world, minutes=0) == NOBODY_ELSE


def test_while_packed_any_crew_and_the_destination_may_read(world):
    pack(world)
    assert views(world, minutes=1) == NOBODY_ELSE | {"crew": "emergency", "ward": "clinical", "discharge": "clinical"}


def test_once_a_hospital_has_it_the_crew_reads_for_a_day_and_no_longer(world):
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    day = 24 * 60
    assert views(world, minutes=40 + day - 1)["crew"] == "emergency"
    assert views(world, minutes=40 + day + 1)["crew"] == "found"


def test_a_hospital_that_is_not_the_destination_reads_while_it_holds_the_bag_and_a_day_after(world):
    transfer = pack(world)
    tell(world, "northgate", transfer, minutes=30, kind="handoff", to="RDEM2")
    assert views(world, minutes=31)["northgate"] == "clinical"
    tell(world, "ward", transfer, minutes=60, kind="handoff", to="RDEM1")
    assert views(world, minutes=60 + 24 * 60 - 1)["northgate"] == "clinical"
    assert views(world, minutes=60 + 24 * 60 + 1)["northgate"] == "found"


def test_a_crew_that_never_had_the_bag_reads_nothing_after_it_left(world):
    transfer = pack(world)
    tell(world, "ward", transfer, minutes=30, kind="handoff", to="RDEM1")
    assert views(world, minutes=31)["crew"] == "found"


def test_an_old_picture_of_the_label_does_not_open_the_next_residents_record(world):
    first = pack(world)
    tell(world, "crew", first, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "ward", first, minutes=20, kind="handoff", to="RDEM1")
    tell(world, "carer", first, minutes=60, kind="handoff", to="VDEM1")
    second = pack(world, world.arthur, minutes=3000, destination=world.northgate)
    tell(world, "northgate", second, minutes=3010, kind="handoff", to="RDEM2")
    seen = views(world, minutes=3020)
    assert seen == NOBODY_ELSE | {"northgate": "clinical"}
    look = look_up(text=world.token(world.bag), actor=world.actor("ward"), now=world.now + timedelta(minutes=3020))
    assert (look.view, look.transfer) == ("found", None)


def test_after_closing_only_who_held_the_bag_within_a_day_still_reads(world):
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=30, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=40, kind="outcome", outcome="closed")
    assert views(world, minutes=50) == NOBODY_ELSE | {"crew": "emergency"}
    assert views(world, minutes=30 + 24 * 60 + 1) == NOBODY_ELSE


def test_nobody_and_a_key_for_facts_alone_see_the_found_page(world):
    pack(world)
    crew = world.actor("crew")
    facts_only = Actor(name=crew.name, posts=crew.posts, user=crew.user, facts_only=True)
    for actor in (None, facts_only):
        look = look_up(text=world.token(world.bag), actor=actor, now=world.now)
        assert (look.view, look.known, look.transfer) == ("found", True, None)


def test_the_found_page_knows_the_home_and_nothing_about_the_person(world):
    pack(world)
    look = look_up(text=world.token(world.bag), actor=None, now=world.now)
    assert found(look.bag).__dict__ == {"tracker": "OAK-1", "home": "Oakview", "phone": world.oakview.phone}


def test_a_short_code_opens_what_the_token_opens(world):
    transfer = pack(world)
    code = world.bag.labels.get().code
    look = look_up(text=f" {code[:4].lower()}-{code[4:]} ", actor=world.actor("crew"), now=world.now)
    assert (look.view, look.transfer) == ("emergency", transfer)


@pytest.mark.parametrize("text", ["", "hello", "https://elsewhere.example/x", "A" * 26, "x" * 5000])
def test_what_is_no_label_is_not_known(world, text):
    look = look_up(text=text, actor=world.actor("crew"), now=world.now)
    assert (look.view, look.known, look.bag) == ("found", False, None)


def test_a_replaced_label_still_works_on_the_journey_it_is_on_and_says_so_to_the_home(world):
    old = world.token(world.bag)
    transfer = pack(world)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn by the door", now=world.now)
    crew = look_up(text=old, actor=world.actor("crew"), now=world.now)
    home = look_up(text=old, actor=world.actor("carer"), now=world.now)
    assert (crew.view, crew.transfer, crew.voided, crew.voided_why) == ("emergency", transfer, True, "")
    assert (home.view, home.voided, home.voided_why) == ("home", True, "torn by the door")


def test_opening_health_data_is_written_in_the_journal_and_the_found_page_is_not(world):
    transfer = pack(world)
    before = Entry.objects.filter(action__startswith="viewed.").count()
    look_up(text=world.token(world.bag), actor=world.actor("northgate"), now=world.now)
    assert Entry.objects.filter(action__startswith="viewed.").count() == before
    look_up(text=world.token(world.bag), actor=world.actor("crew"), now=world.now)
    entry = Entry.objects.get(action="viewed.scan.emergency")
    assert (entry.subject_id, entry.resident_id, entry.organisation_id) == (
        transfer.pk,
        world.peggy.pk,
        world.lifeline.pk,
    )


def test_a_look_and_its_first_screen_take_six_statements(world, django_assert_max_num_queries):
    pack(world)
    text, actor = world.token(world.bag), world.actor("crew")
    with django_assert_max_num_queries(6):  # label with transfer, journal, facts, sections, papers, observations
        look = look_up(text=text, actor=actor, now=world.now)
        emergency(transfer=look.transfer, now=world.now)


def test_a_new_residents_first_screen_says_not_known_and_never_none(world):
    page = emergency(transfer=pack(world), now=world.now)
    assert page.allergies == ("not_known", "NOT KNOWN: check before giving anything")
    assert page.cpr == ("not_known", "No decision known: attempt CPR")
    assert {line.words for line in page.alerts} == {""}


def test_the_first_screen_tells_what_protects(world):
    write_sections(
        actor=world.actor("carer"),
        resident=world.peggy,
        contents={
            "allergies": {"status": "present", "items": [{"agent": "Penicillin", "reaction": "rash"}]},
            "resuscitation": {"recommendation": "do_not_attempt", "limits": "No intensive care"},
            "medicines": {"items": [{"name": "Madopar", "time_critical": True}, {"name": "Paracetamol"}]},
        },
        seen={},
        now=world.now,
    )
    vitals = {"respiratory_rate": 22, "spo2": 93, "on_oxygen": False, "systolic_bp": 108, "pulse": 104}
    vitals |= {"acvpu": "C", "temperature": "38.4"}
    record_observation(actor=world.actor("carer"), resident=world.peggy, values=vitals, now=world.now)
    calm = vitals | {"respiratory_rate": 16, "spo2": 97, "systolic_bp": 130, "pulse": 70, "acvpu": "A"}
    calm["temperature"] = "36.8"
    record_observation(
        actor=world.actor("carer"), resident=world.peggy, values=calm, now=world.now - timedelta(days=9), baseline=True
    )
    page = emergency(transfer=pack(world, reason={"concern": "Fell", "last_seen_well": "23:30"}), now=world.now)
    assert page.allergies == ("present", "Penicillin (rash)")
    assert (page.cpr[0], page.cpr_note) == ("do_not_attempt", "Applies to CPR only: give all other care")
    assert page.limits == "No intensive care"
    assert [row["name"] for row in page.time_critical] == ["Madopar"]
    assert (page.news2.score, page.usual_news2.score) == (10, 0)
    assert ([line.words for line in page.why], page.last_seen_well) == (["Fell"], "23:30")


def test_what_the_home_adds_after_the_bag_left_comes_with_how_long_after(world):
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    actions.add_to_transfer(
        actor=world.actor("carer"),
        transfer=transfer,
        values={"reason": {"concern": "Stroke?"}},
        now=world.now + timedelta(minutes=30),
    )
    transfer.refresh_from_db()
    (added,) = emergency(transfer=transfer, now=world.now).added
    assert (added.minutes_after, added.by, [line.words for line in added.lines]) == (20, "Carer Tester", ["Stroke?"])


@pytest.mark.embedded
def test_a_bag_at_rest_opens_its_newest_journey_to_the_home(world):
    carer, journeys = world.actor("carer"), []
    for day in range(3):
        at = world.now + timedelta(days=day)
        packed, _ = actions.pack_bag(actor=carer, packing=Packing(resident=world.peggy, bag=world.bag), now=at)
        closed = {"id": str(uuid4()), "kind": "outcome", "outcome": "closed", "transfer": str(packed.pk)}
        later = at + timedelta(hours=1)
        intake.take_in(actor=carer, sent_at=later, facts=[{**closed, "occurred_at": later.isoformat()}], now=later)
        journeys.append(packed.pk)
    look = look_up(text=world.token(world.bag), actor=carer, now=world.now + timedelta(days=4))
    assert (look.view, look.transfer.pk, look.on_the_way) == ("home", journeys[-1], False)
