"""A tablet of a home keeps every resident's emergency page, in the words of the online one; no other device does."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from redbag.journal.models import Entry, Mention
from redbag.organisations.tablets import enrol_tablet
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.observing import record_observation
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
CALL = "offline/residents"


@pytest.fixture
def tablet(world):
    made = enrol_tablet(actor=world.actor("manager"), organisation=world.oakview, name="Office", now=world.now)
    return {"Red_Bag_Device": made[1]}


def write(world, now, **contents):
    seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=now)}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=now)


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_every_resident_of_the_home_and_nobody_else_and_it_is_journalled(world, api, tablet):
    answer = api("carer").get(CALL, **tablet)
    told = answer.json()
    assert [(each["name"], each["id"]) for each in told["residents"]] == [
        ("Arthur Dale", str(world.arthur.pk)),
        ("Peggy Jones", str(world.peggy.pk)),
    ]
    assert {place["organisation"] for place in told["near"]} == {"RDEM1", "RDEM2", "RDEM9"}
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(action="viewed.offline_residents")
    named = set(Mention.objects.filter(entry=entry).values_list("resident_id", flat=True))
    assert named == {world.peggy.pk, world.arthur.pk}


def test_a_device_that_is_no_tablet_of_this_home_keeps_nobody(world, api, tablet):
    assert api("carer").get(CALL).json()["residents"] == []
    assert api("millbrook").get(CALL, **tablet).json()["residents"] == []
    assert api("crew").get(CALL, **tablet).status_code == 403
    assert not Entry.objects.filter(action="viewed.offline_residents").exists()


def test_the_page_says_what_the_online_page_says_allergies_and_cpr_first(world, api, tablet):
    write(
        world,
        world.now,
        allergies={
            "status": "present",
            "items": [{"agent": "Penicillin", "reaction": "swelling", "severity": "severe"}],
        },
        resuscitation={"recommendation": "do_not_attempt", "limits": "No intensive care"},
        conditions={"blood_thinner": "Apixaban", "insulin": "Yes, at night"},
        care={"swallowing": "Soft food", "lifting": "Two people"},
    )
    page = next(each for each in api("carer").get(CALL, **tablet).json()["residents"] if each["name"] == "Peggy Jones")
    transfer = pack(world)
    crew_phone = Client()
    with time_machine.travel(world.now + timedelta(minutes=5), tick=False):
        crew_phone.force_login(world.people["crew"])
        online = crew_phone.get(f"/b/{world.token(transfer.bag)}").content.decode()
    told, crew = plain(page["html"]), plain(online)
    for words in (
        "JONES, Margaret (Mrs)",
        "Penicillin (swelling, severe)",
        "Do NOT attempt CPR",
        "Blood thinner Apixaban",
        "No intensive care",
        "Soft food",
        "Two people",
        "No medicines are recorded. Ask the home.",
    ):
        assert words in told
        assert words in crew
    assert told.index("Allergies") < told.index("If heart or breathing stops") < told.index("Vital signs")
    for words in ("Why they are going", "The home has not said why", "Not told, as far as"):
        assert words not in told


def test_nothing_on_it_goes_stale_by_the_clock(world, api, tablet):
    signs = {"respiratory_rate": 16, "spo2": 97, "on_oxygen": False, "systolic_bp": 128, "pulse": 80}
    record_observation(
        actor=world.actor("carer"),
        resident=world.peggy,
        values=signs | {"acvpu": "A", "temperature": "36.4"},
        now=world.now,
    )
    write(world, world.now, medicines={"items": [{"name": "Apixaban", "time_critical": True, "last_given": "08:00"}]})
    with time_machine.travel(world.now + timedelta(hours=3), tick=False):
        page = api("carer").get(CALL, **tablet).json()["residents"][1]
    told = plain(page["html"])
    assert "21 Nov 2026, 02:50 by Carer Tester" in told
    assert "08:00, written 21 Nov 2026: ask" in told
    for words in (" ago", "Now:", "today"):
        assert words not in told


def test_it_is_sent_again_only_when_somebody_told_something_or_the_day_is_another(world, api, tablet):
    carer, now = api("carer"), world.now + timedelta(hours=1)
    with time_machine.travel(now, tick=False) as clock:
        first = carer.get(CALL, **tablet)
        again = carer.get(CALL, If_None_Match=first["ETag"], **tablet)
        assert (again.status_code, again.content) == (304, b"")
        write(world, now, allergies={"status": "none_known"})
        changed = carer.get(CALL, If_None_Match=first["ETag"], **tablet)
        assert changed.status_code == 200
        before = {each["id"]: each["version"] for each in first.json()["residents"]}
        after = {each["id"]: each["version"] for each in changed.json()["residents"]}
        assert {pk for pk in before if before[pk] != after[pk]} == {str(world.peggy.pk)}
        clock.shift(timedelta(days=1))
        assert carer.get(CALL, If_None_Match=changed["ETag"], **tablet).status_code == 200


def test_what_stands_first_is_told_by_itself_in_the_words_of_the_page_that_asks_should_they_go(world, api, tablet):
    write(
        world,
        world.now,
        resuscitation={"recommendation": "do_not_attempt", "limits": "No intensive care"},
        plan={"comfort_care": "yes", "hospital_for": "A broken bone"},
    )
    told = {each["name"]: each for each in api("carer").get(CALL, **tablet).json()["residents"]}
    first = told["Peggy Jones"]["first"]
    assert first["allergies"]["state"] == "not_known"
    assert (first["cpr"]["state"], first["cpr"]["only"]) == (
        "do_not_attempt",
        "Applies to CPR only: give all other care",
    )
    assert first["comfort"] is True
    assert [(line["label"], line["words"]) for line in first["plan"]] == [
        ("Hospital for", "A broken bone"),
        ("Agreed limits of treatment", "No intensive care"),
    ]
    carer = Client()
    with time_machine.travel(world.now + timedelta(minutes=5), tick=False):
        carer.force_login(world.people["carer"])
        online = plain(carer.get(f"/going/{pack(world).pk}/should-they-go").content.decode())
    words = [first["allergies"]["words"], first["cpr"]["words"], first["cpr"]["only"], "The plan is comfort care."]
    for line in first["plan"]:
        words += [line["label"], line["words"]]
    assert [each for each in words if each not in online] == []


def test_residents_with_similar_names_are_marked(world, api, tablet):
    assert not any(each["alike"] for each in api("carer").get(CALL, **tablet).json()["residents"])
    world.arthur.last_name = "Jones"
    world.arthur.save()
    assert all(each["alike"] for each in api("carer").get(CALL, **tablet).json()["residents"])
