"""Errors as problem details (RFC 9457), each with what to do."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from redbag.errors import BadInput, Busy, Gone, NotAllowed, NotThere, Refused
from redbag.organisations.throttling import TooOften
from redbag.summaries.actions import SomebodyWasFaster

TITLES = {
    401: "Not signed in",
    403: "Your role may not do this",
    404: "Not there, or not yours",
    405: "Not a call of this address",
    406: "Cannot answer in this form",
    409: "Refused as things are",
    410: "Was there, and cannot be read any more",
    412: "Somebody was faster",
    413: "Too large",
    415: "This content type is not understood here",
    422: "Something in what was sent is wrong",
    428: "If-Match is missing",
    429: "Too often",
    500: "Something broke on our side",
    503: "Not this moment",
}
CONTENT_TYPE = "application/problem+json"


class Unprocessable(drf.APIException):
    """What was sent cannot be understood: 422 with `errors` by field."""

    status_code = 422

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class PreconditionMissing(drf.APIException):
    status_code = 428
    default_code = "if_match_missing"
    default_detail = "Send If-Match with the ETag you read, so that nobody's work is overwritten."


def body(status: int, detail: str, code: str, **more) -> dict:
    """A problem as a dictionary."""
    return {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }


def answer(status: int, detail: str, code: str, headers: dict | None = None, **more) -> Response:
    """A problem as a response."""
    response = Response(body(status, detail, code, **more), status=status, headers=headers)
    response.content_type = CONTENT_TYPE
    return response


def handle(exception, context) -> Response | None:
    """Turn whatever a view raised into problem details; anything unforeseen stays an error of ours (500)."""
    set_rollback()
    match exception:
        case BadInput() | Unprocessable():
            return answer(422, str(exception), "bad_input", errors=exception.errors)
        case SomebodyWasFaster():
            return answer(412, str(exception), exception.code, **exception.facts)
        case Busy():
            return answer(503, str(exception), exception.code, {"Retry-After": "5"})
        case Gone():
            return answer(410, str(exception), exception.code)
        case TooOften():
            return answer(429, str(exception), exception.code, {"Retry-After": str(exception.wait)})
        case Refused():
            return answer(409, str(exception), exception.code, **exception.facts)
        case NotAllowed() | PermissionDenied():
            return answer(403, str(exception) or "Your role may not do this.", "not_allowed")
        case Http404() | drf.NotFound() | NotThere():
            return answer(404, "There is nothing here, or it is not yours.", "not_found")
        case RequestDataTooBig():
            return answer(413, "This is larger than 20 MB. Send a smaller file.", "too_large")
        case drf.ParseError():
            return answer(422, f"This is not JSON: {exception.detail}", "bad_input", errors={"body": "Send JSON."})
        case drf.ValidationError():
            return answer(422, "Something in what was sent is wrong.", "bad_input", errors=_flat(exception.detail))
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return answer(401, str(exception.detail), "not_signed_in", {"WWW-Authenticate": "Bearer"})
        case drf.APIException():
            code = exception.get_codes() if isinstance(exception.detail, str) else "error"
            return answer(exception.status_code, str(exception.detail), str(code), _headers(exception))
    return None


def _headers(exception) -> dict:
    wait = getattr(exception, "wait", None)
    return {"Retry-After": str(int(wait))} if wait else {}


def _flat(detail, prefix: str = "") -> dict[str, str]:
    if isinstance(detail, dict):
        flat: dict[str, str] = {}
        for name, value in detail.items():
            flat |= _flat(value, f"{prefix}.{name}" if prefix else str(name))
        return flat
    if isinstance(detail, list) and any(isinstance(each, dict) for each in detail):
        return {k: v for place, each in enumerate(detail) for k, v in _flat(each, f"{prefix}.{place}").items()}
    words = detail if isinstance(detail, list) else [detail]
    return {prefix or "body": " ".join(str(word) for word in words)}


def not_found(request) -> JsonResponse:
    """What an address of the API that leads nowhere answers."""
    return _plain(404, "There is no such call. See /api/openapi.json.", "not_found")


def bad_request(request) -> JsonResponse:
    """What a request that cannot even be read answers."""
    return _plain(400, "This request cannot be read.", "bad_request")


def broken(request) -> JsonResponse:
    """What an API caller reads when something broke on our side."""
    return _plain(500, "Nothing that was confirmed is lost. Try again with the same ids.", "broken")


def _plain(status: int, words: str, code: str) -> JsonResponse:
    return JsonResponse(body(status, words, code), status=status, content_type=CONTENT_TYPE)
