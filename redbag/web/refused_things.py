"""Whose thing somebody was refused: for the line in the journal, never for the answer they get."""

from dataclasses import dataclass
from uuid import UUID

from redbag.accounts.joining_models import Invitation
from redbag.bags.models import Bag, FoundBag, PrintJob
from redbag.deliveries.models import Delivery, Endpoint
from redbag.discharges.models import DischargeSummary, FollowUp, LetterCopy, MailedLetter
from redbag.documents.models import Document
from redbag.homecomings.models import ReturnAnswer
from redbag.notes.models import Note
from redbag.organisations.models import Device, Membership, Place
from redbag.packs.models import Folder
from redbag.reconciliations.models import Line, Reconciliation
from redbag.reminders.models import Reminder
from redbag.reports.file_models import MonthlyReport, ReportFile
from redbag.reports.inspection_models import InspectionPack
from redbag.residents.models import Resident
from redbag.retention.models import Ending, Hold, Objection, RecordExport, RecordRequest
from redbag.rows import everything
from redbag.transfers.case_models import Case
from redbag.transfers.models import HeldFact, Transfer
from redbag.visitors.models import BreakGlass

# By the name of an id in a page's address: the rows, and where they name whose they are and the resident.
KINDS = {
    "resident": (Resident, "home_id", "pk"),
    "transfer": (Transfer, "home_id", "resident_id"),
    "bag": (Bag, "home_id", None),
    "document": (Document, "resident__home_id", "resident_id"),
    "summary": (DischargeSummary, "home_id", "resident_id"),
    "held_summary": (DischargeSummary, "organisation_id", None),
    "reconciliation": (Reconciliation, "home_id", "resident_id"),
    "line": (Line, "reconciliation__home_id", "reconciliation__resident_id"),
    "follow_up": (FollowUp, "summary__home_id", "summary__resident_id"),
    "copy": (LetterCopy, "home_id", "resident_id"),
    "mailed": (MailedLetter, "home_id", None),
    "case": (Case, "transfer__home_id", "transfer__resident_id"),
    "note": (Note, "transfer__home_id", "transfer__resident_id"),
    "return_answer": (ReturnAnswer, "home_id", "resident_id"),
    "break_glass": (BreakGlass, "transfer__home_id", "transfer__resident_id"),
    "held": (HeldFact, "organisation_id", None),
    "objection": (Objection, "resident__home_id", "resident_id"),
    "hold": (Hold, "home_id", "resident_id"),
    "ending": (Ending, "home_id", "resident_id"),
    "request": (RecordRequest, "home_id", "resident_id"),
    "export": (RecordExport, "home_id", "request__resident_id"),
    "pack": (InspectionPack, "home_id", None),
    "report_file": (ReportFile, "place_id", None),
    "monthly": (MonthlyReport, "place_id", None),
    "folder": (Folder, "home_id", None),
    "job": (PrintJob, "organisation_id", None),
    "found": (FoundBag, "bag__home_id", None),
    "place": (Place, "organisation_id", None),
    "device": (Device, "organisation_id", None),
    "membership": (Membership, "organisation_id", None),
    "invitation": (Invitation, "organisation_id", None),
    "endpoint": (Endpoint, "organisation_id", None),
    "phone": (Endpoint, "organisation_id", None),
    "delivery": (Delivery, "organisation_id", None),
    "reminder": (Reminder, "organisation_id", "transfer__resident_id"),
}
# By the first word of an API call that names its thing by `pk`.
CALLS = {
    "residents": "resident",
    "transfers": "transfer",
    "bags": "bag",
    "documents": "document",
    "discharge-summaries": "summary",
    "reconciliations": "reconciliation",
    "medicines-lines": "line",
    "follow-ups": "follow_up",
    "mailed-letters": "mailed",
    "cases": "case",
    "notes": "note",
    "return-answers": "return_answer",
    "break-glass": "break_glass",
    "holds": "hold",
    "destructions": "ending",
    "record-requests": "request",
    "record-exports": "export",
    "inspection-packs": "pack",
    "folder": "folder",
    "labels": "job",
    "found": "found",
    "places": "place",
    "devices": "device",
    "people": "membership",
    "invitations": "invitation",
    "endpoints": "endpoint",
    "push-subscriptions": "phone",
    "deliveries": "delivery",
    "reminders": "reminder",
}


@dataclass(frozen=True)
class Thing:
    """A row that exists, and whose it is."""

    kind: str
    pk: UUID
    home: UUID | None
    resident: UUID | None


@everything()
def thing_at(kind: str, pk: UUID) -> Thing | None:
    """The row an address names, whoever may see it; None when there is none."""
    model, home, resident = KINDS[kind]
    row = model._default_manager.filter(pk=pk).values_list(home, resident or "pk").first()
    return Thing(kind=kind, pk=pk, home=row[0], resident=row[1] if resident else None) if row else None
