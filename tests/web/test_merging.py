"""The same person twice, on the pages and through the API."""

import pytest
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.residents.actions import change_resident
from redbag.residents.models import Merge, Resident
from redbag.residents.nhs_numbers import generate
from redbag.residents.same_person import likely_same
from redbag.summaries.actions import write_sections
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def twice(world):
    return Resident.objects.create(
        home=world.oakview,
        first_name="Margaret",
        last_name="Johns",
        date_of_birth=world.peggy.date_of_birth,
        created_at=world.now,
        room="14",
    )


def address(name, resident):
    return reverse(f"web:{name}", args=[resident.pk])


def words(response):
    return " ".join(response.content.decode().split())


def write(world, resident, section, content):
    contents = {section: content}
    write_sections(actor=world.actor("carer"), resident=resident, contents=contents, seen={}, now=world.now)


def mark(page):
    return page.content.decode().split('name="seen" value="')[1].split('"')[0]


def test_likely_the_same_person_is_offered_with_why_and_nobody_else(world, twice, browser_of):
    page = words(browser_of("senior").get(address("same_person", world.peggy)))
    assert "JOHNS, Margaret" in page
    assert "Same birth date, similar name" in page
    assert "DALE" not in page
    assert "QUILL" not in page
    found = words(browser_of("senior").get(address("same_person", world.peggy), {"q": "dale"}))
    assert "DALE, Arthur" in found
    assert "QUILL" not in words(browser_of("senior").get(address("same_person", world.peggy), {"q": "quill"}))


def test_a_similar_name_without_a_number_is_likely_and_two_checked_numbers_are_not(world, twice):
    Resident.objects.filter(pk=twice.pk).update(date_of_birth="1937-04-04")
    others = list(Resident.objects.filter(home=world.oakview))
    assert [each for each, _ in likely_same(world.peggy, others)] == [twice]
    Resident.objects.filter(pk=twice.pk).update(first_name="Walter")
    assert likely_same(world.peggy, Resident.objects.filter(home=world.oakview)) == []
    Resident.objects.filter(pk=twice.pk).update(
        first_name="Margaret",
        date_of_birth=world.peggy.date_of_birth,
        nhs_number_index="other",
        nhs_number_status="verified",
    )
    Resident.objects.filter(home=world.oakview).update(nhs_number_status="verified")
    world.peggy.refresh_from_db()
    assert likely_same(world.peggy, Resident.objects.filter(home=world.oakview)) == []


def test_compared_joined_and_taken_apart(world, twice, browser_of):
    write(world, world.peggy, "allergies", {"status": "present", "items": [{"agent": "Penicillin"}]})
    write(world, twice, "allergies", {"status": "present", "items": [{"agent": "Latex"}]})
    write(world, world.peggy, "resuscitation", {"recommendation": "attempt", "papers": []})
    write(world, twice, "resuscitation", {"recommendation": "do_not_attempt", "papers": []})
    write(world, twice, "medicines", {"items": [{"name": "Apixaban"}]})
    senior, page = browser_of("senior"), address("same_person", world.peggy)
    compared = senior.get(page, {"other": twice.pk})
    text = words(compared)
    assert "both lists together" in text
    for told in ("Penicillin", "Latex", "Attempt CPR", "Do NOT attempt CPR", "Apixaban"):
        assert told in text
    assert "checked" not in text.split("Which one stands?")[1].split("</fieldset>")[0].replace("Checked", "")
    form = {"other": twice.pk, "seen": mark(compared), "why": "Seen with her daughter"}
    again = senior.post(page, form)
    assert again.status_code == 422
    assert "choose which one stands" in words(again)
    assert 'value="Seen with her daughter"' in words(again)
    assert senior.post(page, form | {"take-resuscitation": "other"})["Location"] == address("resident", world.peggy)
    kept = words(senior.get(address("resident", world.peggy)))
    assert "Also recorded as" in kept
    assert "Do NOT attempt CPR" in kept
    assert "Penicillin; Latex" in kept
    away = words(senior.get(address("resident", twice)))
    assert "This is the same person as" in away
    assert address("resident", world.peggy) in away
    assert "Lives here again" not in away
    assert "is going to hospital" not in away
    assert "Johns" not in words(senior.get("/residents"))
    apart = address("take_apart", twice)
    assert "Seen with her daughter" in words(senior.get(apart))
    assert senior.post(apart, {"why": ""}).status_code == 422
    assert senior.post(apart, {"why": "Two sisters"}).status_code == 302
    assert "Johns" in words(senior.get("/residents"))
    assert "nothing to take apart" in words(senior.post(apart, {"why": "pressed twice"}, follow=True))


def test_what_was_changed_since_is_named_after_taking_apart(world, twice, browser_of):
    senior = browser_of("senior")
    compared = senior.get(address("same_person", world.peggy), {"other": twice.pk})
    senior.post(address("same_person", world.peggy), {"other": twice.pk, "why": "x", "seen": mark(compared)})
    Resident.objects.filter(pk=world.peggy.pk).update(room="15")
    page = words(senior.post(address("take_apart", twice), {"why": "x"}, follow=True))
    assert "Changed since, so look at it yourself on the record that was kept: Room." in page


def test_a_record_that_changed_while_it_was_compared_is_shown_again(world, twice, browser_of):
    senior, page = browser_of("senior"), address("same_person", world.peggy)
    form = {"other": twice.pk, "seen": mark(senior.get(page, {"other": twice.pk})), "why": "x"}
    write(world, twice, "allergies", {"status": "present", "items": [{"agent": "Latex"}]})
    late = senior.post(page, form)
    assert late.status_code == 409
    assert "Look again" in words(late)
    assert "Latex" in words(late)
    assert not Merge.objects.exists()
    assert senior.post(page, form | {"seen": mark(late)}).status_code == 302


def test_an_open_journey_of_the_other_record_is_told_before_and_after_pressing(world, twice, browser_of):
    pack(world)
    senior, page = browser_of("senior"), address("same_person", twice)
    compared = senior.get(page, {"other": world.peggy.pk})
    assert "has an open journey" in words(compared)
    refused = senior.post(page, {"other": world.peggy.pk, "why": "x", "seen": mark(compared)})
    assert refused.status_code == 409
    assert "Finish that journey first" in words(refused)


@pytest.mark.parametrize("who", ["carer", "crew", "ward", "millbrook_manager"])
def test_others_see_neither_page(world, twice, browser_of, who):
    status = 403 if who == "carer" else 404
    client = browser_of(who)
    assert client.get(address("same_person", world.peggy)).status_code == status
    assert client.post(address("same_person", world.peggy), {"other": twice.pk, "why": "x"}).status_code == status
    assert client.post(address("take_apart", twice), {"why": "x"}).status_code == status
    assert "Same person twice?" not in words(browser_of("carer").get(address("resident", world.peggy)))


def test_somebody_of_another_home_cannot_be_compared(world, browser_of):
    for other in (world.nora.pk, "nonsense", world.peggy.pk):
        answer = browser_of("senior").get(address("same_person", world.peggy), {"other": other})
        assert answer.status_code == 404


def test_looking_at_two_records_names_both_in_the_journal(world, twice, browser_of):
    browser_of("senior").get(address("same_person", world.peggy), {"other": twice.pk})
    entry = Entry.objects.get(action="viewed.same_person")
    assert {each.resident_id for each in entry.mentions.all()} == {world.peggy.pk, twice.pk}


def test_which_number_stands_is_asked_where_the_kept_one_was_not_checked(world, twice, browser_of):
    values = {"nhs_number": generate(7_000_001), "nhs_number_status": "verified"}
    change_resident(actor=world.actor("carer"), resident=twice, values=values, now=world.now)
    senior, page = browser_of("senior"), address("same_person", world.peggy)
    compared = senior.get(page, {"other": twice.pk})
    assert "Which NHS number stands?" in words(compared)
    form = {"other": twice.pk, "seen": mark(compared), "why": "Seen with her daughter"}
    asked = senior.post(page, form)
    assert asked.status_code == 422
    assert words(asked).count("The NHS numbers differ: choose which one stands.") == 2
    assert not Merge.objects.exists()
    assert senior.post(page, form | {"nhs_number": "other"}).status_code == 302
    world.peggy.refresh_from_db()
    assert (world.peggy.nhs_number, world.peggy.nhs_number_status) == (generate(7_000_001), "verified")


def test_where_nothing_is_to_be_chosen_no_number_is_asked_for(world, twice, browser_of):
    page = browser_of("senior").get(address("same_person", world.peggy), {"other": twice.pk})
    assert "Which NHS number stands?" not in words(page)
