"""What somebody wants to see of reports: over which days, beside which others, of whom."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind, Organisation
from redbag.reports.periods import (
    LONDON,
    NAMED,
    OVER,
    a_year_before,
    before,
    month_that_is_over,
    named,
    named_months,
    read_period,
)
from redbag.reports.scopes import Scope, choices_for
from redbag.web import homes
from redbag.web.typed import text
from redbag.web.whose import whose

COMPARED = {"before": "the days just before", "year": "the same days a year before"}
USUAL = "30"
ALWAYS_OVER = "last-month"


@dataclass(frozen=True)
class Asked:
    """The days, by name where they have one, those to compare with, and whose numbers. `errors` are by field.

    `last` is the last of the days that has come, `ready` the days that have a name, by what they are called.
    """

    start: date
    end: date
    last: date
    days: str
    compare: str
    scope: Scope
    place: Organisation | None
    typed: dict[str, str]
    errors: dict[str, str]
    ready: dict[str, str]
    newest: date | None = None  # the month up to which is told, where only months that are over are

    def periods(self, **other: str) -> list[tuple[str, str, bool]]:
        """The days that have a name: its words, the end of an address, and whether they are these."""
        return [(words, self.query(days=name, **other), name == self.days) for name, words in self.ready.items()]

    @property
    def against(self) -> tuple[date, date]:
        """The days to compare with."""
        return (a_year_before if self.compare == "year" else before)(self.start, self.end)

    @property
    def compared_words(self) -> str:
        """What those are."""
        return COMPARED[self.compare]

    def query(self, **other: str) -> str:
        """The same again as the end of an address, with something else in some places."""
        days = {"days": self.days} if self.days else {"from": self.start.isoformat(), "to": self.end.isoformat()}
        told = {**days, "compare": self.compare, "organisation": self.place.ods_code if self.place else "", **other}
        if "days" in other:
            told = {name: value for name, value in told.items() if name not in ("from", "to")}
        return urlencode(
            {name: value for name, value in told.items() if value and (name, value) != ("compare", "before")}
        )

    def dated(self, place: Organisation | str | None = None) -> str:
        """The days as dates and whose numbers, as the end of an address: what leads behind a number."""
        code = place if isinstance(place, str) else (place or self.place).ods_code if place or self.place else ""
        told = {"from": self.start.isoformat(), "to": self.end.isoformat(), "organisation": code}
        return urlencode({name: value for name, value in told.items() if value})


def asked(request: HttpRequest, *, now: datetime, usual: str = USUAL) -> Asked:
    """What the address asks for, the usual days where it says nothing; wrong days are told in `errors`.

    The days are those that are counted: whole months that are over where whoever asks stands outside.
    """
    scope, place = whose(request)
    typed = {name: text(request.GET, name) for name in ("from", "to", "days", "compare")}
    today, errors = now.astimezone(LONDON).date(), {}
    newest = None if scope.inside else month_that_is_over(now)
    ready, means = (OVER, named_months) if newest else (NAMED, named)
    known = {name: meant for name in ready if (meant := means(name, today=today))}
    usual = usual if usual in known else ALWAYS_OVER
    days = typed["days"] if typed["days"] in known else "" if typed["from"] or typed["to"] else usual
    start, end = known[days or usual]
    if not days:
        try:
            start, end = scope.days(*read_period(first=typed["from"], last=typed["to"], now=now), now=now)
            days = next((name for name, meant in known.items() if meant == (start, end)), "")
        except BadInput as wrong:
            errors = wrong.errors
    compare = typed["compare"] if typed["compare"] in COMPARED else "before"
    words = {name: ready[name] for name in known}
    return Asked(start, end, min(end, today), days, compare, scope, place, typed, errors, words, newest)


def whose_choices(request: HttpRequest, place: Organisation | None) -> list[dict]:
    """The organisations to choose between, for a select; empty when there is nothing to choose."""
    outside = choices_for(actor=request.actor)
    found = outside or own_homes(request)
    if len(found) < 2:
        return []
    everybody = {"value": "", "text": "Everybody together" if outside else "All my homes", "selected": place is None}
    return [everybody] + [
        {"value": each.ods_code, "text": each.name, "selected": place is not None and each.pk == place.pk}
        for each in found
    ]


def own_homes(request: HttpRequest) -> list[Organisation]:
    """The homes whose reports are theirs to read, by name."""
    places = homes.places(request.actor, Permission.READ_REPORTS)
    return sorted((place for place in places if place.kind == Kind.CARE_HOME), key=lambda place: place.name)
