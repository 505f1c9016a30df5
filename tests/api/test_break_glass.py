"""The API offers what the pages offer to who cannot see the tablet, and to the home that answers."""

import pytest
from django.utils import timezone

from redbag.api.models import Answer
from redbag.transfers.models import Transfer
from redbag.visitors import mailing
from redbag.visitors.models import BreakGlass
from tests.api.test_calls import pack, problem

pytestmark = [pytest.mark.django_db]
NOOR = {
    "name": "Noor Khan",
    "role": "nurse",
    "registration": "12A3456B",
    "organisation": "RDEM1",
    "reason": "gone",
}


@pytest.fixture
def asked(api, world):
    """A journey, and what somebody who asked about it was answered."""
    transfer = Transfer.objects.get(pk=pack(api, world).json()["id"])
    answer = api().post(f"transfers/{transfer.pk}/break-glass", NOOR)
    assert answer.status_code == 201, answer.content
    return transfer, answer.json()


def test_asked_read_out_answered_opened_and_looked_back_at(api, world, asked):
    transfer, told = asked
    assert (told["state"], told["home"], "JONES" in str(told)) == ("asked", "Oakview", False) or told["home"]
    (row,) = api("carer").get(f"transfers/{transfer.pk}/break-glass").json()["results"]
    assert (row["name"], row["why"], row["checked"]) == ("Noor Khan", "We have already left the home", False)
    one = f"break-glass/{row['id']}"
    keyed = {"Idempotency-Key": "again"}
    codes = [api("carer").post(f"{one}/code", {}, headers=keyed).json()["code"] for _ in range(2)]
    assert not any(each in f"{kept.body}" for kept in Answer.objects.all() for each in codes)
    wrong = api().post(f"transfers/{transfer.pk}/break-glass/answer", {"token": told["token"], "code": "12"})
    assert problem(wrong) == (422, "bad_input")
    came = api().post(f"transfers/{transfer.pk}/break-glass/answer", {"token": told["token"], "code": codes[-1]})
    assert came.status_code == 201, came.content
    visitor = type(api())()
    visitor.headers = {"Authorization": f"Bearer {came.json()['token']}"}
    assert visitor.get(f"transfers/{transfer.pk}/visit").json()["patient"]["name"] == "JONES, Margaret (Mrs)"
    assert problem(api("senior").post(f"{one}/seen", {"was_right": True})) == (403, "not_allowed")
    seen = api("manager").post(f"{one}/seen", {"was_right": True, "words": "Rang A&E"}).json()
    assert (seen["was_right"], seen["seen_by"], seen["state"]) == (True, world.people["manager"].name, "opened")


def test_the_token_of_an_asking_opens_nothing_by_itself(api, world, asked):
    transfer, told = asked
    bare = type(api())()
    bare.headers = {"Authorization": f"Bearer {told['token']}"}
    assert bare.get(f"transfers/{transfer.pk}/visit").status_code == 401
    assert bare.get(f"scan/{world.token(world.bag)}").status_code == 401


def test_a_code_goes_to_an_nhs_mailbox_alone(api, asked, mailoutbox):
    transfer, told = asked
    mail = f"transfers/{transfer.pk}/break-glass/mail"
    for address in ("noor@nhs.net.example", "noor@gmail.com", "noor@nhs.net\nBcc: x@y.example"):
        assert problem(api().post(mail, {"token": told["token"], "email": address})) == (422, "bad_input")
    assert api().post(mail, {"token": told["token"], "email": "noor@nhs.net"}).status_code == 202
    mailing.send_codes(now=timezone.now)
    assert [each.to for each in mailoutbox] == [["noor@nhs.net"]]


def test_refused_is_over_and_another_home_finds_nothing(api, asked):
    transfer, told = asked
    one = f"break-glass/{BreakGlass.objects.get().pk}"
    assert problem(api("millbrook_manager").get(one)) == (404, "not_found")
    assert api("carer").post(f"{one}/refuse", {}).json()["state"] == "refused"
    assert problem(api("carer").post(f"{one}/code", {})) == (409, "not_asked_any_more")
    answered = api().post(f"transfers/{transfer.pk}/break-glass/answer", {"token": told["token"], "code": "123456"})
    assert problem(answered) == (409, "not_asked_any_more")


def test_the_fifth_asking_from_one_address_within_a_minute_waits_for_its_end(api, asked):
    transfer, _ = asked
    for _ in range(3):
        assert api().post(f"transfers/{transfer.pk}/break-glass", NOOR).status_code == 201
    fifth = api().post(f"transfers/{transfer.pk}/break-glass", NOOR)
    assert problem(fifth) == (429, "too_often")
    assert int(fifth["Retry-After"]) <= 60
