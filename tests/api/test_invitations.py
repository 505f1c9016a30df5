"""Invitations, posts and passwords over the API."""

import pytest
from django.core import mail

from redbag.organisations.models import Membership
from tests.world import PASSWORD

NEW = {"name": "Bea New", "email": "bea@oakview.example", "role": "carer"}


@pytest.fixture
def token(api, post):
    """The end of the link in the letter of somebody just invited."""
    assert api("manager").post("invitations", NEW).status_code == 201
    return post()[0].rpartition("/")[2]


def test_a_program_invites_lists_sends_again_and_takes_back(api, token, post):
    [told] = api("manager").get("invitations").json()["results"]
    assert (told["email"], told["organisation"], told["invited_by"]) == (NEW["email"], "VDEM1", "Manager Tester")
    assert token not in str(told)
    assert api("millbrook_manager").get("invitations").json()["results"] == []
    assert api("carer").get("invitations").status_code == 403
    assert api("manager").post("invitations", NEW).json()["code"] == "already_invited"
    assert api("manager").post(f"invitations/{told['id']}/again").status_code == 200
    assert api().post("invitations/accept", {"token": token, "name": "B", "password": PASSWORD}).status_code == 409
    assert api("manager").call("DELETE", f"invitations/{told['id']}").status_code == 204
    assert api("manager").get("invitations").json()["results"] == []


def test_nobody_invites_themselves(api, world):
    own = api("administrator").post("invitations", {**NEW, "email": world.people["administrator"].email})
    assert (own.status_code, own.json()["code"]) == (409, "own_membership")
    assert own.json()["detail"].startswith("This is your own e-mail address. Ask somebody else")


def test_who_is_invited_joins_once_and_signs_in(api, token):
    weak = api().post("invitations/accept", {"token": token, "name": "Bea", "password": "short"})
    assert (weak.status_code, set(weak.json()["errors"])) == (422, {"password"})
    joined = api().post("invitations/accept", {"token": token, "name": "Bea", "password": "a lamp in the hall"})
    assert (joined.status_code, joined.json()["role"]) == (201, "carer")
    again = api().post("invitations/accept", {"token": token, "name": "Bea", "password": "a lamp in the hall"})
    assert (again.status_code, again.json()["code"]) == (409, "invitation_over")
    session = api().post("session", {"email": NEW["email"], "password": "a lamp in the hall"})
    assert session.status_code == 201


def test_a_manager_changes_a_role_says_a_last_day_and_ends_a_post(api, world):
    carer, membership = api("carer"), Membership.objects.get(user=world.people["carer"])
    said = api("manager").call("PATCH", f"people/{membership.pk}", {"leaves_on": "2999-01-31"})
    assert said.json()["leaves_on"] == "2999-01-31"
    changes = {"role": "senior", "medicines_trained": True}
    changed = api("manager").call("PATCH", f"people/{membership.pk}", changes).json()
    assert (changed["role"], changed["medicines_trained"], changed["leaves_on"]) == ("senior", True, None)
    assert api("manager").call("PATCH", f"people/{changed['id']}", {}).status_code == 422
    assert api("millbrook_manager").call("DELETE", f"people/{changed['id']}").status_code == 404
    assert api("manager").call("DELETE", f"people/{changed['id']}").status_code == 204
    assert carer.get("residents").status_code == 401


def test_a_password_is_set_by_a_link_and_changed_with_the_old_one(api, world, post):
    known = api().post("password/forgotten", {"email": world.people["carer"].email})
    unknown = api().post("password/forgotten", {"email": "nobody@test.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"")
    link = post()[0].rpartition("/")[2]
    assert len(mail.outbox) == 1
    assert api().post("password/new", {"token": link, "password": "a lamp in the hall"}).status_code == 204
    assert api().post("password/new", {"token": link, "password": "a lamp in the hall"}).status_code == 409
    senior = api("senior")
    assert senior.post("password", {"old": "wrong", "new": "a lamp in the hall"}).status_code == 422
    assert senior.post("password", {"old": PASSWORD, "new": "a lamp in the hall"}).status_code == 204
    assert senior.get("me").status_code == 401
