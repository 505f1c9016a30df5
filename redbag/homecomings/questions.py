"""What a home asks when somebody is back from hospital (D12), and which answers mean: ring somebody today. Pure."""

from dataclasses import dataclass

RING = "Ring the ward and the GP today."


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer. `trouble` says what must be done today because of it, empty when nothing must; `ring` names whom."""

    value: str
    words: str
    trouble: str = ""
    ring: tuple[str, ...] = ("ward", "gp")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, with the answers that may be given to it."""

    name: str
    words: str
    choices: tuple[Choice, ...]

    def choice(self, value: str) -> Choice | None:
        """The answer of this value, if there is one."""
        return next((each for each in self.choices if each.value == value), None)


PAPER = Question(
    name="paper",
    words="Did the original come back?",
    choices=(
        Choice(value="back", words="It is here, I have seen it"),
        Choice(
            value="missing",
            words="It is not here",
            trouble=f"The original is not here. {RING} Until it is found, a crew may not accept the decision: say "
            "where it was last seen, and ask the GP for a new one.",
        ),
        Choice(value="stayed", words="It never left the home"),
    ),
)
DECISION = Question(
    name="decision",
    words="Was a decision about CPR or treatment made or changed in hospital?",
    choices=(
        Choice(value="none", words="No, the ward or the letter says so"),
        Choice(value="paper", words="Yes, and the form is here"),
        Choice(
            value="no_paper",
            words="Yes, but no form came with them",
            trouble=f"A decision was made in hospital and its form is not here. {RING} Until you have it, what your "
            "own record says counts.",
        ),
        Choice(value="not_known", words="Nobody has told us"),
    ),
)
VALID = Question(
    name="valid",
    words="Does the form say that it counts at home too?",
    choices=(
        Choice(value="yes", words="Yes, it says so"),
        Choice(
            value="no",
            words="No, it was for the hospital only",
            ring=("gp",),
            trouble="The form made in hospital does not count here. Ring the GP today: ask for a decision that does. "
            "Until then, what your own record says counts.",
        ),
        Choice(
            value="not_known",
            words="It does not say",
            trouble=f"Nobody can tell whether the form counts here. {RING} Until then, what your own record says "
            "counts.",
        ),
    ),
)
ALLERGY = Question(
    name="allergy",
    words="Was a new allergy or bad reaction found in hospital?",
    choices=(
        Choice(value="none", words="No, the ward or the letter says so"),
        Choice(value="yes", words="Yes"),
        Choice(value="not_known", words="Nobody has told us"),
    ),
)
BY_NAME = {each.name: each for each in (PAPER, DECISION, VALID, ALLERGY)}
TROUBLES = {
    name: {each.value: each.ring for each in question.choices if each.trouble} for name, question in BY_NAME.items()
}
RANG = "rang"
WHOM = {"ward": "the ward", "gp": "the GP"}


def trouble(question: str, answer: str) -> str:
    """What must be done today because of an answer, in words; empty when nothing must."""
    asked = BY_NAME.get(question)
    choice = asked.choice(answer) if asked else None
    return choice.trouble if choice else ""
