"""A signature on a journey, for its parties."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from redbag.transfers.signatures import picture_of
from redbag.web.transfers import their_transfer


@never_cache
def signature(request: HttpRequest, transfer_id: UUID, signature_id: UUID) -> HttpResponse:
    """The picture of a signature; 404 where only a name was typed."""
    signed = their_transfer(request, transfer_id).signatures.filter(pk=signature_id).exclude(file="").first()
    if signed is None:
        raise Http404
    return HttpResponse(picture_of(signed), content_type="image/png")
