"""What each report counts, over which days, and about whom."""

from datetime import date, datetime, timedelta

import pytest

from redbag.counting.counting import count
from redbag.discharges.actions import acknowledge, write_summary
from redbag.errors import BadInput, NotAllowed, NotThere
from redbag.organisations.models import Organisation
from redbag.reports.figures import Number
from redbag.reports.measures import MEASURES, measure_named
from redbag.reports.periods import LONDON, before, read_period
from redbag.reports.reading import runs_of, tables_of
from redbag.reports.scopes import scope_for
from redbag.residents.models import Resident
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.models import Transfer
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
START, END = date(2026, 11, 21), date(2026, 11, 22)


def counted(world):
    """Every row made anew, also of what was put into the past behind the journal's back."""
    count(Resident.objects.values_list("pk", flat=True), now=world.now)


def auditors(world):
    return scope_for(actor=world.actor("auditor"), organisation=None)


def report(world, name, *, who="manager", start=START, end=END, organisation=None, now=None):
    counted(world)
    scope = scope_for(actor=world.actor(who), organisation=organisation)
    now = now or world.now + timedelta(days=3)
    return tables_of([measure_named(name)], scope=scope, start=start, end=end, now=now)[0]


def test_each_part_of_a_journey_has_its_median_and_middle_half(world, there_and_back):
    there_and_back()
    second = there_and_back(start=300)
    Transfer.objects.filter(pk=second.pk).update(packed_at=world.now + timedelta(minutes=310))

    assert report(world, "turn-round").rows == [
        ("Waiting for the crew", 2, 15, 12.5, 17.5, 15),
        ("In the ambulance", 2, 40, 40, 40, 40),
        ("In hospital", 2, 120, 120, 120, 120),
        ("On the way home", 2, 60, 60, 60, 60),
    ]


def test_a_part_that_is_not_over_is_not_counted(world):
    taken_by_crew(world)
    assert [row[1] for row in report(world, "turn-round").rows] == [1, 0, 0, 0]


def test_a_hand_over_told_by_one_side_counts_and_one_taken_back_does_not(world):
    transfer = taken_by_crew(world)
    told = tell(world, "crew", transfer, minutes=30, kind="handoff", to="RDEM2")
    assert report(world, "unconfirmed").rows[1] == ("A hospital", 1, 1, 100)

    tell(world, "crew", transfer, minutes=31, kind="void", fact=told.id, reason="Wrong hospital")
    assert report(world, "unconfirmed").rows[1] == ("A hospital", 0, 0, None)


def test_a_hand_over_nobody_expected_counts_by_who_took_the_bag(world, there_and_back):
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "ward", transfer, minutes=20, kind="handoff", to="RDEM1")
    tell(world, "crew", transfer, minutes=30, kind="handoff", to="RDEM9")
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")

    assert report(world, "unexpected").rows[:3] == [
        ("The ambulance crew", 2, 0, 0),
        ("A hospital", 2, 1, 50),
        ("The home", 0, 0, None),
    ]


def test_what_was_not_found_counts_where_it_was_last_seen(world, there_and_back):
    there_and_back(missing=True)
    there_and_back(start=300)
    rows = {row[0]: row[1:] for row in report(world, "missing-items").rows}
    assert rows == {
        "As it left the home": (2, 0, 0),
        "With the crew": (2, 0, 0),
        "In hospital": (2, 1, 50),
        "On the way home": (2, 0, 0),
        "Back home": (2, 0, 0),
    }


def write(world, transfer, minutes):
    return write_summary(
        actor=world.actor("discharge"),
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": "Better"},
        file=None,
        form="headings",
        draft=False,
        now=world.now + timedelta(minutes=minutes),
    )


def read(world, summary, hours):
    at = summary.sent_at + timedelta(hours=hours)
    acknowledge(actor=world.actor("senior"), summary=summary, name=None, role=None, now=at)


def test_the_share_read_in_time_leaves_out_what_was_replaced_and_what_is_too_new_to_tell(world, there_and_back):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    write(world, first, 60)
    read(world, write(world, first, 90), hours=3)
    write(world, second, 100)

    soon = world.now + timedelta(hours=20)
    assert report(world, "time-to-read", now=soon).rows == [("All summaries", 1, 1, 100)]
    assert report(world, "time-to-read").rows == [("All summaries", 2, 1, 50)]
    assert report(world, "hours-to-read").headline == Number(3, 1, low=3, high=3, mean=3)


def test_a_bag_is_away_too_long_after_fourteen_days_and_not_before(world):
    in_hospital(world)
    day = (world.now + timedelta(days=14)).date()
    before = report(world, "away-too-long", end=day, now=world.now + timedelta(days=13, hours=23))
    after = report(world, "away-too-long", end=day, now=world.now + timedelta(days=14, hours=1))
    assert [row[1] for row in before.rows] == [1, 0, 0]
    assert [row[1] for row in after.rows] == [1, 1, 0]


def test_a_past_period_says_where_bags_were_then(world, there_and_back):
    there_and_back()
    midday = world.now + timedelta(minutes=100)
    assert report(world, "away-too-long", now=midday).rows[0][1] == 1
    assert report(world, "away-too-long").rows[0][1] == 0


@pytest.mark.parametrize(
    ("start", "end", "journeys"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), 1),
        (date(2026, 6, 30), date(2026, 6, 30), 1),
        (date(2026, 6, 30), date(2026, 7, 1), 2),
        (date(2026, 7, 2), date(2026, 7, 2), 0),
    ],
)
def test_days_are_london_days_and_both_ends_count(world, there_and_back, start, end, journeys):
    """At 23:30 UTC on 30 June it is 00:30 on 1 July in London."""
    first, second = there_and_back(), there_and_back(start=300)
    midnight = world.now.replace(month=6, day=30, hour=23, minute=30)
    Transfer.objects.filter(pk=first.pk).update(packed_at=midnight)
    Transfer.objects.filter(pk=second.pk).update(packed_at=midnight - timedelta(hours=1))
    assert report(world, "turn-round", start=start, end=end).together[0].number.whole == journeys


def pack_at_millbrook(world):
    packing = Packing(resident=world.nora, bag=world.millbrook_bag, destination=world.northgate)
    transfer, _ = pack_bag(actor=world.actor("millbrook"), packing=packing, now=world.now)
    tell(world, "crew", transfer, minutes=5, kind="handoff", to="RDEM9")


def journeys_of(world, who, organisation=None):
    return report(world, "missing-items", who=who, organisation=organisation).together[0].number.whole


def test_a_home_reads_its_own_journeys_and_nobody_elses(world, there_and_back):
    there_and_back()
    pack_at_millbrook(world)
    journeys = {who: journeys_of(world, who) for who in ("manager", "millbrook_manager", "discharge", "crew")}
    assert journeys == {"manager": 1, "millbrook_manager": 1, "discharge": 1, "crew": 2}


def test_an_auditor_reads_every_home_of_the_area_and_each_on_its_own_and_nobody_by_name(world, there_and_back):
    elsewhere = Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    there_and_back()
    pack_at_millbrook(world)
    stranger = pack(world, resident=world.arthur, bag=world.other_bag)
    Transfer.objects.filter(pk=stranger.pk).update(home=elsewhere)

    counted(world)
    now = world.now + timedelta(days=12)
    scope = scope_for(actor=world.actor("auditor"), organisation=None)
    tables = tables_of(MEASURES, scope=scope, start=START, end=END, now=now)
    assert {line.place for line in tables[0].apart} == {"Millbrook House", "Oakview"}
    assert {table.rounded for table in tables} == {True}
    for name in ("Peggy", "Margaret", "Jones", "Nora", "Quill", "Tester", "OAK-1"):
        assert name not in str([table.rows for table in tables])


def test_an_auditor_reads_no_small_number_of_any_home(world, there_and_back):
    there_and_back()
    december = world.now + timedelta(days=12)
    for organisation in (None, world.oakview):
        (line, *_) = report(world, "turn-round", who="auditor", organisation=organisation, now=december).together
        assert (line.hidden, line.number) == (True, Number(None))
    assert [line.hidden for line in report(world, "turn-round", who="discharge").together] == [False] * 4
    assert {line.hidden for line in report(world, "turn-round", who="discharge").apart} == {True}


def test_to_those_outside_only_months_that_are_over_are_told(world):
    asked = {"who": "auditor", "start": date(2026, 9, 20), "end": date(2026, 11, 21)}
    told = report(world, "turn-round", now=world.now, **asked)
    assert (told.start, told.end) == (date(2026, 9, 1), date(2026, 10, 31))
    running = report(world, "turn-round", now=world.now, **asked | {"start": date(2026, 11, 3)})
    assert (running.start, running.end) == (date(2026, 10, 1), date(2026, 10, 31))
    newest = datetime(2026, 11, 30, 23, 59, tzinfo=LONDON)
    assert report(world, "turn-round", now=newest, **asked).end == date(2026, 10, 31)
    over = report(world, "turn-round", now=newest + timedelta(minutes=1), **asked)
    assert (over.start, over.end) == (date(2026, 9, 1), date(2026, 11, 30))
    run = runs_of([measure_named("unconfirmed")], scope=auditors(world), last=END, months=2, now=world.now)
    assert [point.month for point in run["unconfirmed"].points] == [date(2026, 9, 1), date(2026, 10, 1)]
    assert before(told.start, told.end) == (date(2026, 7, 1), date(2026, 8, 31))
    own = report(world, "turn-round", now=world.now, **asked | {"who": "manager"})
    assert (own.start, own.end) == (asked["start"], asked["end"])


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("carer", None),
        ("ward", "VDEM1"),
        ("administrator", None),
        ("manager", "VDEM2"),
        ("manager", "RDEM1"),
        ("manager", "QDEM1"),
        ("auditor", "VFAR1"),
    ],
)
def test_reports_of_others_are_not_opened(world, who, place):
    Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    organisation = Organisation.objects.filter(ods_code=place).first()
    with pytest.raises(NotAllowed):
        report(world, "turn-round", who=who, organisation=organisation)


def test_a_report_there_is_none_of_and_days_the_wrong_way_round_say_so(world):
    with pytest.raises(NotThere):
        report(world, "profit")
    with pytest.raises(BadInput) as wrong:
        report(world, "turn-round", start=END, end=START)
    assert set(wrong.value.errors) == {"from"}


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2026-11-22", "2026-11-21", {"from"}),
        ("21.11.2026", "", {"from"}),
        ("", "2026-02-30", {"to"}),
        ("x", "y", {"from", "to"}),
        ("2001-01-01", "2026-01-01", {"from"}),
        ("0001-01-01", "", {"from"}),
    ],
)
def test_days_that_cannot_be_are_named_by_field(world, first, last, wrong):
    with pytest.raises(BadInput) as bad:
        read_period(first=first, last=last, now=world.now)
    assert set(bad.value.errors) == wrong


def test_without_days_the_last_thirty_count(world):
    assert read_period(first=None, last="", now=world.now) == (date(2026, 10, 23), date(2026, 11, 21))


def test_the_number_for_as_many_days_before_stands_beside(world, there_and_back):
    there_and_back()
    then = there_and_back(start=300)
    Transfer.objects.filter(pk=then.pk).update(packed_at=world.now - timedelta(days=1))
    scope, now = scope_for(actor=world.actor("manager"), organisation=None), world.now + timedelta(days=1)
    counted(world)
    (table,) = tables_of([measure_named("turn-round")], scope=scope, start=START, end=START, now=now, compared=True)
    assert table.headline.value == 20
    assert table.before.value == 1760
