"""Draws the icons of the home screen from the mark (redbag/static/redbag/mark.svg): run again when the mark changes."""

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parent.parent / "redbag/static/redbag/icons"
SMOOTH = 4


def draw(*, size: int, mark: float) -> Image.Image:
    """The mark on its dark red, `mark` of the width wide."""
    big = size * SMOOTH
    icon = Image.new("RGB", (big, big), "#7d0a13")
    pen = ImageDraw.Draw(icon)
    unit = big * mark / 32
    edge = (big - 32 * unit) / 2

    def at(*numbers: float) -> list[float]:
        return [edge + number * unit for number in numbers]

    pen.arc(at(9.5, 1.5, 22.5, 14.5), 180, 360, "#fff", width=round(3 * unit))
    pen.rectangle(at(9.5, 8, 12.5, 11), "#fff")
    pen.rectangle(at(19.5, 8, 22.5, 11), "#fff")
    pen.rounded_rectangle(at(3, 10, 29, 29), 3 * unit, "#c8102e", "#fff", round(1.5 * unit))
    pen.rectangle(at(14, 15, 18, 25), "#fff")
    pen.rectangle(at(11, 18, 21, 22), "#fff")
    return icon.resize((size, size), Image.Resampling.LANCZOS).quantize(32)


if __name__ == "__main__":
    ICONS.mkdir(exist_ok=True)
    for name, size, mark in (("192", 192, 0.86), ("512", 512, 0.86), ("maskable", 512, 0.62)):
        draw(size=size, mark=mark).save(ICONS / f"{name}.png", optimize=True)
