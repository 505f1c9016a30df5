"""Calls about the health summary: its sections, what each said before, and that one is still right."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import shapes, summaries_shapes
from redbag.api.door import Door, json_object
from redbag.api.problems import PreconditionMissing, Unprocessable
from redbag.journal.recording import record_view
from redbag.residents.models import Resident
from redbag.summaries import history, scores
from redbag.summaries.actions import read_summary, still_right, write_sections
from redbag.summaries.coding import codes_of
from redbag.summaries.fields import unanswered
from redbag.summaries.models import SectionVersion
from redbag.summaries.reminders import reminders
from redbag.summaries.sections import BY_NAME

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag that was read"
)
FROM = OpenApiParameter("from", int, required=True, description="number of a version")
TO = OpenApiParameter("to", int, required=True, description="number of another")

NOTHING_WRITTEN = "nothing"


def etag_of(sections: list[dict]) -> str:
    """The versions of all sections that somebody wrote, as an ETag that is never empty."""
    written = ",".join(f"{each['name']}:{each['version']}" for each in sections if each["version"])
    return f'"{written or NOTHING_WRITTEN}"'


def versions_in(if_match: str) -> dict[str, int]:
    """The version of each section that an If-Match names."""
    versions = {}
    for part in if_match.strip().removeprefix("W/").strip('"').split(","):
        name, _, version = part.partition(":")
        if version.isdigit() and name.strip() in BY_NAME:
            versions[name.strip()] = int(version)
    return versions


def section_row(section: dict, *, today) -> dict:
    """A section as the API shows it: what read_summary says, what is missing, what it asks, codes and scores."""
    definition, content = BY_NAME[section["name"]], section["content"]
    row = {key: value for key, value in section.items() if key != "name"} | {
        "unanswered": unanswered(definition, content),
        "reminders": reminders(definition.name, content, today=today) if section["version"] else [],
        "codes": codes_of(definition, content),
    }
    return row | {"must": must_row(scores.must(content))} if definition.name == "scores" else row


def must_row(must: scores.Must) -> dict:
    """A MUST score as the API shows it."""
    return {
        "total": must.total,
        "band": must.band,
        "already_high": must.already_high,
        "bmi": must.parts[0].told or None,
        "missing": list(must.missing),
        "parts": [{"label": part.label, "told": part.told, "points": part.points} for part in must.parts],
    }


class OfResident(Door):
    """A call about one resident whom the caller may read."""

    def found(self, pk, section: str = "") -> Resident:
        """The resident, or 404; also when there is no such section."""
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        if section and section not in BY_NAME:
            raise NotFound
        return resident

    def looked(self, page: str, resident: Resident, **facts) -> None:
        """Write down that somebody read this."""
        record_view(
            page, resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident, **facts
        )


class SummaryCall(OfResident):
    def show(self, resident: Resident) -> Response:
        sections = read_summary(resident=resident, now=self.now)
        today = timezone.localdate(self.now)
        told = {each["name"]: section_row(each, today=today) for each in sections}
        return Response({"resident": resident.pk, "sections": told}, headers={"ETag": etag_of(sections)})

    @extend_schema(responses=summaries_shapes.SummaryShape)
    def get(self, request, pk):
        """The health summary by section; its ETag is what `If-Match` wants."""
        resident = self.found(pk)
        self.looked("summary", resident)
        return self.show(resident)

    @extend_schema(
        request=summaries_shapes.SummaryChange, responses=summaries_shapes.SummaryShape, parameters=[IF_MATCH]
    )
    def put(self, request, pk):
        """Replace the sections that are named; 412 lists those that somebody changed since."""
        resident = self.found(pk)
        if_match = request.headers.get("If-Match")
        if not if_match:
            raise PreconditionMissing
        body = json_object(request)
        sections = body.get("sections", {k: v for k, v in body.items() if k != "resident"})
        if not isinstance(sections, dict) or not sections:
            raise Unprocessable({"sections": f"Send an object of sections: {', '.join(BY_NAME)}."})
        contents = {
            name: each.get("content", each) if isinstance(each, dict) else each for name, each in sections.items()
        }
        seen = versions_in(if_match)
        if if_match.strip() == "*":
            seen = {each["name"]: each["version"] for each in read_summary(resident=resident, now=self.now)}
        write_sections(actor=self.actor, resident=resident, contents=contents, seen=seen, now=self.now)
        return self.show(resident)


class StillRightCall(OfResident):
    @extend_schema(request=None, responses=summaries_shapes.SectionShape)
    def post(self, request, pk, section):
        """Say that a section is still right; 409 `section_empty` when nobody has written it."""
        resident = self.found(pk, section)
        still_right(actor=self.actor, resident=resident, section=section, now=self.now)
        now_told = read_summary(resident=resident, now=self.now)
        told = next(each for each in now_told if each["name"] == section)
        return Response(section_row(told, today=timezone.localdate(self.now)))


class VersionsCall(OfResident):
    @extend_schema(responses=shapes.listed(summaries_shapes.VersionShape))
    def get(self, request, pk, section):
        """Every version of a section, newest first, with who wrote it and what it changed."""
        resident = self.found(pk, section)
        self.looked("section_history", resident, section=section)
        before = {each.version: each for each in history.versions(resident=resident, section=section)}

        def row(version: SectionVersion) -> dict:
            return version_row(version, before.get(version.version - 1))

        return self.page(history.versions(resident=resident, section=section), row, order=("-version",))


class DifferencesCall(OfResident):
    @extend_schema(responses=summaries_shapes.DifferencesShape, parameters=[FROM, TO])
    def get(self, request, pk, section):
        """What differs between two versions of a section, in words."""
        resident = self.found(pk, section)
        asked = [request.query_params.get(name, "") for name in ("from", "to")]
        older, newer = history.pair(resident=resident, section=section, versions=asked)
        if older is None or newer is None:
            wrong = "Send the number of a version of this section."
            raise Unprocessable({"from": wrong, "to": wrong})
        self.looked("section_history", resident, section=section)
        changes = [change_row(change) for change in history.differences(older, newer)]
        return Response({"older": older.version, "newer": newer.version, "changes": changes})


def version_row(version: SectionVersion, before: SectionVersion | None) -> dict:
    """One version as the API shows it."""
    return {
        "version": version.version,
        "author": version.author_name,
        "written_at": version.written_at,
        "content": history.content_of(version),
        "changes": [change_row(change) for change in history.differences(before, version)],
    }


def change_row(change) -> dict:
    """One difference."""
    return {"label": change.label, "before": change.before, "after": change.after}
