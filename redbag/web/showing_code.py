"""The giver's screen: the hand-over code and its QR, which change by themselves."""

import math
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from redbag.bags.qr import qr_svg
from redbag.organisations.access import Permission
from redbag.transfers.handover_codes import LASTS, address_of, code_at
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words
from redbag.web.transfers import their_transfer


def minutes_left(until: datetime, *, now: datetime) -> int:
    """How many minutes something is still shown, at least one."""
    return max(1, math.ceil((until - now) / timedelta(minutes=1)))


def code_shown(transfer: Transfer, *, now: datetime) -> dict:
    """The code in two threes, its QR, and for how many minutes; `code` is empty while too many were guessed.

    `void`: it is a new one before its time, because the one before was guessed at too often.
    """
    code, until = code_at(transfer, now)
    return {
        "code": f"{code[:3]} {code[3:]}".strip(),
        "qr": _qr(transfer, code) if code else "",
        "minutes": minutes_left(until, now=now),
        "until": until,
        "void": bool(code) and until - now > LASTS,
    }


def _qr(transfer: Transfer, code: str) -> SafeString:
    """Drawn from our own address and digits alone, so it is safe as it is."""
    return mark_safe(qr_svg(address_of(transfer, code)))


def gives(request: HttpRequest, transfer: Transfer) -> bool:
    """Whether somebody's own organisation has the bag now, so that they can hand it on."""
    return transfer.stage != Stage.CLOSED and request.actor.may(Permission.MOVE_BAGS, transfer.holder_id)


@never_cache
def show_code(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The code for whoever takes the bag next; once it has gone on, who has it."""
    transfer, now = their_transfer(request, transfer_id), timezone.now()
    shown = code_shown(transfer, now=now) if gives(request, transfer) else {"code": "", "gone": True}
    seen = {"transfer": transfer, "held": held_words(transfer), **shown}
    part = "_code_now" if request.htmx else "code"
    return render(request, f"pages/transfers/{part}.html", seen)
