"""How long labels take to draw, and whether a thousand survive a worker that is killed: none lost, none twice.

For every layout: a hundred labels against the promised 0.6 seconds; then a thousand in a job whose worker is killed
(SIGKILL) in the middle and resumed, rendered at 200 dpi and decoded. ZPL is read as text: no printer is here to draw
it.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.update(REDBAG_DATA=tempfile.mkdtemp(prefix="redbag-labels-"), DEMO="1", PUBLIC_URL="https://redbag.example")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from redbag import rows  # noqa: E402

rows.outside = rows.ALL

import pypdfium2 as pdfium  # noqa: E402
import zxingcpp  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from redbag.bags import actions, codes, printing, sheets, tagging, tokens, zpl  # noqa: E402
from redbag.bags.layouts import LAYOUTS, Label  # noqa: E402
from redbag.bags.models import PrintChunk, PrintJob, Tag  # noqa: E402
from redbag.vault import unseal_label  # noqa: E402
from tests.world import build  # noqa: E402

PROMISED = 0.6  # seconds for a hundred
COUNT, ROUNDS = 100, 5
MANY = 1000
DPI = 200
DIES = """
import os, django
django.setup()
from redbag import rows
rows.outside = rows.ALL
from django.utils import timezone
from redbag.bags import printing
kept = printing.keep_file
def keep(name, content):
    if name.endswith(".{number}"):
        os.kill(os.getpid(), 9)
    return kept(name, content)
printing.keep_file = keep
printing.draw("{job}", now=timezone.now)
"""


def drawn_in(layout: str) -> float:
    """Seconds for a hundred labels, of the middle round."""
    labels = [
        Label(
            tracker=f"OAK-{number:04}",
            url=f"https://redbag.example/b/{tokens.new_token()}",
            code=codes.shown(codes.new_code()),
            home_phone="020 7946 0123",
            thing="Denture pot",
        )
        for number in range(COUNT)
    ]
    drawer, rounds = zpl if LAYOUTS[layout].zpl else sheets, []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        drawer.draw(layout=layout, labels=labels)
        rounds.append(time.perf_counter() - started)
    return sorted(rounds)[ROUNDS // 2]


def read(content: bytes, layout: str) -> list[str]:
    """The token of every label, as decoded from what a printer of 200 dpi would put on paper."""
    if LAYOUTS[layout].zpl:
        return re.findall(r"\^FD[QH]A,HTTPS://REDBAG\.EXAMPLE/B/(\w+)\^FS", content.decode())
    found = []
    for page in pdfium.PdfDocument(content):
        picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        decoded = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        found += [code.text.rsplit("/", 1)[-1] for code in decoded]
    return found


def killed_and_resumed(world, layout: str) -> tuple[int, int, int, float]:
    """Parts kept at the kill, distinct labels read, labels read twice or not asked for, seconds to resume."""
    actor = world.actor("senior")
    what = {"tags": list(Tag.objects.filter(voided_at=None)[:MANY])} if LAYOUTS[layout].tag else {"blanks": MANY}
    now = timezone.now()
    job = actions.print_labels(actor=actor, home=world.oakview, layout=layout, reason="bench", now=now, **what)
    half = MANY // printing.part(layout) // 2
    died = subprocess.run([sys.executable, "-c", DIES.format(number=half, job=job.pk)], cwd=ROOT, check=False)
    assert died.returncode == -9, died.returncode
    kept = PrintChunk.objects.filter(job=job).count()
    started = time.perf_counter()
    printing.draw(str(job.pk), now=lambda: timezone.now() + timedelta(minutes=5))
    seconds = time.perf_counter() - started
    job = PrintJob.objects.get(pk=job.pk)
    found = Counter(read(printing.file_of(job), layout))
    asked = {unseal_label((row.label or row.tag).token_sealed) for row in job.printed.select_related("label", "tag")}
    wrong = sum(times - 1 for times in found.values()) + len(found.keys() - asked)
    return kept, len(found.keys() & asked), wrong, seconds


def main() -> int:
    """Print one row per layout; 1 when one is late, loses a label or prints one twice."""
    call_command("migrate", verbosity=0)
    world = build()
    tagging.MOST_TAGS = MANY
    for _ in range(MANY):
        tagging.make_tag(actor=world.actor("senior"), bag=world.bag, category="glasses", now=timezone.now())
    print(f"{'layout':10} {COUNT} in s {'of promise':>11}   {MANY} killed after  then s   read  twice or strange")
    bad = False
    for layout in LAYOUTS:
        seconds = drawn_in(layout)
        kept, found, wrong, rest = killed_and_resumed(world, layout)
        parts = -(-MANY // printing.part(layout))
        bad = bad or seconds > PROMISED or found != MANY or wrong
        speed, survived = f"{seconds:8.3f} {seconds / PROMISED:11.0%}", f"{kept:4} of {parts:2} parts {rest:10.1f}"
        print(f"{layout:10} {speed}   {survived} {found:6} {wrong:6}", flush=True)
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main())
