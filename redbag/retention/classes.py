"""Kinds of records: whose they are, how long they are kept, from when, by which rule, and how they end. Pure data."""

from dataclasses import dataclass
from enum import StrEnum


class Controller(StrEnum):
    """Who answers for a kind of record in law; the service holds it for them."""

    HOME = "the home"
    EACH = "the home, and each organisation for what it wrote"
    ORGANISATION = "the organisation whose staff or systems it is about"
    SERVICE = "whoever runs the service"


CODE = "NHS Records Management Code of Practice 2021, Appendix II"
DATA_PROTECTION = "UK GDPR article 5(1)(e): no longer than needed"


@dataclass(frozen=True)
class RecordClass:
    """One kind of record; `how` says who ends it: two managers, a task by its name, or nobody."""

    name: str
    title: str
    holds: str
    controller: Controller
    kept: str
    since: str
    source: str
    how: str
    leaves: str


BY_REVIEW = "two managers, after review"
NOTHING = "nothing"
CLASSES = (
    RecordClass(
        "care_record",
        "Care record",
        "who they are, health summary with every version, vital signs, body maps, objections and corrections",
        Controller.HOME,
        "8 years",
        "the end of care: leaving, death or last contact, whichever is latest",
        f"{CODE}: adult social care",
        BY_REVIEW,
        "the id, the home, dates and how many rows there were",
    ),
    RecordClass(
        "mental_health",
        "Care record of somebody with a mental-health record",
        "the same tables; a tick on the page *How long the record is kept*",
        Controller.HOME,
        "20 years after last contact, or 10 years after death; never less than the care record",
        "last contact, or death",
        f"{CODE}: mental health",
        BY_REVIEW,
        "as the care record",
    ),
    RecordClass(
        "journeys",
        "Journeys to hospital and letters from it",
        "transfers, what was told of them, snapshots, papers, notes, cases, signatures, hospital letters, medicines",
        Controller.EACH,
        "as the care record",
        "as the care record",
        f"{CODE}: hospital discharge papers belong to the care record",
        BY_REVIEW,
        "who had which bag and when, times, states and codes: without a word that somebody typed",
    ),
    RecordClass(
        "pictures",
        "Papers and pictures",
        "documents, photos of the person and of belongings, pages of letters while they are copied",
        Controller.HOME,
        "as the care record; pages of a letter nobody finished: 7 days",
        "as the care record; the last page added",
        CODE,
        f"{BY_REVIEW}; unfinished pages by the task *forget old copies of letters*",
        NOTHING,
    ),
    RecordClass(
        "visitors",
        "Crews without an account and readers of printed sheets",
        "name, role, service and number as they told them",
        Controller.HOME,
        "as the care record",
        "as the care record: it is who saw it",
        f"{CODE}: an audit trail is kept as long as its record",
        BY_REVIEW,
        "when they were let in and until when",
    ),
    RecordClass(
        "journal",
        "Journal",
        "what happened, who looked, seals and checkpoints; what names a person lies apart",
        Controller.EACH,
        "as long as the record it is about",
        "as the care record",
        f"{CODE}: an audit trail is kept as long as its record",
        BY_REVIEW,
        "every entry with ids, codes, times and its seal",
    ),
    RecordClass(
        "destruction",
        "Destruction log and legal holds",
        "what was destroyed, by which rule, who proposed and who agreed; who held a record back",
        Controller.HOME,
        "20 years, then review",
        "the destruction",
        f"{CODE}: proof of destruction",
        "nobody: it is kept",
        "all of it; words about the person on a hold go with the record",
    ),
    RecordClass(
        "requests",
        "Requests for one's own record",
        "who asked, what proved it, by when, what was sent, what was left out and why",
        Controller.HOME,
        "as the care record; the file made for it: 14 days",
        "as the care record; when it was made",
        DATA_PROTECTION,
        f"{BY_REVIEW}; the file by the task *throw away old exports*",
        "that there was a request, and its dates",
    ),
    RecordClass(
        "inspection",
        "Inspection packs",
        "the story of a journey, or of every journey of some days, made for an inspector",
        Controller.EACH,
        "7 days",
        "when it was made",
        DATA_PROTECTION,
        "the task *throw away old inspection packs*; with a record that is destroyed, at once",
        "that it was made, by whom, about which journeys, and its SHA-256",
    ),
    RecordClass(
        "unmatched",
        "Mail and letters of which nobody knows whose they are",
        "mails with letters, letters that are held, things told on a tablet that fit nowhere",
        Controller.EACH,
        "until somebody settles them; then as the care record of whose they are",
        "arrival",
        DATA_PROTECTION,
        "whoever settles them; nobody forgets them",
        "that there was one, when, and who settled it",
    ),
    RecordClass(
        "drafts",
        "Drafts and answers kept for a second try",
        "what somebody typed and did not save; what a program was answered",
        Controller.SERVICE,
        "7 days",
        "the last change",
        DATA_PROTECTION,
        "the tasks *forget old drafts* and *forget old answers*",
        NOTHING,
    ),
    RecordClass(
        "bags",
        "Bags, labels and printing",
        "the register, labels, print jobs, what was done with a bag, where a stranger found one, scans that failed",
        Controller.HOME,
        "as long as the bag is on the register, and 8 years after that",
        "the bag was disposed of",
        "the home's register of equipment",
        "nobody yet: it names no resident",
        "all of it",
    ),
    RecordClass(
        "post",
        "News sent and how it went",
        "addresses, letters with ids and no names, tries, and the document a FHIR server was given",
        Controller.ORGANISATION,
        "as the care record it tells of",
        "as the care record",
        f"{CODE}: an audit trail is kept as long as its record",
        BY_REVIEW,
        "which news went where and when, with ids alone",
    ),
    RecordClass(
        "reminders",
        "Reminders",
        "what was to be done by when, and what somebody wrote when it was",
        Controller.HOME,
        "as the care record",
        "as the care record",
        CODE,
        BY_REVIEW,
        "what kind it was and when it was done",
    ),
    RecordClass(
        "folders",
        "Grab folder",
        "the emergency page of everybody who lives at a home, as one paper",
        Controller.HOME,
        "until the next one is drawn, 7 days at most",
        "drawn",
        DATA_PROTECTION,
        "the task *draw the folders*",
        "that one was drawn, and how many pages",
    ),
    RecordClass(
        "figures",
        "A home's figures from before",
        "by month: how many lived there, went to A&E and were admitted, and who brought that in; it names no resident",
        Controller.HOME,
        "as long as the home uses the service",
        "brought in",
        "the home's own counting",
        "nobody yet: it names no resident",
        "all of it",
    ),
    RecordClass(
        "counted",
        "Rows that measures count",
        "of each journey, hand-over, loss, letter and resident: ids, codes, days, minutes, age in tens, ward; no name",
        Controller.EACH,
        "as long as the home uses the service",
        "the journey",
        DATA_PROTECTION,
        "made anew whenever anything is told; of a destroyed record they stay, without words that anybody typed",
        "ids, codes, days and minutes",
    ),
    RecordClass(
        "report_files",
        "Reports saved as files",
        "lists of journeys and measures that somebody asked for, and who is told of the report every month",
        Controller.ORGANISATION,
        "7 days after they were made; what somebody stopped, an hour",
        "made, or stopped",
        DATA_PROTECTION,
        "the task *throw away old report files*; one that names whose record is destroyed, at once",
        "that there was one, of which days, and who asked for it",
    ),
    RecordClass(
        "people",
        "People who work here, and organisations",
        "accounts, roles, second factors, tablets, keys and sessions, house rules, clocks of the service",
        Controller.ORGANISATION,
        "6 years after somebody left; keys and sessions as long as they are good for",
        "leaving; expiry",
        f"{CODE}: staff records; {DATA_PROTECTION}",
        "nobody yet: names of staff stand in records that are still kept",
        "all of it",
    ),
)
BY_NAME = {each.name: each for each in CLASSES}
