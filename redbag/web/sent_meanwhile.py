"""While somebody writes a letter, a colleague may send one: whoever writes is told, and keeps what they typed."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer
from redbag.web.typed import text

MEANWHILE = (
    "Somebody sent another version while this was being written. What you typed is kept. "
    "Read that one first, then choose again: does this one replace it, or add to it?"
)


def _own(request: HttpRequest) -> QuerySet[DischargeSummary]:
    return DischargeSummary.objects.visible_to(request.actor, now=timezone.now())


def sent_so_far(request: HttpRequest, transfer: Transfer, organisation: Organisation) -> str:
    """The versions that this hospital has sent of this stay; the form carries them back."""
    rows = _own(request).filter(transfer=transfer, organisation=organisation).exclude(sent_at=None)
    return ",".join(str(each) for each in rows.order_by("version").values_list("version", flat=True))


def sent_meanwhile(request: HttpRequest, transfer: Transfer, organisation: Organisation) -> dict[str, str]:
    """What to say where somebody sent a version while this was typed; nothing of what is only kept as a draft."""
    begun = request.POST.get("begun_from")
    kept = text(request.POST, "what") == "draft"
    if begun is None or kept or begun == sent_so_far(request, transfer, organisation):
        return {}
    return {"relation": MEANWHILE}


def sent_since(request: HttpRequest, draft: DischargeSummary) -> bool:
    """Whether this hospital has sent something of this stay since the draft was written."""
    rows = _own(request).filter(transfer=draft.transfer, organisation=draft.organisation)
    return rows.filter(sent_at__gt=draft.written_at).exists()


def begun_from(
    request: HttpRequest, transfer: Transfer, organisation: Organisation, fields: Mapping, errors: Mapping
) -> str:
    """Which versions the form was begun from: those it came with, or those of now when it is new or has just told."""
    if errors.get("relation") != MEANWHILE and "begun_from" in fields:
        return text(fields, "begun_from")
    return sent_so_far(request, transfer, organisation)
