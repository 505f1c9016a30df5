"""The OpenAPI document, and what it says of every call alike."""

from functools import lru_cache

from django.http import JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import normalize_result_object
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

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


@lru_cache
def document() -> dict:
    """The whole document; it takes seconds to make and does not change while the service runs."""
    return normalize_result_object(SchemaGenerator().get_schema(request=None, public=True))


@require_safe
def openapi(request) -> JsonResponse:
    """The OpenAPI document of this API, 3.1."""
    return JsonResponse(document(), headers={"Cache-Control": "max-age=300"})


@extend_schema(exclude=True)
class Reader(SpectacularSwaggerSplitView):
    """The OpenAPI document to read and try, without anything from elsewhere."""

    authentication_classes = []
    url_name = "api:openapi"
