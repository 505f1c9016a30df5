"""Reports as files: made part after part, named only for the home itself, gone after seven days."""

import csv
import io
from datetime import date, datetime, timedelta
from unittest.mock import Mock
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from redbag.errors import BadInput, Gone, NotAllowed, Refused
from redbag.journal.models import Entry, Mention
from redbag.organisations.models import Membership
from redbag.reports import file_making, file_rows, file_tasks
from redbag.reports.file_actions import ask_for_file, stop_file, take_file
from redbag.reports.file_making import make_file, pieces_of
from redbag.reports.file_models import ReportFile, ReportPart
from redbag.transfers import actions
from tests.reports.rows import journeys
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
NOVEMBER = {"start": date(2026, 11, 1), "end": date(2026, 11, 30)}


@pytest.fixture
def ask(world):
    def ask(who="manager", *, what="journeys", form="csv", organisation=None, **days):
        told = NOVEMBER | days
        now = told.pop("now", world.now + timedelta(hours=2))
        return ask_for_file(actor=world.actor(who), what=what, form=form, organisation=organisation, now=now, **told)

    return ask


@pytest.fixture
def make(world):
    def make(file, *, hours=2):
        made = make_file(str(file.pk), now=lambda: world.now + timedelta(hours=hours))
        file.refresh_from_db()
        return made

    return make


def rows_in(file):
    return list(csv.reader(io.StringIO(b"".join(pieces_of(file)).decode())))


def sheet_in(file, name="Journeys"):
    return openpyxl.load_workbook(io.BytesIO(b"".join(pieces_of(file))))[name]


def test_the_home_reads_every_journey_with_its_resident_and_taking_the_file_is_a_line_about_each(world, ask, make):
    transfer = in_hospital(world)
    pack(world, resident=world.arthur, bag=world.other_bag, minutes=30)
    file = ask()
    assert make(file)
    assert (file.state, file.percent, file.named) == ("done", 100, True)
    head, *rows = rows_in(file)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert {row["Resident"] for row in told} == {world.peggy.called, world.arthur.called}
    peggys = next(row for row in told if row["Journey"] == str(transfer.pk))
    assert (peggys["Day"], peggys["Home"], peggys["Hospital"]) == ("2026-11-21", "Oakview", "St Mary's Hospital")
    assert peggys["Packed"] == "2026-11-21 02:50"
    assert (peggys["Waiting for the crew (minutes)"], peggys["With a red bag"]) == ("10", "yes")
    take_file(actor=world.actor("manager"), file=file, now=world.now)
    looked = Entry.objects.get(action="exported.report_file")
    seen = set(Mention.objects.filter(entry=looked).values_list("resident_id", flat=True))
    assert seen == {world.peggy.pk, world.arthur.pk}
    assert Entry.objects.get(action="report.exported").facts == {
        "report": "journeys",
        "format": "csv",
        "from": "2026-11-01",
        "to": "2026-11-30",
    }


def test_a_spreadsheet_holds_dates_as_dates_and_nothing_that_a_program_would_run(world, ask, make):
    in_hospital(world)
    world.stmarys.name = "=HYPERLINK(1)"
    world.stmarys.save()
    table, text = ask(form="xlsx"), ask(form="csv")
    assert make(table)
    assert make(text)
    sheet = sheet_in(table)
    assert openpyxl.load_workbook(io.BytesIO(b"".join(pieces_of(table)))).active.title == "Journeys"
    head, row = list(sheet.iter_rows())
    told = {title.value: cell for title, cell in zip(head, row, strict=True)}
    assert sheet.freeze_panes == "A2"
    assert told["Packed"].value == datetime(2026, 11, 21, 2, 50)  # noqa: DTZ001 (a sheet has no zones)
    assert told["Day"].value == datetime(2026, 11, 21)  # noqa: DTZ001
    assert (told["Waiting for the crew (minutes)"].value, told["Hospital"].data_type) == (10, "s")
    assert told["Hospital"].value == "=HYPERLINK(1)"
    assert "'=HYPERLINK(1)" in rows_in(text)[1]
    assert not table.parts.filter(rows=True).exists()


@pytest.mark.parametrize("who", ["ward", "crew", "auditor"])
def test_whoever_is_not_the_home_gets_codes_in_fives_and_whole_months_that_are_over(world, ask, make, who):
    for number in range(6):
        transfer = pack(world, minutes=number * 60)
        tell(world, "crew", transfer, minutes=number * 60 + 5, kind="handoff", to="RDEM9")
        tell(world, "ward", transfer, minutes=number * 60 + 9, kind="handoff", to="RDEM1")
        tell(world, "carer", transfer, minutes=number * 60 + 30, kind="outcome", outcome="closed")
    early = ask(who, start=date(2026, 11, 20), end=date(2026, 11, 21))
    assert (early.first_day, early.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    december = world.now + timedelta(days=12)
    file = ask(who, start=date(2026, 11, 20), end=date(2026, 11, 21), now=december)
    assert (file.named, file.first_day, file.last_day) == (False, date(2026, 11, 1), date(2026, 11, 30))
    make_file(str(file.pk), now=lambda: december)
    file.refresh_from_db()
    head, *rows = rows_in(file)
    assert len(rows) == 5
    everything = str(rows)
    for name in ("Peggy", "Margaret", "Jones", str(world.peggy.pk), str(transfer.pk), "2026-11-21"):
        assert name not in everything
    assert head[0] == "Code"
    take_file(actor=world.actor(who), file=file, now=december)
    assert not Entry.objects.filter(action="exported.report_file").exists()


def test_a_worker_that_dies_loses_one_part_and_the_next_goes_on_where_it_stopped(world, ask, make, monkeypatch):
    in_hospital(world)
    pack(world, resident=world.arthur, bag=world.other_bag)
    monkeypatch.setattr(file_rows, "AT_ONCE", 1)
    Membership.objects.create(
        user=world.people["manager"], organisation=world.millbrook, role="home_manager", started_at=world.now
    )
    packing = actions.Packing(resident=world.nora, bag=world.millbrook_bag, destination=world.stmarys, items=())
    actions.pack_bag(actor=world.actor("millbrook_manager"), packing=packing, now=world.now)
    whole = ask()
    assert make(whole)
    file = ask()
    read = file_making.rows_of

    def dies(file, scope, homes, *, actor):
        if file.parts.count() == 1:
            raise SystemExit
        return read(file, scope, homes, actor=actor)

    monkeypatch.setattr(file_making, "rows_of", dies)
    with pytest.raises(SystemExit):
        make(file)
    file.refresh_from_db()
    assert (file.state, file.parts.count()) == ("running", 1)
    monkeypatch.setattr(file_making, "rows_of", read)
    assert not make(file)  # its lease still runs
    kept = file.parts.get().file
    assert make(file, hours=3)
    assert file.parts.order_by("number").first().file == kept
    assert rows_in(file) == rows_in(whole)
    assert len(rows_in(file)) == 4


SLOW_AT = {"measures": "as_one_csv", "journeys": "write_rows"}


@pytest.mark.parametrize("what", SLOW_AT)
def test_a_worker_that_was_overtaken_keeps_and_removes_nothing_of_what_another_makes(
    world, ask, make, monkeypatch, what
):
    in_hospital(world)
    file, real = ask(what=what, form="xlsx" if what == "journeys" else "csv"), getattr(file_making, SLOW_AT[what])

    def slow(*told, **more):
        claimed = ReportFile.objects.claim(file.pk, now=lambda: world.now + timedelta(hours=3))
        assert claimed is not None
        return real(*told, **more)

    with monkeypatch.context() as patched:
        patched.setattr(file_making, SLOW_AT[what], slow)
        assert not make(file)
    assert file.state == "running"
    assert list(file.parts.values_list("rows", flat=True)) == ([True] if what == "journeys" else [])
    assert file.counted_at is None
    assert make(file, hours=4)


@pytest.mark.parametrize("what", SLOW_AT)
def test_a_file_that_another_worker_has_made_meanwhile_stays_as_that_one_made_it(world, ask, make, monkeypatch, what):
    in_hospital(world)
    file, made = ask(what=what, form="xlsx" if what == "journeys" else "csv"), []
    real = getattr(file_making, SLOW_AT[what])

    def slow(*told, **more):
        patched.undo()
        assert make(file, hours=3)
        made.append((file.counted_at, file.size, b"".join(pieces_of(file))))
        return real(*told, **more)

    with monkeypatch.context() as patched:
        patched.setattr(file_making, SLOW_AT[what], slow)
        assert not make(file)
    assert (file.state, [(file.counted_at, file.size, b"".join(pieces_of(file)))]) == ("done", made)


def test_a_workbook_half_made_by_a_worker_that_was_killed_does_not_stay_on_its_machine(
    world, ask, make, monkeypatch, tmp_path
):
    in_hospital(world)
    monkeypatch.setattr(file_making.tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{file_making.FOLDER}another").mkdir()
    file = ask(form="xlsx")
    with monkeypatch.context() as deadly:
        deadly.setattr(file_making.shutil, "rmtree", Mock())
        deadly.setattr(file_making, "write_rows", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            make(file)
    assert len(list(tmp_path.iterdir())) == 2
    assert make(file, hours=3)
    assert [each.name for each in tmp_path.iterdir()] == [f"{file_making.FOLDER}another"]


def test_what_lies_on_the_disk_is_sealed(world, ask, make):
    in_hospital(world)
    file = ask()
    make(file)
    with default_storage.open(file.parts.get().file) as kept:
        assert b"Oakview" not in kept.read()
    assert b"Oakview" in b"".join(pieces_of(file))


def test_stopped_means_stopped_and_nothing_of_it_stays(world, ask, make, monkeypatch):
    in_hospital(world)
    file = ask()
    read = file_making.rows_of

    def stops(*told, **more):
        stop_file(actor=world.actor("manager"), file=file, now=world.now)
        return read(*told, **more)

    monkeypatch.setattr(file_making, "rows_of", stops)
    assert not make(file)
    assert file.state == "stopped"
    file_tasks.throw_away()
    assert not file.parts.exists()
    with pytest.raises(Gone):
        take_file(actor=world.actor("manager"), file=file, now=world.now)


def test_a_worker_that_kept_a_part_after_it_was_stopped_and_thrown_away_takes_it_away_again(
    world, ask, make, monkeypatch
):
    in_hospital(world)
    file = ask(form="xlsx")
    bind = file_making._bind

    def stopped_meanwhile(*told):
        stop_file(actor=world.actor("manager"), file=file, now=world.now)
        file_tasks.throw_away()
        bind(*told)

    monkeypatch.setattr(file_making, "_bind", stopped_meanwhile)
    assert not make(file)
    assert (file.state, file.kept_until, file.parts.count()) == ("stopped", None, 0)
    ReportPart.objects.create(of=file, rows=False, number=0, file=f"reports/{file.pk}/file-0")  # of one that died
    file_tasks.throw_away()
    assert not file.parts.exists()


def test_every_file_whose_days_are_over_goes_in_one_night(world, ask):
    ask()
    told = ReportFile.objects.values().get()
    over = {"state": "done", "kept_until": world.now}
    ReportFile.objects.bulk_create(ReportFile(**told | over | {"id": uuid4()}) for _ in range(201))
    file_tasks.throw_away()
    assert ReportFile.objects.filter(state="forgotten").count() == 201


def test_an_id_that_somebody_elses_file_has_is_refused(world, ask):
    with pytest.raises(Refused, match="used already"):
        ask("senior", id=ask().pk)


def test_after_seven_days_it_is_gone_from_page_and_disk(world, ask, make, monkeypatch):
    file = ask(what="measures")
    make(file)
    with pytest.raises(Gone):
        take_file(actor=world.actor("manager"), file=file, now=file.kept_until)
    (name,) = file.parts.values_list("file", flat=True)
    monkeypatch.setattr(file_tasks.timezone, "now", lambda: file.kept_until + timedelta(hours=1))
    file_tasks.throw_away()
    file.refresh_from_db()
    assert (file.state, file.parts.count(), default_storage.exists(name)) == ("forgotten", 0, False)


def test_who_may_no_longer_read_reports_gets_no_file(world, ask, make):
    file = ask("senior")
    Membership.objects.filter(user=world.people["senior"]).update(ended_at=world.now, ended_by=world.people["manager"])
    assert not make(file)
    assert (file.state, file.parts.count()) == ("failed", 0)
    with pytest.raises(NotAllowed):
        take_file(actor=world.actor("senior"), file=file, now=world.now)


def test_every_measure_as_paper_workbook_and_csv(world, ask, make):
    in_hospital(world)
    made = {form: ask(what="measures", form=form) for form in ("pdf", "xlsx", "csv")}
    assert all(make(file) for file in made.values())
    assert next(pieces_of(made["pdf"])).startswith(b"%PDF-")
    index = sheet_in(made["xlsx"], "Index")
    assert index["A2"].value == "1 How long each part took"
    assert (index["C2"].value, index["G2"].value) == (10, datetime(2026, 11, 1))  # noqa: DTZ001
    head, *rows = rows_in(made["csv"])
    waiting = dict(zip(head, rows[0], strict=True))
    assert (waiting["report"], waiting["row"], waiting["value"]) == ("turn-round", "waiting", "10.0")
    assert made["pdf"].file_name == "red-bag-measures-2026-11-01-2026-11-30.pdf"


def words_of(file):
    """What stands on each page of a PDF, in one line each."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(b"".join(pieces_of(file)))).pages]


def test_paper_says_lengths_as_people_do(world, ask, make):
    journeys(world.oakview, world.stmarys, 6)
    file = ask(what="measures", form="pdf")
    make(file)
    told = " ".join(words_of(file))
    assert "In hospital 6 3 days 3 days 3 days 3 days" in told
    assert "4,320" not in told
    assert "(minutes)" not in told


def test_a_home_s_paper_opens_with_what_to_look_at_and_what_went_well_as_this_month_tells_it(
    world, ask, make, client, settings
):
    settings.CAUTION, settings.DEMO = "Not for live use.", False
    in_hospital(world)
    file = ask(what="measures", form="pdf")
    make(file)
    first, *others = words_of(file)
    assert "November 2026: one thing to look at" in first
    assert "No clinical safety officer has signed it off." in first
    assert all("Not for live use." in each for each in (first, *others))
    client.force_login(world.people["manager"])
    with time_machine.travel(world.now + timedelta(hours=2), tick=False):
        screen = client.get("/reports").context
    for words in [each["words"] for each in screen["first"]] + [words for words, _ in screen["well"]]:
        assert words in first
    assert "How long each part took" not in first
    settings.CAUTION = ""
    named = ask(what="measures", form="pdf")
    make(named)
    assert "live use" not in " ".join(words_of(named))


def test_the_paper_of_an_area_or_a_ward_says_nothing_about_what_to_look_at_at_home(world, ask, make):
    in_hospital(world)
    for who in ("auditor", "ward"):
        file = ask(who, what="measures", form="pdf")
        make(file)
        assert "to look at" not in words_of(file)[0]
        assert "not shown" in " ".join(words_of(file))  # one journey is too few to be told of a single home


def test_bad_wishes_are_named_and_nobody_has_more_than_five_made_at_once(world, ask):
    with pytest.raises(BadInput, match="Journeys come"):
        ask(form="pdf")
    with pytest.raises(NotAllowed):
        ask("carer")
    for _ in range(5):
        ask()
    with pytest.raises(Refused, match="5 files are being made"):
        ask()


@pytest.mark.postgres
def test_who_asks_is_counted_in_turn_without_holding_up_what_they_record_meanwhile(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    (lock,) = [each["sql"] for each in asked.captured_queries if "redbag_user" in each["sql"] and "FOR " in each["sql"]]
    assert lock.endswith("FOR NO KEY UPDATE")


def test_a_file_is_its_askers_alone(world, ask):
    file = ask()
    seen = {
        who
        for who in ("manager", "senior", "millbrook_manager", "auditor", "ward")
        if ReportFile.objects.visible_to(world.actor(who)).filter(pk=file.pk).exists()
    }
    assert seen == {"manager"}


def test_a_file_of_all_my_homes_is_handed_out_only_to_whoever_still_reads_each_of_them(world, ask, make):
    in_hospital(world)
    told = {"user": world.people["manager"], "role": "group_manager", "started_at": world.now}
    there = Membership.objects.create(organisation=world.millbrook, **told)
    packing = actions.Packing(resident=world.nora, bag=world.millbrook_bag, destination=world.stmarys, items=())
    actions.pack_bag(actor=world.actor("millbrook_manager"), packing=packing, now=world.now)
    named, counted, later = ask(), ask(what="measures"), world.now + timedelta(hours=3)
    assert make(named)
    assert make(counted)
    assert len(rows_in(named)) == 3
    take_file(actor=world.actor("manager"), file=named, now=later)
    there.ended_at, there.ended_by = later, world.people["millbrook_manager"]
    there.save()
    for file in (named, counted):
        with pytest.raises(NotAllowed):
            take_file(actor=world.actor("manager"), file=file, now=later)
    one = ask(organisation=world.oakview)
    assert make(one)
    take_file(actor=world.actor("manager"), file=one, now=later)


def test_a_home_somebody_joined_after_a_file_was_made_is_not_written_down_as_read(world, ask, make):
    in_hospital(world)
    packing = actions.Packing(resident=world.nora, bag=world.millbrook_bag, destination=world.stmarys, items=())
    actions.pack_bag(actor=world.actor("millbrook_manager"), packing=packing, now=world.now)
    file, later = ask(), world.now + timedelta(hours=3)
    assert make(file)
    told = {"user": world.people["manager"], "role": "home_manager", "started_at": later}
    Membership.objects.create(organisation=world.millbrook, **told)
    take_file(actor=world.actor("manager"), file=file, now=later)
    looked = Entry.objects.get(action="exported.report_file")
    assert list(Mention.objects.filter(entry=looked).values_list("resident_id", flat=True)) == [world.peggy.pk]
