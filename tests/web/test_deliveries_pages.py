"""News sent out: what needs a person, every try, and the addresses."""

from datetime import timedelta

import pytest

from redbag.deliveries.actions import add_endpoint, post_letters
from redbag.deliveries.models import Attempt, Delivery, Endpoint
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State = Delivery.State


def endpoint_of(world, who="manager", place=None, address="https://example.org/hook", kind="webhook"):
    return add_endpoint(
        actor=world.actor(who),
        organisation=place or world.oakview,
        kind=kind,
        address=address,
        events=["item.missing"],
        fallback_of=None,
        now=world.now,
    )[0]


@pytest.fixture
def parked(world):
    """A letter nobody took, with two tries."""
    endpoint_of(world)
    [delivery] = post_letters(
        organisations=[world.oakview.pk],
        type="item.missing",
        subject_id=world.bag.pk,
        path="/",
        ids={},
        now=world.now,
    )
    for number in (1, 2):
        at = world.now + timedelta(minutes=number)
        Attempt.objects.create(
            delivery=delivery, number=number, started_at=at, finished_at=at, status=503, outcome="refused"
        )
    Delivery.objects.filter(pk=delivery.pk).update(state=State.PARKED, next_attempt_at=None)
    return delivery


def test_what_needs_a_person_comes_first_with_every_try(world, browser_of, parked):
    page = browser_of("manager").get("/deliveries").content.decode()
    assert "Needs you (1)" in page
    assert "Something was not found" in page
    assert "https://example.org/hook" in page
    assert page.count("(answer 503)") == 2


def test_sending_again_makes_it_due(world, browser_of, parked):
    answer = browser_of("manager").post(f"/deliveries/{parked.pk}/replay")
    assert (answer.status_code, answer["Location"]) == (302, "/deliveries")
    assert Delivery.objects.get().state == State.DUE


def test_seeing_to_it_needs_words_and_keeps_them(world, browser_of, parked):
    browser = browser_of("manager")
    empty = browser.post(f"/deliveries/{parked.pk}/settle", {"note": " ", "state": "PARKED"})
    assert empty.status_code == 422
    assert f'href="#note-{parked.pk}"' in empty.content.decode()
    long = browser.post(f"/deliveries/{parked.pk}/settle", {"note": "x" * 2000, "state": "PARKED"})
    assert "x" * 2000 in long.content.decode()
    assert Delivery.objects.get().state == State.PARKED

    browser.post(f"/deliveries/{parked.pk}/settle", {"note": "Rang the home"})
    assert (Delivery.objects.get().state, Delivery.objects.get().settled_note) == (State.FAILED, "Rang the home")
    assert "Rang the home" in browser.get("/deliveries?state=FAILED").content.decode()


@pytest.mark.parametrize(("who", "status"), [("millbrook_manager", 404), ("carer", 404), ("discharge", 404)])
def test_letters_of_others_are_neither_shown_nor_touched(world, browser_of, parked, who, status):
    browser = browser_of(who)
    assert "example.org" not in browser.get("/deliveries").content.decode()
    for what in ("replay", "settle"):
        assert browser.post(f"/deliveries/{parked.pk}/{what}", {"note": "Mine"}).status_code == status
    assert Delivery.objects.get().state == State.PARKED


@pytest.mark.parametrize("who", ["carer", "senior", "crew", "ward", "auditor"])
def test_roles_that_manage_nothing_are_refused(world, browser_of, who):
    for address in ("/deliveries", "/endpoints", "/endpoints/new"):
        assert browser_of(who).get(address).status_code == 403


def test_a_webhooks_secret_is_shown_once(world, browser_of):
    browser = browser_of("manager")
    asked = {"kind": "webhook", "address": "https://example.org/hook", "events": ["item.missing"]}
    page = browser.post("/endpoints/new", asked).content.decode()
    endpoint = Endpoint.objects.get()
    assert page.count(endpoint.secret) == 1
    assert "no-store" in browser.post("/endpoints/new", asked)["Cache-Control"]
    assert endpoint.secret not in browser.get("/endpoints").content.decode()


def test_a_wrong_address_is_named_and_kept(world, browser_of):
    typed = {"kind": "email", "address": "nurses at oakview", "events": ["item.missing"]}
    answer = browser_of("manager").post("/endpoints/new", typed)
    assert answer.status_code == 422
    assert 'value="nurses at oakview"' in answer.content.decode()
    assert '<a href="#address">' in answer.content.decode()
    assert Endpoint.objects.count() == 0


def test_no_news_at_all_is_not_every_news(world, browser_of):
    answer = browser_of("manager").post("/endpoints/new", {"kind": "email", "address": "nurses@oakview.example"})
    assert answer.status_code == 422
    assert Endpoint.objects.count() == 0


def test_an_address_is_tried_out_and_removed(world, browser_of):
    endpoint, browser = endpoint_of(world), browser_of("manager")
    browser.post(f"/endpoints/{endpoint.pk}/test")
    assert Delivery.objects.get().letter.type == "endpoint.test"
    browser.post(f"/endpoints/{endpoint.pk}/remove")
    assert Endpoint.objects.get().removed_at is not None
    assert "No address yet." in browser.get("/endpoints").content.decode()


def test_addresses_of_others_are_neither_shown_nor_touched(world, browser_of):
    endpoint = endpoint_of(world, who="millbrook_manager", place=world.millbrook)
    browser = browser_of("manager")
    assert "example.org" not in browser.get("/endpoints").content.decode()
    assert [browser.post(f"/endpoints/{endpoint.pk}/{what}").status_code for what in ("test", "remove")] == [404, 404]
    assert Endpoint.objects.get().removed_at is None


def test_nothing_personal_is_on_the_page(world, browser_of, parked):
    pack(world)
    for state in State.values:
        assert "Peggy" not in browser_of("manager").get(f"/deliveries?state={state}").content.decode()
