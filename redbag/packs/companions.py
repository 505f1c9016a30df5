"""The chapters about what comes with the person: skin, belongings, papers, whom to ring, hand-overs."""

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.packs.gathering import Gathered
from redbag.packs.parts import chapter, line, table
from redbag.packs.phrases import contact_note, contact_words, item_name, moment, place_words, skipped_look
from redbag.summaries import marks
from redbag.summaries.marks_drawing import svg_of
from redbag.templatetags.redbag import day

LEGS = ("Home to crew", "Crew to ward", "Ward to crew or family", "Back at the home")


def skin(known: Gathered) -> dict:
    """The last look that was taken, with its day, and that a later one was not."""
    seen, skipped = known.skin, skipped_look(known.not_looked)
    told = [line("", skipped)] if skipped else []
    if seen is None:
        none = line("", "No body map. It does not mean that the skin is whole: look.")
        return chapter("Skin", lines=[*told, none])
    when = f"Seen {moment(seen.seen_at)} by {seen.by_name}"
    rows = [[str(number), marks.said(mark), mark.get("note", "")] for number, mark in enumerate(seen.marks, start=1)]
    if not rows:
        return chapter("Skin", age=when, lines=[*told, line("", "Looked at: no marks.")])
    sides = [side for side in ("front", "back") if any(mark["side"] == side for mark in seen.marks)]
    pictures = [
        {"svg": svg_of(seen.marks, side), "words": f"{side.title()} of the body, marks numbered as in the list"}
        for side in sides
    ]
    drawn = table(("No", "What and where", "Note"), rows, widths=(1, 8, 8))
    return chapter("Skin", age=when, lines=told, tables=[drawn], pictures=pictures)


def belongings(known: Gathered) -> dict:
    items = known.page.items
    if not items:
        return chapter("What is with them", lines=[line("", "Nothing is listed.")])
    rows = [
        [
            item_name(item),
            place_words(item).capitalize(),
            "[ ]",
            "[ ]",
        ]
        for item in items
    ]
    head = ("Thing", "Where", "There on arrival", "Goes home")
    words = (
        "Tick each once on arrival and once before they leave. The bag and everything in it goes home with the patient."
    )
    return chapter("What is with them", lines=[line("", words)], tables=[table(head, rows, widths=(8, 5, 4, 4))])


def documents(known: Gathered) -> dict:
    rows = [
        [each.title or each.get_kind_display(), each.get_kind_display(), day(each.dated_on) or "no date"]
        for each in travelling_documents(known.transfer.resident, until=known.transfer.ended_at)
        if each.kind != Document.Kind.PHOTO
    ]
    if not rows:
        return chapter(
            "Papers the home holds", lines=[line("", "None are listed. Ask the home for the papers you need.")]
        )
    words = "Copies are kept at the home. Ring for any that did not come in the bag."
    head = ("Paper", "Kind", "Dated")
    return chapter("Papers the home holds", lines=[line("", words)], tables=[table(head, rows, widths=(8, 6, 3))])


def contacts(known: Gathered) -> dict:
    resident = known.transfer.resident
    lines = [
        line(each.who, ". ".join(filter(None, (each.phone or "no number recorded", each.note))))
        for each in known.page.numbers
    ]
    lines += [
        line(f"Contact {number}", ". ".join(filter(None, (contact_words(row), contact_note(row)))))
        for number, row in enumerate(resident.contacts, start=1)
    ]
    gp = " ".join(filter(None, (resident.gp_practice, resident.gp_phone)))
    return chapter("Whom to ring", lines=[*lines, line("GP", gp)])


def hand_over_card() -> dict:
    rows = [[leg, "", "", ""] for leg in LEGS]
    words = "For when there is no signal: write it here, and tell Red Bag later by scanning the label on the bag."
    head = ("Hand-over", "Name and role", "Ward or vehicle", "Date and time")
    return chapter("Hand-over card", lines=[line("", words)], tables=[table(head, rows, widths=(5, 6, 5, 4))])
