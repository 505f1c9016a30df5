"""The strip on top of every page about one resident: who it is, allergies, and what to do if the heart stops."""

from collections.abc import Sequence

from django.utils import timezone

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.residents.models import Resident
from redbag.summaries.alerts import (
    CPR_NO_ONLY,
    allergy_line,
    cpr_line,
    decision_check,
    learning_line,
    objection_line,
    papers_said,
    speak_first,
    stay_line,
)


def strip_of(resident: Resident, summary: Sequence[dict]) -> dict:
    """What the strip shows, from the sections of `read_summary`."""
    contents = {section["name"]: section["content"] for section in summary}
    allergy, allergy_words = allergy_line(contents["allergies"])
    papers = travelling_documents(resident)
    photos = [each for each in papers if each.kind == Document.Kind.PHOTO]
    cpr, cpr_words = cpr_line(contents["resuscitation"])
    return {
        "resident": resident,
        "photo": max(photos, key=lambda each: each.added_at, default=None),
        "allergy": allergy,
        "allergy_words": allergy_words,
        "cpr": cpr,
        "cpr_words": cpr_words,
        "cpr_only": CPR_NO_ONLY if cpr == "do_not_attempt" else "",
        "papers": papers_said(contents["resuscitation"], timezone.localdate()),
        "decision_check": decision_check(contents["resuscitation"], [each.kind for each in papers]),
        "limits": contents["resuscitation"]["limits"],
        "speak_first": speak_first(contents.get("safeguarding", {})),
        "learning": learning_line(contents.get("passport", {})),
        "stay": stay_line(contents.get("stay", {})),
        "objection": objection_line(contents.get("legal", {})),
    }
