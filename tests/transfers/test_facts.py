"""Facts are kept whatever they say, count once, and take their place by when they happened."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError

from redbag.bags.actions import issue_label, reissue_label
from redbag.bags.models import Bag
from redbag.errors import Refused
from redbag.journal.models import Entry
from redbag.organisations.models import Organisation
from redbag.summaries.observing import record_observation
from redbag.transfers import judging
from redbag.transfers.actions import Packing, add_to_transfer, pack_bag
from redbag.transfers.handover_codes import code_at
from redbag.transfers.holding import holding
from redbag.transfers.intake import settle_held, take_in
from redbag.transfers.models import Fact, HeldFact, Transfer
from redbag.transfers.story import tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def packed(world):
    packing = Packing(
        resident=world.peggy,
        bag=world.bag,
        destination=world.stmarys,
        items=({"category": "glasses", "description": "Brown frame"}, {"category": "dentures_upper"}),
    )
    return pack_bag(actor=world.actor("carer"), packing=packing, now=world.now)[0]


def send(world, who, *facts, at=0, sent=None):
    """Send facts as somebody, `at` minutes after the packing; returns the results."""
    now = world.now + timedelta(minutes=at)
    return take_in(actor=world.actor(who), sent_at=sent or now, facts=list(facts), now=now)


def handoff(world, to, at, **more):
    more.setdefault("token", world.token(world.bag))
    return {
        "id": str(uuid.uuid4()),
        "kind": "handoff",
        "to": to,
        "occurred_at": (world.now + timedelta(minutes=at)).isoformat(),
        **more,
    }


def stage(transfer):
    return Transfer.objects.get(pk=transfer.pk).stage


def test_a_bag_goes_out_and_comes_home(world, packed):
    steps = [
        ("crew", "RDEM9", "WITH_CREW", "with_crew"),
        ("ward", "RDEM1", "IN_HOSPITAL", "in_hospital"),
        ("crew", "RDEM9", "COMING_HOME", "coming_home"),
        ("carer", "VDEM1", "BACK_HOME", "back"),
    ]
    for minute, (who, to, expected, bag_state) in enumerate(steps, start=10):
        [result] = send(world, who, handoff(world, to, minute), at=minute)
        assert (result.outcome, result.stage) == ("created", expected)
        assert Bag.objects.get(pk=world.bag.pk).state == bag_state


def test_the_same_fact_sent_again_changes_nothing(world, packed):
    fact = handoff(world, "RDEM9", 10)
    first, again = send(world, "crew", fact, at=10)[0], send(world, "crew", fact, at=11)[0]
    assert (first.outcome, again.outcome) == ("created", "duplicate")
    assert Fact.objects.filter(kind="handoff").count() == 1
    assert "differs" not in again.flags


def test_a_known_id_with_other_content_is_flagged_and_the_first_stands(world, packed):
    fact = handoff(world, "RDEM9", 10)
    send(world, "crew", fact, at=10)
    [again] = send(world, "crew", {**fact, "place": "Bay 3"}, at=11)
    assert (again.outcome, list(again.flags)) == ("duplicate", ["differs"])
    assert Fact.objects.get(pk=fact["id"]).place == ""


def test_an_id_first_kept_for_another_organisation_says_nothing_else(world, packed):
    fact = handoff(world, "RDEM9", 10)
    send(world, "crew", fact, at=10)
    [stolen] = send(world, "northgate", {**fact, "to": "RDEM2"}, at=11)
    assert (stolen.outcome, stolen.reason, stolen.transfer, stolen.stage) == ("quarantined", "not_yours", None, None)


def test_a_late_fact_takes_its_place_by_when_it_happened(world, packed):
    send(world, "ward", handoff(world, "RDEM1", 40), at=40)
    [late] = send(world, "crew", handoff(world, "RDEM9", 10), at=60)
    assert late.stage == "IN_HOSPITAL"
    assert [line.fact.kind for line in tell(packed).lines] == ["pack", "handoff", "handoff"]
    assert tell(packed).lines[1].organisation == world.lifeline


def test_more_than_two_days_late_is_kept_and_flagged(world, packed):
    [result] = send(world, "crew", handoff(world, "RDEM9", 10), at=60 * 49)
    assert (result.outcome, list(result.flags)) == ("created", ["late"])


def test_a_clock_that_is_wrong_is_corrected_and_both_times_are_kept(world, packed):
    fast = handoff(world, "RDEM9", 10 + 90)
    [result] = send(world, "crew", fast, at=10, sent=world.now + timedelta(minutes=100))
    kept = Fact.objects.get(pk=fast["id"])
    assert list(result.flags) == ["clock_corrected"]
    assert kept.occurred_at == world.now + timedelta(minutes=10)
    assert kept.claimed_at == world.now + timedelta(minutes=100)


def test_what_has_not_happened_yet_waits_until_it_has(world, packed):
    fact = handoff(world, "RDEM9", 30)
    [result] = send(world, "crew", fact, at=10)
    assert (result.outcome, result.reason) == ("quarantined", "future")
    assert stage(packed) == "PACKED"
    settle_held(now=world.now + timedelta(minutes=31))
    assert stage(packed) == "WITH_CREW"


def test_an_unknown_token_is_kept_not_lost(world, packed):
    fact = handoff(world, "RDEM9", 10, token="A" * 26)
    [result] = send(world, "crew", fact, at=10)
    assert (result.outcome, result.reason) == ("quarantined", "unknown_token")
    assert HeldFact.objects.get(pk=fact["id"]).settled_at is None


def test_each_bad_fact_is_kept_by_itself_and_the_good_ones_count(world, packed):
    good = handoff(world, "RDEM9", 10)
    naive = {**handoff(world, "RDEM9", 10), "occurred_at": "2026-11-21T02:50:00"}
    nobody = handoff(world, "ZZZZ9", 10)
    results = send(world, "crew", "not an object", naive, nobody, {}, good, at=10)
    assert [(r.outcome, r.reason) for r in results] == [
        ("quarantined", "malformed"),
        ("quarantined", "malformed"),
        ("quarantined", "unknown_organisation"),
        ("quarantined", "malformed"),
        ("created", None),
    ]
    assert HeldFact.objects.count() == 4


def test_a_held_fact_becomes_one_when_its_organisation_is_loaded(world, packed):
    fact = handoff(world, "RNEW1", 10)
    assert send(world, "carer", fact, at=10)[0].reason == "unknown_organisation"
    Organisation.objects.create(ods_code="RNEW1", name="New Ambulances", kind="ambulance")
    assert settle_held(now=world.now + timedelta(minutes=11)) == 1
    assert stage(packed) == "WITH_CREW"
    assert send(world, "carer", fact, at=12)[0].outcome == "duplicate"


def test_giving_on_before_being_known_to_hold_it_counts_once_the_receipt_arrives(world, packed):
    given = handoff(world, "RDEM1", 30)
    assert send(world, "crew", given, at=30)[0].reason == "not_yours"
    [received] = send(world, "crew", handoff(world, "RDEM9", 10), at=31)
    assert received.outcome == "created"
    assert stage(packed) == "IN_HOSPITAL"
    assert Fact.objects.filter(pk=given["id"]).exists()


def test_told_by_one_side_is_complete_and_the_other_side_confirms_it(world, packed):
    [told] = send(world, "carer", handoff(world, "RDEM9", 10), at=10)
    assert (told.outcome, told.stage, list(told.flags)) == ("created", "WITH_CREW", ["unconfirmed"])
    send(world, "crew", handoff(world, "RDEM9", 12), at=12)
    assert Transfer.objects.get(pk=packed.pk).holder_confirmed is True
    assert "unconfirmed" not in tell(packed).line(uuid.UUID(str(told.id))).flags


def test_a_hand_over_code_proves_both_sides(world, packed):
    code, _ = code_at(packed, world.now + timedelta(minutes=10))
    [told] = send(world, "crew", handoff(world, "RDEM9", 10, handover_code=code), at=10)
    assert list(told.flags) == []
    assert Fact.objects.get(pk=told.id).code_proved is True
    packed.refresh_from_db()
    assert holding(transfer=packed, facts=list(packed.facts.all())).sure == (
        "said by the crew, confirmed with the hand-over code"
    )


def test_a_right_code_that_the_giver_sent_confirms_and_the_record_says_who_sent_it(world, packed):
    code, _ = code_at(packed, world.now + timedelta(minutes=10))
    [told] = send(world, "carer", handoff(world, "RDEM9", 10, handover_code=code), at=10)
    assert (told.outcome, list(told.flags)) == ("created", [])
    fact = Fact.objects.get(pk=told.id)
    assert (fact.code_proved, fact.content) == (True, {"code": "own"})


def test_a_wrong_code_leaves_the_hand_over_as_told_by_one_side(world, packed):
    [told] = send(world, "crew", handoff(world, "RDEM9", 10, handover_code="nought"), at=10)
    assert (told.outcome, told.stage, list(told.flags)) == ("created", "WITH_CREW", [])
    fact = Fact.objects.get(pk=told.id)
    assert (fact.code_proved, fact.content) == (False, {"code": "wrong"})


def test_the_pathway_keeps_what_it_did_not_expect(world, packed):
    send(world, "ward", handoff(world, "RDEM1", 10), at=10)
    send(world, "crew", handoff(world, "RDEM9", 20), at=20)
    [back_again] = send(world, "northgate", handoff(world, "RDEM2", 30), at=30)
    assert (back_again.outcome, back_again.stage) == ("created", "IN_HOSPITAL")
    assert "unexpected" in back_again.flags


def test_who_has_nothing_to_do_with_it_cannot_give_it_away(world, packed):
    [result] = send(world, "northgate", handoff(world, "RDEM9", 10), at=10)
    assert (result.outcome, result.reason, result.transfer) == ("quarantined", "not_yours", None)
    assert stage(packed) == "PACKED"


def test_an_auditor_and_an_administrator_move_no_bag(world, packed):
    for who in ("auditor", "administrator"):
        [result] = send(world, who, handoff(world, "RDEM9", 10), at=10)
        assert (result.outcome, result.reason) == ("quarantined", "not_yours")


def test_a_fact_taken_back_no_longer_counts_and_stays_readable(world, packed):
    fact = handoff(world, "RDEM9", 10)
    send(world, "crew", fact, at=10)
    void = {
        "id": str(uuid.uuid4()),
        "kind": "void",
        "fact": fact["id"],
        "reason": "wrong bag",
        "occurred_at": fact["occurred_at"],
    }
    [result] = send(world, "crew", void, at=11)
    assert (result.outcome, result.stage) == ("created", "PACKED")
    assert tell(packed).line(uuid.UUID(fact["id"])).voided_by == uuid.UUID(void["id"])


def test_a_void_may_come_before_its_fact(world, packed):
    fact = handoff(world, "RDEM9", 10)
    void = {
        "id": str(uuid.uuid4()),
        "kind": "void",
        "fact": fact["id"],
        "reason": "wrong bag",
        "token": world.token(world.bag),
        "occurred_at": fact["occurred_at"],
    }
    assert send(world, "crew", void, at=11)[0].outcome == "created"
    assert send(world, "crew", fact, at=12)[0].stage == "PACKED"


def test_only_the_sender_or_the_homes_senior_takes_a_fact_back(world, packed):
    fact = handoff(world, "RDEM9", 10)
    send(world, "crew", fact, at=10)
    void = {
        "kind": "void",
        "fact": fact["id"],
        "reason": "no",
        "occurred_at": fact["occurred_at"],
        "transfer": str(packed.pk),
    }
    for who, outcome in (("ward", "quarantined"), ("carer", "quarantined"), ("senior", "created")):
        assert send(world, who, {**void, "id": str(uuid.uuid4())}, at=12)[0].outcome == outcome
    assert stage(packed) == "PACKED"


def test_the_packing_cannot_be_taken_back(world, packed):
    void = {
        "id": str(uuid.uuid4()),
        "kind": "void",
        "fact": str(packed.pk),
        "reason": "no",
        "occurred_at": world.now.isoformat(),
    }
    [result] = send(world, "senior", void, at=1)
    assert (result.outcome, list(result.flags), result.stage) == ("created", ["not_possible"], "PACKED")


def test_a_finished_transfer_keeps_later_facts_and_never_reopens(world, packed):
    send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    closed = {
        "id": str(uuid.uuid4()),
        "kind": "outcome",
        "outcome": "closed",
        "transfer": str(packed.pk),
        "occurred_at": (world.now + timedelta(minutes=20)).isoformat(),
    }
    assert send(world, "ward", {**closed, "id": str(uuid.uuid4())}, at=20)[0].reason == "not_yours"
    assert send(world, "carer", closed, at=20)[0].stage == "CLOSED"
    [after] = send(world, "ward", handoff(world, "RDEM1", 30), at=30)
    assert (after.outcome, after.stage) == ("created", "CLOSED")
    assert "after_close" in after.flags
    void = {
        "id": str(uuid.uuid4()),
        "kind": "void",
        "fact": closed["id"],
        "reason": "reopen",
        "occurred_at": (world.now + timedelta(minutes=31)).isoformat(),
    }
    assert send(world, "senior", void, at=31)[0].stage == "CLOSED"


def check(world, item, state, at, **more):
    return {
        "id": str(uuid.uuid4()),
        "kind": "check",
        "token": world.token(world.bag),
        "items": [{"item": item, "state": state, **more}],
        "occurred_at": (world.now + timedelta(minutes=at)).isoformat(),
    }


def test_what_is_not_found_is_flagged_and_what_is_found_again_is_not(world, packed):
    glasses = tell(packed).items[0].id
    send(world, "ward", handoff(world, "RDEM1", 10), at=10)
    [missing] = send(world, "ward", check(world, glasses, "missing", 15), at=15)
    assert "missing_items" in missing.flags
    assert Transfer.objects.get(pk=packed.pk).missing_items == 1
    send(world, "ward", check(world, glasses, "present", 25), at=25)
    assert Transfer.objects.get(pk=packed.pk).missing_items == 0
    assert [(seen.state, seen.differs) for seen in tell(packed).items[0].seen] == [("missing", True), ("present", True)]


def test_an_item_nobody_listed_is_held_until_somebody_tells_of_it(world, packed):
    send(world, "ward", handoff(world, "RDEM1", 10), at=10)
    extra = str(uuid.uuid4())
    looked = check(world, extra, "present", 20)
    assert send(world, "ward", looked, at=20)[0].reason == "unknown_item"
    send(world, "ward", check(world, extra, "extra", 15, category="phone", description="Nokia"), at=21)
    phone = next(item for item in tell(packed).items if item.id == extra)
    assert (phone.description, phone.came_as, [seen.state for seen in phone.seen]) == (
        "Nokia",
        "extra",
        ["extra", "present"],
    )


def test_contents_nobody_looked_for_at_the_ward_are_flagged_until_somebody_does(world, packed):
    [arrived] = send(world, "ward", handoff(world, "RDEM1", 10, identity={"wristband": True}), at=10)
    assert list(arrived.flags) == ["unchecked"]
    send(world, "ward", check(world, tell(packed).items[0].id, "present", 15), at=15)
    assert Transfer.objects.get(pk=packed.pk).flags == []


def test_a_voided_label_still_counts_for_its_bag_and_says_so(world, packed):
    old = world.token(world.bag)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    [result] = send(world, "crew", handoff(world, "RDEM9", 10, token=old), at=10)
    assert (result.outcome, list(result.flags)) == ("created", ["void_label"])


def test_a_blank_label_and_a_bag_nobody_packed_keep_the_fact(world, packed):
    blank = Bag.objects.create(home=world.oakview, tracker="blank-1", state="blank", created_at=world.now)
    issue_label(bag=blank, now=world.now)
    for bag in (blank, world.other_bag):
        assert (
            send(world, "crew", handoff(world, "RDEM9", 10, token=world.token(bag)), at=10)[0].reason == "blank_label"
        )


def test_a_fact_belongs_to_the_journey_of_its_moment(world, packed):
    send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    send(world, "carer", handoff(world, "VDEM1", 30), at=30)
    later = world.now + timedelta(minutes=120)
    second, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.arthur, bag=world.bag), now=later)
    assert stage(packed) == "CLOSED"
    [old] = send(world, "ward", handoff(world, "RDEM1", 20, identity={"born": True}), at=130)
    [new] = send(world, "crew", handoff(world, "RDEM9", 125), at=131)
    assert (old.transfer, new.transfer) == (packed.pk, second.pk)
    assert list(old.flags) == ["unchecked"]


def test_a_fact_from_before_the_first_packing_counts_for_the_first_and_says_so(world, packed):
    [result] = send(world, "crew", handoff(world, "RDEM9", -30), at=10)
    assert (result.outcome, list(result.flags)) == ("created", ["before_packing"])


def test_a_few_minutes_before_the_packing_is_the_same_journey(world, packed):
    [result] = send(world, "crew", handoff(world, "RDEM9", -10), at=10)
    assert (result.transfer, list(result.flags)) == (packed.pk, [])


def test_packing_the_same_twice_is_one_transfer(world):
    packing = Packing(resident=world.peggy, bag=world.bag)
    first, made = pack_bag(actor=world.actor("carer"), packing=packing, now=world.now)
    second, made_again = pack_bag(actor=world.actor("carer"), packing=packing, now=world.now)
    assert (first.pk, made, made_again) == (second.pk, True, False)
    with pytest.raises(Refused):
        pack_bag(actor=world.actor("carer"), packing=Packing(id=packing.id, resident=world.arthur), now=world.now)


def test_a_resident_is_on_one_journey_at_a_time(world, packed):
    with pytest.raises(Refused) as refusal:
        pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    assert (refusal.value.code, refusal.value.facts) == ("transfer_open", {"transfer": str(packed.pk)})


def test_a_bag_that_is_out_is_not_packed_for_somebody_else_until_that_journey_is_finished(world, packed):
    send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    carer, later = world.actor("carer"), world.now + timedelta(hours=30)
    with pytest.raises(Refused) as refusal:
        pack_bag(actor=carer, packing=Packing(resident=world.arthur, bag=world.bag), now=later)
    assert (refusal.value.code, refusal.value.facts) == ("bag_elsewhere", {"transfer": str(packed.pk)})
    assert stage(packed) == "WITH_CREW"
    closed = {"kind": "outcome", "outcome": "closed", "transfer": str(packed.pk), "occurred_at": later.isoformat()}
    send(world, "carer", {**closed, "id": str(uuid.uuid4())}, at=60 * 30)
    fresh, _ = pack_bag(actor=carer, packing=Packing(resident=world.arthur, bag=world.bag), now=later)
    assert (stage(packed), stage(fresh)) == ("CLOSED", "PACKED")
    assert Bag.objects.get(pk=world.bag.pk).state == "packed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"occurred_at": "9999-12-31T23:59:59-10:00"},
        {"place": "\ud800"},
        {"place": "a\0b"},
    ],
)
def test_a_fact_that_no_calendar_or_database_can_hold_spoils_no_other(world, packed, wrong):
    results = send(world, "crew", handoff(world, "RDEM9", 10, **wrong), handoff(world, "RDEM9", 10), at=10)
    assert [(each.outcome, each.reason) for each in results] == [("quarantined", "malformed"), ("created", None)]


def test_what_is_added_after_leaving_is_dated_and_leaves_the_snapshot_alone(world, packed):
    carer = world.actor("carer")
    before = add_to_transfer(actor=carer, transfer=packed, values={"ask": "Scan of the hip"}, now=world.now)
    assert before.snapshot_hash != packed.snapshot_hash
    send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    after = add_to_transfer(
        actor=carer, transfer=packed, values={"return_when": "Walking"}, now=world.now + timedelta(minutes=30)
    )
    assert after.snapshot_hash == before.snapshot_hash
    assert [line.fact.content for line in tell(after).additions] == [{"return_when": "Walking"}]


def test_what_was_measured_while_packed_is_in_the_snapshot_that_leaves(world, packed):
    carer, now = world.actor("carer"), world.now + timedelta(minutes=5)
    record_observation(actor=carer, resident=world.peggy, values={"pulse": 104}, now=now)
    send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    record_observation(actor=carer, resident=world.peggy, values={"pulse": 77}, now=now + timedelta(minutes=20))
    send(world, "ward", handoff(world, "RDEM1", 40), at=40)
    snapshots = Transfer.objects.get(pk=packed.pk).snapshots.order_by("version")
    assert [(json.loads(each.content)["observation"] or {}).get("pulse") for each in snapshots] == [None, 104]
    assert Transfer.objects.get(pk=packed.pk).snapshot_hash == snapshots[1].hash


def test_the_record_falls_with_the_fact_when_the_journal_cannot_be_written(world, packed, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("redbag.transfers.intake.record", broken)
    with pytest.raises(OSError, match="disk full"):
        send(world, "crew", handoff(world, "RDEM9", 10), at=10)
    assert stage(packed) == "PACKED"
    assert Fact.objects.filter(kind="handoff").count() == 0


def test_every_fact_leaves_an_entry_without_a_name(world, packed):
    send(world, "crew", handoff(world, "RDEM9", 10, to_name="Sam Secret"), at=10)
    entry = Entry.objects.get(action="fact.handoff")
    assert (entry.resident_id, entry.organisation_id) == (world.peggy.pk, world.lifeline.pk)
    assert "Secret" not in str(entry.facts)


def test_a_hand_off_takes_at_most_eleven_statements(world, packed, django_assert_max_num_queries):
    crew, now = world.actor("crew"), world.now + timedelta(minutes=10)
    fact = handoff(world, "RDEM9", 10)
    with django_assert_max_num_queries(10 + 2):  # with SAVEPOINT and its release; signing in takes the eleventh
        take_in(actor=crew, sent_at=now, facts=[fact], now=now)


SPOILT = [
    {"kind": "check", "items": [{"item": str(uuid.UUID(int=1)), "state": "extra", "category": []}]},
    {"kind": "check", "items": [{"item": str(uuid.UUID(int=1)), "state": "extra", "category": {"a": 1}}]},
    {"kind": "check", "items": [{"item": [], "state": {}, "quantity": [], "note": {}}]},
    {"kind": "outcome", "outcome": "died", "details": {"a\0b": "c"}},
    {"kind": "outcome", "outcome": "died", "details": {"\ud800": "c", "x" * 5000: 1}},
    {"kind": "outcome", "outcome": {"died": 1}, "details": [1]},
    {"kind": []},
    {"token": {"a": []}, "transfer": []},
    {"kind": "pack", "resident": [], "items": [{"category": []}]},
    {"kind": "pack", "resident": "PEGGY", "items": [{"category": [], "where": "bag"}]},
    {"kind": "pack", "resident": "PEGGY", "items": [{"category": "other", "where": {"a": 1}}]},
    {"kind": "pack", "resident": "PEGGY", "reason": ["concern"], "bag": {}},
    {"kind": "pack", "resident": "PEGGY", "reason": {"a\0b": "x"}},
    {"kind": "pack", "resident": "PEGGY", "token": [1], "destination": {"a": 1}},
]


@pytest.mark.parametrize("wrong", SPOILT)
def test_whatever_stands_in_a_fact_it_is_held_and_the_next_one_counts(world, packed, wrong):
    told = {name: str(world.arthur.pk) if value == "PEGGY" else value for name, value in wrong.items()}
    carer = send(world, "carer", handoff(world, "RDEM9", 10, **told), at=10)
    assert [each.outcome for each in carer] == ["quarantined"]
    results = send(world, "crew", handoff(world, "RDEM9", 10, **told), handoff(world, "RDEM9", 10), at=10)
    assert [each.outcome for each in results] == ["quarantined", "created"]
    assert {each.reason for each in [*carer, *results]} <= {"malformed", "not_yours", "unknown_token", None}
    assert HeldFact.objects.count() == 2


def fails_for(monkeypatch, fact_id, fault):
    """Taking in one fact meets a fault of ours."""
    judge = judging.judge

    def judged(*, arrival, **more):
        if str(arrival.sent.id) == fact_id:
            raise fault
        return judge(arrival=arrival, **more)

    monkeypatch.setattr(judging, "judge", judged)


@pytest.mark.parametrize("fault", [RuntimeError("a name"), IntegrityError("again"), KeyError("x")])
def test_a_fault_of_ours_holds_its_fact_alone_until_it_is_mended(world, packed, monkeypatch, caplog, fault):
    taken, given = handoff(world, "RDEM9", 10), handoff(world, "RDEM1", 30)
    with monkeypatch.context() as patched:
        fails_for(patched, taken["id"], fault)
        results = send(world, "carer", taken, given, at=30)
        assert [(each.outcome, each.reason) for each in results] == [("quarantined", "our_fault"), ("created", None)]
        assert [each.outcome for each in send(world, "carer", taken, at=31)] == ["quarantined"]
        assert settle_held(now=world.now + timedelta(minutes=32)) == 0
    assert taken["id"] in caplog.text
    assert "a name" not in caplog.text
    assert settle_held(now=world.now + timedelta(hours=1)) == 1
    assert Fact.objects.filter(pk=taken["id"]).exists()
    assert [each.outcome for each in send(world, "carer", taken, at=62)] == ["duplicate"]


def test_a_fact_that_waits_and_fails_does_not_take_the_next_one_with_it(world, packed, monkeypatch):
    waits = handoff(world, "ZZZZ9", 20, transfer=str(packed.pk))
    send(world, "crew", waits, at=20)
    fails_for(monkeypatch, waits["id"], RuntimeError("broken"))
    assert [each.outcome for each in send(world, "crew", handoff(world, "RDEM9", 21), at=21)] == ["created"]
    assert HeldFact.objects.get(pk=waits["id"]).settled_at is None


def test_what_cannot_count_yet_never_stands_before_what_came_later(world, packed):
    never = [handoff(world, "RDEM9", 10, token=f"{digit}" * 26) for digit in "ABC"]
    send(world, "crew", *never, at=10)
    send(world, "carer", handoff(world, "ZZZZ9", 20), at=20)
    Organisation.objects.filter(pk=world.northgate.pk).update(ods_code="ZZZZ9")
    moments = [world.now + timedelta(minutes=minutes) for minutes in (30, 31)]
    assert [settle_held(now=moment, limit=3) for moment in moments] == [0, 1]


def test_one_held_fact_that_cannot_even_be_opened_leaves_the_round_going(world, packed):
    broken, later = handoff(world, "ZZZZ9", 10), handoff(world, "ZZZZ9", 20)
    send(world, "carer", broken, later, at=20)
    HeldFact.objects.filter(pk=broken["id"]).update(body="{")
    Organisation.objects.filter(pk=world.northgate.pk).update(ods_code="ZZZZ9")
    assert settle_held(now=world.now + timedelta(minutes=30)) == 1
