"""What journal entries say to people."""

from collections.abc import Mapping

from redbag.transfers.stages import Stage

SAID = {
    "note.written": "wrote a note",
    "note.read": "read a note",
    "bag.added": "put a bag on the register",
    "bag.packed": "packed for the hospital",
    "delivery.parked": "could not send something; a person must help",
    "delivery.replayed": "asked to send something again",
    "delivery.settled": "took care of something that could not be sent",
    "discharge.acknowledged": "took on a discharge summary",
    "discharge.changed": "changed a draft discharge summary",
    "discharge.opened": "opened a discharge summary",
    "discharge.sent": "sent a discharge summary",
    "discharge.written": "wrote a discharge summary",
    "document.added": "added a paper or picture",
    "document.opened": "opened a restricted paper or picture to everybody",
    "document.removed": "took a paper or picture off",
    "document.restricted": "restricted a paper or picture",
    "document.returned": "brought a paper or picture back",
    "document.verified": "said a paper is still right",
    "endpoint.added": "added an address that gets news",
    "endpoint.removed": "removed an address that gets news",
    "endpoint.secret_changed": "changed the secret of an address",
    "endpoint.tested": "tried out an address",
    "fact.check": "checked what is in the bag",
    "fact.handoff": "told of a hand-over",
    "fact.held": "sent something that does not fit yet; it is kept",
    "fact.opened": "opened the bag",
    "fact.outcome": "told how it ended",
    "fact.void": "took something back",
    "key.issued": "got a key for a program",
    "label.reissued": "made a new label",
    "label.shown": "looked at a label again",
    "labels.asked": "had labels printed",
    "observation.recorded": "took vital signs",
    "person.added": "gave somebody a role",
    "person.left": "noted that somebody left",
    "report.exported": "saved a report as a file",
    "resident.added": "added a resident",
    "resident.archived": "noted that a resident left",
    "resident.changed": "changed a resident's details",
    "resident.merged": "joined two records of one person",
    "resident.merged_away": "put this record away: another one of the same person is kept",
    "resident.returned": "brought a resident back",
    "sheet.opened": "opened the page behind a printed sheet, without an account",
    "sheet.stopped": "stopped the square on a printed sheet",
    "resident.unmerged": "took two records apart again",
    "session.closed": "signed out",
    "session.opened": "signed in",
    "signed.in": "signed in",
    "signed.out": "signed out",
    "skin.looked": "looked at the skin",
    "skin.not_looked": "noted that the skin was not looked at",
    "summary.verified": "said it is still right",
    "summary.written": "wrote in the health summary",
    "transfer.added_to": "added to what the hospital is told",
    "transfer.closed": "finished the journey",
    "transfer.mended": "worked the journey out again",
}
PAGES = {
    "notes": "the notes of a journey",
    "bag": "the bag",
    "board": "the board",
    "body_map": "the body map",
    "discharge": "a discharge summary",
    "discharges": "the list of discharge summaries",
    "edit_resident": "a resident's details",
    "document": "a paper or picture",
    "document_file": "the file of a paper or picture",
    "documents": "the list of papers and pictures",
    "going": "Going to hospital: who",
    "going_bag": "Going to hospital: the bag",
    "going_items": "Going to hospital: what is in it",
    "going_ready": "Going to hospital: ready",
    "going_should": "Going to hospital: should they go?",
    "going_still_right": "Going to hospital: still right?",
    "going_why": "Going to hospital: why",
    "handover_card": "the hand-over to read out",
    "journal": "the journal",
    "label_file": "printed labels",
    "observations": "vital signs",
    "portrait": "the photo",
    "printed_pack": "the full hospital pack, to print",
    "printed_summary": "the emergency summary, to print",
    "resident": "the resident's page",
    "residents": "the list of residents",
    "same_person": "two records of one person",
    "scan.clinical": "the ward's page of the bag",
    "scan.emergency": "the crew's page of the bag",
    "scan.home": "the home's page of the bag",
    "section": "a part of the health summary",
    "section_history": "what a part of the health summary said before",
    "skin": "the skin around a journey",
    "sheet": "the page behind a printed sheet",
    "snapshot": "what left the home",
    "summary": "the health summary",
    "transfer": "the journey",
    "transfer_document": "a paper or picture on the journey",
    "transfer_documents": "the list of papers and pictures on the journey",
    "transfer_sheet": "the emergency summary on paper",
    "transfers": "the list of journeys",
    "who_looked": "who has looked",
}


def said(action: str, facts: Mapping) -> str:
    """What somebody did, as the end of a sentence that begins with their name."""
    if action.startswith("viewed."):
        return f"looked at {page_words(action)}"
    told = SAID.get(action, action.replace(".", " ").replace("_", " "))
    stage = facts.get("stage")
    return f"{told} ({Stage(stage).label.lower()})" if stage in Stage.values else told


def page_words(action: str) -> str:
    """Which page a view was of, in words."""
    page = action.removeprefix("viewed.")
    return PAGES.get(page, page.replace(".", " ").replace("_", " "))
