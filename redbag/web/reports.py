"""Reports: one page with every measure, and each as a file."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.models import Organisation
from redbag.reports import reading
from redbag.reports.charts import chart_of
from redbag.reports.periods import read_period
from redbag.reports.scopes import choices_for
from redbag.reports.tables import Table, as_csv, as_xlsx
from redbag.web.typed import text

FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
ENDINGS = {"count": "", "number": "", "percent": " %"}


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every measure over some days, next to as many days before; the last 30 days unless others are asked for."""
    now = timezone.now()
    typed = {name: text(request.GET, name) for name in ("from", "to", "organisation")}
    choices = choices_for(actor=request.actor)
    context: dict = {"typed": typed, "errors": {}, "choices": _choices(choices, typed["organisation"])}
    try:
        start, end = read_period(first=typed["from"], last=typed["to"], now=now)
    except BadInput as wrong:
        return render(request, "pages/reports/reports.html", context | {"errors": wrong.errors}, status=422)
    place = _place(choices, typed["organisation"])
    tables = reading.audit(actor=request.actor, start=start, end=end, organisation=place, now=now)
    asked = {"from": start.isoformat(), "to": end.isoformat(), "organisation": place.ods_code if place else ""}
    context |= {
        "typed": asked,
        "start": start,
        "end": end,
        "scope": tables[0].scope,
        "measures": [_shown(table) for table in tables],
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "pages/reports/reports.html", context)


@require_safe
def report_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """One measure as CSV or as a spreadsheet; saving it is written in the journal."""
    now = timezone.now()
    if form not in FORMATS:
        raise Http404
    start, end = read_period(first=text(request.GET, "from"), last=text(request.GET, "to"), now=now)
    place = _place(choices_for(actor=request.actor), text(request.GET, "organisation"))
    try:
        table = reading.run(name=name, actor=request.actor, start=start, end=end, organisation=place, now=now)
    except reading.NoSuchReport:
        raise Http404 from None
    whose = place or request.actor.home()
    record("report.exported", None, actor=request.actor, at=now, organisation=whose, report=name, format=form)
    write, content_type = FORMATS[form]
    answer = HttpResponse(write(table), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{start}-{end}.{form}"'
    return answer


def _place(choices: list[Organisation], code: str) -> Organisation | None:
    """The organisation an auditor chose; none for everybody together. 404 for one that is not theirs to choose."""
    if not code:
        return None
    found = next((place for place in choices if place.ods_code == code.upper()), None)
    if found is None:
        raise Http404
    return found


def _choices(choices: list[Organisation], code: str) -> list[dict]:
    if not choices:
        return []
    everybody = {"value": "", "text": "Every home in the area", "selected": not code}
    return [everybody] + [
        {"value": place.ods_code, "text": place.name, "selected": place.ods_code == code} for place in choices
    ]


def _shown(table: Table) -> dict:
    """A table as its card shows it: words for the main number, the chart, and cells as text."""
    cells = [_cells(table, row) for row in table.rows]
    apart, here = (1, len(table.together)) if table.apart else (0, len(cells))
    return {
        "measure": table.measure,
        "headline": _number(table.headline.value),
        "before": _number(table.before.value if table.before else None),
        "change": _change(table),
        "chart": chart_of(table),
        "columns": table.columns,
        "columns_together": table.columns[apart:],
        "together": [row[apart:] for row in cells[:here]],
        "by_home": cells[here:],
    }


def _cells(table: Table, row: tuple) -> list[dict]:
    return [
        {
            "text": _number(value, ENDINGS.get(column.kind, "")) if column.kind != "text" else value,
            "head": column.kind == "text",
            "number": column.kind != "text",
        }
        for column, value in zip(table.columns, row, strict=True)
    ]


def _number(value: float | None, ending: str = "") -> str:
    return "–" if value is None else f"{value:,.10g}{ending}"


def _change(table: Table) -> dict | None:
    """Better, worse or the same as before, in a word and a shape; nothing when one of the two is not known."""
    now, before = table.headline.value, table.before.value if table.before else None
    if now is None or before is None:
        return None
    if now == before:
        return {"words": "The same as before", "tone": "info", "shape": "="}
    shape = "▲" if now > before else "▼"
    if table.measure.good not in ("less", "more"):
        return {"words": "Other than before", "tone": "info", "shape": shape}
    better = (now < before) == (table.measure.good == "less")
    return {
        "words": "Better than before" if better else "Worse than before",
        "tone": "good" if better else "wait",
        "shape": shape,
    }
