"""What is asked of a letter that came on paper or by mail: who wrote it, when, and what on it shows whose it is."""

from django.http import HttpRequest

from redbag.discharges.filing import SEEN, hospitals
from redbag.incoming.headings import BY_SLUG
from redbag.residents.models import Resident
from redbag.residents.nhs_numbers import shown as nhs_shown
from redbag.web.typed import text

TYPED = ("diagnoses", "plan_and_requested_actions")


def values_of(request: HttpRequest) -> dict:
    """What was said of a letter, as `filing.told_of` reads it."""
    return {
        "hospital": text(request.POST, "hospital"),
        "hospital_name": text(request.POST, "hospital_name"),
        "dated_on": text(request.POST, "dated_on"),
        "no_date": text(request.POST, "no_date") == "yes",
        "seen": request.POST.getlist("seen"),
        "headings": {slug: text(request.POST, f"heading-{slug}") for slug in TYPED},
    }


def about_letter(person: Resident, values: dict, errors: dict, *, undated: bool = False) -> dict:
    """What `pages/copied/_about.html` asks, with what was said before."""
    shown = {
        "name": f"Their name: {person.patient_name}",
        "date_of_birth": f"Date of birth: {person.date_of_birth:%d-%b-%Y}",
        "nhs_number": f"NHS number: {nhs_shown(person.nhs_number)}",
    }
    given = values.get("headings") or {}
    return {
        "resident": person,
        "values": values,
        "errors": {name.replace("headings.", "heading-"): words for name, words in errors.items()},
        "hospitals": hospitals(),
        "seen_items": [
            {"value": each, "text": shown[each], "checked": each in (values.get("seen") or ())}
            for each in SEEN
            if each != "nhs_number" or person.nhs_number
        ],
        "boxes": [{"slug": slug, "title": BY_SLUG[slug].title, "value": given.get(slug, "")} for slug in TYPED],
        "undated": undated,
    }
