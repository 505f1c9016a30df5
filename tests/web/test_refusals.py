"""Who was refused somebody's data stands in the journal; what is no refusal does not, and strangers fill nothing."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from redbag.journal.models import Entry
from redbag.organisations.actions import close_session, open_session
from redbag.organisations.keys import actor_with
from redbag.web.refusals import STRANGERS_A_MINUTE
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db


def refusals():
    rows = Entry.objects.filter(action__startswith="refused.").order_by("pk")
    return [(row.action, row.actor_id, row.resident_id, row.facts["why"]) for row in rows]


def token_of(world, who):
    return open_session(user=world.people[who], now=timezone.now())[0]


def call(path, token):
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_somebody_elses_record_and_what_a_role_does_not_cover_are_noted_once(world, browser_of):
    other, carer = world.people["millbrook_manager"].pk, world.people["carer"].pk
    for _ in range(2):
        assert browser_of("millbrook_manager").get(f"/residents/{world.peggy.pk}").status_code == 404
        assert browser_of("carer").get(f"/residents/{world.peggy.pk}/who-looked").status_code == 403
    assert browser_of("millbrook_manager").get(f"/residents/{world.arthur.pk}").status_code == 404
    assert refusals() == [
        ("refused.resident", other, world.peggy.pk, "not_theirs"),
        ("refused.access_log", carer, world.peggy.pk, "role"),
        ("refused.resident", other, world.arthur.pk, "not_theirs"),
    ]
    assert Entry.objects.filter(action="refused.resident").first().organisation_id == world.oakview.pk
    told = browser_of("millbrook_manager").get("/journal").content.decode()
    assert "was refused" not in told
    assert "was refused: the resident&#x27;s page" in browser_of("manager").get("/journal").content.decode()


def test_over_the_api_too_by_whose_token_it_is(world):
    transfer = pack(world)
    token = token_of(world, "northgate")
    assert call(f"transfers/{transfer.pk}", token).status_code == 404
    assert call("residents", token).status_code == 403
    who = world.people["northgate"].pk
    assert refusals() == [
        ("refused.transfer", who, world.peggy.pk, "not_theirs"),
        ("refused.residents", who, None, "role"),
    ]


def test_a_token_that_is_wrong_or_was_revoked_is_noted_without_its_text(world):
    token = token_of(world, "manager")
    close_session(actor=actor_with(token, now=timezone.now()), now=timezone.now())
    assert call("residents", token).status_code == 401
    assert call("bags", "no-such-token").status_code == 401
    assert [row[0::3] for row in refusals()] == [("refused.residents", "token"), ("refused.bags", "token")]
    assert token not in str(list(Entry.objects.values()))


def test_what_does_not_exist_and_who_is_not_signed_in_leave_no_line(world, browser_of):
    assert browser_of("carer").get(f"/residents/{uuid.uuid4()}").status_code == 404
    assert browser_of("carer").get("/no-such-page").status_code == 404
    assert Client().get(f"/residents/{world.peggy.pk}").status_code == 302
    assert Client().get("/api/v1/residents").status_code == 401
    assert Client(enforce_csrf_checks=True).post("/sign-in", {"email": "x"}).status_code == 403
    assert refusals() == []


def test_strangers_cannot_fill_the_journal(world):
    key = f"refused-strangers-{timezone.now():%d%H%M}"
    cache.set(key, STRANGERS_A_MINUTE - 1)
    for path in ("residents", "bags", "transfers", "cases"):
        call(path, "guessed")
    assert len(refusals()) <= 2  # the minute may end meanwhile
