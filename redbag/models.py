"""Gathers every table for Django. Nothing imports it."""

from redbag.accounts.joining_models import AccountLetter, Identity, Invitation, PasswordLink
from redbag.accounts.second_factor_models import Authenticator, Passkey, RecoveryCode
from redbag.accounts.tablet_models import FullSignIn, HouseWord, Pin, Sitting, TabletCode, WrongPin
from redbag.api.models import Answer
from redbag.bags.models import (
    Bag,
    BagStep,
    FoundBag,
    Label,
    PrintChunk,
    PrintedLabel,
    PrintJob,
    ScanAttempt,
    Tag,
)
from redbag.counting.models import (
    CountedHandover,
    CountedJourney,
    CountedLetter,
    CountedLoss,
    CountedResident,
    Mark,
)
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter
from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.discharges.models import Acknowledgement, DischargeSummary, FollowUp, LetterCopy, Mailbox, MailedLetter
from redbag.documents.models import Document
from redbag.drafts.models import Draft
from redbag.homecomings.models import ReturnAnswer
from redbag.journal.models import Checkpoint, Destruction, Entry, Heartbeat, Mention, Personal, Seal
from redbag.notes.models import Note
from redbag.organisations.models import Device, HouseRules, Key, Membership, Organisation, Place, Pulse, Tried, User
from redbag.packs.models import Folder, Paper, Reader, Sheet
from redbag.reconciliations.models import Decision, Line, Reconciliation, SecondCheck
from redbag.reminders.models import Reminder
from redbag.reports.baseline_models import Baseline
from redbag.reports.file_models import MonthlyReport, ReportFile, ReportPart
from redbag.reports.inspection_models import InspectionPack, InspectionPart
from redbag.residents.models import Merge, Resident
from redbag.retention.models import (
    EndedRecord,
    Ending,
    Hold,
    Keeping,
    KeptLonger,
    Objection,
    Passage,
    PutRight,
    RecordExport,
    RecordRequest,
)
from redbag.summaries.models import BodyMap, CurrentSection, Observation, SectionVersion
from redbag.transfers.case_models import Case, CaseStep, ItemPhoto, Signature
from redbag.transfers.death_models import Death, Release
from redbag.transfers.models import Fact, HeldFact, Party, Snapshot, Swap, Transfer, WrongCode
from redbag.visitors.models import BreakGlass, Visitor

__all__ = [
    "AccountLetter",
    "Acknowledgement",
    "Answer",
    "Attempt",
    "Authenticator",
    "Bag",
    "BagStep",
    "Baseline",
    "BodyMap",
    "BreakGlass",
    "Case",
    "CaseStep",
    "Checkpoint",
    "CountedHandover",
    "CountedJourney",
    "CountedLetter",
    "CountedLoss",
    "CountedResident",
    "CurrentSection",
    "Death",
    "Decision",
    "Delivery",
    "Destruction",
    "Device",
    "DischargeSummary",
    "Document",
    "Draft",
    "EndedRecord",
    "Ending",
    "Endpoint",
    "Entry",
    "Fact",
    "Folder",
    "FollowUp",
    "FoundBag",
    "FullSignIn",
    "Heartbeat",
    "HeldFact",
    "Hold",
    "HomeAnswer",
    "HouseRules",
    "HouseWord",
    "Identity",
    "InspectionPack",
    "InspectionPart",
    "Invitation",
    "ItemPhoto",
    "Keeping",
    "KeptLonger",
    "Key",
    "Label",
    "Letter",
    "LetterCopy",
    "Line",
    "Mailbox",
    "MailedLetter",
    "Mark",
    "Membership",
    "Mention",
    "Merge",
    "MonthlyReport",
    "Note",
    "Objection",
    "Observation",
    "Organisation",
    "Paper",
    "Party",
    "Passage",
    "Passkey",
    "PasswordLink",
    "Personal",
    "Pin",
    "Place",
    "Planned",
    "PrintChunk",
    "PrintJob",
    "PrintedLabel",
    "Pulse",
    "PutRight",
    "Reader",
    "ReadyMark",
    "Reconciliation",
    "RecordExport",
    "RecordRequest",
    "RecoveryCode",
    "Release",
    "Reminder",
    "ReportFile",
    "ReportPart",
    "Resident",
    "ReturnAnswer",
    "ScanAttempt",
    "Seal",
    "SecondCheck",
    "SectionVersion",
    "Sheet",
    "Signature",
    "Sitting",
    "Snapshot",
    "Swap",
    "TabletCode",
    "Tag",
    "Transfer",
    "Tried",
    "User",
    "Visitor",
    "WrongCode",
    "WrongPin",
]
