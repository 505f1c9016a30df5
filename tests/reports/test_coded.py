"""The journeys behind a number as viewers outside see them: coded, and nobody stands out."""

import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.counting.catching_up import Fresh, catch_up
from redbag.journal.models import Entry
from redbag.reports.coded import coded_rows
from redbag.reports.codes import find_coded
from redbag.reports.crowds import enough, in_fives, told_in_crowds
from tests.reports.rows import handed, journeys
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("december")]
NOVEMBER = {"start": date(2026, 11, 3), "end": date(2026, 11, 21)}
ADDRESS = "/reports/unconfirmed/hospital/whole?from=2026-11-01&to=2026-11-30"


def behind(world, **more):
    asked = {"name": "unconfirmed", "row": "hospital", "which": "whole", "organisation": None} | NOVEMBER | more
    return coded_rows(actor=world.actor("auditor"), **{"now": world.now + timedelta(days=12)} | asked)


def test_a_list_has_whole_fives_of_each_home_and_nothing_of_a_home_with_fewer(world):
    handed(journeys(world.oakview, world.stmarys, 13))
    handed(journeys(world.millbrook, world.stmarys, 4))
    assert Counter(each.home for each in behind(world).rows) == {"Oakview": 10}


def test_lists_of_days_that_overlap_tell_a_month_alike_and_none_with_fewer_than_five(world):
    for day, how_many in (("2026-08-10", 6), ("2026-09-10", 4), ("2026-10-10", 7)):
        handed(journeys(world.oakview, world.stmarys, how_many, at=datetime.fromisoformat(f"{day}T09:00+00:00")))
    early = behind(world, start=date(2026, 8, 1), end=date(2026, 9, 30)).rows
    late = behind(world, start=date(2026, 9, 1), end=date(2026, 10, 31)).rows
    assert [Counter(each.month for each in found) for found in (early, late)] == [{"2026-08": 5}, {"2026-10": 5}]
    assert behind(world, start=date(2026, 8, 1), end=date(2026, 10, 31)).rows == [*late, *early]


def test_of_a_home_with_fewer_than_five_on_the_other_side_nothing_is_told_whatever_other_homes_have(world):
    for home in (world.oakview, world.millbrook):
        handed(journeys(home, world.stmarys, 10), unconfirmed=True)
    handed(journeys(world.oakview, world.stmarys, 2))
    handed(journeys(world.millbrook, world.stmarys, 5))
    assert Counter(each.home for each in behind(world, which="part").rows) == {"Millbrook House": 10}


def test_a_hospital_that_fewer_than_five_share_is_told_of_nobody_nor_found_by_what_is_left(world):
    handed(journeys(world.oakview, world.stmarys, 17))
    handed(journeys(world.oakview, world.northgate, 3))
    told = Counter(each.hospital for each in behind(world).rows)
    assert told in ({"": 20}, {"St Mary's Hospital": 15})
    assert {each.month for each in behind(world).rows} <= {"", "2026-11"}


@pytest.mark.parametrize(("part", "told"), [(4, 0), (5, 5), (16, 0), (15, 15), (20, 20)])
def test_nothing_is_told_when_the_journeys_or_the_others_beside_them_are_fewer_than_five(world, part, told):
    rows = journeys(world.oakview, world.stmarys, 20)
    handed(rows[:part], unconfirmed=True)
    handed(rows[part:])
    found = behind(world, which="part")
    assert (len(found.rows), found.about) == (told, told or None)


def test_a_flag_or_a_length_that_fewer_than_five_have_is_told_of_nobody(world):
    rows = journeys(world.oakview, world.stmarys, 16)
    handed(rows + journeys(world.oakview, world.stmarys, 4, waiting=None))
    handed(rows[:3], receiver="ambulance", late=True)
    found = behind(world).rows
    assert {each.flags for each in found} == {()}
    assert {each.waiting for each in found} == {None}
    assert {each.riding for each in found} == {40}


def test_days_are_those_of_whole_months_and_times_are_not_exact(world):
    handed(journeys(world.oakview, world.stmarys, 5, waiting=23, staying=3 * 1440 + 200))
    found = behind(world)
    assert (found.start, found.end) == (date(2026, 11, 1), date(2026, 11, 30))
    assert {(each.waiting, each.days, each.month) for each in found.rows} == {(25, 3, "2026-11")}


def test_no_two_lists_have_a_code_in_common_though_they_are_of_the_same_journeys(world):
    first, *others = journeys(world.oakview, world.stmarys, 5)
    handed([first, *others], late=True)
    lists = [
        {each.code for each in behind(world, **asked).rows}
        for asked in (
            {},
            {"row": "headline"},
            {"name": "told-late"},
            {"name": "told-late", "which": "part"},
            {"organisation": world.oakview},
            {"organisation": world.stmarys},
        )
    ]
    assert [len(codes) for codes in lists] == [5] * 6
    assert len(set().union(*lists)) == 30
    assert lists[0] == {each.code for each in behind(world).rows}
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in lists[0])


def test_a_bag_that_is_away_at_the_end_of_two_months_has_another_code_in_each(world):
    journeys(world.oakview, world.stmarys, 5)
    away = {"name": "away-too-long", "row": "away"}
    november = behind(world, **away).rows
    december = behind(world, **away, end=date(2026, 12, 31), now=world.now + timedelta(days=50)).rows
    assert [len(found) for found in (november, december)] == [5, 5]
    assert {each.code for each in november}.isdisjoint(each.code for each in december)


def test_the_home_finds_a_journey_by_its_code_on_any_list_in_one_step_and_nobody_elses(
    world, django_assert_num_queries
):
    transfer = in_hospital(world)
    home, other = [world.oakview.pk], [world.millbrook.pk]
    catch_up(now=world.now + timedelta(days=12))
    rows = handed(journeys(world.oakview, world.stmarys, 9))
    known = {row.transfer for row in rows} | {transfer.pk}
    for asked in ({}, {"organisation": world.oakview}, {"name": "awareness", "row": "all"}):
        codes = [each.code for each in behind(world, **asked).rows]
        found = {find_coded(code=code.lower().replace("-", " "), homes=home) for code in codes}
        assert len(found) == 10
        assert found == known
        assert {find_coded(code=code, homes=other) for code in codes} == {None}
    with django_assert_num_queries(1):
        assert find_coded(code="K7QF-2M9T-4XBA", homes=home) is None
    with django_assert_num_queries(0):
        assert find_coded(code="no code", homes=home) is None
    code = next(each for each in codes if find_coded(code=each, homes=home) == transfer.pk)
    browser = Client()
    browser.force_login(world.people["manager"])
    assert browser.get("/coded-journey", {"code": code})["Location"] == f"/transfers/{transfer.pk}"
    assert b"No journey of this home has this code" in browser.get("/coded-journey", {"code": "K7QF-2M9T-4XBA"}).content


def test_of_a_month_that_is_not_over_no_list_tells(world):
    handed(journeys(world.oakview, world.stmarys, 10))
    handed(journeys(world.oakview, world.stmarys, 5, at=datetime.fromisoformat("2026-10-10T09:00+00:00")))
    found = behind(world, end=date(2026, 12, 2), now=world.now)
    assert (found.start, found.end) == (date(2026, 10, 1), date(2026, 10, 31))
    assert Counter(each.month for each in found.rows) == {"2026-10": 5}


def test_the_page_names_nobody_and_looking_is_written_down(world, browser_of):
    handed(journeys(world.oakview, world.stmarys, 7))
    page = browser_of("auditor").get(ADDRESS)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count('class="re-code"') == 5
    assert "10 Nov" not in text
    assert "The newest is November 2026." in text
    entry = Entry.objects.get(action="report.followed")
    looked = {"report": "unconfirmed", "row": "hospital", "which": "whole", "from": "2026-11-01", "to": "2026-11-30"}
    assert (entry.actor_id, entry.organisation_id, entry.facts) == (
        world.people["auditor"].pk,
        world.area.pk,
        looked,
    )


def test_of_about_how_many_is_said_and_no_other_list_has_those_that_are_left_out(world, browser_of):
    handed(journeys(world.oakview, world.stmarys, 9, waiting=None, staying=None, riding=None))
    whole, of_home = behind(world), behind(world, organisation=world.oakview)
    assert (len(whole.rows), whole.about) == (5, 10)
    found = [{find_coded(code=each.code, homes=[world.oakview.pk]) for each in told.rows} for told in (whole, of_home)]
    assert found[0] == found[1]
    assert "5 of about 10 journeys are shown" in browser_of("auditor").get(ADDRESS).content.decode()


def test_where_not_everything_is_counted_yet_a_list_says_so(world, browser_of, monkeypatch):
    monkeypatch.setattr("redbag.reports.coded.catch_up", lambda **told: Fresh(None, 0))
    page = browser_of("auditor").get(ADDRESS).content.decode()
    assert "Not everything is counted yet." in page
    assert "Counted at" not in page


def test_too_few_are_said_to_be_too_few(world, browser_of):
    handed(journeys(world.oakview, world.stmarys, 4))
    assert b"Too few journeys to show" in browser_of("auditor").get(ADDRESS).content


def test_a_list_of_those_that_are_not_says_so_in_one_sentence(world, browser_of):
    page = browser_of("auditor").get("/reports/unconfirmed/hospital/rest").content.decode()
    assert re.search(r"Those that are not: [a-z]", page)


@pytest.mark.parametrize(
    "address",
    [
        "profit/hospital/whole",
        "unconfirmed/moon/whole",
        "unconfirmed/hospital/half",
        "time-to-read/all/x",
        "missing-items/IN_HOSPITAL/rest",
    ],
)
def test_what_there_is_no_number_of_is_not_found(world, browser_of, address):
    assert browser_of("auditor").get(f"/reports/{address}").status_code == 404


def test_over_the_api_auditors_get_codes_and_parties_their_journeys(world, api):
    transfer = in_hospital(world)
    handed(journeys(world.oakview, world.stmarys, 6))
    path = "reports/unconfirmed/transfers?row=hospital&from=2026-11-01&to=2026-11-30"
    told = api("auditor").get(path).json()
    assert told["coded"] is True
    assert len(told["results"]) == 5
    assert {"transfer", "resident", "day", "packed_at"}.isdisjoint(told["results"][0])
    assert str(transfer.pk) not in str(told)
    own = api("manager").get(path).json()
    assert own["coded"] is False
    assert [row["transfer"] for row in own["results"]] == [str(transfer.pk)]
    looked = Entry.objects.get(action="viewed.journeys_behind")
    assert (looked.actor_id, looked.facts["report"]) == (world.people["manager"].pk, "unconfirmed")
    assert transfer.resident_id in {looked.resident_id, *looked.mentions.values_list("resident_id", flat=True)}
    assert api("manager").get("coded-journey?code=K7QF-2M9T-4XBA").status_code == 404


KEYS = st.tuples(st.integers(0, 2), st.integers(0, 2))


@given(st.lists(KEYS, max_size=40))
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_told_of_a_row_five_or_more_share(rows):
    told = told_in_crowds(rows, by=(lambda row: row[0], lambda row: row[1]))
    assert sorted(row for row, _ in told) == sorted(rows)
    seen = Counter(row[:depth] for row, depth in told)
    assert all(count >= min(5, len(rows)) for count in seen.values())


@given(st.lists(st.integers(0, 3), max_size=40))
@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_each_group_whole_fives_are_kept(rows):
    kept = Counter(in_fives(rows, by=lambda row: row, order=str))
    assert {group: kept[group] for group in set(rows)} == {group: n // 5 * 5 for group, n in Counter(rows).items()}


def test_enough_have_it_and_enough_or_none_have_it_not():
    assert enough([1] * 5)
    assert enough([True] * 5 + [False] * 5)
    assert not enough([True] * 5 + [False] * 4)
    assert not enough([True] * 4 + [None] * 9)
