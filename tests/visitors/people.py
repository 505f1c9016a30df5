"""A crew without an account, for tests: the code on the home's tablet, and a phone that was let in."""

from django.test import Client
from django.utils import timezone

from redbag.transfers.handover_codes import code_at
from redbag.transfers.models import Transfer
from redbag.visitors.models import Visitor
from tests.world import World

JO = {"name": "Jo Bloggs", "role": "paramedic", "registration": "hcpc pa 123456", "organisation": "RDEM9"}
TAXI = {"name": "Sam Lee", "role": "carrier", "organisation": "other", "organisation_text": "City Taxis"}
FAR = JO | {"organisation": "other", "organisation_text": "Far County Ambulance"}


def code_of(transfer: Transfer) -> str:
    """The six digits on the screen now."""
    return code_at(transfer, timezone.now())[0]


def page(transfer: Transfer) -> str:
    return f"/visit/{transfer.pk}"


def let_in(transfer: Transfer, told: dict | None = None, *, phone: Client | None = None) -> Client:
    """A phone whose holder typed the right code and said who they are."""
    phone = phone or Client()
    answer = phone.post(page(transfer), {**(told or JO), "code": code_of(transfer)})
    assert (answer.status_code, answer["Location"]) == (302, page(transfer)), answer.content.decode()[:3000]
    return phone


def newest(world: World) -> Visitor:
    return Visitor.objects.order_by("-started_at").first()


def words(answer) -> str:
    return answer.content.decode()
