"""Calls about residents."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api import resident_shapes, shapes
from redbag.api.door import Door, json_object, own_place
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.residents import actions
from redbag.residents.details import seen_of
from redbag.residents.models import Resident
from redbag.residents.same_person import same_name_and_birth


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
        "seen": seen_of(resident),
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

    @extend_schema(request=resident_shapes.ResidentNew, responses={201: resident_shapes.ResidentAdded})
    def post(self, request):
        """Record somebody who lives at the home; `possible_duplicates` names who has the same name and birth date."""
        home = own_place(self.actor, json_object(request).get("home"), Permission.WRITE_RESIDENTS)
        resident = actions.add_resident(actor=self.actor, home=home, values=request.data, now=self.now)
        names = {"first_name": resident.first_name, "last_name": resident.last_name}
        alike = same_name_and_birth(home, born=resident.date_of_birth, **names)
        others = [each.pk for each in alike if each.pk != resident.pk]
        return Response({**resident_row(resident), "possible_duplicates": others}, status=201)


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

    @extend_schema(request=resident_shapes.ResidentPatch, responses=resident_shapes.ResidentShape)
    def patch(self, request, pk):
        """Change the fields that are named; with `seen` or If-Match, only when nobody changed the record since."""
        resident = self.find(self.mine(), pk)
        self.allow(resident.home)
        values = json_object(request)
        seen = values.get("seen") or request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"') or None
        changed = actions.change_resident(
            actor=self.actor, resident=resident, values=values, now=self.now, seen=None if seen == "*" else seen
        )
        return Response(resident_row(changed))
