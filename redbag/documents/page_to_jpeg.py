"""A program by itself: a PDF on standard input, the number of a page as its argument, a JPEG on standard output.

It limits its own time and memory, and imports nothing of the service: what a page made to harm breaks is this process.
"""

import resource
import sys

import pypdfium2

SECONDS = 15
MEMORY = 1536 * 1024 * 1024
LONG_SIDE = 1600
QUALITY = 80
LARGEST_SCALE = 6.0


def main() -> None:
    """Draw one page on white."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pdf = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    pdf.init_forms()
    page = pdf[int(sys.argv[1]) - 1]
    scale = min(LARGEST_SCALE, LONG_SIDE / max(*page.get_size(), 1))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    picture.save(sys.stdout.buffer, "JPEG", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
