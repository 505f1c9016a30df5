"""Which records of a home may be one person's."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Case, Q, QuerySet, When

from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.residents.similar_names import similar

BIRTH = "Same birth date, similar name"
NUMBER = "Similar name, and one of them has no NHS number"

GONE = timedelta(days=365)
MOST = 50


def worth_comparing(person: Resident, others: QuerySet[Resident], *, now: datetime) -> QuerySet[Resident]:
    """Of these records the at most 50 that likely_same is to look at: born that day, or the same first letter of the
    surname, living here or gone for less than a year; those born that day first."""
    close, initial = Q(date_of_birth=person.date_of_birth), person.last_name.strip()[:1]
    here = others.filter(Q(archived_at=None) | Q(archived_at__gt=now - GONE))
    born_first = Case(When(close, then=0), default=1)
    near = close | Q(last_name__istartswith=initial) if initial else close
    return here.filter(near).order_by(born_first, "last_name", "first_name", "pk")[:MOST]


def likely_same(person: Resident, others: Iterable[Resident]) -> list[tuple[Resident, str]]:
    """Who may be the same person, each with why, the likeliest first.

    Names are compared as staff confuse them; two different NHS numbers that were both checked are two people.
    """
    found = []
    for each in others:
        if each.pk == person.pk or _two_checked_numbers(person, each) or not _alike(person, each):
            continue
        if each.date_of_birth == person.date_of_birth:
            found.append((each, BIRTH))
        elif not (each.nhs_number_index and person.nhs_number_index) and _first(each) == _first(person):
            found.append((each, NUMBER))
    return sorted(found, key=lambda pair: (pair[1] != BIRTH, pair[0].last_name, pair[0].first_name))


def same_name_and_birth(home: Organisation, *, first_name: str, last_name: str, born: date) -> list[Resident]:
    """The records of a home, kept and not joined to another, with this name and this birth date."""
    born_then = Resident.objects.filter(home=home, date_of_birth=born, merged_into=None).order_by("pk")
    name = (_plain(first_name), _plain(last_name))
    return [each for each in born_then if (_plain(each.first_name), _plain(each.last_name)) == name]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _alike(one: Resident, other: Resident) -> bool:
    """Similar by the names they are called, or by their first names."""
    called: dict[Hashable, tuple[str, str]] = {
        each.pk: (each.preferred_name or each.first_name, each.last_name) for each in (one, other)
    }
    written: dict[Hashable, tuple[str, str]] = {each.pk: (each.first_name, each.last_name) for each in (one, other)}
    return bool(similar(called) or similar(written))


def _first(person: Resident) -> str:
    return person.first_name.strip().casefold()[:1]


def _two_checked_numbers(one: Resident, other: Resident) -> bool:
    checked = {each.nhs_number for each in (one, other) if each.nhs_number_status == Resident.Number.VERIFIED}
    return len(checked) > 1
