"""Who has seen a record: drawn together by person, with how, and what to look at first."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from redbag.accounts.sittings import actor_at
from redbag.accounts.tablet_models import Sitting
from redbag.accounts.tablets import enrol_with, make_code
from redbag.journal.models import Entry
from redbag.journal.recording import PRINTED, record_refusal, record_view
from redbag.organisations.actions import issue_key, open_session
from redbag.organisations.keys import actor_with
from redbag.reports.seen import access_log, seers
from redbag.residents.models import Resident
from redbag.visitors.models import Visitor
from tests.web.journeys import taken_by_crew

pytestmark = pytest.mark.django_db


def look(world, who, page="resident", *, minutes=0, organisation=None, **more):
    at = world.now + timedelta(minutes=minutes)
    actor = world.actor(who) if isinstance(who, str) else who
    where = organisation or actor.first_place()
    record_view(page, None, actor=actor, at=at, organisation=where, resident=world.peggy, **more)


@pytest.fixture
def looked(world):
    """A journey to St Mary's with a crew; carer, ward, another hospital, crew without account, program."""
    transfer = taken_by_crew(world)
    look(world, "carer", minutes=1)
    look(world, "carer", "summary", minutes=2, way=PRINTED)
    look(world, "carer", minutes=40)
    look(world, "ward", "scan.clinical", minutes=50)
    look(world, "northgate", "scan.clinical", minutes=60)
    visitor = Visitor.objects.create(
        transfer=transfer,
        digest="0" * 64,
        name="Jo Bloggs",
        role="paramedic",
        registration="PA123456",
        organisation=world.lifeline,
        let_in_by="break glass",
        started_at=world.now,
        until=world.now,
        last_seen_at=world.now,
    )
    Entry.objects.create(
        action="viewed.visit",
        at=world.now + timedelta(minutes=70),
        key_id=visitor.pk,
        organisation_id=world.oakview.pk,
        resident_id=world.peggy.pk,
    )
    secret = issue_key(organisation=world.oakview, role="carer", name="Care system", now=world.now)
    look(world, actor_with(secret, now=world.now), minutes=80)
    refused = {"at": world.now + timedelta(minutes=90), "organisation": world.millbrook.pk, "why": "not_theirs"}
    record_refusal("web:resident", actor=world.actor("millbrook_manager"), resident=world.peggy.pk, **refused)
    return world


def test_each_person_is_one_line_with_first_last_how_often_how_and_what(looked):
    lines = {each.who: each for each in seers(access_log(resident=looked.peggy))}
    carer = lines["Carer Tester"]
    assert (carer.times, carer.first, carer.last) == (
        3,
        looked.now + timedelta(minutes=1),
        looked.now + timedelta(minutes=40),
    )
    assert dict(carer.what) == {"the resident's page": 2, "the emergency summary": 1}
    assert dict(carer.ways) == {"On a page": 2, "On paper": 1}
    assert {who: (each.organisation_name, *each.ways) for who, each in lines.items() if who != "Carer Tester"} == {
        "Ward Tester": ("St Mary's Hospital", "On a page"),
        "Northgate Tester": ("Northgate Hospital", "On a page"),
        "Jo Bloggs (self-declared, PA123456), Lifeline Ambulance Service": ("", "Without the tablet's code"),
        "Care system": ("Oakview", "By a program with a key"),
        "Millbrook_Manager Tester": ("Millbrook House", "Was refused"),
    }


def test_unusual_looks_are_marked_and_usual_ones_are_not(looked):
    odd = {row["who"].split(" (")[0]: row["unusual"] for row in access_log(resident=looked.peggy) if row["unusual"]}
    assert odd == {
        "Northgate Tester": ["no_journey"],
        "Jo Bloggs": ["break_glass"],
        "Millbrook_Manager Tester": ["refused", "no_journey"],
    }


def test_what_was_seen_of_a_record_that_was_joined_into_this_one_is_there_too(looked):
    before = access_log(resident=looked.arthur), [row["id"] for row in access_log(resident=looked.peggy)]
    Resident.objects.filter(pk=looked.peggy.pk).update(merged_into=looked.arthur)
    seen = access_log(resident=looked.arthur)
    assert before == ([], [row["id"] for row in seen])
    assert [row["who"] for row in seen if "no_journey" in row["unusual"]] == [
        "Millbrook_Manager Tester",
        "Northgate Tester",
    ]


def test_agency_staff_stand_under_the_home_that_let_them_in(world):
    now, manager = world.now, world.actor("manager")
    code, _ = make_code(actor=manager, organisation=world.oakview, name="Night desk", now=now)
    tablet, _ = enrol_with(code=code, now=now)
    times = {"started_at": now, "active_at": now, "until": now + timedelta(hours=12), "idle": 120}
    who = {"name": "Olu New", "agency": "Swift Care", "let_in_by_name": "Ana", "proof": "x"}
    sitting = Sitting.objects.create(tablet=tablet, how=Sitting.How.AGENCY, **who, **times)
    at_home = {"key_id": sitting.pk, "organisation_id": world.oakview.pk, "resident_id": world.peggy.pk}
    Entry.objects.create(action="viewed.resident", at=now, **at_home)
    refused = {"organisation": world.millbrook.pk, "resident": world.nora.pk, "why": "not_theirs"}
    record_refusal("web:resident", actor=actor_at(sitting), at=now, **refused)
    here, elsewhere = (access_log(resident=each) for each in (world.peggy, world.nora))
    assert [(row["who"], row["organisation_name"]) for row in here] == [
        ("Olu New (agency: Swift Care), let in by Ana", "Oakview")
    ]
    assert [(row["organisation_name"], row["unusual"]) for row in elsewhere] == [("", ["refused"])]


def test_days_and_one_person_can_be_chosen(looked):
    ward = looked.people["ward"].pk
    since = looked.now + timedelta(minutes=50)
    assert [row["who"] for row in access_log(resident=looked.peggy, by=ward)] == ["Ward Tester"]
    assert len(access_log(resident=looked.peggy, since=since)) == 5
    assert len(access_log(resident=looked.peggy, until=since)) == 3


def test_the_page_the_file_and_the_call_say_the_same(looked):
    browser = Client()
    browser.force_login(looked.people["manager"])
    page = browser.get(f"/residents/{looked.peggy.pk}/who-looked").content.decode()
    assert "Look at these first" in page
    assert page.count("▲ Opened it without the tablet&#x27;s code") == 1
    assert "Millbrook House: the resident&#x27;s page. Was refused." in page
    assert "Was refused: the resident&#x27;s page</td>" in page
    one = browser.get(f"/residents/{looked.peggy.pk}/who-looked", {"by": str(looked.people["carer"].pk)})
    assert one.content.decode().count("<li>2") == 3
    file = browser.get(f"/residents/{looked.peggy.pk}/who-looked.csv", {"to": "2026-11-21"})
    lines = file.content.decode().splitlines()
    assert lines[0] == "When,Who,Role,Where they work,How,What,Unusual"
    assert lines[1] == (
        "2026-11-21 04:20,Millbrook_Manager Tester,Home manager,Millbrook House,Was refused,the resident's page,"
        "Was refused; Their place was on no journey with this resident"
    )
    assert Entry.objects.filter(action="exported.who_looked", resident_id=looked.peggy.pk).count() == 1
    assert browser.get(f"/residents/{looked.peggy.pk}/who-looked", {"from": "soon"}).status_code == 422
    token, _ = open_session(user=looked.people["manager"], now=timezone.now())
    call = Client().get(
        f"/api/v1/residents/{looked.peggy.pk}/access-log?to=2026-11-21", headers={"Authorization": f"Bearer {token}"}
    )
    assert [(each["way"], each["page"]) for each in call.json()["results"]][:2] == [
        ("refused", "the resident's page"),
        ("program", "the resident's page"),
    ]
    assert len(call.json()["results"]) == len(lines) - 1
