"""Who draws the papers, when, and what is left when something goes wrong."""

import io
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.test import override_settings
from PIL import Image

from redbag.documents.actions import add_document
from redbag.documents.models import Document
from redbag.packs import drawing, gathering
from redbag.packs.actions import stop_sheet
from redbag.packs.models import Paper, Sheet
from redbag.packs.sheets import LONGEST_OPEN, is_open, sheet_of
from redbag.residents.models import Resident
from redbag.transfers.models import Fact, Transfer
from tests.packs.test_papers import paper, words, write
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(name="poisoned")
def _poisoned(monkeypatch):
    """Says of which transfers drawing is to fail, in a way nobody thought of."""
    poison: set = set()
    gather = drawing.gather

    def refuse(*, transfer, **more):
        if transfer.pk in poison:
            raise ZeroDivisionError("JONES cannot be drawn")
        return gather(transfer=transfer, **more)

    monkeypatch.setattr(drawing, "gather", refuse)
    return poison


def two(world):
    return pack(world), pack(world, resident=world.arthur, bag=world.other_bag, minutes=1)


def clock(start, *, step):
    """A clock that moves on by a step each time somebody looks."""
    seen = {"at": start}

    def now():
        seen["at"] += step
        return seen["at"]

    return now


def test_a_journey_that_cannot_be_drawn_starves_nobody_and_is_tried_later_and_later(world, poisoned, capsys):
    bad, good = two(world)
    poisoned.add(bad.pk)
    at = world.now + timedelta(minutes=2)
    drawing.sweep(now=clock(at, step=timedelta()))
    assert set(Paper.objects.values_list("transfer", flat=True)) == {good.pk}
    told = capsys.readouterr().out
    assert "ZeroDivisionError" in told
    assert "JONES" not in told
    waits = []
    for _ in range(6):
        due = Sheet.objects.get(transfer=bad).next_try_at
        assert drawing.waiting(now=due - timedelta(seconds=1)) == []
        waits.append((due - at).total_seconds() / 60)
        at = due
        drawing.sweep(now=clock(at, step=timedelta()))
    assert waits == [1, 2, 4, 8, 15, 15]
    poisoned.clear()
    due = Sheet.objects.get(transfer=bad).next_try_at
    drawing.sweep(now=clock(due, step=timedelta()))
    assert Paper.objects.filter(transfer=bad).count() == 2
    assert Sheet.objects.get(transfer=bad).tries == 0


def test_whoever_failed_before_waits_behind_those_who_did_not(world, poisoned):
    bad, good = two(world)
    poisoned.add(bad.pk)
    drawing.draw(bad.pk, now=world.now)
    at = world.now + timedelta(minutes=5)
    assert drawing.waiting(now=at) == [good.pk, bad.pk]


def test_of_those_who_never_had_a_paper_the_newest_is_first(world):
    first, second = two(world)
    assert drawing.waiting(now=world.now + timedelta(minutes=2)) == [second.pk, first.pk]


def test_two_workers_draw_a_journey_once(world, monkeypatch):
    transfer = pack(world)
    others = []
    gather = drawing.gather

    def meanwhile(**more):
        others.append((drawing.waiting(now=world.now), drawing.draw(transfer.pk, now=world.now)))
        return gather(**more)

    monkeypatch.setattr(drawing, "gather", meanwhile)
    assert drawing.draw(transfer.pk, now=world.now) is True
    assert others == [([], False)]


def test_a_sweep_works_a_few_seconds_and_leaves_the_rest_to_the_next(world):
    two(world)
    at = world.now + timedelta(minutes=2)
    drawing.sweep(now=clock(at, step=timedelta(seconds=2)))
    assert Paper.objects.values("transfer").distinct().count() == 1
    drawing.sweep(now=clock(at, step=timedelta()))
    assert Paper.objects.values("transfer").distinct().count() == 2


def test_a_fact_that_comes_late_with_an_early_time_has_the_papers_drawn_again(world):
    transfer = taken_by_crew(world)
    at = world.now + timedelta(minutes=60)
    drawing.draw(transfer.pk, now=at)
    assert drawing.waiting(now=at) == []
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    assert Fact.objects.filter(transfer=transfer, recorded_at__gt=at).count() == 0
    assert drawing.waiting(now=at) == [transfer.pk]


def test_what_was_written_with_an_early_time_has_the_papers_drawn_again(world):
    transfer = pack(world)
    at = world.now + timedelta(minutes=60)
    drawing.draw(transfer.pk, now=at)
    write(world, minutes=5, allergies={"status": "none_known", "items": []})
    assert Resident.objects.get(pk=world.peggy.pk).told_at < at
    assert drawing.waiting(now=at) == [transfer.pk]


def document(world, kind="dnacpr", file=None, minutes=0):
    picture = io.BytesIO()
    Image.effect_noise((480, 480), 80).convert("RGB").save(picture, "JPEG")
    at = world.now + timedelta(minutes=minutes)
    return add_document(
        actor=world.actor("senior"),
        resident=world.peggy,
        file=file or picture.getvalue(),
        values={"kind": kind, "title": "Yellow form"},
        now=at,
    )


def test_a_document_taken_off_and_brought_back_is_on_the_paper_again(world, browser_of):
    document(world)
    transfer, row = pack(world), Document.objects.filter(resident=world.peggy)
    carer = browser_of("carer")
    assert "Yellow form" in words(paper(carer, transfer, "pack").content)
    row.update(removed_at=world.now, removed_by_name="Ana")
    assert "Yellow form" not in words(paper(carer, transfer, "pack").content)
    row.update(removed_at=None, removed_by_name="")
    assert "Yellow form" in words(paper(carer, transfer, "pack").content)


def test_after_the_return_the_paper_is_the_last_one_of_the_journey_whatever_is_written_since(world, browser_of, at):
    transfer = in_hospital(world)
    last = paper(browser_of("ward"), transfer).content
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    write(world, minutes=70, allergies={"status": "present", "items": [{"agent": "Latex"}]})
    at(80)
    assert paper(browser_of("ward"), transfer).content == last
    tell(world, "carer", transfer, minutes=90, kind="outcome", outcome="closed")
    at(300)
    for who in ("carer", "ward"):
        assert paper(browser_of(who), transfer).content == last


@pytest.mark.parametrize("kept", ["none", "older", "gone"])
def test_todays_record_is_never_filed_as_the_paper_of_a_journey_that_ended(world, browser_of, api, at, kept):
    transfer = in_hospital(world)
    if kept != "none":
        drawing.draw(transfer.pk, now=world.now + timedelta(minutes=41))
    if kept == "older":
        Paper.objects.update(snapshot_hash="0" * 64)
    if kept == "gone":
        default_storage.delete(Paper.objects.get(kind="summary").file)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    at(80)
    write(world, minutes=70, allergies={"status": "present", "items": [{"agent": "Latex"}]})
    assert drawing.draw(transfer.pk, now=world.now + timedelta(minutes=81)) is False
    for answer in (
        paper(browser_of("ward"), transfer),
        api("ward").get(f"transfers/{transfer.pk}/papers/summary"),
        paper(browser_of("carer"), transfer, "pack"),
    ):
        told = words(answer.content)
        assert "NOT KNOWN: check before giving anything" in told
        assert "Latex" not in told
        assert "The square ended with the journey" in told


def test_a_file_whose_row_could_not_be_written_is_deleted_again(world, monkeypatch):
    transfer = pack(world)

    def full(*_):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(drawing, "_keep_row", full)
    assert drawing.draw(transfer.pk, now=world.now) is False
    try:
        left = [name for name in default_storage.listdir("papers")[1] if str(transfer.pk) in name]
    except FileNotFoundError:
        left = []
    assert left == []


@pytest.mark.parametrize("left", [True, False])
def test_the_square_ends_sixty_days_after_leaving_when_nobody_recorded_the_return(world, left):
    transfer = taken_by_crew(world) if left else pack(world)
    sheet = sheet_of(transfer, now=world.now)
    gone = world.now + (timedelta(minutes=10) if left else timedelta()) + LONGEST_OPEN
    sheet.transfer.refresh_from_db()
    assert is_open(sheet, now=gone - timedelta(seconds=1))
    assert not is_open(sheet, now=gone)
    drawing.draw(transfer.pk, now=gone - timedelta(seconds=1))
    assert drawing.waiting(now=gone) == [transfer.pk]
    content = drawing.paper_of(transfer=Transfer.objects.get(pk=transfer.pk), kind="summary", now=gone)
    assert "The square ended 60 days after leaving" in words(content)


def test_once_the_square_is_stopped_the_paper_is_drawn_without_it_and_says_so(world, browser_of):
    transfer, carer = in_hospital(world), browser_of("carer")
    assert "Scan: as it is now" in words(paper(carer, transfer).content)
    stop_sheet(actor=world.actor("carer"), sheet=sheet_of(transfer, now=world.now), now=world.now)
    for kind in ("summary", "pack"):
        text = words(paper(carer, transfer, kind).content)
        assert "The square was stopped by the home." in text
        assert "Scan: as it is now" not in text


@pytest.mark.parametrize("fault", ["gone", "broken"])
def test_a_photo_that_cannot_be_read_is_left_out_and_said(world, fault):
    document(world, kind="photo")
    transfer = pack(world)
    row = Document.objects.get()
    if fault == "gone":
        default_storage.delete(row.file)
    else:
        with default_storage.open(row.file, "wb") as file:
            file.write(b"nothing that was sealed")
    text = words(drawing.paper_of(transfer=transfer, kind="summary", now=world.now))
    assert gathering.PHOTO_GAP in text
    assert "Scan: as it is now" in text


def test_a_square_whose_key_was_dropped_is_left_out_and_said(world):
    transfer = pack(world)
    sheet = sheet_of(transfer, now=world.now)
    with override_settings(DATA_KEYS=[Fernet.generate_key().decode()]):
        sealed = gathering._square(sheet, world.now)
    assert sealed == ("", gathering.SQUARE_GAP)
    Sheet.objects.update(token_sealed="sealed with a key that is gone")
    text = words(drawing.paper_of(transfer=transfer, kind="pack", now=world.now))
    assert gathering.SQUARE_GAP in text
