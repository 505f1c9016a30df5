"""Whatever is killed while labels are drawn, the sheet has every label asked for exactly once."""

import signal
from collections import Counter
from datetime import timedelta

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.utils import timezone

from redbag.bags import printing
from redbag.bags.actions import print_labels
from redbag.bags.models import PrintChunk, PrintJob
from redbag.vault import unseal_label
from tests.deliveries.workers import at_once, run
from tests.world import build

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(transaction=True)]
COUNT = 220  # three parts
DIES = """
import os
from django.utils import timezone
from redbag.bags import printing
{how}
printing.draw("{job}", now=timezone.now)
"""
WHILE_DRAWING = """
kept = printing.keep_file
def keep(name, content):
    if name.endswith(".1"):
        os.kill(os.getpid(), 9)
    return kept(name, content)
printing.keep_file = keep
"""
WHILE_BINDING = "printing._bound = lambda parts: os.kill(os.getpid(), 9)"
BEFORE_DONE = """
kept = printing.keep_file
def keep(name, content):
    if not name[-2:].startswith("."):
        kept(name, content)
        os.kill(os.getpid(), 9)
    return kept(name, content)
printing.keep_file = keep
"""


@pytest.fixture
def job():
    world = build()
    return print_labels(
        actor=world.actor("senior"),
        home=world.oakview,
        blanks=COUNT,
        layout="L7160",
        reason="spares",
        now=timezone.now(),
    )


def later():
    return timezone.now() + timedelta(minutes=5)


def tokens_on(content):
    found = []
    for page in pdfium.PdfDocument(content):
        picture = page.render(scale=203 / 72, grayscale=True).to_pil()
        decoded = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        found += [code.text.rsplit("/", 1)[1] for code in decoded]
    return found


def wanted(job):
    return [unseal_label(row.label.token_sealed) for row in job.printed.select_related("label")]


@pytest.mark.parametrize(
    ("how", "kept"), [(WHILE_DRAWING, 1), (WHILE_BINDING, 3), (BEFORE_DONE, 3)], ids=["drawing", "binding", "keeping"]
)
def test_a_worker_killed_while_it_draws_prints_no_label_twice_and_loses_none(job, how, kept):
    killed = run(DIES.format(how=how, job=job.pk))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = dict(PrintChunk.objects.values_list("number", "drawn_at"))
    assert len(before) == kept
    assert printing.draw(str(job.pk), now=timezone.now) is False  # its lease has not run out
    assert PrintJob.objects.waiting(now=later()) == [job.pk]
    assert printing.draw(str(job.pk), now=later) is True
    job.refresh_from_db()
    assert (job.state, job.done) == (PrintJob.State.DONE, COUNT)
    after = dict(PrintChunk.objects.values_list("number", "drawn_at"))
    assert {number: after[number] for number in before} == before  # drawn once, not again
    found = Counter(tokens_on(printing.file_of(job)))
    assert found == Counter(wanted(job))
    assert set(found.values()) == {1}


def test_workers_that_race_for_a_job_draw_each_part_once(job):
    ended = at_once(*[lambda: printing.draw(str(job.pk), now=timezone.now)] * 3)
    assert sorted(ended) == [False, False, True]
    job.refresh_from_db()
    assert sorted(tokens_on(printing.file_of(job))) == sorted(wanted(job))
    assert PrintChunk.objects.count() == 3
