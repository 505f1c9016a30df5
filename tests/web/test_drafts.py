"""Forms keep their words while they are typed, and give them back."""

import json
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from redbag.drafts.models import Draft
from redbag.residents.details import seen_of
from redbag.web.drafts import with_their_time
from tests.web.journeys import in_hospital, pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def told(response):
    """What a page tells the form's module."""
    text = response.content.decode()
    found = text.split('data-draft="')
    assert len(found) == 2, "one form of the page keeps its words"
    return json.loads(unescape(found[1].split('"')[0]))


def keep(client, page, fields):
    body = {"opened": told(page)["opened"], "fields": fields}
    return client.post(told(page)["address"], json.dumps(body), content_type="application/json")


@pytest.fixture
def forms(world):
    """Every form that keeps its words: where it is, who types, one field, and what saving it takes."""
    journey = in_hospital(world)
    packed = pack(world, resident=world.arthur, bag=world.other_bag)
    person = {"first_name": "Ada", "last_name": "Byron", "birth_day": "1", "birth_month": "2", "birth_year": "1936"}
    return {
        "section": (address("section", world.peggy.pk, "about_me"), "carer", {}, None),
        "observations": (address("observations", world.peggy.pk), "carer", {"pulse": "88"}, None),
        "resident": (address("add_resident"), "carer", person, None),
        "change": (address("edit_resident", world.peggy.pk), "carer", person | {"seen": seen_of(world.peggy)}, None),
        "why": (address("going_why", packed.pk), "carer", {"concern": "fell"}, None),
        "items": (address("going_items", packed.pk), "carer", {}, None),
        "add": (address("transfer", journey.pk), "carer", {"ask": "x"}, address("add_words", journey.pk)),
        "discharge": (
            address("write_discharge", journey.pk),
            "ward",
            {"heading-diagnoses": "Broken hip", "what": "send"},
            None,
        ),
    }


FORMS = ["section", "observations", "resident", "change", "why", "items", "add", "discharge"]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_words_back_to_their_writer_until_they_are_saved(world, forms, browser_of, at, name):
    page, who, content, send_to = forms[name]
    client, other = browser_of(who), browser_of({"carer": "senior", "ward": "discharge"}[who])
    assert told(client.get(page))["draft"] is None
    answer = keep(client, client.get(page), {"anything": ["words of mine"]})
    assert (answer.status_code, answer.json()) == (200, {"kept": "03:50"})
    at(90)
    again = told(client.get(page))
    assert again["draft"]["fields"] == {"anything": ["words of mine"]}
    assert again["draft"]["from"] == "03:50"
    assert told(other.get(page))["draft"] is None
    assert told(other.get(page))["person"] != again["person"]
    client.logout()
    back = browser_of(who)
    at(91)
    assert told(back.get(page))["draft"]["fields"] == {"anything": ["words of mine"]}
    before = back.get(page)
    at(92)
    assert back.post(send_to or page, content).status_code == 302
    assert told(back.get(page))["draft"] is None
    assert keep(back, before, {"anything": ["still on its way"]}).status_code == 409
    assert told(back.get(page))["draft"] is None


def test_the_page_is_not_kept_by_the_browser_so_that_old_words_do_not_come_back(world, forms, browser_of):
    for page, who, _, _ in forms.values():
        assert "no-store" in browser_of(who).get(page)["Cache-Control"], page


def test_a_form_that_comes_back_with_faults_keeps_what_it_holds(world, browser_of):
    client, page = browser_of("carer"), address("observations", world.peggy.pk)
    keep(client, client.get(page), {"pulse": ["8"]})
    wrong = client.post(page, {"pulse": "not a number"})
    assert wrong.status_code == 422
    assert told(wrong)["typed"] is True
    assert told(wrong)["draft"] is None
    assert told(client.get(page))["draft"]["fields"] == {"pulse": ["8"]}


def test_signed_out_the_form_is_told_and_no_false_message_waits(world, browser_of, client):
    page = browser_of("carer").get(address("observations", world.peggy.pk))
    answer = client.post(
        told(page)["address"], "{}", content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401
    assert "was not recorded" not in client.get(address("sign_in")).content.decode()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"opened": 3}', '{"opened": "2026-11-21T02:50:00", "fields": {}}'])
def test_nonsense_is_refused_in_words(world, browser_of, body):
    answer = browser_of("carer").post(address("draft", "why/1"), body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert not Draft.objects.exists()


def test_a_draft_cannot_be_written_by_another_site(world, at):

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["carer"])
    assert client.post(address("draft", "why/1"), "{}", content_type="application/json").status_code == 403


def test_no_word_of_a_draft_is_in_a_log(world, browser_of, capfd):
    client = browser_of("carer")
    keep(client, client.get(address("add_resident")), {"first_name": ["Zebedee"]})
    assert "Zebedee" not in "".join(capfd.readouterr())


def test_somebody_elses_change_is_still_shown_beside_words_that_came_back(world, browser_of):
    carer, senior, page = browser_of("carer"), browser_of("senior"), address("edit_resident", world.peggy.pk)
    opened = carer.get(page)
    mark = opened.content.decode().split('name="seen" value="')[1].split('"')[0]
    person = {"first_name": "Margaret", "last_name": "Jones", "birth_day": "3", "birth_month": "3"}
    person |= {"birth_year": "1936", "preferred_name": "Peggy", "title": "Mrs"}
    assert senior.post(page, person | {"room": "14", "seen": mark}).status_code == 302
    late = carer.post(page, person | {"room": "9", "seen": mark})
    assert late.status_code == 409
    text = " ".join(late.content.decode().split())
    assert "Somebody else changed this while you were writing" in text
    assert "<dd>14</dd>" in text
    assert 'value="9"' in text
    mark = late.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert carer.post(page, person | {"room": "9", "seen": mark}).status_code == 302
    world.peggy.refresh_from_db()
    assert world.peggy.room == "9"


def test_vital_signs_that_come_back_are_as_old_as_they_are(world):
    now = timezone.now()
    signs = {"pulse": ["88"], "taken_time": [""], "concern": ["fell"]}
    sooner = now - timedelta(hours=3)
    clock = timezone.localtime(sooner).strftime("%H:%M")
    assert with_their_time(signs, sooner, now) == signs | {"taken_time": [clock]}
    assert with_their_time(signs | {"taken_time": ["02:10"]}, sooner, now) == signs | {"taken_time": ["02:10"]}
    assert with_their_time(signs, now - timedelta(days=2), now) == {"taken_time": [""], "concern": ["fell"]}


def test_saying_more_never_wipes_what_somebody_else_said_meanwhile(world, browser_of):
    journey = in_hospital(world)
    send = address("add_words", journey.pk)
    assert browser_of("senior").post(send, {"ask": "Check the hip", "was-ask": ""}).status_code == 302
    mine = {"ask": "Check the wrist", "was-ask": "", "return_when": "", "was-return_when": ""}
    carer = browser_of("carer")
    late = carer.post(send, mine)
    assert late.status_code == 409
    assert "Somebody else wrote here meanwhile: “Check the hip”." in late.content.decode()
    assert told(late)["basis"] == {"was-ask": [""], "was-return_when": [""]}
    journey.refresh_from_db()
    assert journey.ask == "Check the hip"
    assert carer.post(send, {"ask": "Check the wrist", "was-ask": "Check the hip"}).status_code == 302
    journey.refresh_from_db()
    assert journey.ask == "Check the wrist"


def test_what_the_first_words_were_based_on_stays_until_they_are_saved(world, browser_of):
    page = address("section", world.peggy.pk, "allergies")
    client = browser_of("carer")
    opened = client.get(page)
    keep(client, opened, {"version": ["1"], "status": ["present"]})
    keep(client, opened, {"version": ["2"], "status": ["none_known"]})
    assert told(client.get(page))["draft"]["fields"] == {"version": ["1"], "status": ["none_known"]}
    again = client.post(page, {"version": "2", "more": "items"})
    assert told(again)["basis"] == {"version": ["1"]}
