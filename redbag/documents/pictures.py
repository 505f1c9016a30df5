"""Pictures made anew: what is kept was drawn from the pixels alone, upright, without place, camera or anything else."""

import io

from PIL import Image, ImageOps

from redbag.errors import BadInput

READ = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
LONG_SIDE = 2400
QUALITY = 85
PORTRAIT = 480
SMALL_PORTRAIT = 160
SMALL_BYTES = 8 * 1024

DAMAGED = "This picture is damaged. Take the photo again, or save it again as JPEG."
TOO_LARGE = "This picture is too large to open: 50 million points at most. Save it smaller, or take the photo again."


def fresh_jpeg(file: bytes) -> bytes:
    """A JPEG of the first picture in the file, at most 2400 points long; BadInput says what to do otherwise.

    Its size is read from its first bytes: a picture of more than 50 million points is refused before it is decoded.
    """
    try:
        with Image.open(io.BytesIO(file), formats=READ) as picture:
            _refuse_huge(picture.size)
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONG_SIDE, LONG_SIDE))
            return _jpeg(_on_white(upright), quality=QUALITY)
    except BadInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput({"file": TOO_LARGE}) from None
    except Exception as stumbled:  # decoders stumble over damaged pictures in every way there is
        raise BadInput({"file": DAMAGED}) from stumbled


def _refuse_huge(size: tuple[int, int]) -> None:
    wide, high = size
    if wide * high > MOST_PIXELS:
        raise BadInput({"file": TOO_LARGE})


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone, in plain colours, what was see-through on white."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        sheet.paste(clear, mask=clear.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


def portrait(file: bytes, *, side: int) -> bytes:
    """The middle of a JPEG of ours as a square of so many points; one of 160 weighs 8 KB at most."""
    with Image.open(io.BytesIO(file), formats=READ) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (side, side))
    for quality in range(80, 0, -10):
        made = _jpeg(square, quality=quality)
        if side > SMALL_PORTRAIT or len(made) <= SMALL_BYTES:
            break
    return made


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
