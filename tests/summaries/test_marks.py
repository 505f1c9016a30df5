"""Marks on the skin: their places in words, left and right as the person has them, and how two maps differ."""

from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.summaries.body_parts import PLACES, named, place_name
from redbag.summaries.marks import (
    CATEGORIES,
    KINDS,
    Difference,
    called,
    differences,
    problems,
    said,
    tidy,
    told,
    worth_a_thought,
)
from redbag.summaries.marks_drawing import svg_of

TODAY = date(2026, 11, 21)
BLAME = ("caused", "fault", "failed", "injury by", "neglect", "blame", "should have", "missed", "wrong")


ONE, TWO = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def mark(kind="bruise", where="left forearm, front", *, id=ONE, category="", first_seen="", note=""):
    place = named(where)
    return {
        "id": id,
        "kind": kind,
        "category": category,
        "side": place.side,
        "x": place.x,
        "y": place.y,
        "where": where,
        "note": note,
        "first_seen": first_seen,
    }


@pytest.mark.parametrize(
    ("side", "x", "y", "words"),
    [
        ("front", 850, 480, "left forearm, front"),
        ("front", 150, 480, "right forearm, front"),
        ("back", 150, 480, "left forearm, back"),
        ("back", 850, 480, "right forearm, back"),
        ("back", 500, 490, "sacrum"),
        ("back", 380, 965, "left heel"),
        ("back", 620, 965, "right heel"),
        ("front", 385, 710, "right knee"),
        ("front", 500, 50, "forehead"),
        ("back", 500, 60, "back of head"),
        ("front", 0, 1000, "right toes"),
        ("back", 310, 514, "left hip, back"),
    ],
)
def test_a_point_is_named_with_the_persons_own_left_and_right(side, x, y, words):
    assert place_name(side, x, y) == words


@given(st.sampled_from(["front", "back"]), st.integers(0, 1000), st.integers(0, 1000))
def test_the_mirrored_point_is_the_other_hand_and_the_other_face_of_a_limb_is_the_same_hand(side, x, y):
    """Left is never called right: what is left seen from the front is left seen from behind, at the mirrored point."""
    words, mirrored = place_name(side, x, y), place_name(side, 1000 - x, y)
    swap = {"left": "right", "right": "left"}
    first, _, rest = words.partition(" ")
    if x != 500 and first in swap:
        assert mirrored == f"{swap[first]} {rest}"
        assert (first == "right") == ((x < 500) == (side == "front"))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_place_offered_is_the_place_its_point_is_named_by(place):
    assert place_name(place.side, place.x, place.y) == place.name
    assert named(place.name) == place


@pytest.mark.parametrize(
    ("kind", "category", "words"),
    [
        ("bruise", "", "bruise"),
        ("pressure", "2", "pressure area category 2"),
        ("pressure", "deep_tissue", "pressure area, deep tissue injury"),
        ("pressure", "moisture", "moisture damage"),
        ("pressure", "", "pressure area, category not known"),
        ("burn", "", "burn or scald"),
    ],
)
def test_what_a_mark_is_called(kind, category, words):
    assert called(mark(kind, category=category)) == words


def test_a_mark_on_one_line():
    assert said(mark(first_seen="2026-11-03")) == "bruise, left forearm, front, since 3 Nov 2026"


def test_what_is_wrong_is_said_by_field_of_each_mark():
    bad = {**mark(id=TWO), "kind": "bite", "x": 1001, "y": True, "side": "top", "first_seen": "2026-11-22"}
    wrong = problems([mark(), bad], today=TODAY)
    assert set(wrong) == {"marks.1.kind", "marks.1.x", "marks.1.y", "marks.1.side", "marks.1.first_seen"}
    assert problems([mark(category="2")], today=TODAY).keys() == {"marks.0.category"}
    assert problems([mark("pressure", category="5")], today=TODAY).keys() == {"marks.0.category"}
    assert problems([mark(), mark()], today=TODAY).keys() == {"marks"}
    assert problems("bruise", today=TODAY).keys() == {"marks"}
    assert problems([mark(id="first")], today=TODAY).keys() == {"marks.0.id"}
    assert problems([{**mark(), "colour": "blue"}], today=TODAY).keys() == {"marks.0.mark"}
    assert problems([mark("pressure", category="2", note="20 mm")], today=TODAY) == {}


def test_where_it_is_comes_from_its_point_until_somebody_says_it_better():
    assert tidy({**mark(), "where": " "})["where"] == "left forearm, front"
    assert tidy({**mark(), "where": "just above the left wrist"})["where"] == "just above the left wrist"


MARKS = st.builds(
    lambda id, kind, place, category: mark(kind, place.name, id=id, category=category if kind == "pressure" else ""),
    st.sampled_from("abcdefgh"),
    st.sampled_from(list(KINDS)),
    st.sampled_from(PLACES[:6]),
    st.sampled_from(["", *CATEGORIES]),
)
MAPS = st.lists(MARKS, max_size=8, unique_by=lambda each: each["id"])


@given(MAPS, MAPS)
def test_no_mark_is_lost_between_two_maps_and_none_counted_twice(before, after):
    found = differences(before, after)
    gone = [each.before["id"] for each in found if each.after is None]
    came = [each.after["id"] for each in found if each.before is None]
    assert len(set(gone)) == len(gone)
    assert len(set(came)) == len(came)
    assert len(before) - len(gone) == len(after) - len(came)
    for each in found:
        if each.before and each.after:
            assert called(each.before) != called(each.after)


@given(MAPS, MAPS)
def test_the_other_way_round_what_came_went(before, after):
    turned = [Difference(each.after, each.before) for each in differences(after, before)]
    assert sorted(map(repr, turned)) == sorted(map(repr, differences(before, after)))


@given(MAPS)
def test_a_map_does_not_differ_from_itself(marks):
    assert differences(marks, marks) == []
    assert differences(marks, [{**each, "id": f"new {each['id']}"} for each in marks]) == []


def test_a_difference_says_who_saw_what_when():
    sore, healed = mark("pressure", "sacrum", category="2", id=TWO), mark(id=ONE)
    came, went = differences([healed], [sore])
    words = {"map_of": "2 Nov 2026", "seen": "14:10"}
    assert told(came, **words) == (
        "Seen on return 14:10; not on the home's map of 2 Nov 2026: pressure area category 2, sacrum"
    )
    assert told(went, **words) == (
        "On the home's map of 2 Nov 2026; not seen on return 14:10: bruise, left forearm, front"
    )
    (worse,) = differences([{**sore, "category": "1"}], [sore])
    assert told(worse, **words) == (
        "On the home's map of 2 Nov 2026: pressure area category 1. "
        "Seen on return 14:10: pressure area category 2, sacrum"
    )
    assert "the home has no earlier map" in told(came, map_of="", seen="14:10")


@given(MAPS, MAPS)
def test_the_words_accuse_nobody(before, after):
    for each in differences(before, after):
        words = told(each, map_of="2 Nov 2026", seen="14:10").casefold()
        assert not [blame for blame in BLAME if blame in words]


@pytest.mark.parametrize(
    ("before", "after", "thought"),
    [
        (None, mark("bruise"), True),
        (mark("bruise"), None, False),
        (None, mark("pressure", "sacrum", category="1"), False),
        (None, mark("pressure", "sacrum", category="moisture"), False),
        (None, mark("pressure", "sacrum", category="2"), True),
        (None, mark("pressure", "sacrum", category="deep_tissue"), True),
        (None, mark("pressure", "sacrum", category=""), True),
        (mark("pressure", "sacrum", category="1"), mark("pressure", "sacrum", category="3"), True),
        (mark("pressure", "sacrum", category="3"), mark("pressure", "sacrum", category="2"), False),
        (mark("wound", "sacrum"), mark("pressure", "sacrum", category="4"), True),
        (None, mark("rash"), False),
    ],
)
def test_when_the_home_is_asked_to_think_of_more(before, after, thought):
    assert worth_a_thought(Difference(before, after)) is thought


def test_the_picture_is_sound_names_its_marks_and_draws_each_kind_by_its_own_shape_and_letter():
    marks = [mark(kind, note="<b>", id=str(number)) for number, kind in enumerate(KINDS)]
    marks.append({**mark("pressure", "sacrum", category="2", id="s"), "where": 'sacrum & "fold" <b>'})
    root = ElementTree.fromstring(svg_of(marks, "front"))
    assert root.get("aria-label").startswith("Front of the body: mark 1: bruise, left forearm, front")
    drawn = root.findall("{*}g[@class='bm-mark']")
    assert [each.find("{*}text").text for each in drawn] == ["B1", "W2", "P3", "R4", "H5", "S6", "D7", "O8"]
    assert len({ElementTree.tostring(each.find("{*}g")[0]) for each in drawn}) == len(KINDS)
    back = ElementTree.fromstring(svg_of(marks, "back"))
    assert back.get("aria-label") == ('Back of the body: mark 9: pressure area category 2, sacrum & "fold" <b>')
    assert [each.text for each in back.findall("{*}g[@class='bm-word']/{*}text")] == ["L", "R"]
    assert ElementTree.fromstring(svg_of([], "back")).get("aria-label") == "Back of the body: no marks"
