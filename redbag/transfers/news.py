"""What a journey has to tell its home and where it goes, by code and id. Of a death nothing is told."""

from collections.abc import Collection
from datetime import datetime

from redbag.deliveries.actions import News, post_news
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage

UNTOLD = (Outcome.DIED, Outcome.CLOSED)  # closing is told as such


def announce_packed(transfer: Transfer, *, now: datetime) -> None:
    """Tell the home and the destination that somebody is going to hospital."""
    _post(transfer, [_news(transfer, "transfer.packed"), _news(transfer, "transfer.stage_changed")], now)


def announce(transfer: Transfer, fact: Fact, *, changed: Collection[str], missing_before: int, now: datetime) -> None:
    """Tell what a fact has changed: the hand-over, the outcome, the stage, what is missing or found. One look-up."""
    news = []
    if fact.kind == Kind.HANDOFF:
        news.append(_news(transfer, "handoff.recorded", fact=str(fact.pk)))
    if fact.kind == Kind.OUTCOME and fact.outcome not in UNTOLD:
        news.append(_news(transfer, "outcome.told", fact=str(fact.pk), outcome=fact.outcome))
    if "stage" in changed:
        news.append(_news(transfer, "transfer.stage_changed"))
        news += [_news(transfer, "transfer.closed")] if transfer.stage == Stage.CLOSED else []
    if transfer.missing_items != missing_before:
        news.append(_news(transfer, "item.missing" if transfer.missing_items > missing_before else "item.found"))
    if news:
        _post(transfer, news, now)


def _news(transfer: Transfer, type: str, **ids: str) -> News:
    told = {"transfer": str(transfer.pk), "stage": transfer.stage, **ids}
    return News(type=type, subject_id=transfer.pk, path=f"/api/v1/transfers/{transfer.pk}", ids=told)


def _post(transfer: Transfer, news: list[News], now: datetime) -> None:
    """The destination is told how the journey moves on, the home everything."""
    moves = [each for each in news if each.type.startswith(("transfer.", "handoff."))]
    own = [each for each in news if each not in moves]
    if moves:
        places = dict.fromkeys((transfer.home_id, transfer.destination_id or transfer.home_id))
        post_news(organisations=list(places), news=moves, now=now)
    if own:
        post_news(organisations=[transfer.home_id], news=own, now=now)
