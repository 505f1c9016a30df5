"""The sections of a resident's health summary: written, and said to be still right."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.summaries.actions import SomebodyWasFaster, read_summary, still_right, write_sections
from redbag.summaries.sections import BY_NAME
from redbag.web import section_form
from redbag.web.alerts import strip_of
from redbag.web.typed import onward, text

ADDED_ROWS = 3


def _theirs(request: HttpRequest, resident_id, section: str) -> Resident:
    visible = Resident.objects.visible_to(request.actor).select_related("home")
    person = get_object_or_404(visible, pk=resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    if section not in BY_NAME:
        raise Http404
    return person


def section(request: HttpRequest, resident_id, section: str) -> HttpResponse:
    """The form of one section. When somebody was faster, both texts are on the page and nothing is lost."""
    person = _theirs(request, resident_id, section)
    definition = BY_NAME[section]
    if request.method != "POST":
        return _page(request, person, section, None, {})
    content = section_form.read(definition.fields, request.POST)
    if "more" in request.POST:
        return _page(request, person, section, content, {}, blank=ADDED_ROWS)
    told = text(request.POST, "version")
    seen = {section: int(told) if told.isdecimal() else 0}
    try:
        write_sections(actor=request.actor, resident=person, contents={section: content}, seen=seen, now=timezone.now())
    except BadInput as wrong:
        return _page(request, person, section, content, wrong.errors)
    except SomebodyWasFaster:
        return _page(request, person, section, content, {}, faster=True)
    messages.success(request, f"Saved: {definition.title}.")
    return redirect(onward(request, f"{reverse('web:resident', args=[person.pk])}#{section}"))


def _page(
    request: HttpRequest, person: Resident, name: str, typed: dict | None, errors: dict, *, blank=None, faster=False
):
    now = timezone.now()
    record_view("section", person, actor=request.actor, at=now, organisation=person.home, resident=person, section=name)
    summary = read_summary(resident=person, now=now)
    kept = next(each for each in summary if each["name"] == name)
    fields = BY_NAME[name].fields
    by_field = {key.removeprefix(f"{name}."): words for key, words in errors.items()}
    told = text(request.POST, "version")
    # Only who was shown what the other wrote writes over it; until then the form keeps the version it was drawn with.
    version = kept["version"] if faster or not told.isdecimal() else int(told)
    content = kept["content"] if typed is None else typed
    blanks = section_form.BLANK_ROWS if blank is None else blank
    context = {
        "resident": person,
        "strip": strip_of(person, summary),
        "section": kept,
        "boxes": section_form.boxes(fields, content, errors=by_field, blank=blanks),
        "errors": by_field,
        "version": version,
        "faster": faster,
        "theirs": section_form.shown(fields, kept["content"]) if faster else [],
        "next": onward(request, ""),
    }
    status = 409 if faster else 422 if errors else 200
    return render(request, "pages/summaries/section.html", context, status=status)


def say_still_right(request: HttpRequest, resident_id, section: str) -> HttpResponse:
    """Somebody looked at a section and it is still right: one tap."""
    person = _theirs(request, resident_id, section)
    still_right(actor=request.actor, resident=person, section=section, now=timezone.now())
    messages.success(request, f"Still right: {BY_NAME[section].title}. Thank you.")
    return redirect(onward(request, f"{reverse('web:resident', args=[person.pk])}#{section}"))
