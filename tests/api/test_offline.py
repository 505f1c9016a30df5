"""What a tablet keeps for the hours without a network: no more than its person sees online."""

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from redbag.bags import tokens
from redbag.journal.models import Entry
from redbag.organisations.actions import close_session
from redbag.organisations.models import HouseRules, Key
from redbag.organisations.tablets import enrol_tablet, revoke_tablet
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.handover_codes import code_of, secret_of
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def pack(world, who, resident, bag):
    """Packed half an hour ago for St Mary's."""
    packing = Packing(resident=resident, bag=bag, destination=world.stmarys, items=[{"category": "glasses"}])
    return pack_bag(actor=world.actor(who), packing=packing, now=timezone.now() - timedelta(minutes=30))[0]


def tell(world, who, transfer, *, to):
    """The bag came to this organisation just now."""
    now = timezone.now()
    fact = {"id": str(uuid4()), "kind": "handoff", "transfer": str(transfer.pk), "to": to}
    take_in(actor=world.actor(who), sent_at=now, facts=[fact | {"occurred_at": now.isoformat()}], now=now)


def kept(caller, **headers):
    answer = caller.get("offline", **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def both_homes(world):
    """Peggy and Arthur of Oakview on their way to St Mary's, Nora of Millbrook too."""
    return {
        "peggy": pack(world, "carer", world.peggy, world.bag),
        "nora": pack(world, "millbrook", world.nora, world.millbrook_bag),
    }


@pytest.mark.parametrize(
    ("who", "residents", "bags"),
    [
        ("carer", ["Peggy Jones"], ["OAK-1", "OAK-2"]),
        ("millbrook", ["Nora Quill"], ["MIL-1"]),
        ("ward", ["JONES, Margaret (Mrs)", "QUILL, Nora"], []),
        ("northgate", [], []),
        ("crew", [], []),
        ("auditor", [], []),
        ("administrator", [], ["OAK-1", "OAK-2"]),
    ],
)
def test_a_tablet_keeps_what_its_person_sees_online_and_nothing_of_another_home(both_homes, api, who, residents, bags):
    told = kept(api(who))
    assert sorted(each["resident"]["name"] for each in told["journeys"]) == residents
    assert sorted(bag["tracker"] for bag in told["bags"]) == bags


def test_a_label_is_kept_by_its_digest_and_no_token_nor_nhs_number_leaves(world, both_homes, api):
    told = kept(api("carer"))
    (journey,) = told["journeys"]
    assert [each["digest"] for each in journey["bag"]["labels"]] == [tokens.token_digest(world.token(world.bag))]
    words = json.dumps(told)
    assert world.token(world.bag) not in words
    assert world.peggy.nhs_number not in words


def test_the_homes_tablet_can_show_the_code_and_no_other_can(world, both_homes, api):
    told = kept(api("carer"))
    moment = int(datetime(2026, 11, 21, 2, 50, tzinfo=UTC).timestamp() // 300)
    secret = b64decode(told["journeys"][0]["handover_secret"])
    digest = hmac.digest(secret, str(moment).encode(), hashlib.sha256)
    shown = f"{int.from_bytes(digest[:8], 'big') % 10**6:06d}"
    assert shown == code_of(secret_of(world.oakview), both_homes["peggy"].pk, moment)
    assert [each["handover_secret"] for each in kept(api("ward"))["journeys"]] == [None, None]
    assert [place["handover_secret"] for place in told["places"]] == [None]


def test_the_codes_of_tablet_and_service_are_the_same_numbers():
    """The same numbers stand in tests/js/codes.test.mjs."""
    journey = UUID("0b9c2d1e-4f5a-4b6c-8d7e-9f0a1b2c3d4e")
    step = int(datetime(2026, 11, 21, 2, 50, tzinfo=UTC).timestamp() // 300)
    assert code_of(b"a secret of a home, thirty-two b", journey, step) == "553860"


def test_a_crew_keeps_the_first_screen_of_the_patient_whose_bag_it_has(world, both_homes, api):
    tell(world, "crew", both_homes["peggy"], to="RDEM9")
    told = kept(api("crew"))
    assert [each["patient"]["nhs_number"] for each in told["journeys"]] == [world.peggy.nhs_number]
    assert told["emergency_until"] > told["as_of"]
    tell(world, "ward", both_homes["peggy"], to="RDEM1")
    assert [each["patient"] for each in kept(api("crew"))["journeys"]] == [None]
    assert {each["patient"] for each in kept(api("ward"))["journeys"]} == {None}


def test_nothing_changed_is_told_without_telling_it_again(both_homes, api, world):
    first = api("carer").get("offline")
    again = api("carer").get("offline", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    tell(world, "crew", both_homes["peggy"], to="RDEM9")
    assert api("carer").get("offline", If_None_Match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("who", ["carer", "ward"])
def test_more_journeys_take_no_more_statements_to_keep(world, api, who):
    def statements():
        kept(api(who))  # writes down once who looked at whom
        with CaptureQueriesContext(connection) as asked:
            journeys = kept(api(who))["journeys"]
        return len(journeys), len(asked)

    pack(world, "carer", world.peggy, world.bag)
    one = statements()
    pack(world, "carer", world.arthur, world.other_bag)
    assert (one[0], statements()) == (1, (2, one[1]))


def test_what_was_taken_back_under_another_journey_is_taken_back_for_a_tablet_too(world, both_homes, api):
    tell(world, "ward", both_homes["peggy"], to="RDEM1")
    (journey,) = kept(api("carer"))["journeys"]
    items = [{"item": journey["items"][0]["id"], "state": "missing"}]
    now = timezone.now()
    check = {"id": str(uuid4()), "kind": "check", "transfer": journey["id"], "items": items}
    take_in(actor=world.actor("ward"), sent_at=now, facts=[check | {"occurred_at": now.isoformat()}], now=now)
    assert kept(api("carer"))["journeys"][0]["items"][0]["state"] == "missing"
    void = Fact.objects.get(pk=check["id"])
    void.pk, void.kind, void.target, void.items, void.transfer = uuid4(), "void", void.pk, [], both_homes["nora"]
    void.occurred_at += timedelta(seconds=1)
    void.save(force_insert=True)
    assert kept(api("carer"))["journeys"][0]["items"][0]["state"] == journey["items"][0]["state"]


def test_what_goes_onto_a_tablet_is_written_down_with_the_residents(world, both_homes, api):
    kept(api("ward"))
    entry = Entry.objects.get(action="viewed.offline")
    assert entry.actor_id == world.people["ward"].pk
    assert {each.resident_id for each in entry.mentions.all()} == {world.peggy.pk, world.nora.pk}


def test_the_token_for_later_survives_the_sign_out_and_sends_facts_as_that_person_only(world, both_homes, api):
    browser = Client()
    browser.force_login(world.people["crew"])
    told = browser.post("/api/v1/facts-token").json()
    browser.post("/sign-out")
    bearer = {"Authorization": f"Bearer {told['facts_token']}"}
    now = timezone.now()
    fact = {
        "id": "11111111-1111-4111-8111-111111111111",
        "kind": "handoff",
        "transfer": str(both_homes["peggy"].pk),
        "to": "RDEM9",
        "occurred_at": now.isoformat(),
    }
    body = json.dumps({"sent_at": now.isoformat(), "facts": [fact]})
    sent = Client().post("/api/v1/facts", body, content_type="application/json", headers=bearer)
    assert sent.json()["results"][0]["outcome"] == "created"
    assert Fact.objects.get(pk=fact["id"]).by == world.people["crew"]
    for path in ("offline", "me", "transfers"):
        assert Client().get(f"/api/v1/{path}", headers=bearer).status_code == 403
    assert Client().post("/api/v1/facts-token", headers=bearer).status_code == 403
    assert datetime.fromisoformat(told["expires_at"]) - now > timedelta(days=6, hours=23)


def test_signing_out_of_the_api_leaves_the_token_for_later(world, api):
    token = api("carer").post("facts-token").json()["facts_token"]
    close_session(actor=world.actor("carer"), now=timezone.now())
    assert Key.objects.filter(digest=hashlib.sha256(token.encode()).hexdigest(), revoked_at=None).exists()


def test_a_tablet_taken_out_of_use_opens_nothing_and_its_codes_prove_nothing(world, both_homes, api):
    made = api("manager").post("devices", {"name": "Office"}).json()
    tablet = {"Red_Bag_Device": made["token"], "Red_Bag_Unsent": "3"}
    told = kept(api("carer"), **tablet)
    before = secret_of(world.oakview)
    assert b64decode(told["places"][0]["handover_secret"]) == before
    (row,) = api("manager").get("devices").json()["results"]
    assert (row["name"], row["unsent"], row["revoked_at"]) == ("Office", 3, None)
    facts_token = api("carer").post("facts-token", **tablet).json()["facts_token"]
    assert api("manager").call("DELETE", f"devices/{made['id']}").status_code == 204
    for answer in (api("carer").get("offline", **tablet), api("carer").post("facts-token", **tablet)):
        assert (answer.status_code, answer.json()["code"]) == (410, "device_revoked")
    bearer = {"Authorization": f"Bearer {facts_token}"}
    assert Client().post("/api/v1/facts", "{}", content_type="application/json", headers=bearer).status_code == 401
    assert HouseRules.objects.get(pk=world.oakview.pk).handover_generation == 1
    assert secret_of(world.oakview) != before


def test_another_homes_tablet_gets_no_secret_of_this_home_and_cannot_be_taken_out_of_use_from_here(world, api):
    tablet, token = enrol_tablet(
        actor=world.actor("millbrook_manager"), organisation=world.millbrook, name="Hall", now=timezone.now()
    )
    told = kept(api("carer"), Red_Bag_Device=token)
    assert [place["handover_secret"] for place in told["places"]] == [None]
    assert api("manager").call("DELETE", f"devices/{tablet.pk}").status_code == 404
    assert api("manager").get("devices").json()["results"] == []


def test_revoking_twice_changes_nothing_more(world):
    manager, now = world.actor("manager"), timezone.now()
    tablet, _ = enrol_tablet(actor=manager, organisation=world.oakview, name="Office", now=now)
    for _ in range(2):
        revoke_tablet(actor=manager, tablet=tablet, now=now)
    assert HouseRules.objects.get(pk=world.oakview.pk).handover_generation == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 101, None, 7])
def test_a_tablet_needs_a_name(world, api, name):
    answer = api("manager").post("devices", {"name": name})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["name"]
