"""The number on the bag's seal: what it left with, and whether it arrived with another. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from redbag.transfers.models import Fact


def last_seal(facts: Sequence[Fact]) -> str:
    """The number that was told last; empty when nobody told one. Facts taken back count no more."""
    told = _told(facts)
    return told[-1].content["seal"] if told else ""


def seal_words(facts: Sequence[Fact]) -> Mapping[UUID, str]:
    """What to say of the seal with each fact that told one: "Seal 1234", or that another left than arrived."""
    words, before = {}, ""
    for fact in _told(facts):
        seal = fact.content["seal"]
        words[fact.pk] = f"Seal {before} left, seal {seal} arrived" if before and before != seal else f"Seal {seal}"
        before = seal
    return words


def _told(facts: Sequence[Fact]) -> list[Fact]:
    void = {fact.target for fact in facts if fact.kind == "void"}
    told = [fact for fact in facts if fact.content.get("seal") and fact.pk not in void]
    return sorted(told, key=lambda fact: (fact.occurred_at, str(fact.pk)))
