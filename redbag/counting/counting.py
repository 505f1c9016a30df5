"""Rows of people's journeys are thrown away and made again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from redbag.counting.belongings import loss_rows
from redbag.counting.followed import Followed
from redbag.counting.handovers import handover_rows
from redbag.counting.journeys import VERSION, journey_row
from redbag.counting.letters import letter_row
from redbag.counting.material import Material, Person, gather, people_of
from redbag.counting.models import (
    CountedHandover,
    CountedJourney,
    CountedLetter,
    CountedLoss,
    CountedResident,
    Mark,
)
from redbag.counting.paperwork import NOTHING_FROZEN
from redbag.counting.residents import resident_row
from redbag.organisations.models import Place
from redbag.rows import everything

PAGE = 500


@dataclass
class Rows:
    """The rows of some people, before they are kept."""

    journeys: list[CountedJourney] = field(default_factory=list)
    handovers: list[CountedHandover] = field(default_factory=list)
    losses: list[CountedLoss] = field(default_factory=list)
    letters: list[CountedLetter] = field(default_factory=list)
    residents: list[CountedResident] = field(default_factory=list)


@everything()
def count(residents: Iterable[UUID], *, now: datetime) -> None:
    """Make all rows of these residents anew, in one transaction, about twenty statements for every 500.

    Two records that were joined are one person's. Whoever counts at the same time waits. Of somebody whose record was
    destroyed the rows stay as they were: they name nobody, and nothing is left to make them of.
    """
    wanted = list(dict.fromkeys(residents))
    with transaction.atomic():
        Mark.objects.get_or_create(pk=1)
        Mark.objects.select_for_update().get(pk=1)
        for start in range(0, len(wanted), PAGE):
            people = _without_destroyed(people_of(wanted[start : start + PAGE]))
            material = gather(people)
            _keep(material, rows_of(material, now=now))


def _without_destroyed(people: Sequence[Person]) -> list[Person]:
    gone = [each for person in people if person.destroyed for each in person.ids]
    if not gone:
        return list(people)
    counted = CountedJourney.objects.filter(resident__in=gone)
    counted.exclude(version=VERSION).update(version=VERSION)
    known = set(counted.values_list("resident", flat=True))
    _empty_words(list(counted.values_list("transfer", flat=True)))
    return [person for person in people if not known.intersection(person.ids)]


def _empty_words(transfers: Sequence[UUID]) -> None:
    """Of a destroyed record, keep the ward only where it is one that a hospital has on its list: the rest was typed."""
    listed = Place.objects.values("name")
    for table in (CountedJourney, CountedHandover, CountedLoss, CountedLetter):
        table.objects.filter(transfer__in=transfers).exclude(ward__in=listed).update(ward="")


def rows_of(material: Material, *, now: datetime) -> Rows:
    """Every row that follows from what is known."""
    rows = Rows()
    for person in material.people:
        journeys = material.journeys.get(person.kept.pk, ())
        rows.residents.append(_resident(person, journeys))
        for followed, next_left_at in _with_next(journeys):
            _add(rows, followed, material, next_left_at, now)
    for letter, home, area in material.letters_alone:
        rows.letters.append(letter_row(letter, home=home, area=area))
    return rows


def _with_next(journeys: Sequence[Followed]) -> Iterator[tuple[Followed, datetime | None]]:
    """Each journey with when the resident next left the home; on a journey that took nobody away they did not."""
    following: datetime | None = None
    pairs = []
    for followed in reversed(journeys):
        pairs.append((followed, following))
        following = followed.moments.departed or following
    return reversed(pairs)


def _add(rows: Rows, followed: Followed, material: Material, next_left_at: datetime | None, now: datetime) -> None:
    about = followed.about
    letters = material.letters.get(about.transfer, ())
    rows.journeys.append(
        journey_row(
            followed,
            papers=material.papers.get(about.transfer, NOTHING_FROZEN),
            letters=letters,
            used_at=material.used_at.get(about.transfer),
            next_left_at=next_left_at,
            counted_at=now,
        )
    )
    rows.handovers += handover_rows(followed)
    rows.losses += loss_rows(followed, searches=material.searches.get(about.transfer, ()))
    rows.letters += [letter_row(each, home=about.home, area=about.area, followed=followed) for each in letters]


def _resident(person: Person, journeys: Sequence[Followed]) -> CountedResident:
    deaths = {each for followed in journeys for each in followed.journey.deaths}
    died = [each.occurred_at for followed in journeys for each in followed.told if each.id in deaths]
    kept = person.kept
    return resident_row(
        resident=kept.pk,
        home=kept.home_id,
        area=kept.home.area_id,
        known_since=[each.created_at for each in person.records],
        archived_at=kept.archived_at,
        died_at=min(died, default=None),
    )


def _keep(material: Material, rows: Rows) -> None:
    """Put the rows in the place of those that were there."""
    CountedJourney.objects.filter(transfer__in=material.transfers).delete()
    CountedHandover.objects.filter(transfer__in=material.transfers).delete()
    CountedLoss.objects.filter(transfer__in=material.transfers).delete()
    CountedLetter.objects.filter(transfer__in=material.transfers).delete()
    CountedLetter.objects.filter(summary__in=material.summaries).delete()
    everybody = [each for person in material.people for each in person.ids]
    CountedResident.objects.filter(resident__in=everybody).delete()
    CountedJourney.objects.bulk_create(rows.journeys)
    CountedHandover.objects.bulk_create(rows.handovers)
    CountedLoss.objects.bulk_create(rows.losses)
    CountedLetter.objects.bulk_create(rows.letters)
    CountedResident.objects.bulk_create(rows.residents)
