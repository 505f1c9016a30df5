"""Chance that comes out the same on every run: ids, tokens and codes of a test are drawn from its own name.

A page that happens to hold the letters a test looks for, or two rows that happen to lie the other way round, are then
found when the test is written and not by whoever runs it next. REDBAG_TEST_SEED=any-word draws others, and has
Hypothesis make other examples; REDBAG_TEST_SEED= (empty) leaves chance alone."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

SEED = os.environ.get("REDBAG_TEST_SEED", "0")


def drawn_for(name: str) -> Callable[[int], bytes]:
    """What stands for `os.urandom` in the test of this name."""
    return random.Random(f"{SEED} {name}").randbytes


@contextmanager
def drawing_as(name: str) -> Iterator[None]:
    """Whatever is drawn inside comes out the same each time."""
    with pytest.MonkeyPatch.context() as patch:
        if SEED:
            drawn = drawn_for(name)
            patch.setattr(os, "urandom", drawn)
            patch.setattr(random, "_urandom", drawn)
        yield
