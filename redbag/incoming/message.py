"""What a hospital's document says, whatever format it came in: plain values, none of them trusted."""

from dataclasses import dataclass
from datetime import date, datetime


class NotUnderstood(Exception):
    """Nothing in this file can be read as a discharge document; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom a document names. `nhs_number` is as written, with nothing but spaces and hyphens taken out.

    `doubts` says in words why it cannot be relied on whom it is about; where that is two NHS numbers, none is given.
    """

    nhs_number: str = ""
    nhs_number_status: str = ""
    family: str = ""
    given: str = ""
    date_of_birth: date | None = None
    gender: str = ""
    other_numbers: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section: `slug` when the standard knows its heading, and plain `text`."""

    title: str
    text: str
    slug: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Medicine:
    """One medicine on the list, each part word for word.

    `change` is what the document itself says happened to it: started, stopped, changed, continued, unclear where it
    says two things that do not fit, or empty.
    """

    name: str
    code: str = ""
    form: str = ""
    dose: str = ""
    route: str = ""
    frequency: str = ""
    instructions: str = ""
    reason: str = ""
    change: str = ""
    change_reason: str = ""
    do_not_stop: str = ""
    recommendation: str = ""
    until: str = ""
    last_given: str = ""


@dataclass(frozen=True, kw_only=True)
class Allergy:
    """One allergy; `status` is active, inactive or entered_in_error. None of the last is one."""

    agent: str
    code: str = ""
    reaction: str = ""
    severity: str = ""
    certainty: str = ""
    status: str = "active"
    recorded_on: str = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something the plan asks for: `owner` is home, gp, hospital or other."""

    text: str
    owner: str = "other"
    owner_text: str = ""
    due_on: date | None = None
    due_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file inside the document, such as the letter as PDF."""

    content_type: str
    content: bytes
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A whole document; `slug` and title of its sections are each there once.

    `document_id` names this version, `document_set` what stays the same from version to version, both alike where the
    document has one name only; `relates_to` may be either of an earlier one.
    `allergies_say` is listed, none_known, not_available, or empty when the document says nothing coded about them.
    `medicines_listed` tells an empty list of medicines from no list. `relation` is replaces or appends, to the document
    `relates_to`. `not_understood` says in words for people what could not be read; the file itself is always kept.
    """

    standard: str
    person: Person
    sections: tuple[Section, ...]
    medicines: tuple[Medicine, ...] = ()
    medicines_listed: bool = False
    allergies: tuple[Allergy, ...] = ()
    allergies_say: str = ""
    actions: tuple[Action, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    document_id: str = ""
    document_set: str = ""
    relation: str = ""
    relates_to: str = ""
    status: str = ""
    title: str = ""
    written_at: datetime | None = None
    author: str = ""
    hospital_ods: str = ""
    hospital_name: str = ""
    ward: str = ""
    phone: str = ""
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    discharge_method: str = ""
    destination_code: str = ""
    not_understood: tuple[str, ...] = ()
