"""The form of a resident: whom nobody may tell, and what usually goes with them."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PERSON = {
    "first_name": "Margaret",
    "last_name": "Jones",
    "birth_day": "3",
    "birth_month": "3",
    "birth_year": "1936",
    "contacts-count": "2",
    "contacts-0-name": "Bob Jones",
    "contacts-0-do_not_tell": "yes",
    "contacts-0-do_not_release": "yes",
    "contacts-1-name": "Anne Jones",
    "usual-count": "3",
    "usual-0-category": "glasses",
    "usual-0-description": "Brown frame",
    "usual-0-where": "worn",
    "usual-1-category": "",
    "usual-1-quantity": "",
    "usual-1-where": "bag",
    "usual-2-category": "clothes",
    "usual-2-quantity": "3",
    "usual-2-where": "bag",
}


def posted(client, page, values):
    """Send what was typed with the mark of the page it was typed on."""
    mark = client.get(page).content.decode().split('name="seen" value="')[1].split('"')[0]
    return client.post(page, {**values, "seen": mark})


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def form(world):
    return reverse("web:edit_resident", args=[world.peggy.pk])


def test_whom_nobody_may_tell_is_ticked_kept_and_said_on_the_residents_page(world, form, browser_of):
    client = browser_of("carer")
    assert posted(client, form, PERSON).status_code == 302
    world.peggy.refresh_from_db()
    assert [(c["name"], c["do_not_tell"], c["do_not_release"]) for c in world.peggy.contacts] == [
        ("Bob Jones", True, True),
        ("Anne Jones", False, False),
    ]
    page = words(client.get(reverse("web:resident", args=[world.peggy.pk])))
    bob, anne = page.split("<strong>Bob Jones")[1].split("<strong>Anne Jones")
    assert "✕ Do not tell" in bob
    assert "✕ Do not release to" in bob
    assert "Do not" not in anne.split("</ul>")[0]
    again = client.get(form).content.decode()
    assert 'name="contacts-0-do_not_tell" type="checkbox" value="yes" checked' in " ".join(again.split())


def test_what_usually_goes_is_kept_and_empty_rows_are_not(world, form, browser_of):
    client = browser_of("carer")
    posted(client, form, PERSON)
    world.peggy.refresh_from_db()
    assert world.peggy.usual_items == [
        {"category": "glasses", "description": "Brown frame", "quantity": 1, "where": "worn"},
        {"category": "clothes", "description": "", "quantity": 3, "where": "bag"},
    ]
    page = words(client.get(reverse("web:resident", args=[world.peggy.pk])))
    assert "Glasses: Brown frame" in page
    assert "Clothes for going home (3)" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"usual-2-quantity": "many"}, "Use a whole number from 1 to 999."),
        ({"usual-2-category": "gold"}, "Choose the kind of each thing"),
        ({"contacts-1-name": "", "contacts-1-do_not_tell": "yes"}, "a tick alone names nobody"),
    ],
)
def test_a_slip_is_told_and_everything_typed_stays(world, form, browser_of, wrong, says):
    answer = browser_of("carer").post(form, PERSON | wrong)
    assert answer.status_code == 422
    assert words(answer).count(says) == 2
    assert 'value="Brown frame"' in words(answer)
    assert 'value="Bob Jones"' in words(answer)
    world.peggy.refresh_from_db()
    assert world.peggy.usual_items == []


def test_another_thing_can_be_added_without_javascript_and_without_saving(world, form, browser_of):
    answer = browser_of("carer").post(form, PERSON | {"more": "usual_items"})
    assert answer.status_code == 200
    assert 'name="usual-4-category"' in answer.content.decode()
    assert 'value="Brown frame"' in answer.content.decode()
    world.peggy.refresh_from_db()
    assert world.peggy.usual_items == []


def test_a_form_that_does_not_say_what_it_was_typed_on_is_shown_again(world, form, browser_of):
    late = browser_of("carer").post(form, PERSON | {"seen": ""})
    assert late.status_code == 409
    assert 'value="Bob Jones"' in words(late)
    world.peggy.refresh_from_db()
    assert world.peggy.contacts == []
