"""What an address that leads nowhere answers, and what breaks: in the words of the door that was knocked at."""

from redbag.api import problems as api
from redbag.web import problems as web


def not_found(request, exception=None):
    return api.not_found(request) if request.path.startswith("/api/") else web.not_found(request)


def broken(request):
    return api.broken(request) if request.path.startswith("/api/") else web.broken(request)


def bad_request(request, exception=None):
    return api.bad_request(request) if request.path.startswith("/api/") else web.bad_request(request)
