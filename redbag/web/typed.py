"""What somebody typed or chose in a form, tidied."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from redbag.errors import BadInput

MOST_CSV_BYTES = 2 * 1024 * 1024

LONGEST_SEARCH = 200  # characters; a database gives up on far longer ones


def text(posted: Mapping, name: str) -> str:
    """The words of one field, without the spaces around them; lines end in one character."""
    return (posted.get(name) or "").replace("\r\n", "\n").replace("\0", "").strip()


def form_id(posted: Mapping, name: str = "form") -> UUID:
    """The id a form was drawn with, so that sending it twice is known; a fresh one when it has none."""
    try:
        return UUID(posted.get(name) or "")
    except ValueError:
        return uuid4()


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where the form wants to go on to, if that is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if asked and ours else otherwise


def sheet(request: HttpRequest) -> bytes:
    """The CSV file somebody chose, or BadInput in words."""
    chosen = request.FILES.get("file")
    if chosen is None:
        raise BadInput({"file": "Choose a CSV file."})
    if chosen.size > MOST_CSV_BYTES:
        raise BadInput({"file": "This file is too large: 2 MB at most. Split the list into several files."})
    content = chosen.read()
    if not content.strip():
        raise BadInput({"file": "This file is empty. Choose the file with your list."})
    return content
