"""The OpenAPI document, and what it says of every call alike."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
ANSWERS = {
    "401": "Not signed in",
    "403": "Your role may not do this",
    "404": "Not there, or not yours",
    "409": "Refused as things are",
    "412": "Somebody was faster",
    "413": "Too large",
    "415": "This content type is not understood here",
    "422": "Something in what was sent is wrong",
    "428": "If-Match is missing",
    "429": "Too often",
}


def problems_everywhere(result, generator, request, public):
    """Every call may answer with problem details."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for calls in result["paths"].values():
        for call in calls.values():
            for status, title in ANSWERS.items():
                call["responses"].setdefault(status, {"description": title, "content": content})
    return result


class Document(SpectacularAPIView):
    """The OpenAPI document of this API, 3.1, as JSON."""

    renderer_classes = [JSONRenderer]
    authentication_classes = []

    @method_decorator(cache_control(max_age=300))
    def get(self, request, *args, **kwargs):
        return self._get_schema_response(request)


class Reader(SpectacularSwaggerSplitView):
    """The OpenAPI document to read and try, without anything from elsewhere."""

    authentication_classes = []
    url_name = "api:openapi"
    url_self = None


