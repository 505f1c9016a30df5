"""*How our discharges went*: a hospital's own scorecard, each number with the journeys behind it."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from redbag.departures.discharged import PERIODS, Card, card_of
from redbag.departures.scorecard import BY_NAME
from redbag.journal.recording import record_view
from redbag.transfers.models import Transfer
from redbag.web.typed import text

MOST_SHOWN = 200


@require_safe
def how_discharges_went(request: HttpRequest) -> HttpResponse:
    """Every measure with how many of how many; `?behind=` names the journeys of one."""
    now = timezone.now()
    asked = text(request.GET, "days")
    days = next((each for each in PERIODS if str(each) == (asked or str(PERIODS[0]))), None)
    if days is None:
        raise Http404
    card = card_of(request.actor, days=days, ward=text(request.GET, "ward"), now=now)
    if behind := text(request.GET, "behind"):
        return _behind(request, card, behind, now)
    seen = {"card": card, "periods": PERIODS, "query": _query(card)}
    return render(request, "pages/departures/scorecard.html", seen)


def _behind(request: HttpRequest, card: Card, name: str, now: datetime) -> HttpResponse:
    """The journeys that one measure counted, as far as the reader may see them."""
    if name not in BY_NAME:
        raise Http404
    score = next(each for each in card.scores if each.measure.name == name)
    mine = Transfer.objects.visible_to(request.actor, now=now).select_related("resident", "home")
    known = mine.in_bulk(score.journeys[:MOST_SHOWN])
    left = {each.transfer: each.left_at for each in card.departures}
    rows = [(known[pk], left[pk]) for pk in score.journeys[:MOST_SHOWN] if pk in known]
    if rows:
        where = request.actor.first_place()
        shown = sorted({transfer.resident_id for transfer, _ in rows})
        record_view("scorecard", None, actor=request.actor, at=now, organisation=where, residents=shown)
    seen = {"card": card, "score": score, "rows": rows, "query": _query(card)}
    return render(request, "pages/departures/behind.html", seen)


def _query(card: Card) -> str:
    return urlencode({"days": card.days, **({"ward": card.ward} if card.ward else {})})
