"""Calls about residents, their health summary and observations."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import resident_shapes, shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.problems import PreconditionMissing, Unprocessable
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.residents import actions
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.observing import record_observation
from redbag.summaries.sections import BY_NAME

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag that was read"
)


def resident_row(resident: Resident) -> dict:
    """A resident as the API shows them."""
    return {
        "id": resident.pk,
        "home": resident.home.ods_code,
        "title": resident.title,
        "first_name": resident.first_name,
        "last_name": resident.last_name,
        "preferred_name": resident.preferred_name,
        "date_of_birth": resident.date_of_birth,
        "sex": resident.sex,
        "nhs_number": resident.nhs_number or None,
        "nhs_number_status": resident.nhs_number_status,
        "room": resident.room,
        "gp_practice": resident.gp_practice,
        "gp_phone": resident.gp_phone,
        "contacts": resident.contacts,
        "usual_items": resident.usual_items,
        "flags": ["nhs_number_elsewhere"] if resident.nhs_number_elsewhere else [],
        "archived_at": resident.archived_at,
        "merged_into": resident.merged_into_id,
        "created_at": resident.created_at,
    }


class ResidentsCall(Door):
    @extend_schema(
        responses=shapes.listed(resident_shapes.ResidentShape), parameters=[OpenApiParameter("archived", bool)]
    )
    def get(self, request):
        """Residents of the caller's homes; `archived=true` for those who left."""
        gone = request.query_params.get("archived") == "true"
        mine = Resident.objects.visible_to(self.actor).select_related("home")
        found = mine.filter(archived_at__isnull=not gone)
        answer = self.page(found, resident_row, order=("last_name", "first_name", "id"))
        shown = [row["id"] for row in answer.data["results"]]
        if shown:
            record_view(
                "residents", None, actor=self.actor, at=self.now, organisation=self.actor.home(), residents=shown
            )
        return answer

    @extend_schema(request=resident_shapes.ResidentNew, responses={201: resident_shapes.ResidentShape})
    def post(self, request):
        """Record somebody who lives at the home."""
        home = own_place(self.actor, json_object(request).get("home"), Permission.WRITE_RESIDENTS)
        resident = actions.add_resident(actor=self.actor, home=home, values=request.data, now=self.now)
        return Response(resident_row(resident), status=201)


class ResidentCall(Door):
    def mine(self):
        return Resident.objects.visible_to(self.actor).select_related("home")

    @extend_schema(responses=resident_shapes.ResidentShape)
    def get(self, request, pk):
        """One resident."""
        resident = self.find(self.mine(), pk)
        self.allow(resident.home)
        record_view("resident", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident)
        return Response(resident_row(resident))

    @extend_schema(request=resident_shapes.ResidentChange, responses=resident_shapes.ResidentShape)
    def patch(self, request, pk):
        """Change the fields that are named."""
        resident = self.find(self.mine(), pk)
        self.allow(resident.home)
        changed = actions.change_resident(
            actor=self.actor, resident=resident, values=json_object(request), now=self.now
        )
        return Response(resident_row(changed))


def etag_of(sections: list[dict]) -> str:
    """The versions of all sections that somebody wrote, as an ETag."""
    return '"' + ",".join(f"{each['name']}:{each['version']}" for each in sections if each["version"]) + '"'


def versions_in(if_match: str) -> dict[str, int]:
    """The version of each section that an If-Match names."""
    versions = {}
    for part in if_match.strip().removeprefix("W/").strip('"').split(","):
        name, _, version = part.partition(":")
        if version.isdigit() and name.strip() in BY_NAME:
            versions[name.strip()] = int(version)
    return versions


class SummaryCall(Door):
    def found(self, pk) -> Resident:
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        return resident

    def show(self, resident: Resident) -> Response:
        sections = read_summary(resident=resident, now=self.now)
        told = {each["name"]: {k: v for k, v in each.items() if k != "name"} for each in sections}
        return Response({"resident": resident.pk, "sections": told}, headers={"ETag": etag_of(sections)})

    @extend_schema(responses=shapes.SummaryShape)
    def get(self, request, pk):
        """The health summary by section; its ETag is what `If-Match` wants."""
        resident = self.found(pk)
        record_view("summary", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident)
        return self.show(resident)

    @extend_schema(request=shapes.SummaryChange, responses=shapes.SummaryShape, parameters=[IF_MATCH])
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


class ObservationsCall(Door):
    @extend_schema(request=shapes.ObservationNew, responses={201: shapes.ScoreShape})
    def post(self, request, pk):
        """Keep vital signs; answers their NEWS2 (RCP 2017). `score` is null when the set is incomplete."""
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        values = dict(json_object(request))
        if "taken_at" in values:
            values["taken_at"] = shapes.Moment().run_validation(values["taken_at"])
        observation, result = record_observation(
            actor=self.actor, resident=resident, values=values, now=self.now, baseline=values.get("baseline") is True
        )
        told = {
            "id": observation.pk,
            "score": result.score,
            "complete": result.complete,
            "missing": result.missing,
            "band": result.band,
            "at_least": result.at_least,
            "red_parameters": result.red_parameters,
            "points": result.points,
            "scale": result.scale,
            "advice": f"{news2.RESPONSE.get(result.band or result.at_least, '')} {news2.ALWAYS}".strip(),
            "acknowledgement": news2.ACKNOWLEDGEMENT,
        }
        return Response(told, status=201)
