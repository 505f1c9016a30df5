"""From a number to the journeys behind it: which, what is said of them, who may open them, and that it is noted."""

from datetime import timedelta

import pytest

from redbag.counting.catching_up import catch_up
from redbag.errors import NotThere
from redbag.journal.models import Entry, Mention
from redbag.reports.behind import behind, sides
from redbag.reports.figures import period_of
from redbag.reports.measures import MEASURES, row_named
from redbag.reports.periods import read_period
from redbag.reports.scopes import scope_for
from tests.reports.rows import journeys
from tests.web.journeys import in_hospital, taken_by_crew
from tests.web.test_reports import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ALL_HANDED = "/reports/unconfirmed/headline/whole"


@pytest.fixture
def follow(world):
    """Follows a number of Oakview's last 30 days, a day after the world began."""
    now, counted = world.now + timedelta(days=1), []
    start, end = read_period(first=None, last=None, now=now)
    scope = scope_for(actor=world.actor("manager"), organisation=None)

    def go(name, row, which):
        if not counted:
            counted.append(catch_up(now=now))
        return behind(row_named(name, row)[1].figure, which, scope=scope, period=period_of(start, end, now))

    return go


def test_the_part_and_the_rest_are_the_whole(world, follow):
    in_hospital(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    part, whole, rest = (follow("awareness", "all", which).told for which in ("part", "whole", "rest"))
    assert len(whole) == 1
    assert set(part) | set(rest) == set(whole)
    assert not set(part) & set(rest)


def test_every_side_that_a_measure_offers_can_be_followed(world, follow):
    in_hospital(world)
    for measure in MEASURES:
        for row in ["headline", *(each.name for each in measure.rows)]:
            offered = sides(row_named(measure.name, row)[1].figure)
            for which in offered:
                follow(measure.name, row, which)
            for which in {"part", "whole", "rest", "all"} - set(offered):
                with pytest.raises(NotThere):
                    follow(measure.name, row, which)


def test_as_many_rows_are_behind_a_number_as_it_says(world, follow):
    in_hospital(world)
    found = follow("unconfirmed", "headline", "whole")
    assert [len(lines) for lines in found.told.values()] == [2]
    assert [line.split(",")[0] for line in next(iter(found.told.values()))] == [
        "To a hospital",
        "To the ambulance crew",
    ]


def test_a_list_of_papers_that_lacked_something_says_what(world, follow):
    in_hospital(world)
    ((complete,),) = follow("paperwork", "headline", "rest").told.values()
    ((travelled,),) = follow("what-travelled", "observations", "rest").told.values()
    for told in (complete, travelled):
        assert "Not there: medicines list" in told
    assert "vital signs of that day" in travelled
    assert "vital signs of that day" not in complete  # they are not asked of everybody's papers


def test_papers_with_all_that_is_asked_for_lack_nothing_where_only_their_freshness_counted(world, follow):
    told = {"papers_asked": 10, "papers_there": 10, "fresh": False, "has_observations": False, "has_reason": False}
    journeys(world.oakview, world.stmarys, 1, **told)
    ((told,),) = follow("paperwork", "both", "rest").told.values()
    assert "Not there" not in told
    assert told.endswith("Not looked at in time.")


def test_the_list_names_the_residents_newest_first_and_who_looked_is_in_the_journal(world, browser_of):
    in_hospital(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag, minutes=5)
    manager = browser_of("manager")
    told = words_of(manager.get(ALL_HANDED))
    assert 0 < told.index("Arthur Dale") < told.index("Peggy")
    assert "To a hospital, A&amp;E, 21 Nov 2026, 03:30" in told
    entry = Entry.objects.get(action="viewed.journeys_behind")
    assert entry.actor_id == world.people["manager"].pk
    assert entry.facts == {"report": "unconfirmed", "row": "headline", "which": "whole"}
    assert set(Mention.objects.filter(entry=entry).values_list("resident_id", flat=True)) == {
        world.peggy.pk,
        world.arthur.pk,
    }


def test_a_crew_opens_what_it_may_read_now_and_is_told_how_many_more_there_are(world, browser_of, at):
    in_hospital(world)
    in_hospital(world, resident=world.arthur, bag=world.other_bag, minutes=0)
    at(minutes=60)
    assert "JONES" in words_of(browser_of("crew").get(ALL_HANDED))
    at(minutes=60 * 24 * 3)
    told = words_of(browser_of("crew").get(ALL_HANDED))
    assert "JONES" not in told
    assert "DALE" not in told
    assert "2 more journeys that you may no longer open." in told


def test_neither_another_home_nor_whoever_stands_outside_reads_a_name(world, browser_of):
    in_hospital(world)
    for who in ("millbrook_manager", "auditor", "northgate"):
        page = browser_of(who).get(ALL_HANDED, {"organisation": "" if who != "auditor" else "VDEM1"}).content.decode()
        assert not [name for name in ("Peggy", "Margaret", "Jones", "JONES") if name in page]
    assert browser_of("millbrook_manager").get(ALL_HANDED, {"organisation": "VDEM1"}).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/reports/unconfirmed/nobody/whole", "/reports/unconfirmed/headline/none", "/reports/turn-round/waiting/part"],
)
def test_behind_what_there_is_not_nothing_is_found(world, browser_of, address):
    assert browser_of("manager").get(address).status_code == 404


def test_a_long_list_has_pages_and_its_end_says_so(world, browser_of, monkeypatch):
    monkeypatch.setattr("redbag.web.reports_behind.ON_A_PAGE", 1)
    monkeypatch.setattr("redbag.reports.behind.MOST", 2)
    taken_by_crew(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag, minutes=5)
    manager = browser_of("manager")
    address = "/reports/missing-items/headline/whole"
    first, second = (words_of(manager.get(address, {"page": page})) for page in (1, 2))
    assert "Arthur Dale" in first
    assert "Page 1 of 2" in first
    assert "Peggy" in second
    monkeypatch.setattr("redbag.reports.behind.MOST", 1)
    assert "These are the newest." in words_of(manager.get(address))
