"""The journal and the list of who looked, for those who may."""

from datetime import timedelta

import pytest

from redbag.journal.models import Entry
from redbag.journal.recording import record, record_view
from redbag.residents.actions import change_resident
from tests.web.journeys import in_hospital, pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_manager_reads_who_did_what_in_words_and_in_order(world, browser_of):
    in_hospital(world)
    page = browser_of("manager").get("/journal").content.decode()
    told = [
        "Ward Tester told of a hand-over (in hospital): Peggy Jones",
        "Crew Tester told of a hand-over (with the crew): Peggy Jones",
        "Carer Tester packed for the hospital: Peggy Jones",
    ]
    assert [page.count(line) for line in told] == [1, 1, 1]
    assert sorted(told, key=page.index) == told


def test_reading_the_journal_is_written_down_with_the_residents_shown(world, browser_of):
    in_hospital(world)
    browser_of("manager").get("/journal")
    entry = Entry.objects.get(action="viewed.journal")
    assert entry.actor_id == world.people["manager"].pk
    assert [mention.resident_id for mention in entry.mentions.all()] == [world.peggy.pk]


def test_an_auditor_reads_no_name_and_nothing_personal(world, browser_of):
    in_hospital(world)
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"room": "Attic"}, now=world.now)
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"room": "1"}, now=world.now)
    manager, auditor = (browser_of(who).get("/journal").content.decode() for who in ("manager", "auditor"))
    assert "Attic" in manager
    assert "Carer Tester packed for the hospital" in auditor
    for secret in ("Attic", "Peggy", "Jones"):
        assert secret not in auditor


@pytest.mark.parametrize("who", ["carer", "crew", "ward", "discharge", "administrator"])
def test_roles_without_the_journal_are_refused(world, browser_of, who):
    assert browser_of(who).get("/journal").status_code == 403


def test_one_resident_and_one_day_narrow_it(world, browser_of):
    in_hospital(world)
    home = world.oakview
    record("bag.added", None, actor=world.actor("senior"), at=world.now - timedelta(days=3), organisation=home)
    browser = browser_of("manager")

    def lines(**asked):
        return browser.get("/journal", asked).content.decode().count('<li class="tr-entry">')

    assert lines(day="2026-11-18") == 1
    assert lines(resident=str(world.peggy.pk), day="2026-11-21") >= 3
    assert lines(resident=str(world.arthur.pk), day="2026-11-21") == 0
    assert browser.get("/journal", {"resident": str(world.nora.pk)}).status_code == 404
    assert browser.get("/journal", {"resident": "x"}).status_code == 404
    assert browser.get("/journal", {"day": "soon"}).status_code == 422


def test_older_lines_are_one_page_on(world, browser_of):
    for number in range(60):
        record("bag.added", None, actor=world.actor("senior"), at=world.now, organisation=world.oakview, number=number)
    browser = browser_of("manager")
    first = browser.get("/journal").content.decode()
    assert first.count('<li class="tr-entry">') == 50
    older = first.split('href="?before=')[1].split('"')[0]
    assert browser.get(f"/journal?before={older}").content.decode().count('<li class="tr-entry">') == 10


def test_the_list_of_who_looked_names_them_with_role_place_and_page(world, browser_of):
    pack(world)
    actor, at = world.actor("ward"), world.now
    record_view("scan.clinical", None, actor=actor, at=at, organisation=world.stmarys, resident=world.peggy)
    page = browser_of("senior").get(f"/residents/{world.peggy.pk}/who-looked").content.decode()
    assert "Who has seen Peggy Jones's record" in page
    for cell in ("Ward Tester", "Ward staff", "St Mary&#x27;s Hospital", "The ward&#x27;s page of the bag"):
        assert page.count(cell) == 1
    assert Entry.objects.filter(action="viewed.who_looked", resident_id=world.peggy.pk).count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("senior", 200), ("auditor", 200), ("carer", 403), ("millbrook_manager", 404), ("ward", 404), ("crew", 404)],
)
def test_who_may_see_who_looked(world, browser_of, who, status):
    assert browser_of(who).get(f"/residents/{world.peggy.pk}/who-looked").status_code == status


def test_an_auditor_sees_who_looked_but_not_at_whom(world, browser_of):
    record_view(
        "resident", None, actor=world.actor("carer"), at=world.now, organisation=world.oakview, resident=world.peggy
    )
    page = browser_of("auditor").get(f"/residents/{world.peggy.pk}/who-looked").content.decode()
    assert "Carer Tester" in page
    for name in ("Peggy", "Jones"):
        assert name not in page
