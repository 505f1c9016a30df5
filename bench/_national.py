"""What `bench/national.py` asks of one database, and how long each answer took."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import quantiles

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from redbag import rows
from redbag.counting.catching_up import catch_up
from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss, CountedResident
from redbag.journal.recording import record
from redbag.organisations.access import actor_for
from redbag.organisations.models import Organisation, User
from redbag.reports.measures import MEASURES
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_for
from redbag.residents.models import Resident
from redbag.transfers.models import Fact

OWN, OTHER, NATION = "manager@oakview.example", "manager@home0.example", "auditor@nation.example"
COUNTED = (CountedJourney, CountedHandover, CountedLoss, CountedLetter, CountedResident)
YEAR = timedelta(days=364)
HOME_PAGES = {"month": "/reports", "measures": "/reports/measures"}
AREA_PAGES = {"year": "/reports/measures?days=365"}
WARM_UP = 3


def ask_everything(*, times: int, writing: float) -> dict:
    """Seconds by what was asked, statements, and how stale an answer got while somebody wrote."""
    rows.outside = rows.ALL
    told: dict = {"rows": {table.__name__: table.objects.count() for table in (*COUNTED, Fact)}}
    for who, email in (("own", OWN), ("other", OTHER)):
        if client := _signed_in(email):
            told |= {f"{who} {name}": _asked(client, page, times) for name, page in HOME_PAGES.items()}
    if client := _signed_in(NATION):
        areas = Organisation.objects.filter(area__ods_code="QNENG", kind="area").order_by("ods_code")
        codes = list(areas.values_list("ods_code", flat=True))
        for name, page in AREA_PAGES.items():
            for state in ("cold", "warm"):  # cold: nobody has asked for this area since the measuring began
                told[f"area {name} {state}"] = _each(client, [f"{page}&organisation={code}" for code in codes])
            told[f"nation {name}"] = _asked(client, page, 5, begin=cache.clear)
            told[f"nation {name} kept"] = _asked(client, page, 5)
        told["nation by area"] = _timed(_audit, 3, begin=cache.clear)
    told["stale"] = _while_writing(writing)
    return told


def _signed_in(email: str) -> Client | None:
    user, client = User.objects.filter(email=email).first(), Client()
    if user is None:
        return None
    client.force_login(user)
    return client


def _asked(client: Client, page: str, times: int, *, begin: Callable[[], None] = lambda: None) -> dict:
    def ask() -> None:
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)

    for _ in range(WARM_UP):
        ask()
    timed = _timed(ask, times, begin=begin)
    begin()
    return timed | {"statements": _statements(ask)}


def _each(client: Client, pages: list[str]) -> dict:
    """One asking of each page."""
    waiting = iter(pages)

    def ask() -> None:
        page = next(waiting)
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)

    return _timed(ask, len(pages))


def _audit() -> None:
    """Every measure of the nation's year, told apart by area, beside the year before."""
    today = timezone.localdate()
    nation = scope_for(actor=actor_for(User.objects.get(email=NATION)), organisation=None)
    tables_of(MEASURES, scope=nation, start=today - YEAR, end=today, now=timezone.now(), compared=True)


def _timed(ask: Callable[[], object], times: int, *, begin: Callable[[], None] = lambda: None) -> dict:
    """Seconds of so many askings; `begin` goes before each: a nation's answer that is kept is thrown away."""
    took = []
    for _ in range(times):
        begin()
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    marks = quantiles(took, n=20, method="inclusive") if len(took) > 1 else took * 19
    return {"p50": marks[9], "p95": marks[18], "best": min(took)}


def _statements(ask: Callable[[], object]) -> int:
    asked = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        ask()
    return len(asked)


def _while_writing(seconds: float) -> dict:
    """Somebody writes about another resident twenty times a second; how old answers are, and what keeping up takes."""
    residents = list(Resident.objects.filter(archived_at=None).order_by("pk").values_list("pk", "home")[:2000])
    began, oldest, took, written = time.monotonic(), 0.0, [], 0
    while (passed := time.monotonic() - began) < seconds:
        while written < passed * 20:
            resident, home = residents[written % len(residents)]
            record("resident.bench", None, actor=None, at=timezone.now(), organisation=home, resident=resident)
            written += 1
        start = time.perf_counter()
        fresh = catch_up(now=timezone.now(), at_most=100)
        took.append(time.perf_counter() - start)
        counted = fresh.counted_at or timezone.now()
        oldest = max(oldest, (timezone.now() - counted).total_seconds())
        time.sleep(0.2)
    return {"oldest": oldest, "p95": sorted(took)[int(len(took) * 0.95)], "written": written, "waiting": fresh.waiting}
