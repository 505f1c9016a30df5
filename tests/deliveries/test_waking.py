"""Phones that wake up and text messages: sealed, signed, without a word about anybody, and forgotten when gone."""

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from redbag.deliveries import actions, phones, webpush
from redbag.deliveries.endpoints import dialled
from redbag.deliveries.models import Delivery, Endpoint
from redbag.deliveries.sending import push
from redbag.errors import BadInput, NotAllowed
from redbag.organisations.models import Membership, Role
from tests.deliveries.people import START
from tests.deliveries.receiver import Answer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
State = Delivery.State


class Phone:
    """The far side of a subscription: it alone can read what was sealed for it."""

    def __init__(self):
        self.key = ec.generate_private_key(webpush.CURVE)
        self.auth = b"sixteen bytes ok"
        self.own = webpush._public(self.key)
        self.keys = {"p256dh": webpush.encoded(self.own), "auth": webpush.encoded(self.auth)}

    def read(self, body: bytes) -> dict:
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, theirs))
        secret = HKDF(hashes.SHA256(), 32, self.auth, b"WebPush: info\0" + self.own + theirs).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text[-1:] == b"\x02"
        return json.loads(text[:-1])


@pytest.fixture
def phone():
    return Phone()


@pytest.fixture
def subscribed(phone, carer, oakview, receiver):
    return phones.wake_phone(actor=carer, organisation=oakview, address=receiver.address, keys=phone.keys, now=START)


@pytest.fixture
def send(clock):
    def sending(delivery):
        state = push(str(delivery.pk), now=clock, random=lambda: 0)
        delivery.refresh_from_db()
        return state

    return sending


def test_what_is_sealed_is_what_the_standards_own_example_says():
    """RFC 8291, section 5."""
    text = b"When I grow up, I want to be a watermelon"
    body = webpush.sealed(
        text,
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        key=webpush.private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=webpush.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert webpush.encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_phone_can_read_what_wakes_it_and_it_says_nothing_about_anybody(
    phone, subscribed, news, send, receiver
):
    [delivery] = news(type="reminder.due")
    assert send(delivery) == State.DELIVERED
    [got] = receiver.got
    assert phone.read(got.body) == {
        "title": "A red bag needs you",
        "body": "Open Red Bag.",
        "path": f"/discharge-summaries/{delivery.letter.subject_id}",
        "tag": "reminder.due",
    }
    assert got.headers["content-encoding"] == "aes128gcm"
    assert (got.headers["urgency"], got.headers["ttl"]) == ("high", "43200")


def test_the_push_service_can_prove_who_sends(subscribed, news, send, receiver):
    [delivery] = news(type="reminder.due")
    send(delivery)
    token, own = receiver.got[0].headers["authorization"].removeprefix("vapid t=").split(", k=")
    signed, signature = token.rsplit(".", 1)
    raw = webpush.decoded(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, webpush.decoded(own))
    key.verify(
        encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        signed.encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    claims = json.loads(webpush.decoded(signed.split(".")[1]))
    assert claims["aud"] == receiver.address.removesuffix("/hook")
    assert claims["exp"] == int(START.timestamp()) + 12 * 3600
    assert claims["sub"].startswith("mailto:")
    assert own == webpush.public_key()


def test_the_key_is_made_once_and_lies_sealed(tmp_path):
    first = webpush._key_from("", tmp_path)
    webpush._key_from.cache_clear()
    again = webpush._key_from("", tmp_path)
    assert webpush._public(first) == webpush._public(again)
    number = webpush.encoded(first.private_numbers().private_value.to_bytes(32, "big"))
    assert number not in (tmp_path / "vapid.key").read_text()


def test_two_that_make_the_key_at_once_keep_the_same_one(tmp_path, monkeypatch):
    real = webpush.os.link

    def slowly(draft, path):
        monkeypatch.setattr(webpush.os, "link", real)
        webpush._kept(tmp_path)
        real(draft, path)

    monkeypatch.setattr(webpush.os, "link", slowly)
    assert webpush._kept(tmp_path) == webpush._kept(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["vapid.key"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_no_longer_listens_is_forgotten_and_what_stands_in_takes_over(
    subscribed, add, news, send, receiver, status
):
    stand_in = add("nurses@oakview.example", kind="email", fallback_of=subscribed)
    receiver.answers = [Answer(status=status)]
    [delivery] = news(type="reminder.due")
    assert send(delivery) == State.FAILED
    subscribed.refresh_from_db()
    assert subscribed.removed_at == START
    assert Delivery.objects.get(endpoint=stand_in).letter_id == delivery.letter_id
    assert [each.endpoint_id for each in news(type="reminder.due")] == [stand_in.pk]


def test_a_push_service_that_is_down_gets_it_again_on_schedule(subscribed, news, send, receiver, clock):
    receiver.answers = [Answer(status=503)]
    [delivery] = news(type="reminder.due")
    assert send(delivery) == State.DUE
    clock.at = delivery.next_attempt_at
    assert send(delivery) == State.DELIVERED


def test_a_phone_is_one_however_often_it_asks_and_gets_only_what_should_wake(
    phone, subscribed, carer, oakview, receiver, news
):
    phones.wake_phone(actor=carer, organisation=oakview, address=receiver.address, keys=phone.keys, now=START)
    assert Endpoint.objects.live().filter(kind="push").count() == 1
    assert news(type="transfer.stage_changed") == []


def test_nobody_else_stops_or_tries_a_phone(subscribed, manager, stranger):
    for who in (manager, stranger):
        with pytest.raises(NotAllowed):
            phones.stop_waking(actor=who, phone=subscribed, now=START)
        with pytest.raises(NotAllowed):
            phones.try_phone(actor=who, phone=subscribed, now=START)


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("http://169.254.169.254/latest", None),
        ("https://10.0.0.1/push", None),
        ("ftp://push.example/x", None),
        ("https://push.example/" + "x" * 500, None),
        ("https://push.example/x", {"p256dh": "AAAA", "auth": "AAAA"}),
        ("https://push.example/x", {"p256dh": 5}),
        ("https://push.example/x", {}),
    ],
)
def test_an_address_inside_our_walls_or_keys_that_are_none_are_refused(phone, carer, oakview, address, keys):
    with pytest.raises(BadInput):
        phones.wake_phone(
            actor=carer, organisation=oakview, address=address, keys=phone.keys if keys is None else keys, now=START
        )


def test_a_text_message_goes_to_the_gateway_as_documented(settings, receiver, add, news, send):
    settings.SMS_URL, settings.SMS_TOKEN = receiver.address, "secret-token"
    add("07700 900123", kind="sms", events=["reminder.due"])
    [delivery] = news(type="reminder.due")
    assert send(delivery) == State.DELIVERED
    [got] = receiver.got
    assert json.loads(got.body) == {
        "id": str(delivery.letter_id),
        "to": "+447700900123",
        "text": f"A red bag needs you. Sign in: http://127.0.0.1:8000/discharge-summaries/{delivery.letter.subject_id}",
    }
    assert got.headers["authorization"] == "Bearer secret-token"


def test_a_gateway_that_refuses_is_tried_again_and_then_hands_on(settings, receiver, add, news, send, clock):
    settings.SMS_URL = receiver.address
    receiver.answers = [Answer(status=500)]
    add("07700 900123", kind="sms", events=["reminder.due"])
    [delivery] = news(type="reminder.due")
    assert send(delivery) == State.DUE
    clock.at = delivery.next_attempt_at
    assert send(delivery) == State.DELIVERED
    assert json.loads(receiver.got[0].body) == json.loads(receiver.got[1].body)


def test_without_a_gateway_text_messages_are_off_and_it_says_so(settings, add):
    settings.SMS_URL = ""
    with pytest.raises(BadInput) as wrong:
        add("07700 900123", kind="sms")
    assert "switched off" in wrong.value.errors["kind"]


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("07700 900123", "+447700900123"), ("+44 7700 900123", "+447700900123"), ("(07700) 900-123", "+447700900123")],
)
def test_a_number_is_dialled_as_the_gateway_wants_it(typed, whole):
    assert dialled(typed) == whole


@pytest.mark.parametrize("typed", ["", "123", "nurses@oakview.example", "+0 7700", "https://x.example"])
def test_what_is_no_number_is_refused(settings, add, typed):
    settings.SMS_URL = "https://gateway.example/sms"
    with pytest.raises(BadInput):
        add(typed, kind="sms")


def test_a_phone_is_not_added_as_an_address(add):
    with pytest.raises(BadInput):
        add("https://push.example/x", kind="push")


def test_a_letter_for_one_person_goes_to_what_is_theirs_and_to_all_when_they_have_nothing(
    subscribed, carer, manager, oakview, add
):
    everybody = add("nurses@oakview.example", kind="email")

    def owed(person):
        return {
            each.endpoint_id
            for each in actions.post_letters(
                organisations=[oakview.pk],
                type="reminder.due",
                subject_id=oakview.pk,
                path="/api/v1/reminders",
                ids={},
                now=START,
                person=person,
            )
        }

    assert owed(carer.user.pk) == {subscribed.pk}
    assert owed(manager.user.pk) == {subscribed.pk, everybody.pk}
    phones.reach_person(organisation=oakview, person=manager.user, now=START)
    own = Endpoint.objects.get(user=manager.user)
    assert owed(manager.user.pk) == {own.pk}
    assert owed(None) == {subscribed.pk, everybody.pk}


def test_the_phone_of_whoever_left_is_woken_no_more_and_what_was_due_there_is_given_up(
    subscribed, manager, carer, oakview, news
):
    [owed] = news(type="reminder.due")
    phones.reach_person(organisation=oakview, person=carer.user, now=START)
    phones.let_go(actor=manager, membership=carer.user.memberships.get(), now=START)
    owed.refresh_from_db()
    assert owed.state == State.FAILED
    assert not Endpoint.objects.live().filter(user=carer.user).exists()
    assert news(type="reminder.due") == []


def test_a_phone_rings_on_while_its_owner_does_something_else_here(subscribed, manager, carer, oakview, news):
    Membership.objects.create(user=carer.user, organisation=oakview, role=Role.SENIOR, started_at=START)
    phones.let_go(actor=manager, membership=carer.user.memberships.get(role=Role.CARER), now=START)
    assert [each.endpoint for each in news(type="reminder.due")] == [subscribed]


def test_nothing_goes_to_a_person_who_left_before_or_may_not_sign_in(subscribed, manager, carer, news):
    carer.user.is_active = False
    carer.user.save(update_fields=["is_active"])
    assert news(type="reminder.due") == []
    carer.user.is_active = True
    carer.user.save(update_fields=["is_active"])
    carer.user.memberships.update(ended_at=START, ended_by=manager.user)
    assert news(type="reminder.due") == []
