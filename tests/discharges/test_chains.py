"""Which letters count, whatever the order in which they came."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.discharges.chains import Sent, base_of, replaced

FIRST = Sent(key=1, document_id="a")
SECOND = Sent(key=2, document_id="b", relation="replaces", relates_to="a")
THIRD = Sent(key=3, document_id="c", relation="replaces", relates_to="b")


def current(*letters):
    gone = replaced(letters)
    return [each.key for each in letters if each.key not in gone]


@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND, THIRD])))
def test_amended_twice_the_newest_counts_in_whatever_order_they_came(order):
    assert current(*order) == [3]


def test_until_the_middle_one_comes_both_ends_count():
    assert current(THIRD, FIRST) == [3, 1]


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
def test_of_versions_in_one_set_the_one_written_last_counts(order):
    versions = [
        Sent(key=day, document_id=f"v{day}", document_set="s", dated=datetime(2026, 5, day + 1, tzinfo=UTC))
        for day in order
    ]
    assert current(*versions) == [2]


def test_what_names_its_set_replaces_what_was_written_before_it():
    old = Sent(key=1, document_id="a", document_set="s", dated=datetime(2026, 5, 1, tzinfo=UTC))
    new = Sent(key=2, document_id="b", relation="replaces", relates_to="s", dated=datetime(2026, 5, 2, tzinfo=UTC))

    assert current(old, new) == current(new, old) == [2]


def test_what_is_added_stands_beside_and_outlives_what_it_was_added_to():
    added = Sent(key=9, document_id="z", relation="appends", relates_to="a")

    assert current(FIRST, added) == [1, 9]
    assert current(added, FIRST, SECOND) == [9, 2]
    assert (base_of(added, [FIRST, added]), base_of(added, [added])) == (1, None)


def test_letters_without_a_word_about_each_other_stand_side_by_side():
    letters = Sent(key=1), Sent(key=2), Sent(key=3, document_id="a"), Sent(key=4, document_set="s")

    assert current(*letters) == [1, 2, 3, 4]


def test_what_a_person_chose_counts():
    typed = Sent(key=2, relation="replaces", follows=1)

    assert current(Sent(key=1), typed, Sent(key=3)) == [2, 3]


LETTERS = st.lists(
    st.builds(
        Sent,
        key=st.integers(0, 99),
        document_id=st.sampled_from(["", "a", "b", "c"]),
        document_set=st.sampled_from(["", "s", "a"]),
        relation=st.sampled_from(["", "replaces", "appends"]),
        relates_to=st.sampled_from(["", "a", "b", "c", "s"]),
        follows=st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.key,
)


@settings(max_examples=200, deadline=None)
@given(letters=LETTERS)
def test_something_always_counts_and_everything_superseded_leads_to_it(letters):
    gone = replaced(letters)
    assert current(*letters)
    for key in gone:
        seen = set()
        while key in gone:
            assert key not in seen
            seen.add(key)
            key = gone[key]
