"""A program by itself: a picture on standard input, made anew from its pixels as a JPEG on standard output.

It limits its own time and memory, and imports nothing of the service: what a picture made to harm breaks is this
process. It ends with 3 when the picture has too many points, which its first bytes say before it is decoded.
"""

import io
import resource
import sys

from PIL import Image, ImageOps

SECONDS = 15
MEMORY = 768 * 1024 * 1024
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 50_000_000, "WEBP": 20_000_000}  # WebP is held several times
LONG_SIDE = 2400
QUALITY = 85
TOO_LARGE = 3


def main() -> None:
    """Make the first picture in the file anew: upright, on white, at most 2400 points long."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # counted here
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=list(MOST_PIXELS)) as picture:
        if picture.width * picture.height > MOST_PIXELS[str(picture.format)]:
            sys.exit(TOO_LARGE)
        picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
        picture.thumbnail((LONG_SIDE, LONG_SIDE))
        on_white(ImageOps.exif_transpose(picture)).save(sys.stdout.buffer, "JPEG", quality=QUALITY, optimize=True)


def on_white(picture: Image.Image) -> Image.Image:
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


if __name__ == "__main__":
    main()
