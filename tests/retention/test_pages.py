"""Managers review records on pages: why a record is due, who holds it back, and two who destroy it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.retention.models import Ending, Hold, KeptLonger, Objection, RecordRequest
from redbag.retention.tasks import make_exports
from redbag.summaries.actions import write_sections

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(left):
    with time_machine.travel(left.later, tick=False) as clock:
        yield clock


@pytest.fixture
def signed_in(left, later):
    def browser(who):
        client = Client()
        client.force_login(left.people[who])
        return client

    return browser


def page(client, name, *args):
    return client.get(reverse(f"web:{name}", args=args))


def send(client, route, *args, **fields):
    return client.post(reverse(f"web:{route}", args=args), fields)


def test_two_managers_destroy_a_record_on_pages(left, later, signed_in):
    first, second = signed_in("manager"), signed_in("second")
    assert "Peggy Jones" in page(first, "records").content.decode()
    wrong = send(first, "propose_destruction", left.peggy.pk, name="Arthur Dale")
    assert (wrong.status_code, "There is a problem" in wrong.content.decode()) == (422, True)
    asked = send(first, "propose_destruction", left.peggy.pk, name="margaret jones")
    ending = Ending.objects.get()
    assert asked.url == reverse("web:agree_destruction", args=[ending.pk])
    assert "another manager must look" in page(first, "agree_destruction", ending.pk).content.decode()
    assert send(first, "agree_destruction", ending.pk, name="Margaret Jones").status_code == 403
    early = send(second, "agree_destruction", ending.pk, name="Margaret Jones")
    assert (early.status_code, "Look at the record first" in early.content.decode()) == (422, True)
    later.shift(timedelta(minutes=2))
    send(second, "agree_destruction", ending.pk, name="Margaret Jones")
    ending.refresh_from_db()
    assert (ending.state, ending.agreed_by_name) == ("agreed", "Second Tester")


def test_what_one_manager_proposed_stands_on_the_board_of_the_other_until_somebody_answers(left, later, signed_in):
    first, second = signed_in("manager"), signed_in("second")
    send(first, "propose_destruction", left.peggy.pk, name="Margaret Jones")
    ending = Ending.objects.get()
    link = reverse("web:agree_destruction", args=[ending.pk])
    boards = {who: signed_in(who).get("/").content.decode() for who in ("manager", "second", "senior")}
    assert {who: link in shown for who, shown in boards.items()} == {"manager": False, "second": True, "senior": False}
    assert "Look at the record, then agree or give it up" in boards["second"]
    send(second, "give_up_destruction", ending.pk, why="Not yet")
    assert link not in second.get("/").content.decode()


def test_a_hold_takes_a_record_off_the_list_of_what_is_due(left, signed_in):
    manager = signed_in("manager")
    elsewhere = {"home": "NOWHERE", "asked_by": "HM Coroner", "reason": "Inquest"}
    assert (send(manager, "hold_home", **elsewhere).status_code, Hold.objects.count()) == (404, 0)
    assert send(manager, "hold_record", left.peggy.pk, asked_by="", reason="").status_code == 422
    send(manager, "hold_record", left.peggy.pk, asked_by="HM Coroner", reference="7/26", reason="Inquest")
    shown = page(manager, "records").content.decode()
    assert "A legal hold stands." in shown
    assert "Propose to destroy it" not in page(manager, "record_end", left.peggy.pk).content.decode()
    send(manager, "lift_hold", Hold.objects.get().pk, why="Over")
    assert "Propose to destroy it" in page(manager, "record_end", left.peggy.pk).content.decode()


def test_who_lives_here_is_found_from_their_own_page(world):
    shown = {}
    for who in ("manager", "carer"):
        client = Client()
        client.force_login(world.people[who])
        shown[who] = page(client, "resident", world.peggy.pk).content.decode()
    link = reverse("web:record_end", args=[world.peggy.pk])
    assert (link in shown["manager"], link in shown["carer"]) == (True, False)


def test_a_record_is_kept_longer_because(left, signed_in):
    manager = signed_in("manager")
    until = (left.later + timedelta(days=40)).date()
    assert send(manager, "keep_record_longer", left.peggy.pk, until="", because="").status_code == 422
    send(manager, "keep_record_longer", left.peggy.pk, until=str(until), because="A claim may come")
    assert KeptLonger.objects.get().until == until
    assert "A claim may come" in page(manager, "record_end", left.peggy.pk).content.decode()


def test_who_asks_for_the_record_gets_it_after_a_person_has_looked(left, signed_in):
    manager = signed_in("manager")
    told = {"who": "Susan Jones", "standing": "attorney", "identity_seen": "Passport"}
    send(manager, "note_record_request", left.peggy.pk, received_on=str(left.later.date()), **told)
    asked = RecordRequest.objects.get()
    send(manager, "gather_record", asked.pk)
    make_exports()
    export = asked.exports.get()
    shown = page(manager, "look_through", export.pk).content.decode()
    assert "Is this about somebody else?" in shown
    assert page(manager, "export_paper", export.pk).status_code == 410
    rows = {f"decision-{each.pk}": "show" for each in export.passages.all()}
    send(manager, "look_through", export.pk, **rows)
    send(manager, "make_export", export.pk)
    make_exports()
    paper = page(manager, "export_paper", export.pk)
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert Entry.objects.filter(action="record.exported").count() == 1


def test_what_somebody_says_is_wrong_and_what_was_corrected_stand_beside_the_section(world):
    carer, where = Client(), (world.peggy.pk, "conditions")
    carer.force_login(world.people["carer"])
    for diagnoses in ("Frailty, dementia", "Frailty"):
        contents = {"conditions": {"diagnoses": diagnoses}}
        seen = {"conditions": world.peggy.current_sections.count()}
        write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen=seen, now=world.now)
    send(carer, "say_objection", *where, words="She never had a stroke", said_by="Susan, her daughter")
    send(carer, "put_right", *where, why="The GP wrote that it was another patient's letter")
    for shown in (page(carer, "resident", world.peggy.pk), page(carer, "section_history", *where)):
        words = shown.content.decode()
        assert "She never had a stroke" in words
        assert "another patient&#x27;s letter" in words
    send(carer, "settle_objection", Objection.objects.get().pk, how="Taken out")
    assert "She never had a stroke" not in page(carer, "resident", world.peggy.pk).content.decode()
