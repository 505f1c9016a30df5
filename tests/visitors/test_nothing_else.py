"""A visitor reaches what the table says for their one journey, and nothing else: every address, pages and API."""

import json
import re
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from redbag.bags.models import Bag
from redbag.organisations.routes import ROUTES, VISITORS, Open
from redbag.residents.models import Resident
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, HeldFact, Transfer
from redbag.transfers.scanning import look_up
from redbag.visitors.actions import Introduction, let_in
from redbag.visitors.sessions import actor_of
from tests.test_permissions import addresses, fill, things
from tests.visitors.people import code_of
from tests.web.journeys import pack

__all__ = ["things"]
pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
# What is open to anyone and still shows a visitor their own journey.
OWN = VISITORS | {"web:visit", "web:visit_told"}


def address(path, things):
    """The address with a real thing in each place; of a kind that the walk makes none of, an id that leads nowhere."""
    try:
        return fill(path, things)[0]
    except KeyError:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(uuid4()) if "uuid" in found[0] else "1", path)


def enter(world, transfer, **more):
    told = {"name": "Jo Bloggs", "role": "paramedic", "registration": "PA123456", "organisation": world.lifeline} | more
    now = timezone.now()
    return let_in(transfer=transfer, code=code_of(transfer), told=Introduction(**told), address="10.0.0.1", now=now)


@pytest.mark.slow
@pytest.mark.parametrize("whose", ["their own journey", "another journey"])
def test_a_visitor_reaches_only_what_the_table_says(world, things, whose):
    transfer = Transfer.objects.get(pk=things["transfer"])
    if whose == "another journey":
        transfer = pack(world, resident=world.arthur, bag=world.other_bag)
    _, token = enter(world, transfer)
    phone = Client(raise_request_exception=False)
    phone.cookies["rb_visit"] = token
    bearer = {"Authorization": f"Bearer {token}"}
    wrong = []
    for route, path in addresses():
        filled = address(path, things)
        for method, rule in ROUTES[route].items():
            if rule == Open.ANYONE:
                continue
            with transaction.atomic():
                api = route.startswith("api:")
                answer = phone.generic(
                    method,
                    filled,
                    json.dumps({}) if api and method != "GET" else "",
                    content_type="application/json" if api else "application/x-www-form-urlencoded",
                    headers=bearer if api else {},
                )
                if answer.streaming:
                    list(answer.streaming_content)
                transaction.set_rollback(True)
            shut = answer.status_code in (401, 403, 404) or (
                answer.status_code == 302 and answer["Location"].startswith("/sign-in")
            )
            opens = route in OWN and (whose == "their own journey" or route == "api:facts")
            if shut == opens:
                wrong.append(f"{method} {route}: {answer.status_code}")
    assert wrong == [], "\n".join(wrong)


def test_what_a_visitor_reaches_is_this_and_no_more():
    papers = {f"web:transfer_{each}" for each in ("photo", "document", "document_page", "document_file")}
    calls = {f"api:transfer_{each}" for each in ("documents", "document_file", "document_page")}
    assert papers | calls | {"api:facts", "api:visit"} == VISITORS


def test_a_visitors_actor_is_granted_nothing_anywhere(world):
    visitor, _ = enter(world, pack(world))
    actor = actor_of(visitor, now=timezone.now())
    assert (actor.posts, actor.home(), actor.first_place()) == ((), None, None)
    assert actor.organisations_with("move bags", "read residents") == []
    assert not actor.may("move bags", world.lifeline.pk)
    assert not actor.telling().may("move bags", world.lifeline.pk)
    for rows in (Resident.objects, Bag.objects):
        assert not rows.visible_to(actor).exists()
    assert Transfer.objects.visible_to(actor, now=timezone.now()).count() == 1


def test_the_label_of_another_bag_stays_shut_to_a_visitor(world):
    visitor, _ = enter(world, pack(world))
    pack(world, resident=world.arthur, bag=world.other_bag)
    actor, now = actor_of(visitor, now=timezone.now()), timezone.now()
    assert look_up(text=world.token(world.bag), actor=actor, now=now).view == "emergency"
    other = look_up(text=world.token(world.other_bag), actor=actor, now=now)
    assert (other.view, other.transfer) == ("found", None)


@pytest.mark.parametrize("service", ["known", "unknown"])
def test_a_visitor_tells_of_no_other_journey_and_takes_nothing_back(world, service):
    transfer = pack(world)
    other = pack(world, resident=world.arthur, bag=world.other_bag)
    more = {} if service == "known" else {"organisation": None, "organisation_text": "Far County Ambulance"}
    visitor, _ = enter(world, transfer, **more)
    actor, now = actor_of(visitor, now=timezone.now()).telling(), timezone.now()
    packed = Fact.objects.get(transfer=transfer, kind="pack")

    def tell(**fact):
        raw = {"id": str(uuid4()), "occurred_at": now.isoformat(), **fact}
        (result,) = take_in(actor=actor, sent_at=now, facts=[raw], now=now)
        return result.outcome, result.reason

    not_yours = ("quarantined", "not_yours")
    assert tell(kind="handoff", transfer=str(other.pk), to="RDEM9", to_text="x") == not_yours
    assert tell(kind="handoff", token=world.token(world.other_bag), to_text="x") == not_yours
    assert tell(kind="void", fact=str(packed.pk), reason="no") == not_yours
    assert tell(kind="outcome", transfer=str(transfer.pk), outcome="closed") == not_yours
    if service == "unknown":
        assert tell(kind="handoff", transfer=str(transfer.pk), to="VDEM1") == not_yours
    kept = HeldFact.objects.count()
    assert kept >= 4
    carer = world.actor("carer")
    fact = {"id": str(uuid4()), "kind": "opened", "transfer": str(transfer.pk), "occurred_at": now.isoformat()}
    (result,) = take_in(actor=carer, sent_at=now, facts=[fact], now=now)  # what is held does not stand in its way
    assert result.outcome == "created"
    assert HeldFact.objects.filter(settled_at=None).count() == kept
