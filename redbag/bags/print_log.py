"""Every print and reprint of labels and tags: who asked, when, why, on what."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from redbag.bags.layouts import LAYOUTS
from redbag.bags.models import Bag, PrintedLabel, PrintJob

MOST = 100


@dataclass(frozen=True)
class Print:
    """One label or tag of one bag on one sheet; `again` says that it had been printed before."""

    job: PrintJob
    code: str
    tag: bool
    again: bool

    @property
    def sheet(self) -> str:
        return title_of(self.job.layout)


def prints_of(bag: Bag) -> list[Print]:
    """Every print of a bag's labels and tags, newest first."""
    rows = PrintedLabel.objects.filter(Q(label__bag=bag) | Q(tag__bag=bag)).select_related("job", "label", "tag")
    seen, told = set(), []
    for row in rows.order_by("job__asked_at", "position"):
        what = row.label or row.tag
        told.append(Print(row.job, what.code, row.tag is not None, what.pk in seen))
        seen.add(what.pk)
    return told[::-1][:MOST]


def with_reprints(jobs: QuerySet[PrintJob]) -> QuerySet[PrintJob]:
    """Print jobs, newest first, with how many of their labels had been printed before."""
    earlier = PrintedLabel.objects.filter(job__asked_at__lt=OuterRef("job__asked_at"))
    before = Exists(earlier.filter(label=OuterRef("label"))) | Exists(earlier.filter(tag=OuterRef("tag")))
    reprints = PrintedLabel.objects.filter(before).values("pk")
    return jobs.annotate(reprints=Count("printed", filter=Q(printed__in=reprints))).order_by("-asked_at")


def counted(job: PrintJob) -> PrintJob:
    """One print job anew, with how many of its labels had been printed before."""
    return with_reprints(PrintJob.objects.filter(pk=job.pk)).select_related("organisation").get()


def title_of(layout: str) -> str:
    """What a sheet or roll is called; its name alone for one that is no longer known."""
    return LAYOUTS[layout].title if layout in LAYOUTS else layout
