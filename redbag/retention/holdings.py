"""Every table that holds something about a resident: its class, whose a row is, and what destruction leaves of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

REMOVED = "(removed)"


@dataclass(frozen=True)
class Holding:
    """One table. `of` leads from a row to its resident; `ids` are columns in which the id of anything of theirs stands.

    `empties` says what stands in a column afterwards; `removes` that the whole row goes. `words` are columns in which
    every word typed is exchanged for a number, because what was told is replayed. `files` name files on the disk.
    `keeps` are columns of text that stay, each because it holds a code, an id, a digest or who of the staff it was.
    """

    table: str
    kind: str
    title: str
    of: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    empties: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    removes: bool = False
    unique: tuple[str, ...] = ()

    @property
    def clears(self) -> tuple[str, ...]:
        """The columns of which nothing is left."""
        return (*self.empties, *self.words, *self.unique)


def _empty(*columns: str, **others: Any) -> Mapping[str, Any]:
    return {**dict.fromkeys(columns, ""), **others}


_SIGNS = ("respiratory_rate", "spo2", "on_oxygen", "systolic_bp", "pulse", "temperature", "score")
_PERSON = ("title", "preferred_name", "sex", "nhs_number", "nhs_number_index", "room", "gp_practice", "gp_phone")
BY_RESIDENT, BY_JOURNEY = ("resident",), ("transfer__resident",)
HOLDINGS = (
    Holding(
        "Resident",
        "care_record",
        "Who they are",
        of=("pk",),
        empties=_empty(
            *_PERSON,
            "archived_why",
            first_name="Record",
            last_name="destroyed",
            date_of_birth=date(1900, 1, 1),
            nhs_number_status="none",
            nhs_number_elsewhere=False,
            contacts=[],
            usual_items=[],
        ),
    ),
    Holding(
        "Merge",
        "care_record",
        "Two records joined",
        of=("kept", "other"),
        empties=_empty("why", "nhs_number", "undone_why", moved={}),
        keeps=("merged_by_name", "undone_by_name"),
    ),
    Holding(
        "SectionVersion",
        "care_record",
        "Health summary, every version",
        of=BY_RESIDENT,
        empties=_empty(content={}),
        keeps=("section", "author_name"),
    ),
    Holding("CurrentSection", "care_record", "Health summary, as it stands", of=BY_RESIDENT, removes=True),
    Holding(
        "Observation",
        "care_record",
        "Vital signs",
        of=BY_RESIDENT,
        empties=_empty("acvpu", "band", **dict.fromkeys(_SIGNS)),
        keeps=("by_name",),
    ),
    Holding("BodyMap", "care_record", "Skin", of=BY_RESIDENT, empties=_empty("why_not", marks=[]), keeps=("by_name",)),
    Holding(
        "PutRight", "care_record", "Corrections", of=BY_RESIDENT, empties=_empty("why"), keeps=("section", "by_name")
    ),
    Holding(
        "Objection",
        "care_record",
        "What somebody says is wrong",
        of=BY_RESIDENT,
        empties=_empty("words", "said_by", "settled_how"),
        keeps=("section", "by_name", "settled_by_name"),
    ),
    Holding("Document", "pictures", "Papers and pictures", of=BY_RESIDENT, files=("file",), removes=True),
    Holding("ItemPhoto", "pictures", "Pictures of belongings", of=BY_RESIDENT, files=("file",), removes=True),
    Holding("LetterCopy", "pictures", "Letters being copied", of=BY_RESIDENT, files=("pages",), removes=True),
    Holding(
        "Transfer",
        "journeys",
        "Journeys to hospital",
        of=BY_RESIDENT,
        empties=_empty("destination_place", "destination_text", "ask", "return_when", reason={}),
        words=("holder_text", "holder_place", "resident_is_at"),
        keeps=(
            *("packed_by_name", "request_digest", "flags", "outcomes", "parties_known", "resident_is"),
            *("snapshot_hash",),
        ),
    ),
    Holding(
        "Fact",
        "journeys",
        "What was told on journeys",
        of=BY_JOURNEY,
        empties=_empty("to_name", "from_name", "reason"),
        words=("to_text", "place", "items", "content"),
        keeps=("role", "by_name", "to_kind", "outcome", "intake_flags", "digest"),
    ),
    Holding(
        "HeldFact",
        "unmatched",
        "What was told and did not fit",
        ids=("transfer_ref",),
        empties=_empty("body", "token_digest", errors={}),
        keeps=("digest", "reason"),
    ),
    Holding(
        "Snapshot",
        "journeys",
        "What the hospital was given",
        of=BY_JOURNEY,
        empties=_empty("content"),
        keeps=("hash",),
    ),
    Holding("Swap", "journeys", "Another bag", of=BY_JOURNEY, empties=_empty("reason"), keeps=("by_name",)),
    Holding("Party", "journeys", "Who was on a journey", of=BY_JOURNEY),
    Holding("WrongCode", "journeys", "Wrong hand-over codes", of=BY_JOURNEY),
    Holding(
        "Signature", "journeys", "Signatures", of=BY_JOURNEY, empties=_empty("name", "role", "file"), files=("file",)
    ),
    Holding(
        "Case",
        "journeys",
        "Things not found",
        of=BY_JOURNEY,
        empties=_empty("description", "asked_text"),
        keeps=("category", "owner_name", "closed_by_name"),
    ),
    Holding(
        "CaseStep",
        "journeys",
        "What was done about them",
        of=("case__transfer__resident",),
        empties=_empty("words"),
        keeps=("kind", "by_name"),
    ),
    Holding(
        "Death",
        "journeys",
        "After a death",
        of=BY_JOURNEY,
        empties=_empty("family_told_by", "taken_back_why", "hold_note", done={}),
        keeps=("family_told", "said_by_name", "confirmed_by_name", "taken_back_by_name", "hold"),
    ),
    Holding(
        "Release",
        "journeys",
        "Belongings given",
        of=BY_JOURNEY,
        empties=_empty("to_name", items=[]),
        keeps=("standing", "by_name"),
    ),
    Holding(
        "Note",
        "journeys",
        "Notes",
        of=BY_JOURNEY,
        empties=_empty("words"),
        keeps=("by_name", "role", "read_by_name"),
    ),
    Holding("Paper", "journeys", "Papers drawn", of=BY_JOURNEY, files=("file",), removes=True),
    Holding(
        "Sheet",
        "visitors",
        "The QR on the papers",
        of=BY_JOURNEY,
        empties=_empty("token_sealed"),
        keeps=("token_digest", "stopped_by_name"),
    ),
    Holding(
        "Reader",
        "visitors",
        "Who opened a printed sheet",
        of=("sheet__transfer__resident",),
        empties=_empty("name", "role", "organisation"),
    ),
    Holding(
        "Visitor",
        "visitors",
        "Crews without an account",
        of=BY_JOURNEY,
        empties=_empty("name", "role", "registration", organisation_text=REMOVED),
        keeps=("digest", "let_in_by", "stopped_by_name"),
    ),
    Holding(
        "BreakGlass",
        "visitors",
        "Crews without an account who could not see the tablet",
        of=BY_JOURNEY,
        empties=_empty(
            *("name", "role", "registration", "phone", "words", "email", "email_index", "seen_note"),
            organisation_text=REMOVED,
        ),
        keeps=("digest", "reason", "code_digest", "code_by", "shown_by_name", "refused_by_name", "seen_by_name"),
    ),
    Holding(
        "DischargeSummary",
        "journeys",
        "Hospital letters",
        of=("resident", "transfer__resident"),
        empties=_empty(
            *("hospital_name", "document_id", "document_set", "identity", "structured", "settled_note", "headings"),
            *("file", "file_hash"),
        ),
        keeps=("held_for", "settled_by_name", "urgent_for", "written_by_name", "opened_by_name"),
        files=("file",),
    ),
    Holding(
        "Acknowledgement",
        "journeys",
        "Who took a letter on",
        of=("summary__resident", "summary__transfer__resident"),
        empties=_empty("did"),
        keeps=("name", "role"),
    ),
    Holding(
        "FollowUp",
        "journeys",
        "What was to be done after a stay",
        of=("summary__resident", "summary__transfer__resident"),
        empties=_empty("text", "owner_text", "done_note"),
        keeps=("changed_by_name", "done_by_name"),
    ),
    Holding(
        "MailedLetter",
        "unmatched",
        "Letters by mail",
        of=("summary__resident",),
        empties=_empty("sender", "subject", "file", "file_hash", "fault", "settled_note"),
        unique=("message_id",),
        keeps=("settled_by_name",),
        files=("file",),
    ),
    Holding(
        "Reconciliation",
        "journeys",
        "Medicines before and after",
        of=BY_RESIDENT,
        empties=_empty("before_from", "after_from"),
        keeps=("begun_by_name", "used_by_name"),
    ),
    Holding(
        "Line",
        "journeys",
        "Medicines, line by line",
        of=("reconciliation__resident",),
        empties=_empty(compared="{}"),
    ),
    Holding(
        "Decision",
        "journeys",
        "What was decided of them",
        of=("line__reconciliation__resident",),
        empties=_empty("asked_name", "answer", "gives"),
        keeps=("asked", "by_name", "role"),
    ),
    Holding(
        "SecondCheck",
        "journeys",
        "Second checks",
        of=("reconciliation__resident",),
        empties=_empty("clinician", "note"),
        keeps=("digest", "by_name"),
    ),
    Holding(
        "ReadyMark",
        "journeys",
        "What was ready before they left",
        of=BY_JOURNEY,
        empties=_empty("note"),
        keeps=("line", "reason", "by_name"),
    ),
    Holding(
        "Planned",
        "journeys",
        "When they were to come home",
        of=BY_JOURNEY,
        empties=_empty("note"),
        keeps=("transport", "by_name"),
    ),
    Holding(
        "HomeAnswer",
        "journeys",
        "Whether the home could take them back",
        of=BY_JOURNEY,
        empties=_empty("because"),
        keeps=("by_name",),
    ),
    Holding(
        "ReturnAnswer",
        "journeys",
        "What was found when they were back",
        of=BY_RESIDENT,
        empties=_empty("about", "about_key", "note"),
        keeps=("question", "answer", "by_name"),
    ),
    Holding(
        "Reminder",
        "reminders",
        "Reminders",
        of=("transfer__resident", "case__transfer__resident"),
        ids=("subject",),
        empties=_empty("done_note"),
        keeps=("key", "kind", "done_by_name"),
    ),
    Holding(
        "Letter",
        "post",
        "News sent",
        ids=("subject_id",),
        empties=_empty("document"),
        keeps=("type", "path", "ids"),
    ),
    Holding(
        "Delivery",
        "post",
        "How the news went",
        ids=("letter__subject_id",),
        empties=_empty("settled_note"),
        keeps=("settled_by_name",),
    ),
    Holding("Keeping", "care_record", "How long the record is kept", of=BY_RESIDENT, keeps=("told_by_name",)),
    Holding(
        "KeptLonger",
        "care_record",
        "Why it is kept longer",
        of=BY_RESIDENT,
        empties=_empty("because"),
        keeps=("by_name",),
    ),
    Holding(
        "Hold",
        "destruction",
        "Legal holds",
        of=BY_RESIDENT,
        empties=_empty("asked_by", "reference", "reason", "lifted_why"),
        keeps=("placed_by_name", "lifted_by_name"),
    ),
    Holding(
        "Ending",
        "destruction",
        "Proposals to destroy it",
        of=BY_RESIDENT,
        empties=_empty("stopped_why"),
        keeps=(*("rule", "proposed_by_name", "agreed_by_name", "stopped_by_name", "counts", "files", "digest"),),
    ),
    Holding(
        "RecordRequest",
        "requests",
        "Requests for the record",
        of=BY_RESIDENT,
        empties=_empty("asked_by", "identity_seen", "extended_why", "outcome_words"),
        keeps=("noted_by_name", "closed_by_name"),
    ),
    Holding("Passage", "requests", "What was left out of an export", of=("export__request__resident",), removes=True),
    Holding(
        "RecordExport",
        "requests",
        "Exports of the record",
        of=("request__resident",),
        empties=_empty("raw", "paper", "data", state="forgotten"),
        keeps=("asked_by_name",),
        files=("raw", "paper", "data"),
    ),
    Holding(
        "InspectionPack",
        "inspection",
        "Inspection packs",
        of=("parts__transfer__resident",),
        empties=_empty("paper", "data", state="forgotten"),
        keeps=("asked_by_name", "paper_digest", "data_digest"),
        files=("paper", "data"),
    ),
    Holding(
        "InspectionPart",
        "inspection",
        "Journeys in inspection packs",
        of=BY_JOURNEY,
        empties=_empty("file"),
        keeps=("digest",),
        files=("file",),
    ),
    Holding("Draft", "drafts", "Drafts", ids=("place",), removes=True),
)
BY_TABLE = {each.table: each for each in HOLDINGS}
# What is about no resident, or names one by an id alone, by class.
OTHERS = {
    "journal": ("Entry", "Mention", "Personal", "Seal", "Heartbeat", "Checkpoint", "Destruction"),
    "destruction": ("EndedRecord",),
    "drafts": ("Answer", "Tried"),
    "bags": ("Bag", "Label", "Tag", "BagStep", "ScanAttempt", "FoundBag", "PrintJob", "PrintedLabel", "PrintChunk"),
    "post": ("Endpoint", "Attempt"),
    "folders": ("Folder",),
    "figures": ("Baseline",),
    "counted": ("CountedJourney", "CountedHandover", "CountedLoss", "CountedLetter", "CountedResident", "Mark"),
    "report_files": ("ReportFile", "ReportPart", "MonthlyReport"),
    "people": (
        *("Organisation", "Place", "User", "Membership", "Key", "HouseRules", "Device", "Pulse", "Mailbox"),
        *("Invitation", "Identity", "PasswordLink", "AccountLetter", "Authenticator", "RecoveryCode", "Passkey"),
        *("TabletCode", "Pin", "WrongPin", "FullSignIn", "HouseWord", "Sitting"),
    ),
}
