"""Looking what is in the bag: what came on top of the list, and that somebody opened it."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.transfers.contents import CATEGORIES
from redbag.web.telling import acting_for, tell
from redbag.web.transfers import their_transfer, transfer_page
from redbag.web.typed import form_id, onward, text

MOST_EXTRAS = 5


def extras(posted: Mapping) -> list[dict]:
    """Things in the bag that are not on its list, as the rows of a check; the same form again names the same things."""
    form, rows = form_id(posted), []
    for place in range(MOST_EXTRAS):
        words, category = text(posted, f"extra-{place}-words")[:200], text(posted, f"extra-{place}-category")
        if words or category:
            kind = category if category in CATEGORIES else "other"
            extra = str(uuid5(form, f"extra {place}"))
            rows.append({"item": extra, "state": "extra", "category": kind, "description": words})
    return rows


def opened(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Somebody opened the bag: who, and why."""
    transfer = their_transfer(request, transfer_id)
    acting = acting_for(request.actor, transfer, Permission.CHECK_BAGS)
    who, why, now = text(request.POST, "opened_by"), text(request.POST, "why"), timezone.now()
    if not why:
        return transfer_page(request, transfer, errors={"why": "Say why the bag was opened."})
    said = {"kind": "opened", "transfer": str(transfer.pk), "from_name": who or request.actor.name, "reason": why}
    try:
        result = tell(request, now=now, acting=acting, **said)
    except BadInput as wrong:
        return transfer_page(request, transfer, errors=wrong.errors)
    again = result.outcome == "duplicate"
    messages.success(request, "Already recorded." if again else "Recorded: the bag was opened.")
    return redirect(onward(request, reverse("web:transfer", args=[transfer.pk])))
