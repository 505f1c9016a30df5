"""The grab folder: every resident on paper, drawn weekly and soon after something was told, kept by nobody else."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.core.files.storage import default_storage

from redbag.journal.models import Entry, Mention
from redbag.packs import folders
from redbag.packs.models import Folder
from redbag.residents.actions import change_resident
from redbag.residents.models import Resident
from redbag.summaries.observing import record_observation
from redbag.transfers.models import Transfer
from tests.packs.test_papers import write
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture(autouse=True)
def _only_oakview(world):
    Resident.objects.filter(pk=world.nora.pk).update(archived_at=world.now)


def sweep(world, hours=0.0):
    now = world.now + timedelta(hours=hours)
    folders.sweep(now=lambda: now)


def pages(folder):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(folders.file_of(folder))).pages]


def test_it_holds_a_front_a_page_for_each_resident_and_two_forms(world):
    sweep(world)
    folder = Folder.objects.get()
    front, arthur, peggy, *forms = pages(folder)
    assert (folder.residents, folder.pages, folder.drawn_at) == (2, 5, world.now)
    assert "Oakview" in front
    assert "21 Nov 2026" in front
    assert "02:50" in front
    assert front.index("DALE, Arthur") < front.index("JONES, Margaret (Mrs)")
    assert "DALE, Arthur" in arthur
    assert "JONES, Margaret (Mrs)" in peggy
    assert "Allergies" in peggy
    assert "If heart or breathing stops" in peggy
    for page in (front, arthur, peggy, *forms):
        assert "Printed 21 Nov 2026, 02:50." in page
        assert "May be out of date: check with the home" in page
    assert all("Handed to" in form and "Signed: crew" in form for form in forms)
    assert Transfer.objects.count() == 0


def test_a_sheet_says_what_the_emergency_summary_says_and_nothing_of_a_journey(world):
    write(
        world,
        allergies={
            "status": "present",
            "items": [{"agent": "Penicillin", "reaction": "swelling", "severity": "severe"}],
        },
        resuscitation={"recommendation": "do_not_attempt"},
        medicines={"items": [{"name": "Apixaban", "dose": "5 mg", "time_critical": True, "last_given": "08:00"}]},
    )
    sweep(world)
    _, _, peggy, *_ = pages(Folder.objects.get())
    told = " ".join(peggy.split())
    assert "Penicillin (swelling, severe)" in told
    assert "Do NOT attempt CPR" in told
    assert "Last given: 08:00, written 21 Nov 2026: ask" in told
    for words in ("The home has not said why", "Not told, as far as", "Last ate and drank", "Now"):
        assert words not in told
    assert "Write here: why they are going" in told


def test_it_is_drawn_again_after_a_week_and_soon_after_something_was_told_but_not_while_somebody_types(world):
    sweep(world)
    sweep(world, hours=0.5)
    assert Folder.objects.count() == 1
    told_at = world.now + timedelta(hours=1)
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"room": "12"}, now=told_at)
    sweep(world, hours=1)
    change_resident(
        actor=world.actor("carer"), resident=world.peggy, values={"room": "14"}, now=told_at + timedelta(minutes=5)
    )
    sweep(world, hours=1.1)
    assert Folder.objects.count() == 2
    assert folders.changed_since(world.oakview, folders.newest(world.oakview).drawn_at) == [world.peggy]
    sweep(world, hours=1.3)
    assert Folder.objects.count() == 3
    assert folders.changed_since(world.oakview, folders.newest(world.oakview).drawn_at) == []
    sweep(world, hours=24)
    assert Folder.objects.count() == 3
    sweep(world, hours=1.3 + 7 * 24)
    assert Folder.objects.count() == 4


def test_words_of_today_alone_need_no_new_folder(world):
    sweep(world)
    pack(world)
    sweep(world, hours=5)
    assert Folder.objects.count() == 1


def test_only_the_newest_file_is_kept_and_it_is_sealed(world):
    sweep(world)
    first = Folder.objects.get()
    with default_storage.open(first.file) as kept:
        assert b"%PDF" not in kept.read()
    sweep(world, hours=24 * 7)
    first_again = Folder.objects.get(pk=first.pk)
    assert first_again.file == ""
    assert first_again.drawn_at
    assert folders.newest(world.oakview).pk != first.pk


def test_a_fault_is_tried_later_without_a_word_about_anybody(world, monkeypatch, capsys):
    def refuse(**_):
        raise ZeroDivisionError("JONES cannot be drawn")

    monkeypatch.setattr(folders, "gather_at_home", refuse)
    sweep(world)
    folder = Folder.objects.get()
    assert (folder.drawn_at, folder.tries) == (None, 1)
    assert folder.lease_until == world.now + timedelta(minutes=2)
    assert "JONES" not in capsys.readouterr().out
    monkeypatch.undo()
    sweep(world, hours=0.01)
    assert Folder.objects.get().drawn_at is None
    sweep(world, hours=0.1)
    assert Folder.objects.get().drawn_at is not None


def test_the_page_says_when_it_was_drawn_what_changed_and_asking_draws_one(world, browser_of):
    carer = browser_of("carer")
    assert "There is no folder yet" in carer.get("/folder").content.decode()
    carer.post("/folder", {"home": "VDEM1"})
    assert Entry.objects.filter(action="folder.asked").count() == 1
    assert "is being drawn" in carer.get("/folder").content.decode()
    sweep(world)
    page = carer.get("/folder").content.decode()
    assert "2 residents, 5 pages" in page
    assert "Says all that is known" in page
    change_resident(
        actor=world.actor("carer"), resident=world.peggy, values={"room": "12"}, now=world.now + timedelta(minutes=1)
    )
    page = carer.get("/folder").content.decode()
    assert "Changed since" in page
    assert "Peggy Jones" in page
    assert "Arthur" not in page


def test_printing_names_everybody_in_it_in_the_journal_and_another_home_finds_nothing(world, browser_of):
    sweep(world)
    address = f"/folder/{Folder.objects.get().pk}"
    assert browser_of("millbrook").get(address).status_code == 404
    assert browser_of("crew").get(address).status_code == 404
    assert "2 residents" not in browser_of("millbrook").get("/folder").content.decode()
    answer = browser_of("carer").get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert "JONES" not in answer["Content-Disposition"].upper()
    entry = Entry.objects.get(action="printed.folder")
    named = set(Mention.objects.filter(entry=entry).values_list("resident_id", flat=True))
    assert named == {world.peggy.pk, world.arthur.pk}


def test_the_calls_offer_what_the_page_offers(world, api):
    asked = api("carer").post("folder")
    assert (asked.status_code, asked.json()["waiting"], asked.json()["folder"]) == (202, True, None)
    sweep(world)
    told = api("carer").get("folder").json()
    assert (told["waiting"], told["changed"], told["folder"]["residents"]) == (False, [], 2)
    file = f"folder/{told['folder']['id']}/file"
    assert api("carer").get(file)["Content-Type"] == "application/pdf"
    assert api("millbrook").get(file).status_code == 404
    assert api("ward").get("folder").status_code == 403


def test_vital_signs_alone_need_no_new_folder_and_are_looked_into_once(world, monkeypatch):
    looked = []
    monkeypatch.setattr(folders, "made_of", lambda home, real=folders.made_of: looked.append(home) or real(home))
    sweep(world)
    looked.clear()
    taken = world.now + timedelta(hours=1)
    signs = {"pulse": 80, "respiratory_rate": 16}
    record_observation(actor=world.actor("senior"), resident=world.peggy, values=signs, now=taken)
    for minutes in range(10):
        sweep(world, hours=2 + minutes / 60)
    assert (Folder.objects.count(), looked) == (1, [world.oakview])
    told_at = world.now + timedelta(hours=3)
    change_resident(actor=world.actor("carer"), resident=world.peggy, values={"room": "12"}, now=told_at)
    sweep(world, hours=3)
    assert Folder.objects.count() == 2


def test_a_section_that_was_written_needs_a_new_folder(world):
    sweep(world)
    write(world, resuscitation={"recommendation": "do_not_attempt"})
    Resident.objects.filter(pk=world.peggy.pk).update(told_at=world.now + timedelta(hours=1))
    sweep(world, hours=2)
    assert Folder.objects.count() == 2


def files():
    return default_storage.listdir("folders")[1] if default_storage.exists("folders") else []


def test_whoever_was_too_slow_keeps_nothing_and_leaves_no_file(world, monkeypatch):
    folder = folders.ask(world.oakview, now=world.now)
    before, real = set(files()), folders.set_in_type
    later = world.now + timedelta(minutes=3)

    def slow(home, people, *, now):
        monkeypatch.setattr(folders, "set_in_type", real)
        assert folders.draw(folder.pk, now=later)
        return real(home, people, now=now)

    monkeypatch.setattr(folders, "set_in_type", slow)
    assert not folders.draw(folder.pk, now=world.now)
    folder.refresh_from_db()
    assert (folder.drawn_at, {f"folders/{name}" for name in set(files()) - before}) == (later, {folder.file})
    assert pages(folder)


def test_a_file_whose_row_could_not_be_kept_is_thrown_away(world, monkeypatch):
    before = set(files())
    monkeypatch.setattr(folders, "_keep", lambda *_: 1 / 0)
    sweep(world)
    assert Folder.objects.get().drawn_at is None
    assert set(files()) == before


def test_while_one_draws_the_next_sweep_only_asks(world, monkeypatch):
    def during(began, now):
        sweep(world)
        assert Folder.objects.get().drawn_at is None

    monkeypatch.setattr(folders, "_draw_waiting", during)
    sweep(world)
    monkeypatch.undo()
    sweep(world)
    assert Folder.objects.get().drawn_at is not None


def test_a_person_with_two_records_is_named_once_with_birth_date_and_since_when(world, browser_of):
    carer, later = browser_of("carer"), world.now + timedelta(minutes=1)
    carer.post("/folder", {"home": "VDEM1"})
    sweep(world)
    Resident.objects.filter(pk=world.arthur.pk).update(merged_into=world.peggy, archived_at=later, told_at=later)
    Resident.objects.filter(pk=world.peggy.pk).update(told_at=later)
    page = carer.get("/folder").content.decode()
    assert "Changed since 02:50" in page
    assert page.count(", born ") == 1
    assert "Peggy Jones, born" in page
