"""The picture of the last scores tells the truth: in time order, never joined across a gap, every number in words."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from redbag.summaries.trend import BOTTOM, HEIGHT, LEFT, MOST, TOP, WIDTH, Set, draw

START = datetime(2026, 11, 18, 8, 0)  # noqa: DTZ001  (local time, as the picture shows it)


def band_of(score):
    return "" if score is None else "high" if score >= 7 else "medium" if score >= 5 else "low"


def sets(*scores, hours=6):
    return [
        Set(taken_at=START + timedelta(hours=hours * place), score=score, band=band_of(score), taken=4)
        for place, score in enumerate(scores)
    ]


def joined(picture):
    """Which columns a line joins."""
    place = {mark.x: number for number, mark in enumerate(picture.marks)}
    ends = [[int(point.split(",")[0]) for point in line.split()] for line in picture.lines]
    return [(place[from_], place[to]) for from_, to in ends]


def test_a_line_never_crosses_an_incomplete_set():
    assert joined(draw(sets(2, 3, None, 7, 8), usual=1)) == [(0, 1), (3, 4)]


def test_a_line_never_crosses_days_on_which_nobody_looked():
    near, far = sets(2, 3, hours=36), sets(2, 3, hours=37)
    assert (joined(draw(near, usual=None)), joined(draw(far, usual=None))) == ([(0, 1)], [])


def test_an_incomplete_set_stands_below_the_scale_and_says_how_many_were_taken():
    full, half = draw(sets(0, None), usual=None).marks
    assert (half.label, half.shape, half.points) == ("4/7", "open", "")
    assert half.y > BOTTOM >= full.y


def test_shapes_differ_by_band_and_the_number_stands_beside():
    picture = draw(sets(1, 5, 7), usual=None)
    assert [(mark.shape, mark.label) for mark in picture.marks] == [("circle", "1"), ("square", "5"), ("triangle", "7")]


def test_the_bands_meet_between_the_scores_of_the_published_triggers():
    picture = draw(sets(4, 5, 6, 7, hours=1), usual=None)
    high, medium, low = picture.bands
    assert (high.y, high.y + high.height, medium.y + medium.height) == (TOP, medium.y, low.y)
    four, five, six, seven = (mark.y for mark in picture.marks)
    assert low.y < four
    assert medium.y < six < five < low.y
    assert seven < medium.y


def test_the_day_is_written_once_for_its_columns():
    assert [mark.day for mark in draw(sets(1, 1, 1, 1), usual=None).marks] == ["18 Nov", "", "", "19 Nov"]


def test_the_same_is_said_in_words():
    assert (
        draw(sets(2, None, 7), usual=1).words == "NEWS2 from 18 Nov 08:00 to 18 Nov 20:00: 2, incomplete, 7. Usual: 1."
    )
    assert draw(sets(2, 2), usual=None).words.endswith("Usual: not known.")


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 20), st.integers(0, 200)), min_size=1, max_size=12),
    st.none() | st.integers(0, 20),
)
def test_every_set_has_a_place_of_its_own_inside_the_picture_higher_scores_higher(told, usual):
    drawn = [
        Set(taken_at=START + timedelta(hours=hours), score=score, band=band_of(score), taken=4) for score, hours in told
    ]
    picture = draw(drawn, usual=usual)
    newest = sorted(drawn, key=lambda each: each.taken_at)[-MOST:]
    assert [mark.label for mark in picture.marks] == ["4/7" if s.score is None else str(s.score) for s in newest]
    assert len({mark.x for mark in picture.marks}) == len(newest)
    assert all(LEFT < mark.x < WIDTH and 0 < mark.y < HEIGHT for mark in picture.marks)
    by_score = sorted((s.score, mark.y) for s, mark in zip(newest, picture.marks, strict=True) if s.score is not None)
    assert [y for _, y in by_score] == sorted((y for _, y in by_score), reverse=True)
    full = [place for place, each in enumerate(newest) if each.score is not None]
    assert all(from_ + 1 == to and from_ in full and to in full for from_, to in joined(picture))
