"""The addresses that get news: how each fares, who hears first, trying out, secrets, sending a time again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from redbag.deliveries.actions import add_endpoint, post_letters
from redbag.deliveries.models import Delivery, Endpoint
from redbag.deliveries.posting import Reply
from redbag.deliveries.sending import push
from redbag.journal.models import Entry

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def add(world):
    """Add an address of Oakview."""

    def adding(name="main", *, kind="webhook", address="", fallback_of=None):
        return add_endpoint(
            actor=world.actor("manager"),
            organisation=world.oakview,
            kind=kind,
            address=address or f"https://{name}.example.org/hook",
            events=[],
            fallback_of=fallback_of,
            now=timezone.now(),
        )[0]

    return adding


@pytest.fixture
def news(world):
    """Have news for Oakview."""

    def telling(at=None):
        at = at or timezone.now()
        return post_letters(
            organisations=[world.oakview.pk], type="item.missing", subject_id=world.bag.pk, path="/", ids={}, now=at
        )[0]

    return telling


def answered(delivery, status):
    return push(str(delivery.pk), now=timezone.now, post=lambda *_, **__: Reply(status=status))


def page_of(browser, address="/endpoints"):
    return browser.get(address).content.decode()


def test_it_says_how_an_address_fares_and_the_last_words(browser_of, add, news):
    endpoint, browser = add(), browser_of("manager")
    assert "✓ Working" in page_of(browser)
    answered(news(), 503)
    page = page_of(browser)
    assert "● Failing" in page
    assert "it was refused (answer 503)" in page
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=timezone.now() + timedelta(minutes=5))
    assert "◐ Failing, tried again at" in page_of(browser)


def test_the_order_stands_in_words_and_can_be_changed_but_not_into_a_circle(browser_of, add):
    main, browser = add(), browser_of("manager")
    mail = add(kind="email", address="nurses@oakview.example")
    browser.post(f"/endpoints/{mail.pk}/order", {"fallback_of": str(main.pk)})
    assert "First the webhook at main.example.org/hook, then e-mail to nurses@oakview.example." in page_of(browser)
    refused = browser.post(f"/endpoints/{main.pk}/order", {"fallback_of": str(mail.pk)})
    assert refused.status_code == 422
    assert f'href="#order-{main.pk}"' in refused.content.decode()
    assert Endpoint.objects.get(pk=main.pk).fallback_of is None
    browser.post(f"/endpoints/{mail.pk}/order", {"fallback_of": ""})
    assert Endpoint.objects.get(pk=mail.pk).fallback_of is None
    assert Entry.objects.filter(action="endpoint.order_changed").count() == 2


def test_how_a_test_went_stands_beside_the_address(browser_of, add):
    endpoint, browser = add(), browser_of("manager")
    browser.post(f"/endpoints/{endpoint.pk}/test")
    waiting = browser.get(f"/endpoints/{endpoint.pk}/test").content.decode()
    assert "on its way" in waiting
    assert "hx-get" in waiting
    answered(Delivery.objects.get(), 200)
    over = browser.get(f"/endpoints/{endpoint.pk}/test").content.decode()
    assert "✓ it arrived (answer 200), it took 0.0 seconds" in over
    assert "hx-get" not in over


def test_a_sample_of_a_kind_of_news_can_be_sent_and_nothing_else(browser_of, add):
    endpoint, browser = add(), browser_of("manager")
    assert browser.post(f"/endpoints/{endpoint.pk}/test", {"type": "bag.eaten"}).status_code == 422
    browser.post(f"/endpoints/{endpoint.pk}/test", {"type": "item.missing"})
    letter = Delivery.objects.get().letter
    assert (letter.type, letter.ids["sample"]) == ("item.missing", True)


def test_one_that_is_switched_off_stands_on_the_board_and_comes_back_after_a_test(browser_of, add, news):
    endpoint, browser = add(), browser_of("manager")
    off = timezone.now() - timedelta(hours=1)
    Endpoint.objects.filter(pk=endpoint.pk).update(disabled_at=off, failures=9, failing_since=off)
    Delivery.objects.filter(pk=(news_ := _parked(endpoint, news)).pk).update(state=State.PARKED)
    assert "This address was switched off: nothing arrived there" in page_of(browser, "/")
    assert "1 letter waits for you" in page_of(browser, "/")
    assert "switched off" not in page_of(browser_of("carer"), "/")
    assert "Switch on again" not in page_of(browser)

    browser.post(f"/endpoints/{endpoint.pk}/test")
    assert answered(Delivery.objects.get(letter__type="endpoint.test"), 200) == State.DELIVERED
    assert "Switch on again" in page_of(browser)
    browser.post(f"/endpoints/{endpoint.pk}/switch-on")
    assert Endpoint.objects.get().disabled_at is None
    assert Delivery.objects.get(pk=news_.pk).state == State.PARKED


def _parked(endpoint, news):
    Endpoint.objects.filter(pk=endpoint.pk).update(disabled_at=None)
    delivery = news()
    Endpoint.objects.filter(pk=endpoint.pk).update(disabled_at=timezone.now() - timedelta(hours=1))
    return delivery


def test_two_secrets_sign_while_one_is_changed_and_the_page_says_until_when(browser_of, add):
    endpoint, browser = add(), browser_of("manager")
    old = endpoint.secret
    shown = browser.post(f"/endpoints/{endpoint.pk}/secret")
    endpoint.refresh_from_db()
    fresh, before = endpoint.secret.split()
    assert before == old
    assert fresh in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "Two secrets sign until" in page_of(browser)
    browser.post(f"/endpoints/{endpoint.pk}/old-secret")
    endpoint.refresh_from_db()
    assert (endpoint.secret, endpoint.old_secret_until) == (fresh, None)
    assert "Two secrets sign until" not in page_of(browser)


def test_everything_of_a_time_is_sent_again_once(browser_of, add, news):
    add()
    now = timezone.now()
    for hours in (50, 2, 1):
        news(now - timedelta(hours=hours))
    Delivery.objects.update(state=State.PARKED, next_attempt_at=None)
    browser = browser_of("manager")
    wrong = browser.post("/deliveries/replay", {"begin": "", "end": "tomorrow"})
    assert (wrong.status_code, Delivery.objects.filter(state=State.DUE).count()) == (422, 0)
    local = timezone.localtime
    asked = {"begin": f"{local(now - timedelta(hours=5)):%Y-%m-%dT%H:%M}", "end": f"{local(now):%Y-%m-%dT%H:%M}"}
    browser.post("/deliveries/replay", asked)
    browser.post("/deliveries/replay", asked)
    assert Delivery.objects.filter(state=State.DUE).count() == 2
    counts = [each.facts["count"] for each in Entry.objects.filter(action="deliveries.replayed").order_by("pk")]
    assert counts == [2, 0]


def test_addresses_of_others_are_not_touched(browser_of, add):
    endpoint, browser = add(), browser_of("millbrook_manager")
    calls = ("order", "test", "switch-on", "secret", "old-secret")
    assert {browser.post(f"/endpoints/{endpoint.pk}/{call}").status_code for call in calls} == {404}
    assert browser.get(f"/endpoints/{endpoint.pk}/test").status_code == 404
