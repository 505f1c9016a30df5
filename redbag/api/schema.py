"""The OpenAPI document, and what it says of every call alike."""

from functools import lru_cache

from django.http import JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import normalize_result_object
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

from redbag.deliveries.events import CATALOGUE, Event

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
    "410": "Was there, and cannot be read any more",
    "412": "Somebody was faster",
    "413": "Too large",
    "415": "This content type is not understood here",
    "422": "Something in what was sent is wrong",
    "428": "If-Match is missing",
    "429": "Too often",
    "500": "Something broke on our side",
    "503": "Not this moment",
}

# What only calls of these methods answer.
ONLY_OF = {
    "412": ("post", "put", "patch"),
    "413": ("post", "put", "patch"),
    "415": ("post", "put", "patch"),
    "428": ("put", "patch"),
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 200},
    "description": "Sent again with the same key, the call is answered as the first time. Kept for a week.",
}
SIGNED = {
    "webhook-id": "stays the same when it is sent again",
    "webhook-timestamp": "seconds since 1970 of this attempt",
    "webhook-signature": "v1, and the base64 HMAC-SHA256 of id.timestamp.body; several while a secret changes",
}
PAGE = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
    {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "comes with `next`"},
]


def problems_everywhere(result, generator, request, public):
    """What every call shares: problem details, pages of lists, and asking twice safely."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for calls in result["paths"].values():
        for method, call in calls.items():
            for status, title in ANSWERS.items():
                if method not in ONLY_OF.get(status, (method,)):
                    continue
                call["responses"].setdefault(status, {"description": title, "content": content})
            if method == "post":
                call.setdefault("parameters", []).append(ONCE)
            if _is_list(call):
                call.setdefault("parameters", []).extend(PAGE)
    result["webhooks"] = {event.name: _webhook(event) for event in CATALOGUE}
    return result


def _webhook(event: Event) -> dict:
    """What is posted to a webhook, signed after Standard Webhooks; `data` holds ids and codes, never a person."""
    data: dict[str, dict] = {name: {} for name in event.ids}
    data["address"] = {"type": "string", "format": "uri"}
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": event.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "properties": data},
        },
    }
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
        for name, words in SIGNED.items()
    ]
    return {
        "post": {
            "summary": event.words,
            "description": f"{event.when} Since {event.since}.",
            "parameters": headers,
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {
                "2XX": {"description": "Taken"},
                "410": {"description": "Wanted no more"},
            },
        }
    }


def _is_list(call) -> bool:
    body = call["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return body.get("schema", {}).get("$ref", "").endswith("List")


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
    template_name = "pages/api/docs.html"  # the package's own has a style inside the page
