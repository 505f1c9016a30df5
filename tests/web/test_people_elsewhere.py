"""An ambulance service and an area have somebody who looks after their people, and after nothing else there."""

import pytest
from django.test import Client

from redbag.accounts.joining_models import Invitation
from redbag.journal.models import Entry
from redbag.organisations.actions import issue_key
from redbag.organisations.models import Membership, User
from redbag.residents.models import Resident
from tests.api.conftest import Caller
from tests.web.journeys import pack
from tests.web.test_people import NEW, address, words
from tests.web.test_session_limits import is_in
from tests.world import HASH, PASSWORD

pytestmark = pytest.mark.django_db
PLACES = {"lifeline": "crew", "area": "auditor"}


@pytest.fixture(params=PLACES)
def place(request, world):
    """A service or an area, with an administrator called `boss`."""
    here = getattr(world, request.param)
    world.people["boss"] = User.objects.create(
        email="boss@test.example", name="Boss Tester", password=HASH, created_at=world.now
    )
    Membership.objects.create(user=world.people["boss"], organisation=here, role="administrator", started_at=world.now)
    return here


def test_they_invite_change_and_end_their_own_people_and_nobody_elses(world, place, browser_of):
    role, boss = PLACES["lifeline" if place == world.lifeline else "area"], browser_of("boss")
    shown = words(boss.get(address("people")))
    assert (place.name in shown, "Oakview" in shown, "Manager Tester" in shown) == (True, False, False)
    assert boss.post(address("invite_person"), {**NEW, "role": "carer"}).status_code == 422
    assert boss.post(address("invite_person"), {**NEW, "role": role})["Location"] == address("people")
    assert Invitation.objects.values_list("organisation", "role").get() == (place.pk, role)
    own = Membership.objects.get(organisation=place, role=role)
    elsewhere = Membership.objects.get(user=world.people["carer"])
    for name in ("reset_second_factor", "end_membership", "change_role"):
        assert boss.get(address(name, own.pk)).status_code != 404
        assert boss.get(address(name, elsewhere.pk)).status_code == 404
    assert boss.post(address("end_membership", elsewhere.pk), {"when": "now"}).status_code == 404
    assert boss.post(address("end_membership", own.pk), {"when": "now"}).status_code == 302
    own.refresh_from_db()
    assert own.ended_by == world.people["boss"]
    assert Entry.objects.filter(action="person.left", organisation_id=place.pk).count() == 1


def test_they_read_no_patient_and_have_no_bags_labels_tablets_or_due_times(world, place, browser_of):
    journey, boss = pack(world), browser_of("boss")
    front = words(boss.get("/"))
    assert ("Who works here" in front, "Jones" in front, "Scan" in front) == (True, False, False)
    for name in ("bags", "labels", "tablets", "house_rules", "residents", "reports", "journal", "records"):
        assert boss.get(address(name)).status_code == 403, name
    assert boss.get(address("transfer", journey.pk)).status_code in (403, 404)
    assert "Jones" not in words(boss.get(address("label", world.token(world.bag))))
    assert Resident.objects.visible_to(world.actor("boss")).count() == 0


@pytest.mark.parametrize("door", ["add_person", "invite_person"])
def test_by_their_own_address_they_give_themselves_no_post_that_reads(world, place, browser_of, door):
    role = PLACES["lifeline" if place == world.lifeline else "area"]
    own = {**NEW, "email": world.people["boss"].email.upper(), "role": role}
    answer = browser_of("boss").post(address(door), own)
    assert (answer.status_code, "This is your own e-mail address" in words(answer)) == (422, True)
    assert [post.role for post in world.actor("boss").posts] == ["administrator"]
    assert not Invitation.objects.exists()


def test_an_account_whose_password_they_know_is_taken_into_no_home(world, place, browser_of):
    role = PLACES["lifeline" if place == world.lifeline else "area"]
    assert browser_of("boss").post(address("add_person"), {**NEW, "role": role}).status_code == 302
    answer = browser_of("manager").post(address("add_person"), NEW)
    assert (answer.status_code, "Invite them by e-mail instead" in words(answer)) == (422, True)
    [post] = Membership.objects.filter(user__email=NEW["email"])
    assert (post.organisation, post.role) == (place, role)


def test_their_session_ends_when_they_are_away_though_a_crews_goes_on(world, place, at):
    for who in ("boss", "crew"):
        client = Client()
        client.post("/sign-in", {"email": world.people[who].email, "password": PASSWORD})
        at(60)
        assert is_in(client)
        at(95)
        assert is_in(client) == (who == "crew")
        at(60)


def test_the_first_of_them_is_invited_with_a_key_and_is_told_what_they_may(world, place):
    key = issue_key(organisation=place, role="administrator", name="First start", now=world.now)
    program, boss = Caller(), Caller(world.people["boss"])
    program.headers = {"Authorization": f"Bearer {key}"}
    assert program.post("invitations", {**NEW, "role": "administrator"}).status_code == 201
    assert [each["email"] for each in boss.get("invitations").json()["results"]] == [NEW["email"]]
    assert boss.get("bags").status_code == 403
    [post] = boss.get("me").json()["memberships"]
    assert post["may"] == ["manage endpoints, deliveries and people"]
