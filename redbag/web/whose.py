"""Whose numbers a page of reports was asked for."""

from django.http import HttpRequest

from redbag.organisations.models import Organisation
from redbag.reports.scopes import Scope, scope_named
from redbag.web.typed import text


def whose(request: HttpRequest, name: str = "organisation") -> tuple[Scope, Organisation | None]:
    """The scope of the organisation whose ODS code stands in the address; see `scope_named`."""
    return scope_named(actor=request.actor, code=text(request.GET, name))
