"""What a crew sees of a journey on which somebody died: whom to ring, never an emergency."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet, ring_after_death
from redbag.transfers.receivers import receivers
from redbag.web.telling import new_form


def is_over_for(actor: Actor, transfer: Transfer) -> bool:
    """Whether somebody died on this journey, and the reader is a crew: neither the home nor a hospital."""
    reads_on = (Permission.SEE_HOME_VIEW, Permission.SEE_CLINICAL_VIEW)
    return is_quiet(transfer) and not any(actor.organisations_with(each) for each in reads_on)


def after_death(
    request: HttpRequest,
    transfer: Transfer,
    *,
    acting: Organisation | None = None,
    visiting: bool = False,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The calm page; who still has the bag can say to whom it went. The caller notes the look in the journal."""
    has_it = acting is not None and transfer.holder_id == acting.pk
    seen = {
        "transfer": transfer,
        "ring": ring_after_death(transfer),
        "has_it": has_it,
        "visiting": visiting,
        "receivers": [each for each in receivers(transfer) if each != acting] if has_it else [],
        "give_form": new_form(),
        "left_form": new_form(),
        "errors": errors or {},
    }
    return render(request, "pages/scan/after_death.html", seen, status=422 if errors else 200)
