"""Calls about addresses and news: how they fare, their order and secrets, sending again, every kind of news."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from redbag.api.schema import document
from redbag.deliveries.actions import post_letters
from redbag.deliveries.events import CATALOGUE
from redbag.deliveries.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
WEBHOOK = {"kind": "webhook", "address": "https://hooks.example.org/a", "events": []}


@pytest.fixture
def added(api):
    """An endpoint of Oakview as the call that added it answered."""
    return api("manager").post("endpoints", WEBHOOK).json()


def test_an_endpoint_says_how_it_fares(api, added):
    assert (added["health"], added["failures"], added["disabled_at"]) == ("working", 0, None)
    Endpoint.objects.update(disabled_at=timezone.now(), failures=9)
    assert api("manager").get(f"endpoints/{added['id']}").json()["health"] == "switched_off"
    assert api("millbrook_manager").get(f"endpoints/{added['id']}").status_code == 404


def test_switching_on_needs_a_test_that_arrived(api, added):
    off = timezone.now() - timedelta(minutes=5)
    Endpoint.objects.update(disabled_at=off)
    path = f"endpoints/{added['id']}/switch-on"
    refused = api("manager").post(path, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "test_first")
    assert api("manager").post(f"endpoints/{added['id']}/test", {}).status_code == 202
    Delivery.objects.update(state="DELIVERED", settled_at=timezone.now())
    assert api("manager").post(path, {}).json()["disabled_at"] is None


def test_the_order_is_changed_but_not_into_a_circle(api, added):
    mail = {"kind": "email", "address": "a@oakview.example", "fallback_of": added["id"]}
    second = api("manager").post("endpoints", mail).json()
    manager = api("manager")
    main, spare = f"endpoints/{added['id']}", f"endpoints/{second['id']}"
    assert manager.call("PATCH", main, {"fallback_of": second["id"]}).status_code == 422
    assert manager.call("PATCH", spare, {"fallback_of": None}).json()["fallback_of"] is None
    assert manager.call("PATCH", main, {"fallback_of": second["id"]}).status_code == 200


def test_a_secret_is_changed_and_the_old_one_ended(api, added):
    fresh = api("manager").post(f"endpoints/{added['id']}/secret", {}).json()
    assert fresh["secret"] != added["secret"]
    assert Endpoint.objects.get().secret == f"{fresh['secret']} {added['secret']}"
    until = datetime.fromisoformat(fresh["old_secret_until"])
    assert timedelta(hours=47) < until - timezone.now() <= timedelta(hours=48)
    assert api("manager").call("DELETE", f"endpoints/{added['id']}/old-secret").status_code == 204
    assert Endpoint.objects.get().secret == fresh["secret"]


def test_a_time_is_sent_again_at_most_once(api, world, added):
    now = timezone.now()
    for minutes in (90, 30):
        at = now - timedelta(minutes=minutes)
        subject = world.bag.pk
        post_letters(
            organisations=[world.oakview.pk], type="item.missing", subject_id=subject, path="/", ids={}, now=at
        )
    Delivery.objects.update(state="FAILED", next_attempt_at=None)
    asked = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat(), "endpoint": added["id"]}
    first = api("manager").post("deliveries/replay", asked)
    assert (first.status_code, first.json()) == (202, {"count": 1, "more": False})
    assert api("manager").post("deliveries/replay", asked).json()["count"] == 0
    backwards = api("manager").post("deliveries/replay", {"from": asked["to"], "to": asked["from"]})
    assert (backwards.status_code, set(backwards.json()["errors"])) == (422, {"to"})
    assert api("carer").post("deliveries/replay", asked).status_code == 403


def test_every_kind_of_news_is_listed_and_described(api):
    rows = api("ward").get("event-types").json()["results"]
    assert [row["name"] for row in rows] == [event.name for event in CATALOGUE]
    assert set(document()["webhooks"]) == {event.name for event in CATALOGUE}
