"""Gathers every table for Django. Nothing imports it."""

from redbag.api.models import Answer
from redbag.bags.models import Bag, Label, PrintedLabel, PrintJob
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.journal.models import Entry, Heartbeat, Mention, Personal, Seal
from redbag.organisations.models import Key, Membership, Organisation, Place, User
from redbag.residents.models import Resident
from redbag.summaries.models import CurrentSection, Observation, SectionVersion
from redbag.transfers.models import Fact, HeldFact, Party, Snapshot, Transfer

__all__ = [
    "Acknowledgement",
    "Answer",
    "Attempt",
    "Bag",
    "CurrentSection",
    "Delivery",
    "DischargeSummary",
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
    "Observation",
    "Organisation",
    "Party",
    "Personal",
    "Place",
    "PrintJob",
    "PrintedLabel",
    "Resident",
    "Seal",
    "SectionVersion",
    "Snapshot",
    "Transfer",
    "User",
]
