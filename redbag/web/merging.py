"""The same person twice: choose the two records, compare them, join them, and take them apart again."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.joining import must_choose_number
from redbag.residents.models import Merge, Resident
from redbag.residents.same_person import likely_same, worth_comparing
from redbag.summaries.fields import Section, said, tidy
from redbag.summaries.joining import TOGETHER, Pair, both, pairs
from redbag.templatetags.redbag import birthday, nhs_number
from redbag.transfers.merging import ChangedMeanwhile, merge_residents, seen_of, unmerge_residents
from redbag.web.residents import found, journeys_of, theirs
from redbag.web.typed import LONGEST_SEARCH, form_id, text

MOST = 50
FACTS = {
    "patient_name": "Name",
    "preferred_name": "Likes to be called",
    "room": "Room",
    "gp_practice": "GP practice",
    "gp_phone": "GP phone",
}


@never_cache
def same_person(request: HttpRequest, resident_id) -> HttpResponse:
    """Who may be recorded twice; with *other*, both records side by side, and what stands when they are joined."""
    kept = theirs(request, resident_id)
    require(request.actor, Permission.MERGE_RESIDENTS, kept.home)
    asked = request.POST.get("other") or request.GET.get("other")
    if not asked:
        return _choose(request, kept)
    others = Resident.objects.visible_to(request.actor).filter(home=kept.home).exclude(pk=kept.pk)
    other = get_object_or_404(others.select_related("home"), pk=form_id({"form": asked}))
    if request.method != "POST":
        return _compare(request, kept, other, {})
    take = {name.removeprefix("take-"): choice for name, choice in request.POST.items() if name.startswith("take-")}
    try:
        merge_residents(
            actor=request.actor,
            kept=kept,
            other=other,
            take=take,
            why=text(request.POST, "why"),
            now=timezone.now(),
            number=text(request.POST, "nhs_number"),
            seen=text(request.POST, "seen"),
        )
    except BadInput as wrong:
        return _compare(request, kept, other, {name.replace(".", "-"): words for name, words in wrong.errors.items()})
    except ChangedMeanwhile as changed:
        return _compare(request, kept, other, {"seen": str(changed)}, status=409)
    messages.success(request, f"One person, one record. The other record of {other.called} is put away, not lost.")
    return redirect("web:resident", kept.pk)


def _choose(request: HttpRequest, kept: Resident) -> HttpResponse:
    now, search = timezone.now(), text(request.GET, "q")[:LONGEST_SEARCH]
    others = Resident.objects.visible_to(request.actor).filter(home=kept.home, merged_into=None).exclude(pk=kept.pk)
    ordered = others.order_by("last_name", "first_name")
    likely = [{"resident": each, "why": why} for each, why in likely_same(kept, worth_comparing(kept, others, now=now))]
    others_found = list(found(ordered, search)[:MOST]) if search else []
    shown = [kept.pk, *(row["resident"].pk for row in likely), *(each.pk for each in others_found)]
    record_view("same_person", None, actor=request.actor, at=now, organisation=kept.home, residents=shown)
    context = {"resident": kept, "likely": likely, "found": others_found, "q": search}
    return render(request, "pages/residents/same_person.html", context)


def _compare(request: HttpRequest, kept: Resident, other: Resident, errors: dict, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = [kept.pk, other.pk]
    record_view("same_person", None, actor=request.actor, at=now, organisation=kept.home, residents=shown)
    rows = [_row(pair, request.POST, errors) for pair in pairs(kept=kept, other=other)]
    context = {
        "kept": kept,
        "other": other,
        "facts": _facts(kept, other),
        "choose": [row for row in rows if row["choose"]],
        "together": [row for row in rows if row["together"]],
        "taken": [row for row in rows if row["taken"]],
        "same": [row for row in rows if row["same"]],
        "born": kept.date_of_birth != other.date_of_birth,
        "number_sides": (("kept", kept), ("other", other)),
        "choose_number": must_choose_number(kept, other),
        "number": text(request.POST, "nhs_number"),
        "numbers": bool(kept.nhs_number and other.nhs_number and kept.nhs_number != other.nhs_number),
        "journey": journeys_of(request.actor, [other], now=now).get(other.pk),
        "why": text(request.POST, "why"),
        "seen": seen_of(kept=kept, other=other),
        "errors": errors,
    }
    status = 422 if errors and status == 200 else status
    return render(request, "pages/residents/compare.html", context, status=status)


def _row(pair: Pair, posted: Mapping, errors: Mapping) -> dict:
    """One section as the page shows it."""
    section, name = pair.section, f"take-{pair.section.name}"
    sides = [_lines(section, each.content) if each else [] for each in (pair.kept, pair.other)]
    together = pair.differs and section.name == TOGETHER
    return {
        "name": name,
        "title": section.title,
        "sides": sides,
        "kept": pair.kept,
        "other": pair.other,
        "choose": pair.must_choose,
        "together": _lines(section, both(section, pair.kept.content, pair.other.content)) if together else [],
        "taken": pair.kept is None,
        "same": not pair.differs and pair.kept is not None,
        "chosen": posted.get(name, ""),
        "error": errors.get(name, ""),
    }


def _lines(section: Section, content: dict) -> list[dict]:
    """What a section says, label and words; what it does not say is left out."""
    whole = tidy(section, content)
    told = [{"label": field.label, "words": said(field, whole[field.name])} for field in section.fields]
    return [each for each in told if each["words"]]


def _facts(kept: Resident, other: Resident) -> list[dict]:
    rows = [{"label": "Born", "sides": [birthday(each.date_of_birth) for each in (kept, other)]}]
    rows += [{"label": "NHS number", "sides": [nhs_number(each.nhs_number) for each in (kept, other)]}]
    rows += [{"label": told, "sides": [getattr(each, name) for each in (kept, other)]} for name, told in FACTS.items()]
    names = [", ".join(filter(None, (row.get("name") for row in each.contacts))) for each in (kept, other)]
    things = [str(len(each.usual_items) or "") for each in (kept, other)]
    rows += [{"label": "People to ring", "sides": names}, {"label": "Usual things", "sides": things}]
    return [row | {"differs": row["sides"][0] != row["sides"][1]} for row in rows if any(row["sides"])]


@never_cache
def take_apart(request: HttpRequest, resident_id) -> HttpResponse:
    """They are two people after all: the record that was put away is back where it was."""
    other = theirs(request, resident_id)
    require(request.actor, Permission.MERGE_RESIDENTS, other.home)
    merge = Merge.objects.visible_to(request.actor).standing().filter(other=other).select_related("kept").first()
    if merge is None:
        messages.warning(request, "This record stands by itself: there is nothing to take apart.")
        return redirect("web:resident", other.pk)
    errors, why = {}, text(request.POST, "why")
    if request.method == "POST":
        try:
            stays = unmerge_residents(actor=request.actor, merge=merge, why=why, now=timezone.now())
            messages.success(request, f"Taken apart. The record of {other.called} is where it was before.")
            if stays:
                told = ", ".join(stays)
                messages.warning(request, f"Changed since, so look at it yourself on the record that was kept: {told}.")
            return redirect("web:resident", other.pk)
        except BadInput as wrong:
            errors = wrong.errors
    now = timezone.now()
    record_view("same_person", other, actor=request.actor, at=now, organisation=other.home, resident=other)
    context = {"merge": merge, "resident": other, "why": why, "errors": errors}
    return render(request, "pages/residents/take_apart.html", context, status=422 if errors else 200)
