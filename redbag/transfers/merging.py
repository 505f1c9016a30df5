"""Two records of one person become one, and can be taken apart again.

No row is moved: journeys, observations, papers and body maps stay on the record they were made on. The kept record
takes over what it lacks; the other one is archived and points at it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import User
from redbag.residents.actions import refuse_merged
from redbag.residents.joining import (
    FILLED,
    LISTED,
    NUMBER,
    empty_again,
    fill,
    number_errors,
    numbers_before,
    set_number,
    takes_number,
)
from redbag.residents.models import INDEX, Merge, Resident
from redbag.summaries.joining import TOGETHER, Pair, pairs, put_back, take_over
from redbag.summaries.sections import BY_NAME
from redbag.transfers.models import Transfer
from redbag.vault import blind_index, unseal

LONGEST_WHY = 200


class AlreadyOne(Refused):
    """One of the two records is joined with another one already."""

    code = "merged"


class StillOut(Refused):
    code = "transfer_open"


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"


def seen_of(*, kept: Resident, other: Resident) -> str:
    """A mark of everything that is compared, by which it is known that a record was changed meanwhile."""
    told = [
        [str(each.pk), str(each.told_at), sorted(each.current_sections.values_list("section", "version"))]
        for each in (kept, other)
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@transaction.atomic
def merge_residents(
    *,
    actor: Actor,
    kept: Resident,
    other: Resident,
    take: Mapping,
    why: str,
    now: datetime,
    number: str = "",
    seen: str = "",
) -> Merge:
    """Say that two records are one person's. `take` says `kept` or `other` for each section where both say something.

    `number` says so of the NHS number where must_choose_number. Raises BadInput by field (`take.<section>`, nhs_number
    for a choice that is missing), AlreadyOne, StillOut while the other record has an open journey, and ChangedMeanwhile
    when `seen` is given and a record changed after it was read.
    """
    require(actor, Permission.MERGE_RESIDENTS, kept.home_id)
    require(actor, Permission.MERGE_RESIDENTS, other.home_id)
    kept, other = _locked(kept, other)
    _refuse(kept, other)
    if seen and seen != seen_of(kept=kept, other=other):
        raise ChangedMeanwhile("Somebody changed one of the records while you were comparing. Look again.")
    compared = pairs(kept=kept, other=other)
    _check(take, why, compared, number_errors(number, kept, other))
    written = {
        pair.section.name: take_over(pair=pair, kept=kept, choice=take.get(pair.section.name, ""), actor=actor, now=now)
        for pair in compared
    }
    done = {name: each for name, each in written.items() if each}
    merge = _join(kept, other, done, why.strip(), actor, now, number=takes_number(number, kept, other))
    facts = {"merge": merge.pk, "sections": sorted(done), "organisation": kept.home_id}
    told = {"why": why}
    record("resident.merged", kept, actor=actor, at=now, resident=kept, personal=told, beside=other.pk, **facts)
    record("resident.merged_away", other, actor=actor, at=now, resident=other, personal=told, beside=kept.pk, **facts)
    return merge


def _join(
    kept: Resident, other: Resident, sections: Mapping, why: str, actor: Actor, now: datetime, *, number: bool
) -> Merge:
    """Fill the kept record, put the other one away, and write down what undoing it needs."""
    archived = {"at": other.archived_at and other.archived_at.isoformat(), "why": other.archived_why}
    merge = Merge.objects.create(
        kept=kept,
        other=other,
        why=why,
        moved={
            "sections": sections,
            "fields": fill(kept, other),
            "number": numbers_before(kept, other) if number else None,
            "archived": archived | {"by": other.archived_by_id and str(other.archived_by_id)},
        },
        nhs_number=other.nhs_number if number else "",
        merged_at=now,
        merged_by=actor.user,
        merged_by_name=actor.name,
    )
    _send_away(other, kept, actor, now, number=number)
    kept.told_at = now
    kept.save(update_fields=["told_at", *FILLED, *LISTED, *NUMBER])
    return merge


@transaction.atomic
def unmerge_residents(*, actor: Actor, merge: Merge, why: str, now: datetime) -> list[str]:
    """Take two records apart again. Returns what somebody changed since, by its title: that stays as it is now."""
    require(actor, Permission.MERGE_RESIDENTS, merge.kept.home_id)
    if errors := _why_errors(why, "Say why, for example: two people after all."):
        raise BadInput(errors)
    kept, other = _locked(merge.kept, merge.other)
    refuse_merged(kept)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        raise AlreadyOne(f"{merge.undone_by_name} has already taken these records apart.", code="not_merged")
    stays = [
        BY_NAME[name].title if name in BY_NAME else name
        for name, done in merge.moved["sections"].items()
        if not put_back(kept=kept, name=name, done=done, actor=actor, now=now)
    ]
    stays += empty_again(kept, merge.moved["fields"]) + _give_back(kept, other, merge)
    kept.told_at = other.told_at = now
    kept.save(update_fields=["told_at", *FILLED, *LISTED, *NUMBER])
    _bring_back(other, merge.moved["archived"])
    merge.undone_at, merge.undone_by_name, merge.undone_why = now, actor.name, why.strip()
    merge.save(update_fields=["undone_at", "undone_by_name", "undone_why"])
    for each, beside in ((kept, other), (other, kept)):
        facts = {"merge": merge.pk, "beside": beside.pk, "organisation": kept.home_id}
        record("resident.unmerged", each, actor=actor, at=now, resident=each, personal={"why": why}, **facts)
    return stays


def _locked(kept: Resident, other: Resident) -> tuple[Resident, Resident]:
    """Both records with their locks, taken in one order."""
    rows = Resident.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[kept.pk], found[other.pk]


def _refuse(kept: Resident, other: Resident) -> None:
    if kept.pk == other.pk:
        raise BadInput({"other": "This is the same record. Choose the other one."})
    if kept.home_id != other.home_id:
        raise BadInput({"other": "The two records are of different homes."})
    for each in (kept, other):
        if each.merged_into_id:
            raise AlreadyOne(f"Somebody has already joined the record of {each.called} with another one.")
        refuse_merged(each)
    if kept.archived_at:
        raise Refused(f"{kept.called} has left. Bring them back first, or keep the other record.", code="archived")
    if other.merged.exists():
        raise AlreadyOne(
            f"Another record is already joined to the one of {other.called} you want to put away. Keep that one."
        )
    if Transfer.objects.open().filter(resident=other).exists():
        raise StillOut(
            f"The record you want to put away has an open journey: {other.called} is on the board. Finish that journey "
            "first, or keep that record and put the other one away."
        )
    checked = {each.nhs_number for each in (kept, other) if each.nhs_number_status == Resident.Number.VERIFIED}
    if len(checked) > 1:
        raise Refused("They have two different NHS numbers, and both were checked: two people.", code="two_people")


def _check(take: Mapping, why: str, compared: Sequence[Pair], found: Mapping) -> None:
    errors = {**found, **_why_errors(why, "Say how you know that it is one person.")}
    for name, choice in take.items():
        allowed = ("both",) if name == TOGETHER else ("kept", "other")
        if name not in BY_NAME:
            errors[f"take.{name}"] = "There is no such section."
        elif choice not in allowed:
            errors[f"take.{name}"] = f"Choose one of: {', '.join(allowed)}."
    for pair in compared:
        if pair.must_choose and pair.section.name not in take:
            errors[f"take.{pair.section.name}"] = f"{pair.section.title}: choose which one stands."
    if errors:
        raise BadInput(errors)


def _why_errors(why: object, asked: str) -> dict[str, str]:
    if not isinstance(why, str) or not why.strip():
        return {"why": asked}
    return {"why": f"Use at most {LONGEST_WHY} characters."} if len(why.strip()) > LONGEST_WHY else {}


def _send_away(other: Resident, kept: Resident, actor: Actor, now: datetime, *, number: bool) -> None:
    """Archive the other record; a number that the kept one takes over leaves it first, for a home has it once."""
    if number:
        values = {name: getattr(other, name) for name in NUMBER}
        other.nhs_number = other.nhs_number_index = ""
        other.nhs_number_status, other.nhs_number_elsewhere = Resident.Number.NONE, False
        set_number(kept, values)
    if not other.archived_at:
        other.archived_at, other.archived_by = now, actor.user
        other.archived_why = f"Same person as {kept.called}"[:200]
    other.merged_into, other.told_at = kept, now
    other.save(update_fields=["archived_at", "archived_by", "archived_why", "merged_into", "told_at", *NUMBER])


def _give_back(kept: Resident, other: Resident, merge: Merge) -> list[str]:
    """The number goes back to the record it came from, unless the kept one has another by now."""
    if not merge.moved["number"]:
        return []
    if kept.nhs_number != merge.nhs_number:
        return ["NHS number"]
    index, was = kept.nhs_number_index, merge.moved["number"]
    kept.nhs_number = kept.nhs_number_index = ""
    kept.nhs_number_status, kept.nhs_number_elsewhere = Resident.Number.NONE, False
    kept.save(update_fields=NUMBER)
    other.nhs_number, other.nhs_number_index = merge.nhs_number, index
    other.nhs_number_status, other.nhs_number_elsewhere = was["status"], was["elsewhere"]
    if not (own := was.get("own")):
        return []
    number = unseal(own["nhs_number"])
    if kept.home.residents.numbered(number).exists():
        return ["NHS number"]
    set_number(kept, own | {"nhs_number": number, "nhs_number_index": blind_index(number, purpose=INDEX)})
    return []


def _bring_back(other: Resident, archived: Mapping) -> None:
    """The other record is where it was before: on the lists, unless they had left already."""
    other.archived_at = datetime.fromisoformat(archived["at"]) if archived["at"] else None
    other.archived_by = User.objects.filter(pk=archived["by"]).first() if archived["by"] else None
    other.archived_why, other.merged_into = archived["why"], None
    other.save(update_fields=["archived_at", "archived_by", "archived_why", "merged_into", "told_at", *NUMBER])
