"""Flows as a picture: homes left, hospitals right, a band between them as wide as its journeys. Pure.

Across the bands run from 0 to 100 and are stretched; down everything is in pixels, so that letters keep their size. It
is drawn from nothing but the numbers that are told, so it says no more than the table under it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from redbag.reports.flows import End, Flows

MOST_HOMES, MOST_HOSPITALS = 10, 8
TALL = 480  # pixels that all journeys together take
LABEL, GAP = 58, 14  # the least height of an end, and what stands between two
READABLE = 17  # pixels a band needs to bear its number
OTHERS = "others"
LOOKS = ("plain", "lines", "dots")


@dataclass(frozen=True)
class Node:
    """One end as it is drawn: its words, how many journeys its bands bear, from where down and how far.

    `total` is what the table tells of all its journeys, more than its bands where small flows are not drawn.
    """

    code: str
    name: str
    journeys: int
    y: float
    height: float
    total: int | None


@dataclass(frozen=True)
class Band:
    """One flow: its outline, its words, and where its number stands; `look` tells the bands of homes apart."""

    start: Node
    end: Node
    journeys: int
    path: str
    look: str
    number_y: float | None

    @property
    def words(self) -> str:
        """What it says: from where, to where, how many."""
        return f"{self.start.name} to {self.end.name}: about {self.journeys} journeys"

    @property
    def leads(self) -> bool:
        """Whether it is one home's flow to one hospital, which has a page of its own."""
        return OTHERS not in (self.start.code, self.end.code) and bool(self.end.code)


@dataclass(frozen=True)
class FlowChart:
    """The picture: its ends, its bands, its height, and what it says in a sentence."""

    homes: tuple[Node, ...]
    hospitals: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: float
    words: str


def flow_chart(flows: Flows) -> FlowChart | None:
    """The picture of flows; None when none is large enough to be told."""
    left, right = _kept(flows.homes, MOST_HOMES), _kept(flows.hospitals, MOST_HOSPITALS)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (home, hospital), journeys in flows.told.items():
        if journeys:
            sums[home if home in left else OTHERS, hospital if hospital in right else OTHERS] += journeys
    if not sums:
        return None
    scale = TALL / sum(sums.values())
    names = ("Other areas", "Other areas") if flows.areas else ("Other homes", "Other hospitals")
    homes = _nodes(flows.homes, left, _side(sums, 0), scale, names[0])
    hospitals = _nodes(flows.hospitals, right, _side(sums, 1), scale, names[1])
    height = max(_foot(homes), _foot(hospitals))
    homes, hospitals = _centred(homes, height), _centred(hospitals, height)
    bands = _bands(sums, homes, hospitals, scale)
    return FlowChart(tuple(homes), tuple(hospitals), tuple(bands), round(height, 1), _words(bands))


def _kept(ends: Sequence[End], most: int) -> set[str]:
    """The largest ends, which are drawn by themselves."""
    return {end.code for end in [end for end in ends if end.told][:most]}


def _side(sums: Mapping[tuple[str, str], int], side: int) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for key, journeys in sums.items():
        found[key[side]] += journeys
    return found


def _nodes(ends: Sequence[End], kept: set[str], sums: Mapping[str, int], scale: float, others: str) -> list[Node]:
    told = [end for end in ends if end.code in kept] + [End(OTHERS, others, None)]
    nodes, y = [], 0.0
    for end in told:
        if journeys := sums.get(end.code):
            tall = max(LABEL, journeys * scale)
            nodes.append(Node(end.code, end.name, journeys, y, tall, end.total))
            y += tall + GAP
    return nodes


def _foot(nodes: Sequence[Node]) -> float:
    return nodes[-1].y + nodes[-1].height


def _centred(nodes: Sequence[Node], height: float) -> list[Node]:
    """The ends of one side in the middle of the picture."""
    down = (height - _foot(nodes)) / 2
    return [replace(each, y=round(each.y + down, 1), height=round(each.height, 1)) for each in nodes]


def _bands(
    sums: Mapping[tuple[str, str], int], homes: Sequence[Node], hospitals: Sequence[Node], scale: float
) -> list[Band]:
    """Every band, stacked at both its ends in the order of the other side, so that few of them cross."""
    down = {("home", each.code): each.y + (each.height - each.journeys * scale) / 2 for each in homes}
    down |= {("hospital", each.code): each.y + (each.height - each.journeys * scale) / 2 for each in hospitals}
    bands = []
    for place, home in enumerate(homes):
        for hospital in hospitals:
            journeys = sums.get((home.code, hospital.code), 0)
            if journeys:
                wide, start, end = journeys * scale, down["home", home.code], down["hospital", hospital.code]
                down["home", home.code] += wide
                down["hospital", hospital.code] += wide
                number_y = round(start + wide / 2 + 6, 1) if wide >= READABLE else None
                look = LOOKS[place % len(LOOKS)]
                bands.append(Band(home, hospital, journeys, _path(start, end, wide), look, number_y))
    return bands


def _path(start: float, end: float, wide: float) -> str:
    one, two, three, four = (f"{each:.1f}" for each in (start, end, end + wide, start + wide))
    return f"M0 {one}C50 {one} 50 {two} 100 {two}V{three}C50 {three} 50 {four} 0 {four}Z"


def _words(bands: Sequence[Band]) -> str:
    largest = sorted(bands, key=lambda band: -band.journeys)[:3]
    return f"The largest: {'; '.join(band.words for band in largest)}. The table says the same and the smaller ones."
