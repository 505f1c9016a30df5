"""How our discharges went: counted as a person would count, from what was recorded and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.departures.actions import answer_home, mark_ready, plan_home
from redbag.departures.scorecard import Departure, scores
from redbag.discharges.models import DischargeSummary
from tests.web.journeys import in_hospital, tell

NO_SUCH_WARD = "/discharges/how-they-went?ward=Ward+6"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
hours = st.integers(0, 60).map(lambda count: NOW - timedelta(hours=count))
maybe = st.none() | hours
MEDICINES = st.none() | st.sampled_from(
    [
        ("ready", ""),
        ("not_ready", ""),
        ("without", "pharmacy_closed"),
        ("without", "not_needed"),
        ("without", "in_hand"),
    ]
)


@st.composite
def departure(draw, number):
    left, letter = draw(hours), draw(maybe)
    back = draw(st.none() | st.integers(0, 5).map(lambda count: left + timedelta(hours=count)))
    answer = draw(
        st.none() | st.sampled_from([("yes", None), ("cannot", None)]) | hours.map(lambda at: ("not_before", at))
    )
    return Departure(UUID(int=number), "4B", left, back, letter, draw(MEDICINES), answer)


def naive(rows):
    """How many of how many, with the plainest loops."""
    found = {}

    def count(name, counted, hit):
        number, total = found.get(name, (0, 0))
        found[name] = (number + bool(counted and hit), total + bool(counted))

    for row in rows:
        sent = row.letter_at is not None
        before = sent and row.letter_at <= row.left_at
        home_by = row.back_at or NOW + timedelta(days=1000)
        count("letter_before", True, before)
        count("letter_on_arrival", True, sent and not before and row.letter_at <= home_by)
        count("letter_later", True, sent and not before and row.letter_at > home_by)
        count("letter_never", True, not sent)
        lacks = row.medicines in (("not_ready", ""), ("without", "pharmacy_closed"))
        count("without_medicines", row.medicines not in (None, ("without", "not_needed")), lacks)
        refused = row.answer and (
            row.answer[0] == "cannot" or (row.answer[1] and (row.back_at or row.left_at) < row.answer[1])
        )
        count("against_the_home", row.answer is not None, refused)
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6).flatmap(lambda size: st.tuples(*(departure(number) for number in range(size)))))
def test_the_scores_are_what_the_plainest_count_says(rows):
    counted = {each.measure.name: (each.count, each.total) for each in scores(rows)}
    assert counted == naive(rows)
    letters = sum(counted[name][0] for name in counted if name.startswith("letter_"))
    assert letters == len(rows)


def test_where_nobody_recorded_anything_there_is_no_number():
    told = {each.measure.name: (each.total, each.percent) for each in scores([Departure(UUID(int=1), "", NOW)])}
    assert (told["against_the_home"], told["without_medicines"]) == ((0, None), (0, None))
    assert {each.percent for each in scores([])} == {None}


@pytest.fixture
def gone(world, transfer, at):
    """Peggy went home at 04:20 without her medicines and against the word of the home; a letter came at six."""
    ward, now = world.actor("ward"), world.now + timedelta(minutes=60)
    plan, _ = plan_home(actor=ward, transfer=transfer, leaves_at=now + timedelta(minutes=30), now=now)
    mark_ready(actor=ward, transfer=transfer, line="medicines", says="without", reason="pharmacy_closed", now=now)
    senior, said = world.actor("senior"), {"says": "cannot", "because": "No hoist"}
    answer_home(actor=senior, transfer=transfer, plan=plan.pk, now=now + timedelta(minutes=5), **said)
    tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=120, kind="handoff", to="VDEM1")
    glasses, aid = [row["id"] for row in transfer.facts.get(kind="pack").items]
    seen = [{"item": glasses, "state": "missing"}, {"item": aid, "state": "present"}]
    tell(world, "carer", transfer, minutes=130, kind="check", items=seen)
    DischargeSummary.objects.create(
        transfer=transfer,
        home=world.oakview,
        resident=world.peggy,
        organisation=world.stmarys,
        version=1,
        state="sent",
        form="headings",
        written_at=now,
        sent_at=world.now + timedelta(minutes=190),
    )
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    at(60 * 30)
    return transfer


@pytest.mark.django_db
def test_a_hospital_counts_its_own_discharges_with_the_journeys_behind_each_number(world, gone, api):
    card = api("ward").get("departures/scorecard").json()
    assert (card["departures"], card["wards"]) == (1, ["A&E"])
    told = {each["name"]: (each["count"], each["total"]) for each in card["measures"]}
    assert told == {
        "letter_before": (0, 1),
        "letter_on_arrival": (0, 1),
        "letter_later": (1, 1),
        "letter_never": (0, 1),
        "without_medicines": (1, 1),
        "against_the_home": (1, 1),
    }
    assert [each["transfers"] for each in card["measures"] if each["name"] == "letter_later"] == [[str(gone.pk)]]
    assert api("ward").get("departures/scorecard?ward=Ward+6").json()["departures"] == 0
    assert api("ward").get("departures/scorecard?days=7").status_code == 422
    assert api("northgate").get("departures/scorecard").json()["departures"] == 0
    assert api("manager").get("departures/scorecard").status_code == 403


@pytest.mark.django_db
def test_the_page_names_whose_journeys_they_were_to_their_hospital_alone(world, gone, browser_of):
    page = " ".join(browser_of("discharge").get("/discharges/how-they-went").content.decode().split())
    assert "<strong>1 of 1</strong> (100 %)" in page
    behind = browser_of("discharge").get("/discharges/how-they-went", {"behind": "without_medicines"})
    assert "JONES, Margaret" in behind.content.decode()
    strange = browser_of("northgate").get("/discharges/how-they-went", {"behind": "without_medicines"})
    assert strange.status_code == 200
    assert "JONES" not in strange.content.decode()
    for nobody in (browser_of("northgate").get("/discharges/how-they-went"), browser_of("ward").get(NO_SUCH_WARD)):
        assert "There is nothing to count in these days" in nobody.content.decode()
    assert browser_of("ward").get("/discharges/how-they-went?days=zz").status_code == 404
    assert browser_of("manager").get("/discharges/how-they-went").status_code == 403


def test_nothing_that_the_measures_tell_is_counted_here_by_another_rule(gone, browser_of):
    assert {each.measure.name for each in scores([])}.isdisjoint({"at_night", "not_read", "things_missing"})
    page = " ".join(
        browser_of("discharge").get("/hospital-scores?from=2026-11-01&to=2026-11-30").content.decode().split()
    )
    assert page.count("left hospital between ten at night and six in the morning") == 1
    assert "discharges/how-they-went" in page
