"""The sections of a resident's health summary: written, and said to be still right."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.retention.putting_right import beside
from redbag.summaries import history
from redbag.summaries.actions import SomebodyWasFaster, read_summary, still_right, write_sections
from redbag.summaries.fields import changes
from redbag.summaries.sections import BY_NAME
from redbag.web import section_form, section_shown
from redbag.web.alerts import strip_of
from redbag.web.drafts import forget
from redbag.web.typed import onward, text

ADDED_ROWS = 3
SHOWN_VERSIONS = 20
MOST_CHOICES = 200


def _theirs(request: HttpRequest, resident_id, section: str) -> Resident:
    visible = Resident.objects.visible_to(request.actor).select_related("home")
    person = get_object_or_404(visible, pk=resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    if section not in BY_NAME:
        raise Http404
    return person


@never_cache
def section(request: HttpRequest, resident_id, section: str) -> HttpResponse:
    """The form of one section. When somebody was faster, both texts are on the page and nothing is lost."""
    person = _theirs(request, resident_id, section)
    definition = BY_NAME[section]
    if request.method != "POST":
        return _page(request, person, section, None, {})
    content = section_form.read(definition.fields, request.POST)
    if "more" in request.POST:
        return _page(request, person, section, content, {}, blank=ADDED_ROWS)
    if "drop" in request.POST:
        return _page(request, person, section, section_form.without(content, text(request.POST, "drop")), {})
    if "as_usual" in request.POST:
        return _page(request, person, section, section_form.as_usual(definition.fields, content), {})
    told = text(request.POST, "version")
    seen = {section: int(told) if told.isdecimal() else 0}
    try:
        write_sections(actor=request.actor, resident=person, contents={section: content}, seen=seen, now=timezone.now())
    except BadInput as wrong:
        return _page(request, person, section, content, wrong.errors)
    except SomebodyWasFaster:
        return _page(request, person, section, content, {}, faster=True)
    forget(request, "section", person.pk, section)
    if no_signer(section, content):
        messages.warning(request, "Saved. Nobody is named as signer: ask a senior to check the form.")
    else:
        messages.success(request, f"Saved: {definition.title}.")
    return redirect(onward(request, f"{reverse('web:resident', args=[person.pk])}#{section}"))


def no_signer(section: str, content: Mapping) -> bool:
    """Whether somebody wrote not to attempt CPR, and no paper says who signed that."""
    if section != "resuscitation" or content.get("recommendation") != "do_not_attempt":
        return False
    return not any((row.get("signed_by") or "").strip() for row in content.get("papers") or [])


def _page(
    request: HttpRequest, person: Resident, name: str, typed: dict | None, errors: dict, *, blank=None, faster=False
):
    now = timezone.now()
    record_view("section", person, actor=request.actor, at=now, organisation=person.home, resident=person, section=name)
    summary = read_summary(resident=person, now=now)
    kept = next(each for each in summary if each["name"] == name)
    definition = BY_NAME[name]
    by_field = {key.removeprefix(f"{name}.").replace(".", "-"): words for key, words in errors.items()}
    told = text(request.POST, "version")
    # Only who was shown what the other wrote writes over it; until then the form keeps the version it was drawn with.
    version = kept["version"] if faster or not told.isdecimal() else int(told)
    content = kept["content"] if typed is None else typed
    boxes = section_form.boxes(definition.fields, content, errors=by_field, blank=blank)
    more = [box for box in boxes if box["more"]]
    context = {
        "resident": person,
        "strip": strip_of(person, summary),
        "section": kept,
        "definition": definition,
        "levels": [box for box in boxes if box["kind"] == "levels"],
        "boxes": [box for box in boxes if box["kind"] != "levels" and not box["more"]],
        "more": more,
        "more_open": any(box["error"] or box["answered"] for box in more),
        "may_drop": True,
        "focus": _first_new_row(request, content),
        "errors": by_field,
        "version": version,
        "faster": faster,
        "theirs": section_shown.shown(definition.fields, kept["content"]) if faster else [],
        "differences": changes(definition, kept["content"], content) if faster else [],
        "next": onward(request, ""),
    }
    status = 409 if faster else 422 if errors else 200
    return render(request, "pages/summaries/section.html", context, status=status)


def _first_new_row(request: HttpRequest, content: dict) -> str:
    """The row to start in when somebody asked for more, named as its box is: `items-2`."""
    name = text(request.POST, "more")
    rows = content.get(name)
    return f"{name}-{len(rows)}" if isinstance(rows, list) else ""


def section_history(request: HttpRequest, resident_id, section: str) -> HttpResponse:
    """Every version of a section with who wrote it and what it changed, and what differs between any two."""
    if section not in BY_NAME:
        raise Http404
    person = get_object_or_404(Resident.objects.visible_to(request.actor).select_related("home"), pk=resident_id)
    require(request.actor, Permission.READ_RESIDENTS, person.home)
    now = timezone.now()
    record_view(
        "section_history",
        person,
        actor=request.actor,
        at=now,
        organisation=person.home,
        resident=person,
        section=section,
    )
    asked = text(request.GET, "before")
    before = int(asked) if asked.isdecimal() and len(asked) < 9 else None
    told = history.told(resident=person, section=section, most=SHOWN_VERSIONS, before=before)
    context = {
        "resident": person,
        "strip": strip_of(person, read_summary(resident=person, now=now)),
        "name": section,
        "title": BY_NAME[section].title,
        "told": told,
        "said": beside(person).get(section, {}),
        "before": before,
        "older_than": told[-1].version.version if told and not told[-1].first else None,
        **_compared(request, person, section, told),
    }
    return render(request, "pages/summaries/section_history.html", context)


def _compared(request: HttpRequest, person: Resident, section: str, told: list[history.Told]) -> dict:
    """The two versions that were chosen and what differs; offered are the newest two."""
    chosen = [text(request.GET, name) for name in ("from", "to")]
    older, newer = history.pair(resident=person, section=section, versions=chosen)
    both = older is not None and newer is not None
    offered = [each.version.version for each in reversed(told[:2])]
    return {
        "choices": list(history.versions(resident=person, section=section)[:MOST_CHOICES]),
        "compared": both,
        "older": older,
        "newer": newer,
        "differences": history.differences(older, newer) if newer else [],
        "chosen_from": older.version if older else offered[:1] and offered[0],
        "chosen_to": newer.version if newer else offered[-1:] and offered[-1],
    }


def say_still_right(request: HttpRequest, resident_id, section: str) -> HttpResponse:
    """Somebody looked at a section and it is still right: one tap."""
    person = _theirs(request, resident_id, section)
    still_right(actor=request.actor, resident=person, section=section, now=timezone.now())
    messages.success(request, f"Still right: {BY_NAME[section].title}. Thank you.")
    return redirect(onward(request, f"{reverse('web:resident', args=[person.pk])}#{section}"))
