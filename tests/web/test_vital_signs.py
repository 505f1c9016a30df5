"""Vital signs that are old or incomplete say so: on the first screen, and wherever it is shown."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, write_sections
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
    crew, ward = browser_of("crew"), browser_of("ward")
    label = f"/b/{world.token(world.bag)}"
    answers = (crew.get(label), ward.get(label), ward.get(f"/transfers/{transfer.pk}"))
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
        assert "OLD:" not in words


def write(world, **contents):
    seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=world.now)}
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen=seen, now=world.now)


def home_pages(world, client, transfer):
    addresses = (
        reverse("web:resident", args=[world.peggy.pk]),
        reverse("web:observations", args=[world.peggy.pk]),
        reverse("web:going_why", args=[transfer.pk]),
    )
    return [" ".join(client.get(address).content.decode().split()) for address in addresses]


def test_the_homes_own_pages_never_show_an_old_score_as_todays(world, browser_of):
    transfer = in_hospital(world)
    record_observation(
        actor=world.actor("carer"),
        resident=world.peggy,
        values=HIGH | {"taken_at": timezone.now() - timedelta(days=15)},
        now=timezone.now(),
    )
    for words in home_pages(world, browser_of("carer"), transfer):
        for part in ("not taken today", "OLD: taken 15 days ago", "Not how they are now", "NEWS2 then: 12 high"):
            assert part in words
        assert "rb-news2__score" not in words
        assert "Ring 999 now" not in words


def recorded_now(world, **changes):
    values = {**HIGH, **changes}
    return record_observation(actor=world.actor("carer"), resident=world.peggy, values=values, now=timezone.now())


def test_where_the_plan_is_comfort_care_no_page_shows_a_score_and_every_page_shows_the_readings(world, browser_of):
    transfer = in_hospital(world)
    recorded_now(world, taken_at=timezone.now() - timedelta(hours=1))
    recorded_now(world, pulse=96)
    write(world, plan={"comfort_care": "yes"})
    home = browser_of("carer")
    everywhere = home_pages(world, home, transfer) + pages(world, browser_of, transfer)
    everywhere.append(home.get(reverse("web:going_ready", args=[transfer.pk])).content.decode())
    for words in everywhere:
        shown = words.lower()
        assert "comfort care: no score is shown" in shown
        assert "96" in shown
        for part in ("news2 12", "news2 <strong>", "already at least", "e-score", "far from normal", "▲ breaths"):
            assert part not in shown, part


def test_scores_kept_before_the_plan_changed_are_hidden_too(world, browser_of):
    recorded_now(world)
    assert world.peggy.observations.get().score == 12
    write(world, plan={"comfort_care": "yes"})
    page = browser_of("carer").get(reverse("web:observations", args=[world.peggy.pk])).content.decode()
    assert "<svg" not in page
    assert ">12<" not in page


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (lambda world: write(world, conditions={"pregnant": "yes"}), "NEWS2 is not made for pregnancy."),
        (
            lambda world: Resident.objects.filter(pk=world.peggy.pk).update(date_of_birth=date(2014, 1, 1)),
            "NEWS2 is not made for people under 16.",
        ),
    ],
    ids=["pregnancy", "under 16"],
)
def test_a_page_says_why_there_is_no_score(world, browser_of, arrange, words):
    arrange(world)
    recorded_now(world)
    for page in home_pages(world, browser_of("carer"), in_hospital(world)):
        assert words in page
        assert "26" in page


def test_the_score_while_typing_knows_who_is_scored(world, browser_of):
    write(world, plan={"comfort_care": "yes"})
    client, signs = browser_of("carer"), {**HIGH, "on_oxygen": "yes", "person": str(world.peggy.pk)}
    page = client.post(reverse("web:score_observation"), signs).content.decode()
    assert "The plan is comfort care: no score is shown." in page
    assert "NEWS2 <strong>" not in page
    strangers = client.post(reverse("web:score_observation"), {**signs, "person": str(world.nora.pk)})
    assert strangers.status_code == 404


def test_with_every_score_stand_ring_and_999_and_the_credit(world, browser_of):
    recorded_now(world)
    for words in home_pages(world, browser_of("carer"), in_hospital(world)):
        assert "Worried? Ring" in words
        assert "Never wait for a score before ringing 999" in words
        assert "Royal College of Physicians" in words


def test_vital_signs_never_stand_in_the_way(world, browser_of):
    transfer, client = in_hospital(world), browser_of("carer")
    answer = client.post(reverse("web:going_why", args=[transfer.pk]), {"concern": "Fell"})
    assert answer.status_code == 302
    assert not world.peggy.observations.exists()


def test_confusion_is_asked_as_new(world, browser_of):
    page = browser_of("carer").get(reverse("web:observations", args=[world.peggy.pk])).content.decode()
    assert "New confusion, not usual for them" in page
    assert "Confused as they usually are? Choose Alert" in page


def test_scale_2_asks_who_set_it_and_says_when_nobody_wrote_it(world, browser_of):
    client, address = browser_of("carer"), reverse("web:observations", args=[world.peggy.pk])
    assert "which clinician set it, and when?" in client.get(address).content.decode()
    signs = {**HIGH, "on_oxygen": "yes", "spo2_scale": "2"}
    assert client.post(address, signs).status_code == 302
    assert "Scale 2; nobody wrote who set it: ask a clinician." in client.get(address).content.decode()
    client.post(address, {**signs, "scale2_by": "Dr Osei, 3 May"})
    page = client.get(address).content.decode()
    assert "Scale 2, set by: Dr Osei, 3 May" in page
    assert "which clinician set it, and when?" not in page


def test_a_rounded_temperature_is_said(world, browser_of):
    client, address = browser_of("carer"), reverse("web:observations", args=[world.peggy.pk])
    page = client.post(address, {**HIGH, "on_oxygen": "yes", "temperature": "36,85"}, follow=True).content.decode()
    assert "Temperature 36.85 was kept as 36.9." in page


def test_the_last_scores_are_a_picture_with_a_table_behind_it(world, browser_of):
    for hours, pulse in ((20, 80), (10, 96), (4, 135)):
        record_observation(
            actor=world.actor("carer"),
            resident=world.peggy,
            values=CALM | {"pulse": pulse, "taken_at": timezone.now() - timedelta(hours=hours)},
            now=timezone.now(),
            baseline=hours == 20,
        )
    page = browser_of("carer").get(reverse("web:observations", args=[world.peggy.pk])).content.decode()
    assert ": 0, 1, 3. Usual: 0." in page
    assert page.count('class="rb-trend__mark"') == 3
    assert "135 a minute ▲" in page


def test_of_the_two_newest_sets_the_later_is_the_present_state(world):
    observed(world, hours=5)
    observed(world, hours=1, baseline=True, **CALM)
    page = emergency(transfer=in_hospital(world), now=world.now)
    assert (page.news2.score, page.usual_news2.score) == (0, 0)


def test_all_that_is_wrong_with_typed_signs_is_said_at_once(world, browser_of):
    typed = {"pulse": "abc", "spo2": "880", "temperature": "warm", "taken_time": "25:99"}
    answer = browser_of("carer").post(reverse("web:observations", args=[world.peggy.pk]), typed)
    assert set(answer.context["errors"]) == {"pulse", "spo2", "temperature", "taken_time"}
