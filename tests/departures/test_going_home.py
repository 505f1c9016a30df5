"""Going home: the ward says what is ready, the home says whether it can take them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.departures.reading import readiness
from redbag.journal.models import Entry
from redbag.transfers.models import Transfer
from tests.web.journeys import tell

pytestmark = pytest.mark.django_db


def words(response):
    return " ".join(response.content.decode().split())


def address(transfer, name="departure"):
    return reverse(f"web:{name}", args=[transfer.pk])


def say(client, transfer, line, choice, **more):
    return client.post(address(transfer, "mark_ready"), {"line": line, "choice": choice, **more}, follow=True)


def tell_the_home(client, transfer, *, day="2026-11-21", time="15:00", **more):
    said = {"leaves_day": day, "leaves_time": time, "transport": "patient_transport", **more}
    return client.post(address(transfer, "plan_home"), said, follow=True)


def answer(client, transfer, says, **more):
    plan = Planned.objects.order_by("-at").first()
    return client.post(address(transfer, "answer_home"), {"plan": str(plan.pk), "says": says, **more}, follow=True)


def stands(transfer, now):
    found = readiness(Transfer.objects.get(pk=transfer.pk), now=now, inside=False)
    return {row.line.name: row.state for row in found.lines}


def test_the_ward_sees_first_what_is_missing_and_one_tap_settles_a_line(world, transfer, browser_of):
    ward = browser_of("ward")
    page = words(ward.get(address(transfer)))
    assert page.index("What is missing") < page.index("Tell the home") < page.index("They are leaving")
    assert "JONES, Margaret (Mrs)" in page
    assert "Medicines to take out (TTOs)</a>" in page
    page = words(say(ward, transfer, "medicines", "ready"))
    assert "Medicines to take out (TTOs)</a>" not in page
    page = words(say(ward, transfer, "transport", "without:family_drives"))
    assert "▲ Without: family takes them" in page
    assert "Said by Ward Tester" in page


def test_without_medicines_takes_one_tap_on_the_reason_and_the_home_reads_it(world, transfer, browser_of):
    say(browser_of("ward"), transfer, "medicines", "without:pharmacy_closed", note="by taxi at six")
    tell_the_home(browser_of("ward"), transfer)
    page = words(browser_of("carer").get(address(transfer)))
    assert "Comes without:</strong> medicines to take out: pharmacy is closed." in page
    assert "by taxi at six" in page


def test_nobody_can_say_that_a_letter_is_sent_that_is_not(world, transfer, browser_of):
    answered = browser_of("ward").post(address(transfer, "mark_ready"), {"line": "letter", "choice": "ready"})
    assert answered.status_code == 422
    assert "You can only say that they go without it" in words(answered)
    assert not ReadyMark.objects.exists()
    assert "▲ Without: goes on paper in the bag" in words(
        say(browser_of("ward"), transfer, "letter", "without:on_paper")
    )


def test_the_home_is_asked_answers_and_the_ward_sees_it_large_with_time_and_name(world, transfer, browser_of, at):
    page = words(tell_the_home(browser_of("ward"), transfer, note="She walks with a frame"))
    assert "No answer from the home yet" in page
    asked = words(browser_of("senior").get(address(transfer)))
    assert (
        "A&amp;E, St Mary&#x27;s Hospital wants to send <strong>Peggy Jones</strong> home <strong>today at 15:00"
        in asked
    )
    assert "She walks with a frame" in asked
    at(75)
    answer(browser_of("senior"), transfer, "yes")
    page = words(browser_of("ward").get(address(transfer)))
    assert "✓</span> The home says: yes" in page
    assert "Said by Senior Tester, 04:05" in page
    assert "What is missing" in page
    assert "Home ready to take them</a>" not in page


def test_the_page_and_the_yes_name_whom_it_is_about(world, transfer, browser_of):
    tell_the_home(browser_of("ward"), transfer)
    page = words(browser_of("senior").get(address(transfer)))
    assert "Yes, we can take Peggy" in page
    assert "Margaret Jones" in page
    assert "03-Mar-1936" in page
    assert page.count("NHS number") == 1


def test_not_before_is_missing_for_a_plan_that_is_earlier_and_met_by_one_that_is_later(world, transfer, browser_of):
    tell_the_home(browser_of("ward"), transfer)
    answer(browser_of("senior"), transfer, "not_before", from_day="2026-11-21", from_time="17:00")
    page = words(browser_of("ward").get(address(transfer)))
    assert "The home says: not before 17:00" in page
    assert "Home ready to take them</a>: not before 17:00" in page


def test_cannot_needs_a_reason_and_keeps_what_was_typed(world, transfer, browser_of):
    tell_the_home(browser_of("ward"), transfer)
    assert answer(browser_of("manager"), transfer, "cannot").status_code == 422
    answer(browser_of("manager"), transfer, "cannot", because="We have no hoist")
    page = words(browser_of("ward").get(address(transfer)))
    assert "it cannot take them" in page
    assert "We have no hoist" in page


def test_a_carer_reads_it_and_whom_to_ask_but_only_a_senior_answers(world, transfer, browser_of):
    tell_the_home(browser_of("ward"), transfer)
    page = words(browser_of("carer").get(address(transfer)))
    assert "Only a senior or the manager can say yes or no" in page
    assert "Yes, we can take" not in page
    assert answer(browser_of("carer"), transfer, "yes").status_code == 403
    assert not HomeAnswer.objects.exists()


def test_an_answer_to_a_plan_that_has_changed_is_turned_down_and_an_old_yes_counts_no_more(
    world, transfer, browser_of, at
):
    tell_the_home(browser_of("ward"), transfer)
    old = Planned.objects.get()
    assert "Transport booked</a>" not in words(say(browser_of("ward"), transfer, "transport", "ready"))
    answer(browser_of("senior"), transfer, "yes")
    at(70)
    tell_the_home(browser_of("ward"), transfer, time="23:15")
    page = words(browser_of("ward").get(address(transfer)))
    assert "No answer from the home yet" in page
    assert "After ten at night: has the home said yes?" in page
    assert "Transport booked</a>" in page
    sent = {"plan": str(old.pk), "says": "yes"}
    late = browser_of("senior").post(address(transfer, "answer_home"), sent)
    assert late.status_code == 409
    assert "The hospital has changed what it plans" in words(late)
    assert HomeAnswer.objects.count() == 1


def test_telling_the_same_twice_asks_once_and_not_for_now_takes_the_question_back(world, transfer, browser_of, at):
    tell_the_home(browser_of("ward"), transfer)
    assert "The home knows this already." in words(tell_the_home(browser_of("ward"), transfer))
    assert Planned.objects.count() == 1
    say(browser_of("ward"), transfer, "medicines", "ready")
    at(70)
    browser_of("ward").post(address(transfer, "plan_home"), {"stays": "yes"})
    page = words(browser_of("ward").get(address(transfer)))
    assert "The home has not been told yet" in page
    at(80)
    assert stands(transfer, world.now + timedelta(minutes=80))["medicines"] == "not_ready"


def test_belongings_are_ready_when_looked_at_on_the_day_and_what_is_missing_is_named(world, transfer, browser_of, at):
    page = words(browser_of("ward").get(address(transfer)))
    assert "not checked by the ward" in page
    glasses, aid = [row["id"] for row in transfer.facts.get(kind="pack").items]
    seen = [{"item": glasses, "state": "missing"}]
    tell(world, "ward", transfer, minutes=50, kind="check", items=seen)
    page = words(browser_of("ward").get(address(transfer)))
    assert "not found: Glasses: Brown frame; not checked: Hearing aid, left" in page
    say(browser_of("ward"), transfer, "belongings", "without:not_found")
    assert stands(transfer, world.now + timedelta(hours=1))["belongings"] == "without"
    found = [{"item": glasses, "state": "present"}, {"item": aid, "state": "present"}]
    tell(world, "ward", transfer, minutes=55, kind="check", items=found)
    assert stands(transfer, world.now + timedelta(hours=1))["belongings"] == "ready"


def test_a_no_of_the_home_comes_back_after_the_ward_said_that_it_had_rung(world, transfer, browser_of, at):
    tell_the_home(browser_of("ward"), transfer)
    assert say(browser_of("ward"), transfer, "home", "without:home_rung").status_code == 422
    say(browser_of("ward"), transfer, "home", "without:home_rung", note="Grace, senior: she waits up")
    assert stands(transfer, world.now + timedelta(hours=1))["home"] == "without"
    at(70)
    answer(browser_of("senior"), transfer, "cannot", because="Nobody on the floor tonight")
    assert stands(transfer, world.now + timedelta(hours=2))["home"] == "not_ready"
    at(80)
    page = words(say(browser_of("ward"), transfer, "home", "without:home_rung", note="Grace found somebody"))
    assert "Home ready to take them</a>: the home cannot take them" in page
    assert "The ward says: rang the home and agreed it. “Grace found somebody” Said by Ward Tester" in page
    page = words(browser_of("senior").get(address(transfer)))
    assert "The ward says that it rang you and agreed: “Grace found somebody” (Ward Tester, 04:10)" in page


def test_the_plan_alone_says_that_transport_is_booked(world, transfer, browser_of):
    page = words(tell_the_home(browser_of("ward"), transfer, transport=""))
    assert "Transport booked</a>" in page
    assert "Booked: say how they go" in page
    answered = say(browser_of("ward"), transfer, "transport", "ready")
    assert answered.status_code == 422
    assert "The plan says that no transport is booked yet" in words(answered)
    assert not ReadyMark.objects.exists()


def test_what_only_the_ward_says_is_shown_as_its_word_and_what_is_not_so_cannot_be_said(world, transfer, browser_of):
    page = words(say(browser_of("ward"), transfer, "skin", "ready:on_letter"))
    assert "● The ward says: written on the letter</span> <span>Red Bag has not checked the letter for it." in page
    answered = say(browser_of("ward"), transfer, "belongings", "without:not_found")
    assert answered.status_code == 422
    assert "Nothing on the list is told as not found" in words(answered)


def test_strangers_find_nothing_and_the_crew_is_not_asked(world, transfer, browser_of):
    for who in ("northgate", "millbrook_manager"):
        assert browser_of(who).get(address(transfer)).status_code == 404
        assert tell_the_home(browser_of(who), transfer).status_code in (403, 404)
    assert browser_of("crew").get(address(transfer)).status_code in (403, 404)
    assert say(browser_of("senior"), transfer, "medicines", "ready").status_code == 403


def test_they_can_leave_with_things_missing_and_the_home_reads_what(world, transfer, browser_of, at):
    tell_the_home(browser_of("ward"), transfer)
    page = words(browser_of("ward").get(address(transfer)))
    assert "They can leave without it" in page
    assert "Left with Lifeline Ambulance Service" in page
    at(90)
    browser_of("ward").post(reverse("web:hand_over", args=[transfer.pk]), {"to": "RDEM9"})
    transfer.refresh_from_db()
    assert transfer.stage == "COMING_HOME"
    page = words(browser_of("carer").get(address(transfer)))
    assert "Peggy Jones has left St Mary&#x27;s Hospital, 04:20" in page
    assert "Not ready:</strong> discharge letter: not sent" in page
    assert "The ward has not said:</strong> medicines to take out" in page


def test_nobody_is_asked_about_somebody_who_has_died(world, transfer, browser_of, at):
    tell_the_home(browser_of("ward"), transfer)
    at(70)
    tell(world, "ward", transfer, minutes=65, kind="outcome", outcome="died")
    for who in ("ward", "senior"):
        assert browser_of(who).get(address(transfer)).status_code == 302
        assert "Can you take" not in words(browser_of(who).get("/"))
        assert "going-home" not in words(browser_of(who).get(reverse("web:transfer", args=[transfer.pk])))
    assert answer(browser_of("senior"), transfer, "yes").status_code == 409
    assert tell_the_home(browser_of("ward"), transfer, time="16:00").status_code == 409


def test_every_step_is_in_the_journal_without_a_word_of_what_was_written(world, transfer, browser_of):
    tell_the_home(browser_of("ward"), transfer, note="Her daughter Ana comes along")
    say(browser_of("ward"), transfer, "family", "ready", note="Ana")
    answer(browser_of("senior"), transfer, "cannot", because="No hoist")
    entries = {each.action: each for each in Entry.objects.filter(action__startswith="departure.")}
    assert set(entries) == {"departure.planned", "departure.marked", "departure.answered"}
    assert all(each.resident_id == world.peggy.pk for each in entries.values())
    assert not any(told in str(each.facts) for each in entries.values() for told in ("Ana", "hoist"))
