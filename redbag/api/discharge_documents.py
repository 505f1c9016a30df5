"""A discharge summary as a FHIR document, for the care record of the home or another system."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer

from redbag.api.discharges import TOLD, FhirJson, SummaryCall, own_summaries
from redbag.discharges.documents_out import document_of
from redbag.organisations.access import Permission


class Fhir(JSONRenderer):
    """Lets callers ask for FHIR by name."""

    media_type = FhirJson.media_type
    format = "fhir"


class DocumentCall(SummaryCall):
    renderer_classes = [JSONRenderer, Fhir]

    @extend_schema(responses={(200, FhirJson.media_type): OpenApiTypes.OBJECT})
    def get(self, request, pk):
        """A sent summary as a FHIR document (UK Core, R4), whatever form it came in. It names the patient as the home
        knows them: a hospital that had no journey of theirs fetches the file that it sent."""
        summary = self.find(own_summaries(self), pk)
        at_home = self.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
        if summary.state not in TOLD or not (at_home or summary.transfer_id):
            raise NotFound
        self.note("discharge_document", summary)
        return HttpResponse(document_of(summary), content_type=FhirJson.media_type)
