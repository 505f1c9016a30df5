"""Labels are drawn in parts, each once; whatever dies in between, the file has every label exactly once."""

from datetime import timedelta

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.utils import timezone

from redbag.bags import printing
from redbag.bags.actions import draw_again, print_labels
from redbag.bags.layouts import LAYOUTS
from redbag.bags.models import PrintChunk, PrintJob, State
from redbag.bags.tagging import make_tag
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.vault import unseal_label

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def order(world, *, blanks=0, layout="L7160", who="senior", **more):
    return print_labels(
        actor=world.actor(who),
        home=world.oakview,
        blanks=blanks,
        layout=layout,
        reason=more.pop("reason", "spares"),
        now=world.now,
        **more,
    )


def read(content):
    """The token of every label in a PDF, page by page."""
    found = []
    for page in pdfium.PdfDocument(content):
        picture = page.render(scale=203 / 72, grayscale=True).to_pil()
        codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        found += [code.text.rsplit("/", 1)[1] for code in codes]
    return found


def wanted(job):
    return [unseal_label((row.label or row.tag).token_sealed) for row in job.printed.order_by("position")]


class Killed(BaseException):
    """The worker is gone in the middle, without a word."""


def kill_at(monkeypatch, number):
    """Have the worker die while it keeps its part of this number."""
    keep = printing.keep_file

    def dying(name, content):
        if name.endswith(f".{number}"):
            raise Killed
        return keep(name, content)

    monkeypatch.setattr(printing, "keep_file", dying)


def later(minutes):
    return lambda: timezone.now() + timedelta(minutes=minutes)


def test_parts_are_whole_pages_of_about_a_hundred_labels():
    assert {name: printing.part(name) for name in ("L7160", "L7163", "L4785", "roll62", "L7651")} == {
        "L7160": 105,
        "L7163": 98,
        "L4785": 100,
        "roll62": 100,
        "L7651": 130,
    }


def test_a_worker_that_dies_costs_one_part_and_nothing_is_printed_twice(world, monkeypatch):
    job = order(world, blanks=250)
    kill_at(monkeypatch, 1)
    with pytest.raises(Killed):
        printing.draw(str(job.pk), now=timezone.now)
    monkeypatch.undo()
    [kept] = PrintChunk.objects.all()
    before = (kept.file, kept.digest, kept.drawn_at)
    assert printing.draw(str(job.pk), now=timezone.now) is False  # its lease has not run out
    assert PrintJob.objects.waiting(now=later(5)()) == [job.pk]
    assert printing.draw(str(job.pk), now=later(5)) is True
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 250)
    kept.refresh_from_db()
    assert (kept.file, kept.digest, kept.drawn_at) == before
    found = read(printing.file_of(job))
    assert len(found) == 250
    assert sorted(found) == sorted(wanted(job))


def test_a_worker_that_dies_while_binding_leaves_the_parts_to_the_next(world, monkeypatch):
    job = order(world, blanks=30, layout="L7163")
    monkeypatch.setattr(printing, "_bound", lambda parts: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        printing.draw(str(job.pk), now=timezone.now)
    monkeypatch.undo()
    drawn = list(PrintChunk.objects.values_list("drawn_at", flat=True))
    assert printing.draw(str(job.pk), now=later(5)) is True
    assert list(PrintChunk.objects.values_list("drawn_at", flat=True)) == drawn
    assert sorted(read(printing.file_of(PrintJob.objects.get()))) == sorted(wanted(job))


def test_a_part_whose_file_is_gone_or_damaged_is_drawn_again(world, monkeypatch):
    job = order(world, blanks=210)
    kill_at(monkeypatch, 1)
    with pytest.raises(Killed):
        printing.draw(str(job.pk), now=timezone.now)
    monkeypatch.undo()
    default_storage.delete(PrintChunk.objects.get().file)
    printing.draw(str(job.pk), now=later(5))
    assert sorted(read(printing.file_of(PrintJob.objects.get()))) == sorted(wanted(job))


def test_a_worker_thought_dead_that_goes_on_changes_nothing(world, monkeypatch):
    job = order(world, blanks=120)
    keep, files = printing.keep_file, []

    def overtaken(name, content):
        if name.endswith(".1") and not files:
            files.append("")
            assert printing.draw(str(job.pk), now=later(5)) is True
            files[0] = PrintJob.objects.get().file
        return keep(name, content)

    monkeypatch.setattr(printing, "keep_file", overtaken)
    assert printing.draw(str(job.pk), now=timezone.now) is False
    job.refresh_from_db()
    assert (job.state, [job.file]) == ("done", files)
    assert PrintChunk.objects.count() == 2


def test_what_is_kept_on_disk_shows_no_token(world):
    job = order(world, bags=[world.bag])
    printing.draw(str(job.pk), now=timezone.now)
    job.refresh_from_db()
    with default_storage.open(job.file) as file:
        assert b"%PDF" not in file.read()
    assert printing.file_of(job).startswith(b"%PDF")


def test_the_same_press_twice_is_one_job(world):
    job = order(world, bags=[world.bag])
    again = order(world, bags=[world.bag], id=job.pk)
    assert (again.pk, PrintJob.objects.count(), job.printed.count()) == (job.pk, 1, 1)
    with pytest.raises(Refused):
        print_labels(
            actor=world.actor("millbrook_manager"),
            home=world.millbrook,
            bags=[world.millbrook_bag],
            layout="L7160",
            reason="new",
            now=world.now,
            id=job.pk,
        )


@pytest.mark.parametrize("layout", ["zebra203", "zebra300"])
def test_zebra_gets_one_format_for_each_label_in_order(world, layout):
    job = order(world, blanks=120, layout=layout)
    printing.draw(str(job.pk), now=timezone.now)
    content = printing.file_of(PrintJob.objects.get()).decode("ascii")
    places = [content.index(token) for token in wanted(job)]
    assert places == sorted(places)
    assert content.count("^XA") == content.count("^XZ") == 120


def test_tags_are_printed_on_tag_sheets_and_bags_are_not(world):
    tag = make_tag(actor=world.actor("carer"), bag=world.bag, category="glasses", now=world.now)
    with pytest.raises(BadInput):
        order(world, tags=[tag])
    with pytest.raises(BadInput):
        order(world, bags=[world.bag], layout="tag62")
    with pytest.raises(BadInput):
        order(world, bags=[world.bag], tags=[tag], layout="tag62")
    job = order(world, tags=[tag], layout="L7651")
    printing.draw(str(job.pk), now=timezone.now)
    content = printing.file_of(PrintJob.objects.get())
    assert read(content) == wanted(job)
    text = pdfium.PdfDocument(content)[0].get_textpage().get_text_range()
    assert "Glasses" in text
    assert "OAK-1" in text


def test_a_reprint_needs_a_reason(world):
    with pytest.raises(BadInput) as wrong:
        order(world, bags=[world.bag], reason=" ")
    assert list(wrong.value.errors) == ["reason"]


def test_a_job_that_failed_is_drawn_again_from_where_it_was(world, monkeypatch):
    job = order(world, blanks=210)
    keep = printing.keep_file

    def full(name, content):
        if name.endswith(".1"):
            raise OSError("No space left on device")
        return keep(name, content)

    monkeypatch.setattr(printing, "keep_file", full)
    printing.draw(str(job.pk), now=timezone.now)
    monkeypatch.undo()
    job.refresh_from_db()
    assert (job.state, PrintChunk.objects.count()) == (PrintJob.State.FAILED, 1)
    with pytest.raises(NotAllowed):
        draw_again(actor=world.actor("carer"), job=job, now=world.now)
    assert draw_again(actor=world.actor("senior"), job=job, now=world.now).state == PrintJob.State.WAITING
    printing.draw(str(job.pk), now=timezone.now)
    assert sorted(read(printing.file_of(PrintJob.objects.get()))) == sorted(wanted(job))


def bad_pdf(_):
    raise pikepdf.PdfError("not a PDF")


def key_gone(_):
    raise InvalidToken


@pytest.mark.parametrize(("step", "fails"), [("unseal_label", key_gone), ("_bound", bad_pdf)])
def test_labels_that_cannot_be_drawn_say_so_at_once_and_can_be_tried_again(world, client, monkeypatch, step, fails):
    job = order(world, blanks=3)
    with monkeypatch.context() as broken:
        broken.setattr(printing, step, fails)
        printing.draw(str(job.pk), now=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.lease_until, bool(job.error), bool(job.finished_at)) == ("failed", None, True, True)
    client.force_login(world.people["senior"])
    assert "This did not work" in client.get(f"/labels/{job.pk}").content.decode()
    assert draw_again(actor=world.actor("senior"), job=job, now=world.now).error == ""
    printing.draw(str(job.pk), now=timezone.now)
    assert PrintJob.objects.get().state == "done"


def test_labels_that_kill_every_worker_are_given_up_with_a_word_and_may_be_asked_for_again(world, monkeypatch):
    job = order(world, blanks=3)
    with monkeypatch.context() as deadly:
        kill_at(deadly, 0)
        for number in range(5):
            with pytest.raises(Killed):
                printing.draw(str(job.pk), now=later(number * 5))
        assert printing.draw(str(job.pk), now=later(25)) is False
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "These labels were tried too often.")
    draw_again(actor=world.actor("senior"), job=job, now=world.now)
    assert printing.draw(str(job.pk), now=later(30)) is True
    assert PrintJob.objects.get().state == "done"


def test_every_layout_can_be_asked_for(world):
    tag = make_tag(actor=world.actor("carer"), bag=world.bag, category="glasses", now=world.now)
    for layout, stock in LAYOUTS.items():
        what = {"tags": [tag]} if stock.tag else {"bags": [world.bag]}
        job = order(world, layout=layout, **what)
        printing.draw(str(job.pk), now=timezone.now)
        job.refresh_from_db()
        assert job.state == PrintJob.State.DONE, job.error
    assert world.bag.state == State.AVAILABLE
