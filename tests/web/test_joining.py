"""Invited by a letter, joined, somewhere else chosen, left: the pages of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from redbag.accounts.joining_models import Identity, Invitation
from redbag.deliveries.phones import let_go_when_due
from redbag.organisations.actions import open_session
from redbag.organisations.keys import actor_with
from redbag.organisations.models import Key, Membership, User
from redbag.organisations.posts import close_account, end_membership, open_account

NEW = {"name": "Bea New", "email": "bea@oakview.example", "role": "senior", "medicines_trained": "yes"}
PASSWORD = "a lamp in the hall"


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def works(world, who):
    return Membership.objects.get(user=world.people[who], ended_at=None)


def also_at(world, who, place, role="carer"):
    return Membership.objects.create(
        user=world.people[who], organisation=place, role=role, started_at=world.now + timedelta(minutes=1)
    )


@pytest.fixture
def invited(world, browser_of, post):
    """The link in the letter of somebody whom the manager has just invited."""
    answer = browser_of("manager").post(address("invite_person"), NEW)
    assert answer["Location"] == address("people")
    [link] = post()
    return link


def test_who_is_invited_sees_who_invites_and_to_what_and_chooses_name_and_password(world, invited):
    client = Client()
    assert client.get(invited)["Location"] == address("join")  # opening it, as mail scanners do, uses nothing up
    assert Client().get(invited)["Location"] == address("join")
    page = words(client.get(address("join")))
    assert "Oakview invites you to work with Red Bag as <strong>senior carer</strong>" in page
    assert 'value="Bea New"' in page
    weak = client.post(address("join"), {"name": "Bea Newton", "password": "short"})
    assert (weak.status_code, 'value="Bea Newton"' in words(weak), "too short" in words(weak)) == (422, True, True)
    came = client.post(address("join"), {"name": "Bea Newton", "password": PASSWORD}, follow=True)
    assert "You work at Oakview now, as senior carer." in words(came)
    person = User.objects.get(email=NEW["email"])
    assert (person.name, person.memberships.get().medicines_trained) == ("Bea Newton", True)
    gone = Client().get(invited)
    assert (gone.status_code, "used, withdrawn or ran out" in words(gone)) == (410, True)


def test_a_link_that_nobody_made_says_the_same_as_one_that_ran_out(world):
    for answer in (Client().get("/join/nonsense"), Client().get("/join"), Client().post("/join", {"name": "X"})):
        assert answer.status_code == 410
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]


def test_who_has_an_account_signs_in_and_joins_with_one_button(world, browser_of, post):
    browser_of("manager").post(address("invite_person"), {**NEW, "email": world.people["millbrook"].email})
    [link] = post()
    assert "You have an account with this e-mail address" in words(Client().get(link, follow=True))
    other = browser_of("crew")
    assert "with another e-mail address" in words(other.get(link, follow=True))
    assert other.post(address("join"), {}).status_code == 422
    client = browser_of("millbrook")
    assert "Join as Millbrook Tester" in words(client.get(link, follow=True))
    client.post(address("join"), {})
    assert {post.organisation.ods_code for post in world.actor("millbrook").posts} == {"VDEM1", "VDEM2"}


def test_the_manager_sees_who_is_invited_sends_it_again_and_takes_it_back(world, browser_of, invited, post):
    manager, invitation = browser_of("manager"), Invitation.objects.get()
    page = words(manager.get(address("people")))
    assert "bea@oakview.example, invited by Manager Tester" in page
    manager.post(address("invite_again", invitation.pk))
    [newer] = post()
    assert Client().get(invited).status_code == 410
    for stranger in ("carer", "millbrook_manager"):
        assert browser_of(stranger).post(address("withdraw_invitation", invitation.pk)).status_code in (403, 404)
    assert Client().get(newer).status_code == 302
    manager.post(address("withdraw_invitation", invitation.pk), follow=True)
    assert Client().get(newer).status_code == 410
    assert "bea@oakview.example" not in words(manager.get(address("people")))


def test_what_is_wrong_with_an_invitation_stands_beside_the_field(world, browser_of):
    answer = browser_of("manager").post(address("invite_person"), {**NEW, "email": "bea", "role": "ward"})
    assert answer.status_code == 422
    assert "Enter a whole e-mail address" in words(answer)
    assert 'value="Bea New"' in words(answer)


def test_whoever_left_everything_is_signed_out_at_the_next_page_and_told_why(world, browser_of):
    carer, token = browser_of("carer"), open_session(user=world.people["carer"], now=timezone.now())
    end_membership(actor=world.actor("manager"), membership=works(world, "carer"), now=timezone.now())
    fragment = carer.get(address("board_lists"), headers={"HX-Request": "true"})
    assert fragment["HX-Refresh"] == "true"
    answer = carer.get(address("residents"))
    assert (answer.status_code, "so you were signed out" in words(answer)) == (403, True)
    assert "Carer Tester" not in words(answer)
    assert carer.get(address("residents"))["Location"].startswith("/sign-in")
    assert [actor_with(each, now=timezone.now()) for each in token] == [None, None]


def test_whoever_left_one_of_two_places_keeps_the_other_alone(world, browser_of):
    also_at(world, "carer", world.millbrook)
    carer, (token, _) = browser_of("carer"), open_session(user=world.people["carer"], now=timezone.now())
    carer.post(address("choose_place"), {"place": "VDEM1"})
    first = Membership.objects.get(user=world.people["carer"], organisation=world.oakview)
    end_membership(actor=world.actor("manager"), membership=first, now=timezone.now())
    page = words(carer.get(address("residents")))
    assert "Quill" in page
    assert "Jones" not in page
    assert carer.get(address("resident", world.peggy.pk)).status_code == 404
    assert [post.organisation for post in actor_with(token, now=timezone.now()).posts] == [world.millbrook]


def test_a_closed_account_opens_nothing_any_more(world, browser_of):
    carer, (token, _) = browser_of("carer"), open_session(user=world.people["carer"], now=timezone.now())
    close_account(user=world.people["carer"], now=timezone.now())
    again = {"email": world.people["carer"].email, "password": "red-bag-demo"}
    assert Client().post("/sign-in", again).status_code == 422
    open_account(user=world.people["carer"], now=timezone.now())  # what was open before stays shut
    assert carer.get(address("residents"))["Location"].startswith("/sign-in")
    assert actor_with(token, now=timezone.now()) is None


def test_a_last_day_is_written_down_and_ends_the_post_when_it_is_over(world, browser_of):
    manager, carer = browser_of("manager"), works(world, "carer")
    today = timezone.localdate()
    answer = manager.post(address("end_membership", carer.pk), {"when": "day", "leaves_on": str(today - timedelta(1))})
    assert (answer.status_code, "This day is over" in words(answer)) == (422, True)
    manager.post(address("end_membership", carer.pk), {"when": "day", "leaves_on": today.isoformat()})
    assert "Last day" in words(manager.get(address("people")))
    assert let_go_when_due(now=timezone.now()) == 0
    manager.post(address("end_membership", carer.pk), {"when": "stays"})
    assert let_go_when_due(now=timezone.now() + timedelta(days=2)) == 0
    manager.post(address("end_membership", carer.pk), {"when": "day", "leaves_on": today.isoformat()})
    key = open_session(user=world.people["carer"], now=timezone.now())
    assert let_go_when_due(now=timezone.now() + timedelta(days=2)) == 1
    ended = Membership.objects.get(pk=carer.pk)
    assert ended.ended_by == world.people["manager"]
    assert not Key.objects.filter(user=world.people["carer"], revoked_at=None).exists(), key


def test_the_last_who_looks_after_people_neither_leaves_nor_changes(world, browser_of):
    browser_of("manager").post(
        address("end_membership", works(world, "administrator").pk), {"when": "day", "leaves_on": "2026-12-01"}
    )
    leaving, last = browser_of("administrator"), works(world, "manager")
    for name, sent in (
        ("end_membership", {}),
        ("end_membership", {"when": "day", "leaves_on": "2026-12-01"}),
        ("change_role", {"role": "carer"}),
    ):
        answer = leaving.post(address(name, last.pk), sent)
        assert (answer.status_code, "Invite another manager first" in words(answer)) == (409, True)
    also_at(world, "senior", world.oakview, "home_manager")
    leaving.post(address("end_membership", last.pk))
    assert Membership.objects.get(pk=last.pk).ended_at


def test_somebody_does_something_else_and_it_counts_at_once(world, browser_of):
    carer = browser_of("carer")
    assert carer.get(address("journal")).status_code == 403
    browser_of("manager").post(address("change_role", works(world, "carer").pk), {"role": "senior"})
    assert carer.get(address("journal")).status_code == 200
    wrong = browser_of("manager").post(address("change_role", works(world, "carer").pk), {"role": "ward"})
    assert wrong.status_code == 422
    own = browser_of("manager").post(address("change_role", works(world, "manager").pk), {"role": "carer"})
    assert own.status_code == 409


def test_who_works_at_several_places_is_asked_after_signing_in_and_sees_the_chosen_one_alone(world, at):
    also_at(world, "carer", world.millbrook)
    client = Client()
    signed = client.post("/sign-in", {"email": world.people["carer"].email, "password": "red-bag-demo"})
    assert signed["Location"] == "/where?next=%2F"
    page = words(client.get("/where?next=/residents"))
    assert "Where are you working now?" in page
    assert "All of them" in page
    chosen = client.post("/where", {"place": "VDEM2", "next": "/residents"})
    assert chosen["Location"] == "/residents"
    page = words(client.get("/residents"))
    assert "Quill" in page
    assert "Jones" not in page
    assert "<strong>Millbrook House</strong> <span>Change" in page
    assert client.get(address("resident", world.peggy.pk)).status_code == 404
    client.post("/where", {"place": "all"})
    page = words(client.get("/residents"))
    assert "Quill" in page
    assert "Jones" in page
    assert client.post("/where", {"place": "RDEM1"}).status_code == 422
    assert client.post("/where", {"place": "VDEM1", "next": "https://evil.example"})["Location"] == "/"


def test_a_home_and_a_hospital_are_never_worked_at_together_by_choice(world, browser_of):
    also_at(world, "carer", world.stmarys, "ward")
    client = browser_of("carer")
    assert "All of them" not in words(client.get("/where"))
    assert client.post("/where", {"place": "all"}).status_code == 422


def test_who_works_at_one_place_is_never_asked(world, browser_of):
    client = Client()
    signed = client.post("/sign-in", {"email": world.people["carer"].email, "password": "red-bag-demo"})
    assert signed["Location"] == "/"
    assert "/where" not in words(client.get("/residents"))
    assert client.get("/where")["Location"] == "/"


def test_a_forgotten_password_is_set_by_a_link_that_works_once(world, browser_of, post):
    person = world.people["carer"]
    signed_in, (token, _) = browser_of("carer"), open_session(user=person, now=timezone.now())
    known = Client().post("/forgotten", {"email": person.email.upper()})
    unknown = Client().post("/forgotten", {"email": "nobody@test.example"})
    assert known.content == unknown.content
    [link] = post()
    assert mail.outbox[0].to == [person.email]
    client = Client()
    assert client.get(link)["Location"] == "/new-password"
    weak = client.post("/new-password", {"password": "password123"})
    assert (weak.status_code, "too common" in words(weak)) == (422, True)
    assert client.post("/new-password", {"password": PASSWORD})["Location"] == "/sign-in"
    assert Client().get(link).status_code == 410
    assert signed_in.get("/residents")["Location"].startswith("/sign-in")
    assert actor_with(token, now=timezone.now()) is None
    post()
    assert mail.outbox[-1].subject == "Your Red Bag password was changed"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_link_for_a_password_lasts_an_hour_and_the_newest_alone_counts(world, at, post):
    person = world.people["carer"]
    Client().post("/forgotten", {"email": person.email})
    [first] = post()
    Client().post("/forgotten", {"email": person.email})
    [second] = post()
    assert Client().get(first).status_code == 410
    at(60 + 59)
    assert Client().get(second).status_code == 302
    at(60 + 61)
    assert Client().get(second).status_code == 410


def test_nobody_is_buried_in_letters(world, post):
    for _ in range(5):
        assert Client().post("/forgotten", {"email": world.people["carer"].email}).status_code == 200
    post()
    assert len(mail.outbox) == 3


def test_who_changes_their_password_gives_the_old_one_and_stays_in_here_alone(world, browser_of, post):
    here, elsewhere = browser_of("carer"), browser_of("carer")
    wrong = here.post("/my-sign-in/password", {"old": "not this one", "new": PASSWORD})
    assert (wrong.status_code, "not your password now" in words(wrong)) == (422, True)
    alike = here.post("/my-sign-in/password", {"old": "red-bag-demo", "new": "carer@test.example"})
    assert alike.status_code == 422
    assert here.post("/my-sign-in/password", {"old": "red-bag-demo", "new": PASSWORD})["Location"] == "/"
    assert here.get("/residents").status_code == 200
    assert elsewhere.get("/residents")["Location"].startswith("/sign-in")
    post()
    assert mail.outbox[0].to == [world.people["carer"].email]


def test_a_link_goes_to_the_address_of_the_account_and_never_to_one_that_looks_the_same(world, post):
    person = world.people["carer"]
    person.email = "mike@test.example"
    person.save()
    Client().post("/forgotten", {"email": "m\u0131ke@test.example"})  # a Turkish i: the same in capitals
    Client().post("/forgotten", {"email": "MIKE@test.example"})
    post()
    assert {each.to[0] for each in mail.outbox} == {"mike@test.example"}


@pytest.mark.parametrize(("both_steps", "lands"), [(True, "/"), (False, "/my-sign-in/app")])
def test_who_joins_by_a_provider_that_counts_as_both_steps_sets_up_no_other(
    world, browser_of, post, settings, both_steps, lands
):
    settings.DEMO = False
    browser_of("manager").post(address("invite_person"), NEW | {"role": "home_manager"})
    client = Client()
    client.get(post()[0])
    session = client.session
    said = {"issuer": "https://id.example", "subject": "7", "name": "Bea New", "counts": both_steps}
    session["vouched"] = said | {"at": timezone.now().isoformat()}
    session.save()
    joined = client.post(address("join"), {"name": "Bea New"})
    assert (joined["Location"], "_auth_user_id" in client.session) == (lands, both_steps)


def test_an_account_that_a_colleague_made_becomes_its_owners_before_it_opens_another_place(world, browser_of, post):
    mail_of = {"name": "Bea New", "email": "bea@trust.example", "role": "carer"}
    browser_of("manager").post(address("add_person"), mail_of | {"password": PASSWORD})
    bea = User.objects.get(email="bea@trust.example")
    Identity.objects.create(user=bea, issuer="https://id.example", subject="of the manager", linked_at=world.now)
    browser_of("millbrook_manager").post(address("invite_person"), mail_of)
    [invitation] = post()
    client = Client()
    client.force_login(bea)
    client.get(invitation)
    answer = client.post(address("join"))
    assert (answer.status_code, "Somebody else made your account" in words(answer)) == (422, True)
    Client().post("/forgotten", {"email": bea.email})
    [link] = post()
    client = Client()
    client.get(link)
    client.post("/new-password", {"password": "a kettle on the stove"})
    assert not Identity.objects.exists()
    bea.refresh_from_db()
    client.force_login(bea)
    client.get(invitation)
    assert client.post(address("join"))["Location"] == "/"
