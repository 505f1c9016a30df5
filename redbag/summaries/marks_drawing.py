"""The body map as a picture: the outline of a person, front or back, and marks with letter, number and shape."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from redbag.summaries.body_parts import HEIGHT, SIDES, WIDTH
from redbag.summaries.marks import KINDS, said

HALF = (
    ((200, 18),),
    ((173, 18), (158, 40), (158, 72)),
    ((158, 99), (169, 121), (183, 131)),
    ((183, 142), (182, 151), (178, 157)),
    ((166, 169), (142, 173), (120, 181)),
    ((99, 189), (89, 206), (86, 233)),
    ((81, 276), (74, 320), (64, 364)),
    ((54, 405), (44, 446), (35, 484)),
    ((28, 502), (19, 520), (19, 542)),
    ((19, 562), (26, 579), (36, 579)),
    ((47, 579), (52, 563), (55, 547)),
    ((62, 541), (69, 530), (68, 516)),
    ((67, 506), (64, 499), (66, 490)),
    ((76, 452), (90, 411), (99, 371)),
    ((108, 331), (115, 297), (121, 264)),
    ((128, 301), (134, 340), (132, 375)),
    ((129, 405), (121, 430), (117, 462)),
    ((113, 512), (119, 571), (128, 621)),
    ((122, 661), (122, 702), (129, 746)),
    ((135, 785), (139, 805), (140, 824)),
    ((134, 841), (117, 852), (116, 864)),
    ((118, 875), (152, 876), (167, 868)),
    ((175, 858), (172, 836), (172, 821)),
    ((178, 781), (185, 741), (182, 701)),
    ((178, 671), (182, 641), (184, 616)),
    ((190, 571), (195, 525), (198, 484)),
    ((199, 482), (199, 482), (200, 482)),
)
"""The left half of the outline, from the crown to between the legs: a start, then curves by their three points."""
LINES = {
    "front": (
        "M176 178 C184 184 192 186 196 186",
        "M150 266 C164 276 182 276 194 268",
        "M196 398 C198 402 202 402 204 398",
        "M142 628 C148 634 160 634 166 628",
        "M160 462 C172 474 184 480 194 482",
    ),
    "back": (
        "M200 178 L200 420",
        "M146 214 C142 238 150 262 168 270",
        "M200 436 L200 492",
        "M136 492 C154 504 182 504 198 490",
        "M142 622 C148 628 160 628 166 622",
    ),
}
"""Fine lines that tell front from back; those beside the middle are drawn on the other half too."""
SHAPES = {
    "circle": '<circle r="17"/>',
    "diamond": '<path d="M0 -23 L23 0 L0 23 L-23 0Z"/>',
    "square": '<rect x="-16" y="-16" width="32" height="32"/>',
    "hexagon": '<path d="M-20 0 L-10 -17 L10 -17 L20 0 L10 17 L-10 17Z"/>',
    "triangle": '<path d="M0 -25 L25 17 L-25 17Z"/>',
    "oval": '<ellipse rx="23" ry="15"/>',
    "shield": '<path d="M-17 -17 H17 V4 C17 14 8 20 0 23 C-8 20 -17 14 -17 4Z"/>',
    "cross": '<path d="M-9 -20 H9 V-12 H20 V12 H9 V20 H-9 V12 H-20 V-12 H-9Z"/>',
}
INK, PAPER, SKIN, FINE = "#212b32", "#ffffff", "#f4f1ec", "#8a949c"


def _outline() -> str:
    """The whole outline as a path: the half, and its mirror image walked back to the crown."""
    start, curves = HALF[0][0], HALF[1:]
    down = f"M{start[0]} {start[1]}" + "".join(f" C{_points(curve)}" for curve in curves)
    corners = [start, *(curve[-1] for curve in curves)]
    up = [(second, first, corners[place]) for place, (first, second, _) in reversed(list(enumerate(curves)))]
    return down + "".join(f" C{_points([(WIDTH - x, y) for x, y in curve])}" for curve in up) + "Z"


def _points(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{x} {y}" for x, y in points)


OUTLINE = _outline()


def svg_of(marks: Sequence[Mapping], side: str) -> str:
    """A picture of one side with the marks on it, each numbered as it stands in `marks`; for paper too.

    It names itself and its marks for those who do not see it. Its classes (`bm-skin`, `bm-line`, `bm-mark`, `bm-shape`,
    `bm-word`) let a page draw it in its own colours.
    """
    here = [(number, mark) for number, mark in enumerate(marks, start=1) if mark["side"] == side]
    names = "; ".join(f"mark {number}: {said(mark)}" for number, mark in here) or "no marks"
    label = quoteattr(f"{SIDES[side]} of the body: {names}")
    right, left = ("R", "L") if side == "front" else ("L", "R")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" class="bm-svg" role="img" '
        f'aria-label={label} font-family="Arial, Helvetica, sans-serif" text-anchor="middle">'
        f'<path class="bm-skin" d="{OUTLINE}" fill="{SKIN}" stroke="{INK}" stroke-width="3"/>'
        f'<g class="bm-line" fill="none" stroke="{FINE}" stroke-width="2" stroke-linecap="round">{_lines(side)}</g>'
        f'<g class="bm-word" fill="{INK}" font-size="24" font-weight="bold">'
        f'<text x="30" y="40">{right}</text><text x="{WIDTH - 30}" y="40">{left}</text></g>'
        f"{''.join(_drawn(number, mark) for number, mark in here)}</svg>"
    )


def _lines(side: str) -> str:
    fine = "".join(f'<path d="{line}"/>' for line in LINES[side])
    return f'{fine}<g transform="translate({WIDTH} 0) scale(-1 1)">{fine}</g>'


def _drawn(number: int, mark: Mapping) -> str:
    kind = KINDS[mark["kind"]]
    word = f"{kind.letter}{number}"
    x, y = mark["x"] * WIDTH / 1000, mark["y"] * HEIGHT / 1000
    return (
        f'<g class="bm-mark" data-mark={quoteattr(str(mark["id"]))} transform="translate({x:g} {y:g})">'
        f"<title>{escape(f'Mark {number}: {said(mark)}')}</title>"
        f'<g class="bm-shape" fill="{INK}" stroke="{PAPER}" stroke-width="3">{SHAPES[kind.shape]}</g>'
        f'<text class="bm-number" y="6" fill="{PAPER}" font-size="17" font-weight="bold">{word}</text></g>'
    )


def key_of(kind: str) -> str:
    """The shape and letter of a kind alone, for the words beside the picture."""
    each = KINDS[kind]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-26 -26 52 52" class="bm-key" aria-hidden="true" '
        'font-family="Arial, Helvetica, sans-serif" text-anchor="middle">'
        f'<g class="bm-shape" fill="{INK}">{SHAPES[each.shape]}</g>'
        f'<text class="bm-number" y="6" fill="{PAPER}" font-size="17" font-weight="bold">{each.letter}</text></svg>'
    )
