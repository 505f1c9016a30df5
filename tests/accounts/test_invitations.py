"""Somebody is invited by a letter, and joins once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from redbag.accounts.invitations import accept, invitation_with, invite, invite_again, withdraw
from redbag.accounts.joining_models import AccountLetter, Invitation
from redbag.accounts.lettering import MOST_ATTEMPTS, letters_due, send_letter
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.organisations.models import Membership, User

pytestmark = pytest.mark.embedded
WORDS = "a lamp in the hall"


def ask(world, who="manager", **told):
    told = {"email": "bea@oakview.example", "name": "Bea New", "role": "senior", "medicines_trained": True} | told
    home = told.pop("home", world.oakview)
    return invite(actor=world.actor(who), organisation=home, now=world.now, **told)


def token_in(link):
    return link.rpartition("/")[2]


def test_the_letter_says_which_home_and_role_and_the_link_opens_one_account_once(world, post):
    invitation = ask(world)
    [link] = post(world.now)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["bea@oakview.example"], "You are invited to work with Red Bag")
    assert "Oakview invites you to work with Red Bag as: senior carer." in letter.body
    token = token_in(link)
    assert len(token) == 43  # 256 bits
    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    joined = accept(token=token, now=world.now, name="Bea Newton", password=WORDS)
    assert (joined.user.name, joined.role, joined.medicines_trained) == ("Bea Newton", "senior", True)
    assert joined.user.check_password(WORDS)
    with pytest.raises(Refused, match="used, withdrawn or ran out"):
        accept(token=token, now=world.now, name="Somebody Else", password=WORDS)
    assert [each.action for each in Entry.objects.filter(action__startswith="person.").order_by("at", "pk")].count(
        "person.joined"
    ) == 1


def test_nobody_gives_themselves_a_post_not_by_inviting_nor_by_sending_again_nor_by_a_link_they_sent(world, post):
    own = world.people["manager"].email
    with pytest.raises(Refused, match="your own e-mail address"):
        ask(world, email=own.upper())
    ask(world, who="administrator", email=own)
    asked = Invitation.objects.get()
    with pytest.raises(Refused, match="your own e-mail address"):
        invite_again(actor=world.actor("manager"), invitation=asked, now=world.now)
    [link] = post(world.now)
    Invitation.objects.update(invited_by=world.people["manager"])
    with pytest.raises(Refused, match="your own e-mail address"):
        accept(token=token_in(link), actor=world.actor("manager"), now=world.now)
    assert [each.role for each in world.actor("manager").posts] == ["home_manager"]
    Invitation.objects.update(invited_by=world.people["administrator"])
    assert accept(token=token_in(link), actor=world.actor("manager"), now=world.now).role == "senior"


def test_a_letter_is_owed_with_its_invitation_and_never_sent_inside_its_transaction(world, post):
    with transaction.atomic():
        ask(world)
        assert mail.outbox == []
        transaction.set_rollback(True)
    assert post(world.now) == []
    assert not AccountLetter.objects.exists()


def test_after_seven_days_the_link_opens_nothing(world, post):
    ask(world)
    token = token_in(post(world.now)[0])
    week = timedelta(days=7)
    assert invitation_with(token, now=world.now + week - timedelta(seconds=1))
    assert invitation_with(token, now=world.now + week) is None


def test_sent_again_the_new_link_counts_and_the_old_one_does_not(world, post):
    invitation = ask(world)
    old = token_in(post(world.now)[0])
    later = world.now + timedelta(days=8)
    invite_again(actor=world.actor("manager"), invitation=invitation, now=later)
    new = token_in(post(later)[0])
    assert invitation_with(old, now=later) is None
    assert accept(token=new, now=later, name="Bea", password=WORDS).organisation == world.oakview


def test_one_taken_back_opens_nothing_and_its_letter_is_not_sent_any_more(world, post):
    first, second = ask(world), ask(world, email="cy@oakview.example")
    withdraw(actor=world.actor("manager"), invitation=first, now=world.now)
    [link] = post(world.now)
    assert mail.outbox[0].to == ["cy@oakview.example"]
    withdraw(actor=world.actor("manager"), invitation=second, now=world.now)
    assert invitation_with(token_in(link), now=world.now) is None


def test_who_has_an_account_joins_with_it_and_nobody_else_does(world, post):
    crew = world.people["crew"]
    ask(world, email=crew.email.upper(), role="carer")
    token = token_in(post(world.now)[0])
    with pytest.raises(Refused, match="Sign in first"):
        accept(token=token, now=world.now, name="Crew", password=WORDS)
    with pytest.raises(Refused, match="another e-mail address"):
        accept(token=token, now=world.now, actor=world.actor("northgate"))
    accept(token=token, now=world.now, actor=world.actor("crew"))
    assert {post.organisation for post in world.actor("crew").posts} == {world.lifeline, world.oakview}
    assert User.objects.get(pk=crew.pk).password == crew.password


def test_an_invitation_falls_with_whoever_sent_it(world, post):
    ask(world)
    token = token_in(post(world.now)[0])
    posts = Membership.objects.filter(user=world.people["manager"])
    posts.update(ended_at=world.now, ended_by=world.people["administrator"])
    assert invitation_with(token, now=world.now) is None


def test_only_who_looks_after_people_invites_and_only_to_what_the_place_has(world):
    for who in ("carer", "senior", "millbrook_manager", "auditor"):
        with pytest.raises(NotAllowed):
            ask(world, who)
    with pytest.raises(BadInput) as wrong:
        ask(world, role="ward", email="bea@oakview", name=" ")
    assert set(wrong.value.errors) == {"role", "email", "name"}
    ask(world)
    with pytest.raises(Refused, match="invited already"):
        ask(world, email="BEA@oakview.example")
    with pytest.raises(Refused, match="already works here"):
        ask(world, email=world.people["senior"].email)


@pytest.mark.parametrize(
    "email", ["bea@oakview.example\nBcc: all@evil.example", "bea@x.example,cy@x.example", '"b\tc"@x.example']
)
def test_nothing_typed_becomes_a_header_of_the_letter(world, post, email):
    with pytest.raises(BadInput) as wrong:
        ask(world, email=email)
    assert set(wrong.value.errors) == {"email"}
    ask(world, name="Bea\nBcc: all@evil.example")
    post(world.now)
    [letter] = mail.outbox
    assert (letter.to, letter.message().get_all("Bcc")) == (["bea@oakview.example"], None)


def test_a_weak_password_is_refused_and_the_link_counts_still(world, post):
    ask(world)
    token = token_in(post(world.now)[0])
    for weak in ("short", "password123", "bea@oakview.example", "x" * 129):
        with pytest.raises(BadInput) as wrong:
            accept(token=token, now=world.now, name="Bea", password=weak)
        assert set(wrong.value.errors) == {"password"}, weak
    assert accept(token=token, now=world.now, name="Bea", password="x y z " * 21)


def test_a_letter_that_cannot_be_sent_is_tried_again_later_and_given_up_in_the_end(world, settings):
    ask(world)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for each in range(MOST_ATTEMPTS):
        at = world.now + each * timedelta(hours=5)
        [letter_id] = letters_due(now=at)
        assert send_letter(letter_id, now=lambda at=at: at) is False
        assert letters_due(now=at) == []
    assert letters_due(now=world.now + timedelta(days=6)) == []
    assert AccountLetter.objects.get().sent_at is None


def test_two_workers_send_a_letter_once(world):
    ask(world)
    [letter_id] = letters_due(now=world.now)
    assert send_letter(letter_id, now=lambda: world.now) is True
    assert send_letter(letter_id, now=lambda: world.now) is False
    assert len(mail.outbox) == 1


def test_the_database_keeps_one_open_invitation_for_a_person_and_role(world):
    invitation = ask(world)
    assert invitation.email == "bea@oakview.example"
    copy = Invitation(**{f.attname: getattr(invitation, f.attname) for f in Invitation._meta.fields if f.name != "id"})
    copy.email = "Bea@Oakview.example"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
