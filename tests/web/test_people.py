"""Who works here: people are added with a first password, and leave at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from redbag.journal.models import Entry
from redbag.organisations.models import HouseRules, Membership


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


NEW = {"name": "Bea New", "email": "bea@oakview.example", "role": "carer", "password": "a lamp in the hall"}


def works(world, who):
    return Membership.objects.get(user=world.people[who])


def test_the_list_names_the_people_of_this_home_alone(world, browser_of):
    page = words(browser_of("manager").get(address("people")))
    assert "Carer Tester" in page
    assert "senior carer" in page
    assert "Millbrook" not in page
    assert "millbrook@test.example" not in page


@pytest.mark.parametrize("who", ["carer", "senior", "crew", "ward", "auditor"])
def test_only_those_who_manage_people_see_or_change_them(world, browser_of, who):
    client = browser_of(who)
    assert client.get(address("people")).status_code == 403
    assert client.post(address("add_person"), NEW).status_code == 403
    assert not Membership.objects.filter(user__email=NEW["email"]).exists()
    answer = client.post(address("end_membership", works(world, "carer").pk))
    assert answer.status_code == (403 if who in ("carer", "senior") else 404)
    assert works(world, "carer").ended_at is None


def test_somebody_new_can_sign_in_with_the_first_password(world, browser_of):
    answer = browser_of("manager").post(address("add_person"), NEW)
    assert answer["Location"] == address("people")
    client = Client()
    client.post("/sign-in", {"email": NEW["email"], "password": NEW["password"]})
    assert "Bea New" in words(client.get("/"))


def test_what_is_wrong_stands_beside_the_field_and_the_password_is_not_sent_back(world, browser_of):
    answer = browser_of("manager").post(address("add_person"), {**NEW, "email": "bea", "role": "crew"})
    page = words(answer)
    assert answer.status_code == 422
    assert "Enter a whole e-mail address" in page
    assert "Choose what they do here." in page
    assert 'value="Bea New"' in page
    assert NEW["password"] not in page
    short = browser_of("manager").post(address("add_person"), {**NEW, "password": "short"})
    assert short.status_code == 422
    assert "too short" in words(short)


def test_somebody_in_the_same_role_twice_is_told(world, browser_of):
    posted = {**NEW, "email": world.people["carer"].email}
    answer = browser_of("manager").post(address("add_person"), posted)
    assert answer.status_code == 422
    assert "already works here" in words(answer)


def test_of_an_account_that_is_known_the_page_says_that_they_keep_its_password(world, browser_of):
    posted = {**NEW, "email": world.people["crew"].email}
    page = words(browser_of("manager").post(address("add_person"), posted, follow=True))
    assert "Crew Tester works here now. They sign in with the password they have." in page
    assert "first password yourself" not in page
    new = words(browser_of("manager").post(address("add_person"), NEW, follow=True))
    assert "Bea New can sign in now. Tell them the first password yourself." in new


def test_somebody_added_here_is_added_here_in_another_role_too_and_elsewhere_once_their_password_came_by_mail(
    world, browser_of, post
):
    manager, millbrook = browser_of("manager"), browser_of("millbrook_manager")
    manager.post(address("add_person"), NEW)
    assert manager.post(address("add_person"), {**NEW, "role": "senior"}).status_code == 302
    assert millbrook.post(address("add_person"), NEW).status_code == 422
    Client().post("/forgotten", {"email": NEW["email"]})
    client = Client()
    client.get(post()[0])
    client.post("/new-password", {"password": "a kettle on the stove"})
    assert millbrook.post(address("add_person"), NEW).status_code == 302


def test_a_hospital_adds_its_own_people_and_not_carers(world, browser_of):
    client = browser_of("discharge")
    assert "Ward staff" in words(client.get(address("add_person")))
    assert client.post(address("add_person"), NEW).status_code == 422
    client.post(address("add_person"), {**NEW, "role": "ward"})
    assert Membership.objects.get(user__email=NEW["email"]).organisation == world.stmarys


def test_whoever_leaves_is_shut_out_at_once(world, browser_of):
    carer, manager = browser_of("carer"), browser_of("manager")
    page = manager.get(address("end_membership", works(world, "carer").pk))
    assert "Carer Tester no longer works here?" in words(page)
    manager.post(address("end_membership", works(world, "carer").pk))
    assert works(world, "carer").ended_at - timezone.now() < timedelta(minutes=1)
    shut_out = carer.get(address("residents"))
    assert shut_out.status_code == 403
    assert "You do not work anywhere now" in words(shut_out)
    assert carer.get("/")["Location"].startswith("/sign-in")


def test_managers_end_neither_their_own_work_nor_that_of_another_home(world, browser_of):
    client = browser_of("manager")
    own = client.post(address("end_membership", works(world, "manager").pk))
    assert own.status_code == 409
    assert "Ask another manager" in words(own)
    other = works(world, "millbrook")
    assert client.get(address("end_membership", other.pk)).status_code == 404
    assert client.post(address("end_membership", other.pk)).status_code == 404
    assert works(world, "millbrook").ended_at is None


def test_whoever_leaves_hears_no_more_of_what_is_late_and_the_manager_is_told_to_choose_another(world, browser_of):
    HouseRules.objects.create(organisation=world.oakview, escalate_to=world.people["carer"])
    answer = browser_of("manager").post(address("end_membership", works(world, "carer").pk), follow=True)
    assert "Nobody hears of what is late now" in words(answer)
    assert HouseRules.objects.get(organisation=world.oakview).escalate_to is None


def test_the_manager_says_who_is_trained_in_medicines_and_it_counts_at_once(world, browser_of):
    manager, carer = browser_of("manager"), works(world, "carer")
    assert words(manager.get(address("people"))).count("✓ Trained in medicines") == 2
    page = words(manager.post(address("medicines_training", carer.pk), {"trained": "yes"}, follow=True))
    assert "Carer Tester is trained in medicines." in page
    assert world.actor("carer").trained_at(world.oakview.pk)
    manager.post(address("medicines_training", carer.pk), {"trained": "no"})
    assert not world.actor("carer").trained_at(world.oakview.pk)
    assert Entry.objects.filter(action="person.medicines_training", subject_id=carer.pk).count() == 2
    assert browser_of("senior").post(address("medicines_training", carer.pk), {"trained": "yes"}).status_code == 403
    assert browser_of("millbrook_manager").post(address("medicines_training", carer.pk)).status_code == 404
    ward = Membership.objects.get(user=world.people["ward"])
    assert browser_of("discharge").post(address("medicines_training", ward.pk), {"trained": "yes"}).status_code == 409


def test_somebody_new_is_trained_in_medicines_when_the_manager_ticks_it(world, browser_of):
    browser_of("manager").post(address("add_person"), {**NEW, "medicines_trained": "yes"})
    assert Membership.objects.get(user__email=NEW["email"]).medicines_trained
    assert "Trained in medicines" not in words(browser_of("discharge").get(address("add_person")))
