"""The lines that protect: the same words on every screen and on paper."""

from collections.abc import Collection, Mapping
from datetime import date

from redbag.summaries.fields import as_date, said_day

ALLERGY_NOT_KNOWN = "NOT KNOWN: check before giving anything"
ALLERGY_NONE = "No known allergies"
CPR_NO = "Do NOT attempt CPR"
CPR_NO_ONLY = "Applies to CPR only: give all other care"
CPR_ATTEMPT = "Attempt CPR (decided)"
CPR_NOT_KNOWN = "No decision known: attempt CPR"
SPEAK_FIRST = "Speak to the nurse in charge before sharing with anybody"
LEARNING = {
    "learning_disability": "Learning disability",
    "autism": "Autism",
    "both": "Learning disability and autism",
}
PASSPORT_PARTS = (("passport", "Hospital passport"), ("liaison", "Liaison nurse"))


def allergy_line(content: Mapping) -> tuple[str, str]:
    """State (present, none_known or not_known) and words. Anything unclear reads as not known, never as none."""
    status = content.get("status")
    rows = [row for row in content.get("items") or [] if any((words or "").strip() for words in row.values())]
    named = [row for row in rows if (row.get("agent") or "").strip()]
    if status == "present" and named:
        return "present", "; ".join(row["agent"] + (f" ({how})" if (how := _harm(row)) else "") for row in named)
    if status == "none_known" and not rows:
        return "none_known", ALLERGY_NONE
    return "not_known", ALLERGY_NOT_KNOWN


def cpr_line(content: Mapping) -> tuple[str, str]:
    """State (attempt, do_not_attempt or not_known) and words; anything but a clear answer means attempt."""
    recommendation = content.get("recommendation")
    if recommendation == "do_not_attempt":
        return "do_not_attempt", CPR_NO
    if recommendation == "attempt":
        return "attempt", CPR_ATTEMPT
    return "not_known", CPR_NOT_KNOWN


def with_dated_doses(medicines: Mapping, *, written: date | None, today: date) -> dict:
    """The medicines, with each last dose that was written on an earlier day saying so: it is never read as today's."""
    if written is None or written == today:
        return dict(medicines)
    late = f", written {said_day(written)}: ask"
    rows = [{**row, "last_given": row["last_given"] + late if row["last_given"] else ""} for row in medicines["items"]]
    return {**medicines, "items": rows}


def _harm(row: Mapping) -> str:
    """What an allergy does, and how bad it is."""
    return ", ".join(filter(None, (row.get("reaction"), row.get("severity"))))


def allergy_paper(content: Mapping) -> str:
    """The allergies as a line that stands alone, without colour or shape."""
    state, words = allergy_line(content)
    return f"ALLERGIC TO: {words}" if state == "present" else f"Allergies: {words}"


def cpr_paper(content: Mapping) -> str:
    """What to do if the heart stops, as a line that stands alone; it never leaves out that other care goes on."""
    state, words = cpr_line(content)
    only = f". {CPR_NO_ONLY}" if state == "do_not_attempt" else ""
    return f"If heart or breathing stops: {words}{only}"


def papers_said(content: Mapping, today: date) -> list[str]:
    """Every paper held about resuscitation, one line each. `content` is the resuscitation section."""
    return [paper_line(paper, today) for paper in content.get("papers") or []]


def paper_line(paper: Mapping, today: date) -> str:
    """Which paper, where it is, who signed and saw it; a review that is past is said, and the paper still counts."""
    where = paper.get("where") or "nobody wrote where it is"
    signed = ", ".join(filter(None, (paper.get("signed_by"), _day(paper.get("signed_on")))))
    seen = paper.get("original_seen")
    parts = [
        f"{paper.get('kind') or 'Paper'}: {where}",
        f"Signed by {signed}" if paper.get("signed_by") else f"Signed {signed}" if signed else "",
        f"Original seen by {seen}" if seen else "Original not seen",
    ]
    review = review_due(paper, today)
    return ". ".join(filter(None, [*parts, review[:1].upper() + review[1:]]))


def review_due(paper: Mapping, today: date) -> str:
    """That a paper's own review date is past; empty when it states none, or a day that has not gone by."""
    day = as_date(paper.get("review_on") or "")
    return f"review was due {said_day(day)}; ask a clinician" if day and day < today else ""


def decision_review(content: Mapping, today: date) -> str:
    """The review that has been due longest among the papers held; empty when none is."""
    papers = sorted(content.get("papers") or [], key=lambda paper: str(paper.get("review_on") or "9"))
    return next(filter(None, (review_due(paper, today) for paper in papers)), "")


def stay_line(content: Mapping) -> str:
    """That the home knows little of them, and whom to ask; empty for who lives here and where nobody said.

    `content` is the section `stay`.
    """
    known = {"respite": "Here for a short stay: we know little", "new": "New here: we know little"}
    if not (words := known.get(content.get("kind") or "")):
        return ""
    ask = content.get("ask") or ""
    if ask.partition(" ")[0] in ("Her", "His", "Their", "The"):
        ask = ask[0].lower() + ask[1:]
    return f"{words}. {f'Ask {ask}' if ask else 'Nobody is written down to ask'}"


def learning_line(content: Mapping) -> str:
    """Learning disability or autism, what to do differently, where the passport is; empty for neither and not known.

    `content` is the section `passport`.
    """
    which = LEARNING.get(content.get("which") or "")
    if not which:
        return ""
    parts = [which, " ".join((content.get("adjustments") or "").split())]
    parts += [f"{label}: {content[name]}" for name, label in PASSPORT_PARTS if content.get(name)]
    return ". ".join(part.rstrip(". ") for part in parts if part)


def speak_first(content: Mapping) -> str:
    """All that leaves the home of the section `safeguarding`: a line without detail, or nothing."""
    return SPEAK_FIRST if content.get("speak_first") == "yes" else ""


def objection_line(content: Mapping) -> str:
    """What they object to and what that changes; it is shown and never blocks. `content` is the section `legal`."""
    objection, effect = content.get("objection"), content.get("objection_effect")
    if not objection:
        return ""
    return f"Objection: {objection}" + (f". What it changes: {effect}" if effect else "")


def dols_line(content: Mapping, home: str) -> str:
    """Where an authorised deprivation of liberty holds: at the home alone. `content` is the section `legal`."""
    if content.get("dols_state") != "authorised":
        return ""
    until = content.get("dols")
    words = f"Deprivation of liberty authorised at {home} only; the hospital must decide for itself"
    return f"{words} ({until})" if until else words


def _day(told: str | None) -> str:
    """A date as people write it; what is no date stays as it was typed."""
    day = as_date(told or "")
    return said_day(day) if day else told or ""


DECISION_FORMS = {
    "dnacpr": "DNACPR",
    "dnar": "DNACPR",
    "respect": "ReSPECT",
    "adrt": "ADRT",
    "advance decision": "ADRT",
}


def decision_check(content: Mapping, forms: Collection[str] = ()) -> str:
    """Where what is written about CPR and the papers held do not fit together, and what to do; empty where they do.

    `content` is the resuscitation section, `forms` the kinds of the papers on file. It never changes the CPR line.
    """
    papers = content.get("papers") or []
    held = [(name, _place_of(paper)) for paper in papers if (name := _form_name(paper.get("kind")))]
    held += [(name, "among the papers and pictures") for kind in forms if (name := _form_name(kind))]
    if content.get("recommendation") != "do_not_attempt":
        return f"{_a_form(*held[0])}: read it and ask a clinician" if held else ""
    if not papers:
        ask = "nobody wrote who signed it. Ask to see the form"
        return f"{_a_form(*held[0])}: {ask}" if held else "No paper is listed. Ask the home where the form is"
    if not any(paper.get("signed_by") for paper in papers):
        return "Nobody wrote who signed: ask to see the form"
    if not any(_was_seen(paper) for paper in papers):
        return "Nobody wrote that they saw the original: ask to see the form"
    return ""


def paper_place(content: Mapping) -> str:
    """Which paper about CPR is held and where, in one line; what else is held is counted. Empty where none is."""
    papers = content.get("papers") or []
    if not papers:
        return ""
    more = f" (and {len(papers) - 1} more)" if len(papers) > 1 else ""
    return f"{papers[0].get('kind') or 'Paper'}: {_place_of(papers[0])}{more}"


def _form_name(kind: str | None) -> str:
    """The name of a form about CPR by the kind somebody wrote; empty for other papers."""
    told = (kind or "").casefold()
    return next((name for part, name in DECISION_FORMS.items() if part in told), "")


def _a_form(name: str, where: str) -> str:
    return f"{'An' if name == 'ADRT' else 'A'} {name} form is held ({where})"


def _place_of(paper: Mapping) -> str:
    return paper.get("where") or "nobody wrote where it is"


def _was_seen(paper: Mapping) -> bool:
    return (paper.get("original_seen") or "").strip().rstrip(".").casefold() not in ("", "no", "not seen", "nobody")
