"""What holds for any two lists, however they are written."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.medicines.comparing import compare, in_reading_order
from redbag.medicines.listed import Listed
from redbag.medicines.names import BRANDS, KNOWN
from redbag.medicines.reading import read

NAMES = st.sampled_from(
    ["Furosemide", "Frusemide 40mg tablets", "Amlodipine", "Amiloride", "Amlodpine", "Zomorph", "Oramorph 10mg/5ml",
     "Paracetamol", "Co-codamol 30/500", "Tegretol", "Carbamazepine", "Carbimazole", "Cavilon", "Fentanyl patch",
     "Eliquis 5mg tablets", "Apixaban"]
)  # fmt: skip
DOSES = st.sampled_from(["", "5 mg", "40 mg", "one tablet", "2 tablets", "1-2 tablets", "as directed", "5 ml", "10U"])
OFTEN = st.sampled_from(["", "OD", "BD", "at night", "weekly", "PRN", "8am and 8pm", "noon", "as needed, max 4 a day"])
ROUTES = st.sampled_from(["", "by mouth", "PO", "via PEG", "topical"])
CODES = st.sampled_from(["", "", "", "39692111000001107", "42012711000001108"])
WORDS = st.sampled_from(["", "started", "stopped", "changed", "continued", "on hold", "see letter"])


def medicines(change):
    one = st.builds(
        Listed,
        name=NAMES,
        dose=DOSES,
        frequency=OFTEN,
        route=ROUTES,
        code=CODES,
        change=change,
        instructions=st.just(""),
    )
    return st.lists(one, max_size=5)


PLAIN, TOLD = medicines(st.just("")), medicines(WORDS)
ANY_TEXT = st.text(max_size=40) | st.text(alphabet="0123456789 ./-½xmgl,()", max_size=25)
ANYTHING = st.lists(
    st.builds(
        Listed, name=ANY_TEXT, form=ANY_TEXT, dose=ANY_TEXT, route=ANY_TEXT, frequency=ANY_TEXT, code=ANY_TEXT,
        instructions=ANY_TEXT, change=ANY_TEXT, change_reason=ANY_TEXT, do_not_stop=ANY_TEXT, until=ANY_TEXT,
    ),
    max_size=3,
)  # fmt: skip
sometimes = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def counted(lines):
    return Counter(map(repr, lines))


@given(before=PLAIN, after=TOLD)
@sometimes
def test_every_medicine_of_both_lists_is_on_exactly_one_line(before, after):
    lines = compare(before, after)
    assert Counter(line.before for line in lines if line.before) == Counter(before)
    assert Counter(line.after for line in lines if line.after) == Counter(after)
    assert all(line.before or line.after for line in lines)


@given(before=PLAIN, after=TOLD)
@sometimes
def test_stopped_and_started_are_only_ever_the_hospitals_word(before, after):
    lines = compare(before, after)
    assert {line.after.change for line in lines if line.kind == "stopped"} <= {"stopped"}
    assert {line.after.change for line in lines if line.kind == "started"} <= {"started"}


@given(before=PLAIN, after=PLAIN)
@sometimes
def test_when_nothing_is_said_of_changes_both_directions_ask_about_the_same(before, after):
    one, other = compare(before, after), compare(after, before)
    assert Counter(line.before for line in one if line.kind == "not_mentioned") == Counter(
        line.after for line in other if line.kind == "new_to_us"
    )
    assert Counter(line.kind in ("stopped", "started") for line in one)[True] == 0


@given(both=PLAIN)
@sometimes
def test_a_list_compared_with_itself_is_unchanged(both):
    assert {line.kind for line in compare(both, list(both))} <= {"unchanged"}


@given(before=PLAIN, after=TOLD, chance=st.randoms(use_true_random=False))
@sometimes
def test_the_order_of_the_lists_makes_no_difference(before, after, chance):
    lines = compare(before, after)
    shuffled = compare(chance.sample(before, len(before)), chance.sample(after, len(after)))
    assert counted(lines) == counted(shuffled)
    assert [line.kind for line in lines] == [line.kind for line in shuffled]
    assert in_reading_order(lines) == lines


@given(before=PLAIN, after=TOLD)
@sometimes
def test_two_names_are_one_medicine_only_by_the_table_the_code_or_the_same_words(before, after):
    for line in compare(before, after):
        if line.before and line.after and line.kind in ("unchanged", "changed"):
            one, other = read(line.before), read(line.after)
            assert one.key == other.key or (line.before.code and line.before.code == line.after.code)


@given(before=ANYTHING, after=ANYTHING)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_it_fail_and_every_line_that_asks_says_why(before, after):
    lines = compare(before, after)
    assert len(lines) >= max(len(before), len(after))
    assert all(line.why for line in lines if line.kind != "unchanged")


@given(one=st.sampled_from(sorted(KNOWN)), other=st.sampled_from(sorted(KNOWN)))
@settings(max_examples=60, deadline=None)
def test_two_medicines_of_the_table_are_never_taken_for_one(one, other):
    lines = compare([Listed(name=one, dose="5 mg")], [Listed(name=other, dose="5 mg")])
    assert (len(lines) == 1) == (one == other)


def test_every_name_in_the_table_is_read_as_the_medicine_it_stands_for():
    wrong = [brand for brand, (generic, _) in BRANDS.items() if read(Listed(name=brand)).key != generic]
    assert wrong == []
    assert [generic for generic in KNOWN if read(Listed(name=generic)).key != generic] == []
