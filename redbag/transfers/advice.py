"""Advice taken before somebody leaves: whom the home rang and what they said, as one line. Pure."""

NOT_NAMED = "adviser not named"
SAID = {"go": "go to hospital", "stay": "stay here"}


def advice_line(*, at: str, whom: str, name: str, said: str, by: str) -> str:
    """One line: when (in words), who advised, what they said (a key of SAID, or empty) and who wrote it down.

    Empty when nobody is named and nothing was said.
    """
    who = f"{whom} ({name})" if whom and name else whom or name
    if not who and said not in SAID:
        return ""
    told = SAID.get(said, "nobody wrote what they said")
    return f"{at}, {who or NOT_NAMED}: {told}. Written down by {by}"


def named_in(kept: str) -> str:
    """The lines of advice that name somebody who gave it."""
    return "\n".join(line for line in kept.split("\n") if f", {NOT_NAMED}:" not in line)


def with_line(kept: str, line: str) -> str:
    """What is kept with a line more below it; the same line is not kept twice."""
    return kept if not line or line in kept.split("\n") else "\n".join(filter(None, (kept, line)))
