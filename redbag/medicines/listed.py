"""One medicine as a list names it, and one line of a comparison."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A medicine on a list, each part word for word as written there; empty where the list is silent.

    `change` is what the list itself says: started, stopped, changed, continued, or empty. `do_not_stop` is the warning
    that it must not be discontinued, `time_critical` that it must not be late.
    """

    name: str
    form: str = ""
    dose: str = ""
    route: str = ""
    frequency: str = ""
    code: str = ""
    instructions: str = ""
    reason: str = ""
    change: str = ""
    change_reason: str = ""
    do_not_stop: str = ""
    recommendation: str = ""
    until: str = ""
    last_given: str = ""
    time_critical: bool = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One part (dose, route, frequency, form, strength, name, instructions) that is not the same, word for word."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a comparison; either side may be None.

    `kind` is unchanged, changed, stopped, started, not_mentioned, new_to_us or uncertain. `why` says for people how the
    two were taken for the same medicine, or why it is uncertain. Every medicine of both lists is on exactly one line.
    """

    kind: str
    before: Listed | None
    after: Listed | None
    differences: tuple[Difference, ...] = ()
    why: str = ""
