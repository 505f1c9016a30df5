"""After vital signs are saved the page says what they ask for, and the next pages keep it in sight."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from redbag.summaries.actions import write_sections
from redbag.transfers.actions import Packing, pack_bag

pytestmark = pytest.mark.embedded
HIGH = {
    "respiratory_rate": "26",
    "spo2": "90",
    "on_oxygen": "yes",
    "systolic_bp": "95",
    "pulse": "115",
    "acvpu": "A",
    "temperature": "38.5",
}


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def transfer(world, at):
    packing = Packing(resident=world.peggy, destination=world.stmarys)
    return pack_bag(actor=world.actor("carer"), packing=packing, now=timezone.now())[0]


def saved(client, transfer, **signs):
    address = reverse("web:going_why", args=[transfer.pk])
    return words(client.post(address, {"form": str(uuid4()), **signs}, follow=True))


def test_the_score_and_what_it_asks_for_are_in_the_message_and_in_the_strip(world, transfer, browser_of, at):
    client = browser_of("carer")
    page = saved(client, transfer, **HIGH)
    assert "Vital signs saved. NEWS2 13, high: an emergency. Ring 999 now" in page
    line = f"NEWS2 13 high, {timezone.localtime(timezone.now()):%H:%M}"
    for step in ("going_still_right", "going_bag", "going_ready"):
        assert f"<strong>{line}</strong>" in words(client.get(reverse(f"web:{step}", args=[transfer.pk])))
    at(60 + 13 * 60)
    assert line not in words(client.get(reverse("web:going_bag", args=[transfer.pk])))


def test_an_incomplete_set_says_what_it_has_reached_and_comfort_care_has_no_score(world, transfer, browser_of):
    client = browser_of("carer")
    page = saved(client, transfer, respiratory_rate="26", spo2="90", pulse="115")
    assert "3 of 7 taken: NEWS2 already at least high: an emergency." in page
    assert "1 of 7 taken: no NEWS2 yet." in saved(client, transfer, pulse="80")
    plan = {"plan": {"comfort_care": "yes"}}
    write_sections(
        actor=world.actor("senior"), resident=world.peggy, contents=plan, seen={"plan": 0}, now=timezone.now()
    )
    page = saved(client, transfer, **HIGH)
    assert "Vital signs saved. The plan is comfort care: no score is shown." in page
    assert "NEWS2 13" not in page


def test_a_time_later_than_now_is_said_to_be_yesterday(world, transfer, browser_of):
    client = browser_of("carer")
    later = timezone.localtime(timezone.now() + timedelta(minutes=5)).strftime("%H:%M")
    page = words(client.post(reverse("web:score_observation"), {**HIGH, "taken_time": later}))
    assert f"Taken yesterday {later}" in page
    assert "Taken yesterday" not in words(client.post(reverse("web:score_observation"), HIGH))
    address = reverse("web:observations", args=[world.peggy.pk])
    page = words(client.post(address, {**HIGH, "taken_time": later}, follow=True))
    assert f"Vital signs saved. Taken yesterday {later}. These are old: not how they are now." in page
    assert f"yesterday {later}, by" in page
