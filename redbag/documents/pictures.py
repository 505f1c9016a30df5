"""Pictures made anew: what is kept was drawn from the pixels alone, upright, without place, camera or anything else."""

import io

from PIL import Image, ImageOps

from redbag.documents.guarded import Stumbled, run
from redbag.documents.picture_to_jpeg import TOO_LARGE as TOO_LARGE_CODE
from redbag.errors import BadInput

PORTRAIT = 480
SMALL_PORTRAIT = 160
SMALL_BYTES = 8 * 1024

DAMAGED = "This picture is damaged. Take the photo again, or save it again as JPEG."
TOO_LARGE = (
    "This picture is too large to open: 50 million points at most, 20 million for WebP. Save it smaller, or take the "
    "photo again."
)


def fresh_jpeg(file: bytes) -> bytes:
    """A JPEG of the first picture in the file, at most 2400 points long; BadInput says what to do otherwise.

    It is decoded in a process of its own; Busy when none is free. What has too many points is refused before that.
    """
    try:
        return run("picture_to_jpeg.py", file)
    except Stumbled as stumbled:
        raise BadInput({"file": TOO_LARGE if stumbled.code == TOO_LARGE_CODE else DAMAGED}) from None


def portrait(file: bytes, *, side: int) -> bytes:
    """The middle of a JPEG of ours as a square of so many points; one of 160 weighs 8 KB at most."""
    with Image.open(io.BytesIO(file), formats=["JPEG"]) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (side, side))
    for quality in range(80, 0, -10):
        made = _jpeg(square, quality=quality)
        if side > SMALL_PORTRAIT or len(made) <= SMALL_BYTES:
            break
    return made


def smaller(file: bytes, *, side: int) -> bytes:
    """The whole of a JPEG of ours, its long side at most so many points."""
    with Image.open(io.BytesIO(file), formats=["JPEG"]) as picture:
        picture.draft("RGB", (side, side))
        shrunk = picture.convert("RGB")
    shrunk.thumbnail((side, side))
    return _jpeg(shrunk, quality=80)


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
