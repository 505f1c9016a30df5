"""The return note: one page for a ward without Red Bag to fill in by hand."""

from datetime import datetime

from redbag.journal.recording import PRINTED, record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.packs import typesetting
from redbag.packs.actions import Handed
from redbag.packs.drawing import JOINED
from redbag.packs.gathering import Gathered, gather
from redbag.packs.phrases import item_name
from redbag.packs.sheets import sheet_of
from redbag.packs.wording import heading
from redbag.transfers.models import Transfer

SIZE = 9
MOST_THINGS, LONGEST_THING = 14, 34


def print_return_note(*, actor: Actor, transfer: Transfer, now: datetime) -> Handed:
    """The return note of a journey as PDF, who the patient is and what went with them filled in.

    For the home; printing it is in the journal.
    """
    require(actor, Permission.PACK, transfer.home_id)
    transfer = Transfer.objects.select_related(*JOINED).get(pk=transfer.pk)
    known = gather(transfer=transfer, sheet=sheet_of(transfer, now=now), now=now)
    content = typesetting.note(note_words(known), typesetting.Step(SIZE))
    where, resident = transfer.home_id, transfer.resident_id
    record_view("return_note", transfer, actor=actor, at=now, organisation=where, resident=resident, way=PRINTED)
    shown = 'inline; filename="return-note.pdf"'
    return Handed(content, {"Content-Type": "application/pdf", "Content-Disposition": shown})


def note_words(known: Gathered) -> dict:
    """What the note says already: who, from where, the way to the page as it is now, and what went with them."""
    things = [_short(item_name(each)) for each in known.page.items]
    more = len(things) - MOST_THINGS
    if more > 0:
        things = [*things[:MOST_THINGS], f"and {more} more, listed in the hospital pack"]
    return {**heading(known, "Return note"), "caution": "Give it back with the patient", "things": things}


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_THING else words[: LONGEST_THING - 1].rstrip() + "…"
