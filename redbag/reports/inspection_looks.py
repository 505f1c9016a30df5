"""What the journal says of a journey: who looked, what was done, and that exactly these entries are what was sealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from redbag.discharges.models import DischargeSummary
from redbag.journal.checkpoints import statement_of
from redbag.journal.models import Entry, Mention
from redbag.journal.proving import Proof, prove
from redbag.packs.models import Paper
from redbag.packs.phrases import moment
from redbag.reconciliations.models import Reconciliation
from redbag.reports.journal import names_of, who_of
from redbag.reports.seen import HOW, ODD, SEEN, parties_of, seers, told
from redbag.reports.words import said
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

MOST = 5000


def journal_of(transfer: Transfer, *, now: datetime) -> dict:
    """`{looks, lookers, done, left_out, proof}`: every look at the resident while the journey lasted, and every entry
    about the journey at any time, the oldest first, each with its seal; `left_out` says how many are not shown."""
    records = list(Resident.objects.records_of(transfer.resident_id).values_list("pk", flat=True))
    rows, left_out = _entries(transfer, records, now)
    proof = prove([row.pk for row in rows], now=now)
    looks = [row for row in rows if _is_look(row)]
    done = [row for row in rows if not _is_look(row)]
    log = told(looks, near=parties_of(records) | {transfer.home_id})
    return {
        "looks": [_look(each, proof) for each in log],
        "lookers": [_looker(each) for each in seers(list(reversed(log)))],
        "done": _done(done, proof),
        "left_out": left_out,
        "proof": _proof(proof, len(rows)),
    }


def _entries(transfer: Transfer, records: Sequence[UUID], now: datetime) -> tuple[list[Entry], int]:
    """What the journal holds of it up to now, the oldest first, and how many more there are than are shown.

    One question for each index: of a whole country's journal only these rows are read.
    """
    meanwhile = Entry.objects.filter(SEEN, at__gte=transfer.packed_at, at__lte=min(transfer.ended_at or now, now))
    mentioned = Mention.objects.filter(resident_id__in=records, entry__at__gte=transfer.packed_at)
    found = {*Entry.objects.filter(subject_id__in=_things(transfer), at__lte=now).values_list("pk", flat=True)}
    found.update(meanwhile.filter(resident_id__in=records).values_list("pk", flat=True))
    found.update(meanwhile.filter(pk__in=mentioned.values("entry")).values_list("pk", flat=True))
    shown = sorted(found)[:MOST]
    return list(Entry.objects.filter(pk__in=shown).order_by("at", "pk")), len(found) - len(shown)


def _things(transfer: Transfer) -> list[UUID]:
    """The ids under which the journal names what belongs to a journey."""
    letters = DischargeSummary.objects.filter(transfer=transfer)
    found = [transfer.pk, *letters.values_list("pk", flat=True)]
    found += Reconciliation.objects.filter(summary__transfer=transfer).values_list("pk", flat=True)
    for rows in (transfer.cases, transfer.notes, transfer.visitors, transfer.break_glasses, transfer.releases):
        found += rows.values_list("pk", flat=True)
    return found + list(Paper.objects.filter(transfer=transfer).values_list("pk", flat=True))


def _is_look(row: Entry) -> bool:
    return (
        row.action.partition(".")[0] in ("viewed", "printed", "exported", "refused") or row.action == "record.exported"
    )


def _look(each: Mapping, proof: Proof) -> dict:
    return {
        "id": each["id"],
        "at": each["at"].isoformat(),
        "when": moment(each["at"]),
        "who": each["who"],
        "role": each["role_name"],
        "organisation": each["organisation_name"],
        "how": HOW[each["way"]],
        "page": each["page"],
        "unusual": [ODD[odd] for odd in each["unusual"]],
        **_seal(each["id"], proof),
    }


def _looker(each) -> dict:
    return {
        "who": each.who,
        "role": each.role_name,
        "organisation": each.organisation_name,
        "first": moment(each.first),
        "last": moment(each.last),
        "times": each.times,
        "how": each.how,
        "pages": [{"page": page, "times": times} for page, times in each.pages],
        "unusual": each.marks,
    }


def _done(rows: Collection[Entry], proof: Proof) -> list[dict]:
    names = names_of(list(rows))
    return [
        {
            "id": row.pk,
            "at": row.at.isoformat(),
            "when": moment(row.at),
            "who": who_of(row, names),
            "says": said(row.action, row.facts),
            **_seal(row.pk, proof),
        }
        for row in rows
    ]


def _seal(entry: int, proof: Proof) -> dict:
    seal = proof.seals.get(entry)
    return {"seal": seal.number if seal else None, "digest": seal.digest if seal else ""}


def _proof(proof: Proof, shown: int) -> dict:
    numbers = [seal.number for seal in proof.seals.values()]
    checkpoint = proof.checkpoint
    return {
        "entries": shown,
        "sealed": len(numbers),
        "unsealed": len(proof.unsealed),
        "first_seal": min(numbers, default=None),
        "last_seal": max(numbers, default=None),
        "walked": proof.walked,
        "whole": proof.whole,
        "checkpoint": {**statement_of(checkpoint), "signature": checkpoint.signature} if checkpoint else None,
        "faults": list(proof.faults),
    }
