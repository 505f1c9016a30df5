"""A home's figures from before it had red bags: bring them in, look, keep them, take them back."""

from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import require
from redbag.organisations.models import Kind, Organisation
from redbag.reports import baselines
from redbag.reports.baseline_actions import ONLY_HOMES, Kept, Source, is_same, keep_figures, newest, take_back
from redbag.reports.baseline_figures import Figures, Sheet, Wrong
from redbag.reports.baseline_lines import NotText, text_of, tidy
from redbag.reports.baseline_models import MANAGES, Baseline
from redbag.reports.baseline_sheets import read_sheet
from redbag.web import homes
from redbag.web.typed import form_id, text
from redbag.web.typed import sheet as chosen_file

SALT, NEW = "redbag.baselines", "New"
CHANGED = "You changed the figures after the check. Look at them again, then keep them."
NO_MONTH = "There is no month in it that can be kept. Below the names of the columns, put a line for each month."
UNANSWERED = "Say yes to this if it is right, or put the line right."


@dataclass(frozen=True)
class Told:
    """What was sent: the text, and the file it was first read from."""

    text: str
    source: Source
    checked: bool = False  # whether this very text was looked at before


def figures_before(request: HttpRequest) -> HttpResponse:
    """What is kept, and a form for more: first everything is checked and shown, then it is kept."""
    home, now = _home(request), timezone.now()
    if home is None:
        return render(request, "pages/baselines/baselines.html", {"lacking": ONLY_HOMES}, status=_wrong(request))
    if request.method != "POST":
        return _page(request, home, {"figures": ""}, status=200)
    try:
        told = _told(request)
    except (BadInput, NotText) as wrong:
        faults = [("file", str(wrong))]
        return _page(request, home, {"figures": _typed(request), "faults": faults}, status=422)
    began = baselines.began_in(home)
    sheet = read_sheet(told.text, today=baselines.this_month(now), beds=home.beds, began=began)
    yes = set(request.POST.getlist("yes"))
    keeping = text(request.POST, "step") == "keep"
    faults = _faults(sheet, told, yes, keeping)
    if keeping and not faults:
        kept = keep_figures(actor=request.actor, home=home, figures=sheet.figures, source=told.source, now=now)
        messages.success(request, _said(kept))
        return _back(home)
    seen = {"figures": told.text, "faults": faults, **_checked(home, sheet, told, yes)}
    return _page(request, home, seen, status=422 if faults else 200)


@require_POST
def take_figures_back(request: HttpRequest) -> HttpResponse:
    """Figures of one month do not count any more; they stay readable."""
    kept = Baseline.objects.visible_to(request.actor).filter(pk=form_id(request.POST, "figures")).first()
    if kept is None:
        messages.error(request, "Choose the month to take back.")
        return redirect("web:baselines")
    require(request.actor, MANAGES, kept.organisation)
    try:
        take_back(actor=request.actor, kept=kept, now=timezone.now())
        messages.success(request, "Taken back. These figures do not count any more. They stay in the list below.")
    except Refused as words:
        messages.error(request, str(words))
    return _back(kept.organisation)


@require_safe
def figures_template(request: HttpRequest) -> HttpResponse:
    """A CSV to fill in: the columns, and the twelve months before the home's first journey, or before this one."""
    home = _home(request)
    began = baselines.began_in(home) if home else None
    return _file(baselines.template(now=timezone.now(), began=began), "figures-from-before.csv")


@require_safe
def figures_file(request: HttpRequest) -> HttpResponse:
    """What counts now as CSV, to keep or to bring in again."""
    home, now = _home(request), timezone.now()
    if home is None:
        return render(request, "pages/baselines/baselines.html", {"lacking": ONLY_HOMES})
    rows = [row for row in baselines.kept_of(actor=request.actor, home=home) if row_counts(row)]
    record(
        "report.exported", None, actor=request.actor, at=now, organisation=home, report="figures-before", format="csv"
    )
    return _file(baselines.as_csv(rows), f"figures-from-before-{home.ods_code}.csv")


def row_counts(row: Baseline) -> bool:
    """Whether these figures count now."""
    return baselines.state_of(row) == baselines.COUNTS


def _back(home: Organisation) -> HttpResponse:
    return redirect(f"{reverse('web:baselines')}?home={home.ods_code}")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wrong(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _homes(request: HttpRequest) -> list[Organisation]:
    return [place for place in homes.places(request.actor, MANAGES) if place.kind == Kind.CARE_HOME]


def _home(request: HttpRequest) -> Organisation | None:
    """The care home that is meant, else the first of theirs; 404 for one that is named and not theirs."""
    known = _homes(request)
    asked = request.POST.get("home") or request.GET.get("home")
    found = next((place for place in known if place.ods_code == asked), None)
    if asked and found is None:
        raise Http404
    return found or next(iter(known), None)


def _typed(request: HttpRequest) -> str:
    return tidy(request.POST.get("figures") or "").strip("\n")


def _told(request: HttpRequest) -> Told:
    """What was sent, as a file or in the box; a file goes first. BadInput or NotText in words."""
    if "file" in request.FILES:
        file = chosen_file(request)
        name = getattr(request.FILES["file"], "name", "") or ""
        return Told(text_of(file).strip("\n"), Source(baselines.digest_of(file), name))
    typed = _typed(request)
    if not typed.strip():
        raise BadInput({"file": "Choose a file, or paste your figures into the box."})
    digest = baselines.digest_of(typed)
    try:
        seen = signing.loads(text(request.POST, "checked"), salt=SALT)
    except signing.BadSignature:
        return Told(typed, Source(digest))
    if seen["text"] != digest:
        return Told(typed, Source(digest))
    return Told(typed, Source(seen["file"], seen["name"]), checked=True)


def _faults(sheet: Sheet, told: Told, yes: set[str], keeping: bool) -> list[tuple[str, str]]:
    """What is wrong, each with the field it leads to: the box, or the question that waits for a yes."""
    if sheet.wrong:
        return [("figures", _words(wrong)) for wrong in sheet.wrong]
    if not sheet.lines:
        return [("figures", NO_MONTH)]
    if not keeping:
        return []
    if not told.checked:
        return [("figures", CHANGED)]
    return [(f"yes-{each.key}", f"{each.words} {UNANSWERED}") for each in sheet.questions if each.key not in yes]


def _words(wrong: Wrong) -> str:
    return f"{wrong.place}: {wrong.words}" if wrong.place else wrong.words


def _said(kept: Kept) -> str:
    said = [(kept.new, "kept"), (kept.put_right, "put right"), (kept.same, "as before")]
    return f"Months {', '.join(f'{words}: {number}' for number, words in said if number)}."


def _checked(home: Organisation, sheet: Sheet, told: Told, yes: set[str]) -> dict:
    """What the check found, for the page: the lines to be kept, questions, what was left out."""
    last = newest(home)
    seen = {"text": baselines.digest_of(told.text), "file": told.source.digest, "name": told.source.name}
    rows = [{"line": line, "told": each, "what": _what(last.get(each.key), each)} for line, each in sheet.lines.items()]
    return {
        "sheet": sheet,
        "rows": rows,
        "known": any(row["what"] != NEW for row in rows),
        "questions": [{"each": each, "checked": each.key in yes} for each in sheet.questions],
        "token": signing.dumps(seen, salt=SALT),
        "file_name": told.source.name,
    }


def _what(before: Baseline | None, told: Figures) -> str:
    if before is None or before.taken_back:
        return NEW
    if is_same(before, told):
        return "Kept already"
    was = f"{before.residents} residents, {before.attendances} A&E, {before.admissions} admissions"
    return f"Puts right what was kept: {was}"


def _page(request: HttpRequest, home: Organisation, seen: dict, *, status: int) -> HttpResponse:
    kept = [
        {"row": row, "state": baselines.state_of(row), "counts": row_counts(row)}
        for row in baselines.kept_of(actor=request.actor, home=home)
    ]
    known = _homes(request)
    context = {
        "home": home,
        "homes": [{"value": p.ods_code, "text": p.name, "selected": p == home} for p in known]
        if len(known) > 1
        else [],
        "counting": [each for each in kept if each["counts"]],
        "older": [each for each in kept if not each["counts"]],
        **seen,
    }
    return render(request, "pages/baselines/baselines.html", context, status=status)
