"""A wide scope is asked in another way than a home; both say the same."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.db.models import Q

from redbag.counting.models import CountedHandover, CountedJourney
from redbag.reports.computing import tally_up
from redbag.reports.figures import HOUR, Count, HowMany, Lengths, Spread, period_of
from redbag.reports.measures import MEASURES, baseline_year
from redbag.reports.one_month import days_of, found_in
from redbag.reports.scopes import scope_of
from redbag.reports.wide import meets
from tests.reports.rows import handed, journeys

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
KINDS = ({"receiver": "hospital"}, {"receiver": "ambulance", "late": True}, {"receiver": "home", "unconfirmed": True})
ASKED = (
    Q(),
    Q(late=True),
    ~Q(receiver="home"),
    Q(receiver__in=["home", "hospital"], unconfirmed=False),
    Q(late=True) | Q(receiver="home"),
)
FIGURES = (
    Spread(Lengths(CountedJourney, "waiting")),
    Spread(Lengths(CountedJourney, "staying", Q(with_bag=True)), HOUR),
    Spread(Lengths(CountedJourney, "returning")),
    *(HowMany(Count(CountedHandover, where)) for where in ASKED),
)


@pytest.fixture
def period(world):
    """Journeys of two homes of one area in November, of any length; the other home has none by bag."""
    chance = Random(4)
    for home, how_many in ((world.oakview, 23), (world.millbrook, 6)):
        for _ in range(how_many):
            bag = home == world.oakview
            lengths = {"waiting": chance.choice([None, *range(90)]), "staying": chance.randrange(40_000)}
            handed(journeys(home, None, 1, with_bag=bag, **lengths), **chance.choice(KINDS))
    return period_of(date(2026, 11, 1), date(2026, 11, 30), world.now)


def told(tallied):
    return {key: [figure.number(sums) for figure in FIGURES] for key, sums in tallied.items()}


def test_an_area_says_of_each_home_and_of_all_what_the_homes_say(world, period):
    area = scope_of([world.oakview.area])
    places = tuple(CountedJourney.objects.values_list("home", flat=True).distinct())
    homes = replace(area, places=(("home", places),))
    assert len(places) == 2

    wide, narrow = (tally_up(FIGURES, scope=scope, period=period, by="home") for scope in (area, homes))
    whole = tally_up(FIGURES, scope=area, period=period)

    assert told(wide) == told(narrow)
    assert told({"": wide.every}) == told({"": narrow.every}) == told({"": whole.every})
    assert narrow.every != {}


def test_of_a_home_each_table_is_read_once_however_many_measures_and_once_for_what_it_holds_at_the_end(
    world, period, django_assert_num_queries
):
    journeys_handovers_losses_and_letters = 4
    figures = [figure for measure in MEASURES if measure not in baseline_year.MEASURES for figure in measure.figures()]
    with django_assert_num_queries(journeys_handovers_losses_and_letters + 1):
        tally_up(figures, scope=scope_of([world.oakview]), period=period)


def test_months_of_an_area_are_those_of_its_homes(world, period):
    area = scope_of([world.oakview.area])
    homes = replace(area, places=(("home", tuple(CountedJourney.objects.values_list("home", flat=True).distinct())),))
    wide, narrow = (tally_up(FIGURES, scope=scope, period=period, by="month") for scope in (area, homes))
    assert told(wide) == told(narrow)


def test_what_stands_out_of_an_areas_month_is_what_stands_out_of_its_homes(world, period):
    area = scope_of([world.oakview.area])
    homes = replace(area, places=(("home", tuple(CountedJourney.objects.values_list("home", flat=True).distinct())),))
    days = days_of("2026-11", now=world.now)
    wide, narrow = (found_in(scope, days, now=world.now) for scope in (area, homes))
    assert wide == narrow
    assert wide.first or wide.more or wide.well


def test_a_kind_of_rows_meets_what_each_of_them_would():
    row = {"receiver": "home", "late": False}
    for where in (Q(), Q(receiver="home", late=False), ~Q(late=True), Q(receiver__in=["ward", "home"])):
        assert meets(row, where)
        assert not meets(row, ~where)
    assert meets(row, Q(late=True) | Q(receiver="home"))
    assert not meets(row, Q(receiver="home") & Q(late=True))
