"""Where on the body: places with their left and right, and the place a point of the outline lies in.

A point is (x, y) in thousandths of the outline's width and height. From the front the person's right is on the left of
the picture, from the back it is on the right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT = 400, 880
"""The outline's width and height, in the units in which the places below and the drawing are given."""
SIDES: Mapping[str, str] = {"front": "Front", "back": "Back"}
MIDDLE = WIDTH // 2

LIMBS = {
    "ear": [(157, 80)],
    "shoulder": [(112, 200)],
    "upper arm": [(98, 262), (90, 312)],
    "forearm": [(68, 418), (57, 452)],
    "wrist": [(48, 488)],
    "hand": [(40, 522)],
    "fingers": [(33, 562)],
    "hip": [(124, 452)],
    "ankle": [(155, 818)],
}
"""Places that are on either side and either face of the body, as points of the picture's left half."""
OF_FRONT = {
    "forehead": [(200, 45)],
    "nose": [(200, 78)],
    "mouth and chin": [(200, 112)],
    "front of neck": [(200, 150)],
    "breastbone": [(200, 215), (200, 255)],
    "upper belly": [(200, 320)],
    "lower belly": [(200, 400)],
    "genital area": [(200, 472)],
    "eye": [(184, 68)],
    "cheek": [(176, 92)],
    "collarbone": [(155, 182)],
    "chest": [(155, 230), (160, 270)],
    "side of belly": [(148, 340), (144, 395)],
    "groin": [(168, 462)],
    "inside of elbow": [(81, 368)],
    "thigh": [(152, 520), (152, 570)],
    "knee": [(154, 625)],
    "shin": [(152, 690), (153, 755)],
    "top of foot": [(148, 848)],
    "toes": [(134, 868)],
}
OF_BACK = {
    "back of head": [(200, 40), (200, 80)],
    "back of neck": [(200, 145)],
    "upper spine": [(200, 190), (200, 235)],
    "middle of the spine": [(200, 300)],
    "lower back": [(200, 375)],
    "sacrum": [(200, 430)],
    "tailbone": [(200, 464)],
    "shoulder blade": [(155, 225), (158, 258)],
    "side of back": [(150, 320), (148, 380)],
    "buttock": [(158, 450), (160, 478)],
    "elbow": [(81, 368)],
    "thigh": [(152, 530), (152, 575)],
    "back of knee": [(154, 625)],
    "calf": [(152, 690), (153, 755)],
    "heel": [(152, 848)],
    "sole of foot": [(134, 868)],
}
ON_BOTH = (*LIMBS, "thigh")


@dataclass(frozen=True)
class Place:
    """A part of the body on one side, and the points by which it is known; the first is where a mark is drawn."""

    name: str
    side: str
    points: tuple[tuple[int, int], ...]

    @property
    def x(self) -> int:
        """Thousandths of the width."""
        return self.points[0][0]

    @property
    def y(self) -> int:
        """Thousandths of the height."""
        return self.points[0][1]


def _places() -> list[Place]:
    return [
        place
        for side, own in (("front", OF_FRONT), ("back", OF_BACK))
        for name, points in sorted((own | LIMBS).items(), key=lambda entry: (entry[1][0][1], entry[0]))
        for place in _either(name, side, points)
    ]


def _either(name: str, side: str, points: Sequence[tuple[int, int]]) -> list[Place]:
    """The place once when it lies in the middle, else left and right as the person has them."""
    facing = f", {side}" if name in ON_BOTH else ""
    if points[0][0] == MIDDLE:
        return [Place(f"{name}{facing}", side, _thousandths(points))]
    drawn_left = "right" if side == "front" else "left"
    drawn_right = "left" if side == "front" else "right"
    mirrored = [(WIDTH - x, y) for x, y in points]
    pair = [
        Place(f"{drawn_left} {name}{facing}", side, _thousandths(points)),
        Place(f"{drawn_right} {name}{facing}", side, _thousandths(mirrored)),
    ]
    return sorted(pair, key=lambda place: place.name)


def _thousandths(points: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((round(x * 1000 / WIDTH), round(y * 1000 / HEIGHT)) for x, y in points)


PLACES: Sequence[Place] = tuple(_places())
"""Every place, front before back, from head to foot."""


def place_name(side: str, x: int, y: int) -> str:
    """The words for a point: "left forearm, front", "sacrum". Left and right are the person's own."""
    return nearest(side, x, y).name


@lru_cache(maxsize=4096)
def nearest(side: str, x: int, y: int) -> Place:
    """The place of which a point lies nearest to this one."""
    return min((place for place in PLACES if place.side == side), key=lambda place: _far(place, x, y))


def _far(place: Place, x: int, y: int) -> float:
    """How far a point is from a place, in units of the drawing, squared."""
    return min(((px - x) * WIDTH) ** 2 + ((py - y) * HEIGHT) ** 2 for px, py in place.points)


def named(name: str) -> Place | None:
    """The place of this name."""
    return next((place for place in PLACES if place.name == name), None)
