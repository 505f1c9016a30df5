"""How long the papers of a journey take to draw, and what part of what was promised that is."""

import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from redbag import rows  # noqa: E402

rows.outside = rows.ALL

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from redbag.packs import drawing, typesetting  # noqa: E402
from redbag.packs.chapters import pack_words  # noqa: E402
from redbag.packs.gathering import gather  # noqa: E402
from redbag.packs.sheets import sheet_of  # noqa: E402
from redbag.packs.wording import summary_words  # noqa: E402
from redbag.transfers.models import Transfer  # noqa: E402

PROMISED = {"first page": 1.0, "whole pack": 3.0}  # seconds, from the record to the PDF
ROUNDS = 15


def draw(transfer: Transfer) -> dict[str, float]:
    """Seconds until the one-page summary and until the whole pack were there, and nothing of it kept."""
    now, started = timezone.now(), time.perf_counter()
    known = gather(transfer=transfer, sheet=sheet_of(transfer, now=now), now=now)
    first = typesetting.summary(lambda step: summary_words(known, step))
    page = time.perf_counter() - started
    typesetting.pack(pack_words(known, first.step), first.step)
    return {"first page": page, "whole pack": time.perf_counter() - started}


def main() -> int:
    """Print the first round, which reads the typeface, the middle and the slowest; 1 when the middle one is late."""
    call_command("migrate", verbosity=0)
    call_command("seed_demo", verbosity=0)
    transfers = list(Transfer.objects.select_related(*drawing.JOINED).filter(stage__in=drawing.ON_THE_WAY))
    rounds = [draw(transfers[number % len(transfers)]) for number in range(ROUNDS)]
    late = False
    print(f"{'papers':12} {'first':>8} {'middle':>8} {'slowest':>8} {'of promise':>11}")
    for name, promised in PROMISED.items():
        times = [each[name] for each in rounds]
        middle, slowest = sorted(times)[ROUNDS // 2], max(times)
        late = late or middle > promised
        print(f"{name:12} {times[0]:8.3f} {middle:8.3f} {slowest:8.3f} {middle / promised:11.0%}")
    with CaptureQueriesContext(connection) as asked:
        drawing.waiting(now=timezone.now())
    print(f"what waits: {len(asked)} statement, {len(transfers)} journeys under way")
    return int(late)


if __name__ == "__main__":
    raise SystemExit(main())
