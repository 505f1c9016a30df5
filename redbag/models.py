"""Gathers every table for Django. Nothing imports it."""

from redbag.api.models import Answer
from redbag.bags.models import Bag, Label, PrintedLabel, PrintJob
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.documents.models import Document
from redbag.drafts.models import Draft
from redbag.journal.models import Entry, Heartbeat, Mention, Personal, Seal
from redbag.organisations.models import Key, Membership, Organisation, Place, User
from redbag.packs.models import Paper, Reader, Sheet
from redbag.residents.models import Merge, Resident
from redbag.summaries.models import BodyMap, CurrentSection, Observation, SectionVersion
from redbag.transfers.models import Fact, HeldFact, Party, Snapshot, Transfer

__all__ = [
    "Acknowledgement",
    "Answer",
    "Attempt",
    "Bag",
    "BodyMap",
    "CurrentSection",
    "Delivery",
    "DischargeSummary",
    "Document",
    "Draft",
    "Endpoint",
    "Entry",
    "Fact",
    "Heartbeat",
    "HeldFact",
    "Key",
    "Label",
    "Letter",
    "Membership",
    "Mention",
    "Merge",
    "Observation",
    "Organisation",
    "Paper",
    "Party",
    "Personal",
    "Place",
    "PrintJob",
    "PrintedLabel",
    "Reader",
    "Resident",
    "Seal",
    "SectionVersion",
    "Sheet",
    "Snapshot",
    "Transfer",
    "User",
]
