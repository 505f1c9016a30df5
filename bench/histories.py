"""Ten thousand random histories of one journey: none ends without an owner, and the order of arrival never matters."""

import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

from redbag.transfers.owning import owner_of, standing_of
from redbag.transfers.route import Told, follow
from redbag.transfers.stages import Kind, Outcome

HISTORIES = 10_000
BEGAN = datetime(2026, 11, 21, 3, tzinfo=UTC)
KINDS = ["care_home", "ambulance", "hospital", "hospital", "care_home"]
PLACES = [uuid.UUID(int=number) for number in range(1, 6)]
HOME = PLACES[0]
SAYS = (("bag", ("with_them", "stays")), ("where", ("Somewhere",)), ("who", ("Ana",)), ("together", (True,)))


def fact(chance: random.Random, number: int) -> Told:
    """One fact of any kind, by anybody, at any minute."""
    kind = chance.choice([Kind.HANDOFF] * 4 + [Kind.OUTCOME] * 4 + [Kind.CHECK, Kind.OPENED, Kind.VOID, Kind.ADDITION])
    to = chance.randrange(5) if chance.random() < 0.7 else None
    said: dict = {"role": chance.choice(["carer", "senior", "crew", "ward"])}
    if kind in (Kind.HANDOFF, Kind.OUTCOME):
        said |= {"to": PLACES[to] if to is not None else None, "to_kind": KINDS[to] if to is not None else ""}
        said["to_text"] = "Taxi" if to is None and kind == Kind.HANDOFF else ""
    if kind == Kind.OUTCOME:
        said["outcome"] = chance.choice(Outcome.values)
        said["details"] = {name: chance.choice(values) for name, values in SAYS if chance.random() < 0.3}
    if kind == Kind.VOID:
        said["target"] = uuid.UUID(int=1000 + chance.randrange(20))
    at = BEGAN + timedelta(minutes=chance.randint(-20, 90))
    return Told(uuid.UUID(int=1000 + number), kind, at, chance.choice(PLACES), **said)


def history(seed: int) -> None:
    """Follow one history, shuffled, and with each fact gone in turn; raises AssertionError where a rule breaks."""
    chance = random.Random(seed)
    pack = Told(uuid.UUID(int=99), Kind.PACK, BEGAN, HOME, "carer")
    facts = [pack, *(fact(chance, number) for number in range(chance.randint(1, 20)))]
    whole = follow(home=HOME, packed_at=BEGAN, facts=facts)
    shuffled = chance.sample(facts, len(facts))
    assert follow(home=HOME, packed_at=BEGAN, facts=shuffled) == whole, f"history {seed}: the order of arrival mattered"
    gone = chance.choice(facts)
    for journey in (whole, follow(home=HOME, packed_at=BEGAN, facts=[each for each in facts if each is not gone])):
        owner = owner_of(standing_of(journey, home=HOME))
        assert owner.organisation in (HOME, journey.holder.organisation), f"history {seed}: nobody owns the next step"
        assert journey.holder.organisation or journey.holder.text, f"history {seed}: the bag is with nobody"


def main() -> None:
    """Follow them all and print how many a second."""
    began = time.perf_counter()
    for seed in range(HISTORIES):
        history(seed)
    seconds = time.perf_counter() - began
    print(
        f"{HISTORIES} histories followed three times each in {seconds:.0f} s ({3 * HISTORIES / seconds:.0f} a second)"
    )


if __name__ == "__main__":
    sys.exit(main())
