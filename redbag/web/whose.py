"""Whose numbers a page of reports was asked for."""

from django.http import Http404, HttpRequest

from redbag.errors import NotAllowed
from redbag.organisations.models import Organisation
from redbag.reports.scopes import Scope, scope_for
from redbag.web.typed import text


def whose(request: HttpRequest, name: str = "organisation") -> tuple[Scope, Organisation | None]:
    """The scope of the organisation whose ODS code stands in the address, without one whoever asks' own.

    404 for one that is not theirs to ask about, NotAllowed where their role reads no reports at all.
    """
    code = text(request.GET, name).upper()
    place = Organisation.objects.select_related("area").filter(ods_code=code).first() if code else None
    if code and place is None:
        raise Http404
    try:
        return scope_for(actor=request.actor, organisation=place), place
    except NotAllowed:
        if place is None:
            raise
        raise Http404 from None
