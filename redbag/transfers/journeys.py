"""The journeys of many transfers at once, in a few statements however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from redbag.rows import everything
from redbag.transfers import replay
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.route import Journey
from redbag.transfers.stages import Kind

PAGE = 500


def journeys_of(transfers: Iterable[Transfer]) -> Iterator[tuple[Transfer, list[Fact], Journey]]:
    """Each transfer with its facts (in no order) and the journey that follows from them."""
    page: list[Transfer] = []
    for transfer in transfers:
        page.append(transfer)
        if len(page) == PAGE:
            yield from _follow(page)
            page = []
    yield from _follow(page)


def _follow(page: Sequence[Transfer]) -> Iterator[tuple[Transfer, list[Fact], Journey]]:
    facts = _facts(page) if page else {}
    for transfer in page:
        own = facts.get(transfer.pk, [])
        yield transfer, own, replay.journey_of(transfer, own)


@everything()
def _facts(transfers: Sequence[Transfer]) -> dict[UUID, list[Fact]]:
    """The facts of each transfer, with voids that were filed under another one."""
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    owner: dict[UUID, UUID] = {}
    own = Fact.objects.filter(transfer__in=[transfer.pk for transfer in transfers])
    for fact in own:
        facts[fact.transfer_id].append(fact)
        owner[fact.pk] = fact.transfer_id
    for void in Fact.objects.filter(kind=Kind.VOID, target__in=own.values("pk")):
        if owner[void.target] != void.transfer_id:
            facts[owner[void.target]].append(void)
    return facts
