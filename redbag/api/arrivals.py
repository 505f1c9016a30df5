"""Calls about summaries that name their patient themselves: they come in, are listed, and are settled when held."""

import base64
import binascii
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api.discharges import FILE_BODIES, FILES, answered, own_summaries, short_row, summary_row
from redbag.api.discharges_shapes import STATES, ArrivalNew, DischargeRowShape, DischargeShape, SettleNew
from redbag.api.door import Door, json_object, own_place
from redbag.api.parsing import Json
from redbag.api.shapes import listed
from redbag.api.transfers import own_transfers
from redbag.discharges import settling
from redbag.discharges.arriving import Arrival, arrival_of, arrive, person_of
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.incoming.message import Person
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission

Form = DischargeSummary.Form
HOW = {"identifiers": "Send one of: identifiers, transfer, take_back."}


class ArrivalsCall(Door):
    parser_classes = [Json, *FILES]

    @extend_schema(
        responses=listed(DischargeRowShape),
        parameters=[OpenApiParameter("state", str, enum=STATES)],
    )
    def get(self, request):
        """Discharge summaries, the newest first: a home's sent ones, a hospital's own and those of its journeys."""
        state = self.choice("state", STATES)
        rows = own_summaries(self)
        if state:
            rows = rows.filter(state=state)
        shown: set = set()
        answer = self.page(rows, lambda each: self._row(each, shown), order=("-written_at", "pk"))
        if shown:
            place = self.actor.first_place()
            record_view(
                "discharges", None, actor=self.actor, at=self.now, organisation=place, residents=sorted(shown, key=str)
            )
        return answer

    @extend_schema(
        request={"application/json": ArrivalNew, **FILE_BODIES},
        responses={201: DischargeShape, 200: DischargeShape},
        parameters=[
            OpenApiParameter("home", str, description="for files: ODS code of the home"),
            OpenApiParameter("hospital", str, description="for files: ODS code, for those who work at several"),
        ],
    )
    def post(self, request):
        """Send a summary that says itself whom it is about. It is sent when NHS number, date of birth and name agree
        with one resident, else held for this hospital to settle, or reading while a large file is read. The same
        document again is answered as the first time, with 200."""
        sent_as = request.content_type.partition(";")[0].strip()
        form = next((each.form for each in FILES if each.media_type == sent_as), None)
        if form:
            file = request.data if isinstance(request.data, bytes) else b""
            said = {name: request.query_params.get(name, "") for name in ("home", "hospital")}
            arrival = arrival_of(said, file=file, form=form)
        else:
            said = json_object(request)
            arrival = _from_json(said)
        place = own_place(self.actor, said.get("hospital"), Permission.WRITE_DISCHARGE, field="hospital")
        return answered(self, arrive(actor=self.actor, organisation=place, arrival=arrival, now=self.now))

    def _row(self, summary: DischargeSummary, shown: set) -> dict:
        if summary.resident_id:
            shown.add(summary.resident_id)
        return short_row(self, summary)


class SettleCall(Door):
    @extend_schema(request=SettleNew, responses=DischargeShape)
    def post(self, request, pk):
        """Say whose a held summary is: with details that were checked again, by a journey, or take it back. What
        contradicts the document needs a reason (409, say_why)."""
        summary = self.find(own_summaries(self), pk)
        self.allow(summary.organisation)
        self._settle(summary, json_object(request))
        return Response(summary_row(self, own_summaries(self).get(pk=summary.pk)))

    def _settle(self, summary: DischargeSummary, body: dict) -> None:
        reason: str = body.get("reason") or ""
        ways = [name for name in ("identifiers", "transfer", "take_back") if body.get(name)]
        if len(ways) != 1:
            raise BadInput(HOW)
        if body.get("take_back"):
            settling.take_back(actor=self.actor, summary=summary, reason=reason, now=self.now)
        elif body.get("transfer"):
            transfer = self.find(own_transfers(self), _id(body["transfer"]))
            settling.point_at(actor=self.actor, summary=summary, transfer=transfer, reason=reason, now=self.now)
        else:
            person = _person(body["identifiers"])
            settling.try_again(actor=self.actor, summary=summary, person=person, reason=reason, now=self.now)


def _id(asked: object) -> UUID:
    try:
        return UUID(str(asked))
    except ValueError:
        raise BadInput({"transfer": "Send the id of a transfer."}) from None


def _person(named: object) -> Person:
    if not isinstance(named, dict):
        raise BadInput({"identifiers": "Send an object: nhs_number, date_of_birth, first_name, last_name."})
    errors: dict[str, str] = {}
    person = person_of(named, errors)
    if errors:
        raise BadInput(errors)
    return person


def _from_json(body: dict) -> Arrival:
    """What came as JSON: headings, or a file in base64."""
    if "resourceType" in body:
        raise BadInput({"body": "Send a FHIR document as application/fhir+json."})
    if not body.get("file"):
        return arrival_of(body, file=None, form=Form.HEADINGS)
    try:
        file = base64.b64decode(str(body["file"]), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput({"file": "Send the file in base64."}) from None
    return arrival_of(body, file=file, form="")
