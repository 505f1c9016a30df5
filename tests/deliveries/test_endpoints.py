import pytest

from redbag.deliveries import actions
from redbag.deliveries.models import Delivery, Endpoint
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.organisations.access import GRANTS, Permission
from redbag.organisations.models import Role
from tests.deliveries.people import START, person

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
HOOK = "https://hooks.example.org/redbag"


def adding(actor, place, **changes):
    wish = {"kind": "webhook", "address": HOOK, "events": [], "fallback_of": None}
    return actions.add_endpoint(actor=actor, organisation=place, now=START, **(wish | changes))


def test_a_webhook_gets_a_secret_that_is_shown_once_and_kept_encrypted(manager, oakview):
    _, secret = adding(manager, oakview)

    assert secret.startswith("whsec_")
    assert Endpoint.objects.get().secret == secret
    assert secret not in str(Endpoint.objects.raw("SELECT id, secret AS raw FROM redbag_endpoint")[0].raw)
    assert secret not in str(list(Entry.objects.values())) + str(list(Entry.objects.values("personal__content")))
    assert adding(manager, oakview)[1] != secret


@pytest.mark.parametrize(("kind", "address"), [("email", "a@b.example"), ("fhir", "https://fhir.example.org/r4")])
def test_other_channels_have_no_secret(manager, oakview, kind, address):
    endpoint, secret = adding(manager, oakview, kind=kind, address=address)

    assert (endpoint.secret, secret) == ("", None)


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        ({"kind": "pigeon"}, {"kind"}),
        ({"address": "http://hooks.example.org/"}, {"address"}),
        ({"address": "https://10.0.0.8/"}, {"address"}),
        ({"address": "https://169.254.169.254/latest"}, {"address"}),
        ({"address": "https://" + "a" * 600}, {"address"}),
        ({"address": None}, {"address"}),
        ({"kind": "email", "address": "nurses"}, {"address"}),
        ({"kind": "email", "address": "a@b.example\nBcc: c@d.example"}, {"address"}),
        ({"kind": "fhir", "address": "ftp://fhir.example.org"}, {"address"}),
        ({"events": ["bag.eaten"]}, {"events"}),
        ({"events": "*"}, {"events"}),
        ({"events": None}, {"events"}),
        ({"address": "", "events": [1]}, {"address", "events"}),
    ],
)
def test_a_wrong_wish_is_answered_by_field_and_changes_nothing(manager, oakview, wish, fields):
    with pytest.raises(BadInput) as wrong:
        adding(manager, oakview, **wish)

    assert set(wrong.value.errors) == fields
    assert not Endpoint.objects.exists()


def test_an_endpoint_stands_in_only_for_one_of_the_same_home_that_is_in_use(manager, oakview, stranger, millbrook):
    foreign, _ = adding(stranger, millbrook)
    removed, _ = adding(manager, oakview)
    actions.remove_endpoint(actor=manager, endpoint=removed, now=START)

    for wrong in (foreign, removed):
        with pytest.raises(BadInput) as told:
            adding(manager, oakview, fallback_of=wrong)
        assert set(told.value.errors) == {"fallback_of"}


@pytest.mark.parametrize("role", [r for r in Role if Permission.MANAGE_ENDPOINTS not in GRANTS[r]])
def test_only_those_who_manage_endpoints_may(oakview, manager, role, add, news):
    somebody = person("Bo", role, oakview)
    endpoint = add(HOOK)
    [delivery] = news()
    for refused in (
        lambda: adding(somebody, oakview),
        lambda: actions.remove_endpoint(actor=somebody, endpoint=endpoint, now=START),
        lambda: actions.change_secret(actor=somebody, endpoint=endpoint, now=START),
        lambda: actions.test_endpoint(actor=somebody, endpoint=endpoint, now=START),
        lambda: actions.replay_delivery(actor=somebody, delivery=delivery, now=START),
        lambda: actions.settle_delivery(actor=somebody, delivery=delivery, note="rang", now=START),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert list(Endpoint.objects.visible_to(somebody)) == []
    assert list(Delivery.objects.visible_to(somebody)) == []


def test_another_homes_manager_sees_and_changes_nothing(stranger, manager, add, news):
    endpoint = add(HOOK)
    [delivery] = news()

    assert list(Endpoint.objects.visible_to(manager)) == [endpoint]
    assert list(Delivery.objects.visible_to(manager)) == [delivery]
    assert list(Endpoint.objects.visible_to(stranger)) == []
    assert list(Delivery.objects.visible_to(stranger)) == []
    with pytest.raises(NotAllowed):
        actions.remove_endpoint(actor=stranger, endpoint=endpoint, now=START)


def test_news_that_nobody_asked_for_costs_one_look_up(oakview, millbrook, add, news, django_assert_num_queries):
    add(HOOK, events=["item.missing"])
    with django_assert_num_queries(1):
        assert news() == []


@pytest.mark.parametrize(
    ("events", "count"),
    [([], 1), (["*"], 1), (["item.missing"], 0), (["item.missing", "discharge_summary.available"], 1)],
)
def test_an_endpoint_gets_the_events_it_asked_for(add, news, events, count):
    add(HOOK, events=events)

    assert len(news(type="discharge_summary.available")) == count


def test_one_letter_goes_to_every_endpoint_of_a_home_and_to_no_other_homes(add, news, stranger, millbrook):
    adding(stranger, millbrook)
    first, second = add(HOOK), add("nurses@oakview.example", kind="email")
    removed_later = add("https://old.example.org/")
    actions.remove_endpoint(
        actor=person("Kim", Role.HOME_MANAGER, first.organisation), endpoint=removed_later, now=START
    )
    deliveries = news()

    assert {delivery.endpoint for delivery in deliveries} == {first, second}
    assert len({delivery.letter_id for delivery in deliveries}) == 1
    assert {(d.state, d.next_attempt_at, d.organisation_id) for d in Delivery.objects.all()} == {
        ("DUE", START, first.organisation_id)
    }


def test_each_organisation_gets_a_letter_of_its_own(add, stranger, millbrook, oakview):
    add(HOOK)
    adding(stranger, millbrook)
    deliveries = actions.post_letters(
        organisations=[oakview.pk, millbrook.pk, oakview.pk],
        type="item.missing",
        subject_id=oakview.pk,
        path="/x",
        ids={},
        now=START,
    )

    assert sorted(str(d.organisation_id) for d in deliveries) == sorted([str(oakview.pk), str(millbrook.pk)])
    assert len({d.letter_id for d in deliveries}) == 2
    assert all(d.letter.organisation_id == d.organisation_id for d in deliveries)


def test_the_inbox_has_a_letter_at_once_whether_or_not_anybody_pushes_it(oakview, add):
    def posting():
        return actions.post_to_inbox(
            organisation=oakview.pk,
            type="discharge_summary.available",
            subject_id=oakview.pk,
            path="/x",
            ids={},
            now=START,
        )

    [alone] = posting()
    assert (alone.endpoint, alone.state, alone.settled_at) == (None, "DELIVERED", START)
    endpoint = add(HOOK)
    inbox, pushed = posting()
    assert (inbox.endpoint, pushed.endpoint) == (None, endpoint)
    assert inbox.letter == pushed.letter


def test_a_test_letter_goes_to_that_endpoint_alone_whatever_it_asked_for(manager, add):
    add("https://other.example.org/")
    endpoint = add(HOOK, events=["item.missing"])
    delivery = actions.test_endpoint(actor=manager, endpoint=endpoint, now=START)

    assert list(Delivery.objects.all()) == [delivery]
    assert (delivery.endpoint, delivery.letter.type, delivery.state) == (endpoint, "endpoint.test", "DUE")


def test_a_removed_endpoint_owes_nothing_any_more(manager, add, news):
    endpoint = add(HOOK)
    [delivery] = news()
    actions.remove_endpoint(actor=manager, endpoint=endpoint, now=START)
    delivery.refresh_from_db()

    assert (delivery.state, delivery.settled_at, delivery.settled_by_name) == ("FAILED", START, "Mary")
    assert news() == []
    with pytest.raises(Refused, match="removed"):
        actions.test_endpoint(actor=manager, endpoint=endpoint, now=START)
    with pytest.raises(Refused, match="removed"):
        actions.replay_delivery(actor=manager, delivery=delivery, now=START)


def test_an_endpoint_that_another_one_stands_in_for_is_not_removed(manager, add):
    main = add(HOOK)
    spare = add("nurses@oakview.example", kind="email", fallback_of=main)

    with pytest.raises(Refused) as refused:
        actions.remove_endpoint(actor=manager, endpoint=main, now=START)
    assert refused.value.code == "endpoint_has_fallbacks"
    actions.remove_endpoint(actor=manager, endpoint=spare, now=START)
    actions.remove_endpoint(actor=manager, endpoint=main, now=START)
    assert not Endpoint.objects.live().exists()


def test_every_change_is_in_the_journal(manager, add, news):
    endpoint = add(HOOK)
    actions.test_endpoint(actor=manager, endpoint=endpoint, now=START)
    actions.change_secret(actor=manager, endpoint=endpoint, now=START)
    actions.remove_endpoint(actor=manager, endpoint=endpoint, now=START)

    assert list(Entry.objects.order_by("pk").values_list("action", "actor_id", "subject_id")) == [
        (action, manager.user_id, endpoint.pk)
        for action in ("endpoint.added", "endpoint.tested", "endpoint.secret_changed", "endpoint.removed")
    ]


def test_what_the_journal_cannot_write_does_not_happen(manager, oakview, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(actions, "record", full)
    with pytest.raises(OSError, match="disk full"):
        adding(manager, oakview)
    assert not Endpoint.objects.exists()
