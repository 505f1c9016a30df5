"""The pages of a letter as pictures, for whoever may read the letter; and the return note to print."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges.files import Filed, page_of
from redbag.discharges.models import DischargeSummary
from redbag.documents import answering
from redbag.documents.drawing import CannotBeDrawn
from redbag.journal.recording import record_view
from redbag.packs.return_note import print_return_note
from redbag.transfers.models import Transfer


def summary_page(request: HttpRequest, summary_id: UUID, number: int) -> HttpResponse:
    """One page of a summary that came as a PDF, as a picture; 404 for a page there is not."""
    now = timezone.now()
    summary = get_object_or_404(DischargeSummary.objects.visible_to(request.actor, now=now), pk=summary_id)
    where, whose = request.actor.first_place(), summary.resident_id
    record_view("discharge", summary, actor=request.actor, at=now, organisation=where, resident=whose)
    return picture_of(summary, number)


@never_cache
def return_note(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The return note of a journey, for its home to print and put into the bag."""
    now = timezone.now()
    transfer = get_object_or_404(Transfer.objects.visible_to(request.actor, now=now), pk=transfer_id)
    handed = print_return_note(actor=request.actor, transfer=transfer, now=now)
    return HttpResponse(handed.content, headers=handed.headers)


def picture_of(letter: Filed, number: int) -> HttpResponse:
    """A page of a letter's file as a picture that nobody keeps; Gone when the file cannot be read."""
    try:
        return answering.picture_answer(lambda: page_of(letter, number))
    except (LookupError, CannotBeDrawn):
        raise Http404 from None
