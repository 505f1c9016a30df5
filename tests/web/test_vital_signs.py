"""Vital signs that are old or incomplete say so: on the first screen, and wherever it is shown."""

from datetime import timedelta

import pytest

from redbag.summaries.observing import record_observation
from redbag.transfers.emergency import emergency
from tests.web.journeys import in_hospital

pytestmark = pytest.mark.django_db
HIGH = {"respiratory_rate": 26, "spo2": 90, "on_oxygen": True, "systolic_bp": 120, "pulse": 95}
HIGH |= {"acvpu": "C", "temperature": "37.0"}
CALM = HIGH | {"respiratory_rate": 16, "spo2": 97, "on_oxygen": False, "pulse": 80, "acvpu": "A"}


def observed(world, *, hours, baseline=False, **signs):
    taken = world.now - timedelta(hours=hours)
    record_observation(
        actor=world.actor("carer"),
        resident=world.peggy,
        values=(signs or HIGH) | {"taken_at": taken},
        now=world.now,
        baseline=baseline,
    )


@pytest.mark.parametrize(
    ("minutes", "old"), [(0, False), (719, False), (720, False), (721, True), (60 * 24 * 15, True)]
)
def test_vital_signs_are_old_after_twelve_hours(world, minutes, old):
    observed(world, hours=0)
    page = emergency(transfer=in_hospital(world), now=world.now + timedelta(minutes=minutes))
    assert (page.news2.old, bool(page.vitals_gap), page.news2.age_minutes) == (old, old, minutes)


def test_what_was_not_taken_today_is_said_and_never_of_a_set_of_this_day(world):
    transfer = in_hospital(world)
    assert emergency(transfer=transfer, now=world.now).vitals_gap == "not taken today"
    observed(world, hours=0)
    midday = world.now.replace(hour=1, minute=0)
    assert emergency(transfer=transfer, now=midday + timedelta(hours=16)).vitals_gap == "not taken in the last 12 hours"
    assert emergency(transfer=transfer, now=midday + timedelta(days=1)).vitals_gap == "not taken today"


def test_a_usual_set_taken_just_now_is_the_present_state_too(world):
    observed(world, hours=300)
    observed(world, hours=1, baseline=True, **CALM)
    page = emergency(transfer=in_hospital(world), now=world.now)
    assert (page.vitals_gap, page.news2.score, page.usual_news2.score) == ("", 0, 0)


def test_an_incomplete_set_says_the_band_it_has_reached_and_which_readings_are_red(world):
    observed(world, hours=1, respiratory_rate=30, spo2=88, on_oxygen=True)
    news2 = emergency(transfer=in_hospital(world), now=world.now).news2
    assert (news2.score, news2.band, news2.at_least) == (None, "", "high")
    assert [reading.name for reading in news2.red] == ["respiratory_rate", "spo2"]


def test_an_incomplete_set_without_points_is_never_called_low(world):
    observed(world, hours=1, respiratory_rate=16)
    news2 = emergency(transfer=in_hospital(world), now=world.now).news2
    assert (news2.score, news2.at_least, news2.red) == (None, "", [])


def pages(world, browser_of, transfer):
    crew, ward, home = browser_of("crew"), browser_of("ward"), browser_of("carer")
    label = f"/b/{world.token(world.bag)}"
    answers = (crew.get(label), ward.get(label), ward.get(f"/transfers/{transfer.pk}"))
    answers += (home.get(f"/transfers/{transfer.pk}/sheet"),)
    return [answer.content.decode() for answer in answers]


def test_an_old_score_is_never_shown_as_todays(world, browser_of):
    observed(world, hours=15 * 24)
    for words in pages(world, browser_of, in_hospital(world)):
        order = [
            "Vital signs: not taken today",
            "OLD: taken 15 days ago",
            "Not how they are now",
            "NEWS2 then: 12 high",
        ]
        places = [words.find(part) for part in order]
        assert -1 not in places, order[places.index(-1)]
        assert places == sorted(places)
        assert "e-score" not in words


def test_a_red_reading_of_an_incomplete_set_is_on_every_page(world, browser_of):
    observed(world, hours=1, respiratory_rate=30, spo2=88, on_oxygen=True, acvpu="C")
    for words in pages(world, browser_of, in_hospital(world)):
        assert "already at least: high" in words
        assert "▲ Breaths" in words
        assert "New confusion" in words
        assert "OLD" not in words
