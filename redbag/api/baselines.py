"""A home's figures from before it had red bags: brought in, read, taken back, and held beside what happens now."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from redbag.api import baselines_shapes as shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.measures import DAYS, WHOSE
from redbag.api.parsing import Json
from redbag.api.problems import Unprocessable
from redbag.api.shapes import listed
from redbag.counting.catching_up import catch_up
from redbag.errors import Refused
from redbag.organisations.models import Organisation
from redbag.reports import baselines
from redbag.reports.baseline_actions import Kept, Source, keep_figures, take_back
from redbag.reports.baseline_changes import Line, compare, last_months
from redbag.reports.baseline_figures import Sheet, Wrong
from redbag.reports.baseline_judging import judged
from redbag.reports.baseline_lines import NotText, text_of
from redbag.reports.baseline_models import MANAGES, Baseline
from redbag.reports.baseline_sheets import MOST_LINES, read_sheet, take_cells
from redbag.reports.figures import Number
from redbag.reports.measures.baseline_year import CAVEAT
from redbag.reports.periods import read_period
from redbag.reports.scopes import scope_named

SAID = [
    OpenApiParameter("organisation", str, description="ODS code, when CSV is the whole body"),
    OpenApiParameter("yes", str, description="keys of questions, parted by commas, when CSV is the whole body"),
    OpenApiParameter("check", bool, description="only look, keep nothing, when CSV is the whole body"),
]


class Csv(BaseParser):
    """A table as the whole body."""

    media_type = "text/csv"

    def parse(self, stream, media_type=None, parser_context=None):
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return stream.read()


class BaselinesCall(Door):
    parser_classes = [Json, Csv]

    @extend_schema(responses=listed(shapes.BaselineShape), parameters=[OpenApiParameter("organisation", str)])
    def get(self, request):
        """Everything that was ever kept of the caller's homes, also what was put right later or taken back."""
        rows = Baseline.objects.visible_to(self.actor).select_related("organisation", "put_right_by")
        if code := request.query_params.get("organisation"):
            rows = rows.filter(organisation=own_place(self.actor, code, MANAGES, field="organisation"))
        return self.page(rows, baseline_row, order=("-year", "-month", "-kept_at", "id"))

    @extend_schema(
        request={"application/json": shapes.BaselinesNewShape, "text/csv": OpenApiTypes.STR},
        responses={200: shapes.KeptShape, 201: shapes.KeptShape},
        parameters=SAID,
    )
    def post(self, request):
        """Keep figures of months, all or none; errors name line and column, what is unlikely is asked first (409)."""
        sent = request.data if isinstance(request.data, bytes) else json_object(request)
        asked: Any = request.query_params if isinstance(sent, bytes) else sent
        home = own_place(self.actor, asked.get("organisation"), MANAGES, field="organisation")
        sheet = self._of_csv(sent, home) if isinstance(sent, bytes) else self._of_rows(sent, home)
        yes = asked.get("yes") or []
        yes = set(yes.split(",")) if isinstance(yes, str) else {each for each in yes if isinstance(each, str)}
        digest = baselines.digest_of(sent if isinstance(sent, bytes) else request._request.body)
        if asked.get("check") in (True, "true", "True", "1"):
            return Response(_told(sheet, Kept(), digest))
        if waiting := [each for each in sheet.questions if each.key not in yes]:
            words = "Some figures are unlikely. Say yes to them, or put them right."
            raise Refused(words, code="unlikely", questions=[vars(each) for each in waiting])
        source = Source(digest)
        kept = keep_figures(actor=self.actor, home=home, figures=sheet.figures, source=source, now=self.now)
        return Response(_told(sheet, kept, digest), status=201)

    def _of_csv(self, file: bytes, home: Organisation) -> Sheet:
        try:
            text = text_of(file)
        except NotText as words:
            raise Unprocessable({"file": str(words)}) from None
        sheet = read_sheet(text, today=baselines.this_month(self.now), beds=home.beds, began=baselines.began_in(home))
        return _whole(sheet, _line)

    def _of_rows(self, body: dict, home: Organisation) -> Sheet:
        rows, sheet = body.get("rows"), Sheet()
        if not isinstance(rows, list) or len(rows) > MOST_LINES:
            raise Unprocessable({"rows": f"Send a list of at most {MOST_LINES:,} months."})
        for number, row in enumerate(rows, start=1):
            if isinstance(row, dict):
                take_cells(number, {str(name): "" if cell is None else str(cell) for name, cell in row.items()}, sheet)
            else:
                sheet.wrong.append(Wrong(number, "", "Send an object with month, residents, attendances, admissions."))
        judged(sheet, today=baselines.this_month(self.now), beds=home.beds, began=baselines.began_in(home))
        return _whole(sheet, _row)


class BaselineTakeBackCall(Door):
    @extend_schema(request=shapes.TakeBackShape, responses=shapes.BaselineShape)
    def post(self, request):
        """Say that a month's figures do not count; they stay readable. The row that says so is answered."""
        asked = shapes.TakeBackShape(data=json_object(request))
        asked.is_valid(raise_exception=True)
        theirs = Baseline.objects.visible_to(self.actor).select_related("organisation")
        kept = self.find(theirs, asked.validated_data["id"])
        self.allow(kept.organisation_id)
        return Response(baseline_row(take_back(actor=self.actor, kept=kept, now=self.now)))


class ComparisonCall(Door):
    @extend_schema(responses=shapes.ComparisonShape, parameters=[*DAYS, WHOSE])
    def get(self, request):
        """Both rates over the newest twelve whole months of some days, against the same months before red bags."""
        asked = request.query_params
        fresh = catch_up(now=self.now, at_most=100)
        days = {"first": asked.get("from"), "last": asked.get("to")}
        start, end = read_period(**days, now=self.now) if any(days.values()) else last_months(self.now)
        scope, _ = scope_named(actor=self.actor, code=asked.get("organisation"))
        found = compare(scope=scope, start=start, end=end, now=self.now)
        return Response(
            {
                "scope": scope.title,
                "start": start,
                "end": end,
                "measures": [_against(line) for line in found.lines],
                "homes": [
                    {
                        "organisation": each.place.ods_code,
                        "months": [[f"{now:%Y-%m}", f"{then:%Y-%m}"] for now, then in each.months],
                    }
                    for each in found.homes
                ],
                "of_homes": found.of_homes,
                "caveat": CAVEAT,
                "observational": True,
                "counted_at": fresh.counted_at,
                "waiting": fresh.waiting,
            }
        )


def baseline_row(row: Baseline) -> dict:
    """A month's figures as the API shows them."""
    return {
        "id": row.pk,
        "organisation": row.organisation.ods_code,
        "month": f"{row.year}-{row.month:02}",
        "residents": row.residents,
        "attendances": row.attendances,
        "admissions": row.admissions,
        "stay_days": row.stay_days,
        "items_lost": row.items_lost,
        "state": baselines.state_of(row),
        "puts_right": row.puts_right_id,
        "file_name": row.file_name,
        "file_digest": row.file_digest,
        "kept_at": row.kept_at,
        "kept_by": row.kept_by_name,
    }


def _whole(sheet: Sheet, place: Callable[[Wrong], str]) -> Sheet:
    """The sheet, or 422 with what is wrong with it, by where."""
    if sheet.wrong:
        raise Unprocessable({place(wrong): wrong.words for wrong in sheet.wrong})
    return sheet


def _line(wrong: Wrong) -> str:
    return ", ".join(filter(None, (f"line {wrong.line}" if wrong.line else "file", wrong.column)))


def _row(wrong: Wrong) -> str:
    return ".".join(filter(None, ("rows", str((wrong.line or 1) - 1), wrong.column)))


def _told(sheet: Sheet, kept: Kept, digest: str) -> dict:
    return {
        **vars(kept),
        "months": [each.key for each in sheet.figures],
        "left_out": [{"line": line, "why": why} for line, why in sheet.left_out],
        "questions": [vars(each) for each in sheet.questions],
        "file_digest": digest,
    }


def _against(line: Line) -> dict:
    change = line.change
    return {
        "name": line.measure.name,
        "now": _side(line.now),
        "then": _side(line.then),
        "change": change and {**vars(change), "more_than_chance": change.sure},
    }


def _side(number: Number | None) -> dict | None:
    if number is None:
        return None
    return {"count": number.part, "resident_years": number.whole, "per_100_resident_years": number.value}
