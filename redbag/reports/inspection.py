"""One journey as a story that an inspector can read: what happened, what was checked anew, and who looked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.errors import NotAllowed
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind, Organisation
from redbag.packs.phrases import item_name, moment
from redbag.reports.inspection_looks import journal_of
from redbag.reports.inspection_proofs import DOES_NOT, faults_of, proofs, travelled
from redbag.reports.inspection_told import CORRECTION, LETTER, Reader, told
from redbag.residents.nhs_numbers import shown as shown_number
from redbag.rows import everything
from redbag.templatetags.redbag import span
from redbag.transfers.contents import PLACES, Item
from redbag.transfers.line_words import STATES
from redbag.transfers.models import Party, Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.stages import Outcome, Stage
from redbag.transfers.story import Story, tell

FORM = "redbag-inspection-1"
CAME = {"packed": "", "added": "put in later: ", "extra": "extra, found on the way: "}


@dataclass(frozen=True)
class View:
    """From where somebody reads a journey: the home itself, or a party, which reads what was told to it."""

    place: Organisation
    inside: bool


def view_of(actor: Actor, transfer: Transfer) -> View:
    """How the actor may read this journey's story; NotAllowed for who reads no reports, or is no party to it.

    A crew reads nothing of a journey on which somebody died: they ring the home.
    """
    posts = {post.organisation.pk: post.organisation for post in actor.posts}
    if actor.may(Permission.READ_JOURNAL, transfer.home_id) and actor.may(Permission.READ_REPORTS, transfer.home_id):
        return View(posts[transfer.home_id], inside=True)
    mine = actor.organisations_with(Permission.READ_REPORTS)
    parties = Party.objects.filter(transfer=transfer, organisation__in=mine, reads=True)
    near = {transfer.destination_id, *parties.values_list("organisation_id", flat=True)}
    place = next((posts[each] for each in mine if each in near and each != transfer.home_id), None)
    if place is None or (is_quiet(transfer) and place.kind == Kind.AMBULANCE):
        raise NotAllowed("Your role may not read the whole story of this journey.")
    return View(place, inside=False)


@everything()
def story_of(transfer: Transfer, *, actor: Actor, view: View, now: datetime) -> dict:
    """The story as JSON holds it: a page, a paper, the data and the API all say this, and nothing else.

    Whoever calls has asked `view_of`. `faults` names everything that does not fit, in sentences.
    """
    reader, story = Reader(actor, view.inside), tell(transfer)
    moments = told(story, reader, now=now)
    checks = proofs(story, reader, now=now)
    journal = journal_of(transfer, now=now) if view.inside else None
    unreadable = [row["says"] for row in moments if row.get("unreadable")]
    journal_faults = [f"The journal: {fault}" for fault in journal["proof"]["faults"]] if journal else []
    return {
        "form": FORM,
        "read_at": now.isoformat(),
        "read": moment(now),
        "for": view.place.name,
        "inside": view.inside,
        "journey": _journey(transfer, story, view),
        "main": _main(transfer, story),
        "moments": moments,
        "contents": [_item(item) for item in story.items],
        "documents": travelled(transfer),
        "proofs": checks,
        "journal": journal,
        "figures": _figures(story, moments, checks, journal),
        "exceptions": exceptions(story, moments),
        "faults": [*faults_of(checks), *unreadable, *journal_faults],
    }


def code_of(transfer_id: UUID) -> str:
    """By which a journey is known on paper without a name: the first eight letters of its id."""
    return str(transfer_id)[:8].upper()


def _journey(transfer: Transfer, story: Story, view: View) -> dict:
    resident, to = transfer.resident, transfer.destination
    where = to.name if to else transfer.destination_text
    return {
        "id": str(transfer.pk),
        "code": code_of(transfer.pk),
        "name": resident.patient_name,
        "called": resident.called if view.inside else resident.patient_name,
        "born": f"{resident.date_of_birth:%d-%b-%Y}",
        "nhs_number": shown_number(resident.nhs_number) if resident.nhs_number else "not known",
        "home": transfer.home.name,
        "ods_code": transfer.home.ods_code,
        "bag": transfer.bag.tracker if transfer.bag else "",
        "to": ", ".join(filter(None, (transfer.destination_place, where))),
        "packed_at": transfer.packed_at.isoformat(),
        "packed": moment(transfer.packed_at),
        "packed_by": transfer.packed_by_name,
        "stage": Stage(transfer.stage).label,
        "holder": story.holder_words,
        "ended": moment(transfer.ended_at) if transfer.ended_at else "",
        "outcomes": [Outcome(each).label for each in story.journey.outcomes if each != Outcome.CLOSED],
        "snapshot_hash": transfer.snapshot_hash,
    }


def _main(transfer: Transfer, story: Story) -> list[dict]:
    """The main moments, from packed to finished, each with how long after the one before."""
    came = next((hold.since for hold in story.journey.holds[1:] if hold.receiver == "hospital"), None)
    rows = (
        ("Packed", transfer.packed_at),
        ("Left the home", transfer.left_at),
        ("At a hospital", came),
        ("Back home", transfer.back_at),
        ("Finished", transfer.closed_at),
    )
    known = [(name, at) for name, at in rows if at]
    before = [None, *(at for _, at in known)]
    return [
        {"name": name, "at": at.isoformat(), "when": moment(at), "after": span(at - last) if last and at > last else ""}
        for (name, at), last in zip(known, before, strict=False)
    ]


def _item(item: Item) -> dict:
    looks = [
        f"{moment(seen.at)}: {STATES.get(seen.state, seen.state)}{f' ({seen.note})' if seen.note else ''}"
        for seen in item.seen
    ]
    return {
        "name": item_name(item),
        "where": CAME.get(item.came_as, "") + PLACES.get(item.where, item.where).lower(),
        "marks": item.marks,
        "looks": looks,
        "last": STATES.get(item.state, item.state) if item.seen else "nobody looked for it",
    }


def _figures(story: Story, moments: Sequence[dict], checks: Sequence[dict], journal: dict | None) -> dict:
    """What is counted for the cover; all of it adds up over journeys."""
    kinds = Counter(row["kind"] for row in moments)
    flags = Counter(flag for line in story.lines if line.voided_by is None for flag in line.flags)
    return {
        "hand_overs": kinds["Hand-over"],
        "unconfirmed": flags["unconfirmed"],
        "unexpected": flags["unexpected"],
        "late": flags["late"],
        "checks": kinds["Contents checked"],
        "corrections": kinds[CORRECTION],
        "not_found": story.transfer.missing_items,
        "letters": sum(row["kind"] == LETTER and row["says"].endswith(" sent") for row in moments),
        "taken_on": sum(row["kind"] == LETTER and row["says"].endswith("taken on") for row in moments),
        "checked": len(checks),
        "do_not_fit": sum(row["verdict"] == DOES_NOT for row in checks),
        "looks": len(journal["looks"]) if journal else 0,
        "entries": journal["proof"]["entries"] if journal else 0,
        "journal_faults": len(journal["proof"]["faults"]) if journal else 0,
    }


def _left_a_bag(transfer: Transfer) -> bool:
    return bool(transfer.bag_id and transfer.left_at and transfer.closed_at and not transfer.back_at)


def exceptions(story: Story, moments: Sequence[dict]) -> list[str]:
    """What did not go as it should, each in a few words with how often."""
    standing = [line for line in story.lines if line.voided_by is None]
    flags = Counter(flag for line in standing for flag in line.flags)
    words = (
        (flags["unconfirmed"], "not confirmed"),
        (flags["unexpected"], "not the usual step"),
        (flags["late"], "told late"),
        (flags["unchecked"], "not checked"),
        (story.transfer.missing_items, "not found"),
        (int(_left_a_bag(story.transfer)), "bag not back when it was finished"),
        (sum(row["kind"] == CORRECTION for row in moments), "corrected"),
        (sum(row["says"] == "Opened without the tablet's code" for row in moments), "opened without the code"),
    )
    return [f"{count} {said}" for count, said in words if count]
