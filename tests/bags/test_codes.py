import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redbag.bags.codes import ALPHABET, is_valid, new_code, normalise, shown

codes = st.builds(new_code)


def weights():
    """The check symbol of a body with a single 1, for each of its places: the weight of that place."""
    for place in range(8):
        body = "0" * place + "1" + "0" * (7 - place)
        yield next(symbol for symbol in ALPHABET if is_valid(body + symbol))


def test_a_code_is_nine_symbols_without_the_confusing_letters():
    made = [new_code() for _ in range(2000)]
    assert {len(code) for code in made} == {9}
    assert set("".join(made)) == set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(made)) == len(made)
    assert all(is_valid(code) for code in made)


@given(codes)
@example("000000000")
def test_every_single_wrong_symbol_is_noticed(code):
    for place, symbol in itertools.product(range(9), ALPHABET):
        typed = code[:place] + symbol + code[place + 1 :]
        assert is_valid(typed) == (typed == code)


@given(codes)
def test_any_two_symbols_that_changed_places_are_noticed(code):
    for first, second in itertools.combinations(range(9), 2):
        typed = list(code)
        typed[first], typed[second] = typed[second], typed[first]
        assert is_valid("".join(typed)) == (code[first] == code[second])


def test_every_pair_of_neighbours_in_every_place_is_told_apart_exhaustively():
    """The check is linear: what a swap changes depends on two symbols and their place, and all are tried."""
    for place, (a, b) in itertools.product(range(8), itertools.permutations(ALPHABET, 2)):
        body = ["0"] * 9
        body[place], body[place + 1] = a, b
        swapped = ["0"] * 9
        swapped[place], swapped[place + 1] = b, a
        free = 8 if place < 7 else 0  # a place outside the pair, set so that the first spelling is true
        true = next(s for s in ALPHABET if is_valid("".join([*body[:free], s, *body[free + 1 :]])))
        swapped[free] = true
        assert not is_valid("".join(swapped))


def test_every_place_has_a_weight_of_its_own():
    assert len({"1", "0", *weights()}) == 10


@given(codes)
def test_a_symbol_too_few_or_too_many_is_noticed(code):
    assert not is_valid(code[:-1])
    assert not is_valid(code + "0")
    assert not is_valid("")


@pytest.mark.parametrize("typed", ["7K3MQ9XPU", "7K3MQ9XP*", "7K3MQ9XPé", "7k3mq9xp0", "7K3M Q9XP"])
def test_what_is_not_in_the_alphabet_is_not_a_code(typed):
    assert not is_valid(typed)


def test_it_is_shown_in_groups_of_four():
    assert shown("7K3MQ9XPT") == "7K3M-Q9XP-T"


@given(codes)
def test_what_is_shown_is_read_back_however_it_is_typed(code):
    spoken = shown(code)
    for typed in (
        spoken,
        spoken.lower(),
        spoken.replace("-", " "),
        f"  {spoken}\n",
        spoken.replace("-", "\u2013"),
        spoken.replace("0", "O").replace("1", "I"),
        spoken.lower().replace("0", "o").replace("1", "l"),
    ):
        assert normalise(typed) == code
