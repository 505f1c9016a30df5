"""Whatever is brought is refused in words or made harmless, and what is kept is never the upload."""

import io
import json
import os
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from redbag.documents import guarded, uploads
from redbag.documents.drawing import CannotBeDrawn, draw_page
from redbag.documents.pictures import SMALL_BYTES, portrait
from redbag.documents.uploads import remade
from redbag.errors import BadInput
from tests.discharges.documents import armed, pdf, words_of
from tests.documents import files

SCRIPT = b"<html><script>alert('both')</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LOCKED = pikepdf.Encryption(user="secret", owner="secret")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
LARGE = files.face() + b"\0" * (20 * 1024 * 1024)

REFUSED = {
    "nothing in it": (b"", "This file is empty."),
    "over 20 MB": (LARGE, "This file is larger than 20 MB."),
    "script inside SVG": (SVG, "Save it as PDF, or take a photo of it."),
    "SVG after blanks": (b"\xef\xbb\xbf\n  " + SVG, "Save it as PDF, or take a photo of it."),
    "web page": (SCRIPT, "Print it to PDF"),
    "ZIP called .pdf": (files.zipped(), "a Word file or a ZIP folder, not a PDF"),
    "old Word": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "save the document as PDF"),
    "HEIC of an iPhone": (HEIC, "Most Compatible"),
    "TIFF": (files.saved(files.drawn(), "TIFF"), "Save it as JPEG or PNG"),
    "GIF": (files.animated("GIF"), "Save it as JPEG or PNG"),
    "any bytes": (b"MZ\x90\0program" * 50, "We do not know this kind of file."),
    "locked PDF": (pdf(encryption=LOCKED), "Save a copy without a password"),
    "cut-off PDF": (pdf()[:200], "This PDF is damaged."),
    "too many pages": (files.many_pages(61), "This PDF has 61 pages, 60 at most."),
    "bomb of 20,000 x 20,000 points": (files.huge_png(), "too large to open"),
    "bomb of 60 million points": (files.huge_png(10_000, 6_000), "too large to open"),
    "cut-off JPEG": (files.face()[:4000], "This picture is damaged."),
    "cut-off PNG": (files.saved(files.drawn(), "PNG")[:1500], "This picture is damaged."),
    "JPEG of three bytes": (b"\xff\xd8\xff", "This picture is damaged."),
    "WebP by its name alone": (b"RIFF\x10\0\0\0WEBPVP8 nothing", "This picture is damaged."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_what_to_do(name):
    file, told = REFUSED[name]

    with pytest.raises(BadInput) as wrong:
        remade(file)

    assert set(wrong.value.errors) == {"file"}
    assert told in wrong.value.errors["file"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_a_new_jpeg_whatever_it_came_as(form):
    made = remade(files.saved(files.drawn(size=(3000, 1000)), form))

    assert (made.content_type, made.pages) == ("image/jpeg", 1)
    with Image.open(io.BytesIO(made.content)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (2400, 800))


def test_where_and_with_what_a_photo_was_taken_is_gone():
    file = files.with_place()
    assert files.SECRET_PLACE.encode() in file
    assert b"SpyPhone" in file

    made = remade(file)

    assert files.SECRET_PLACE.encode() not in made.content
    assert b"SpyPhone" not in made.content
    with Image.open(io.BytesIO(made.content)) as kept:
        assert dict(kept.getexif()) == {}
        assert {"exif", "icc_profile", "comment", "xmp"}.isdisjoint(kept.info)


def _reddest_corner(jpeg: bytes) -> str:
    with Image.open(io.BytesIO(jpeg)) as picture:
        wide, high = picture.size
        corners = {"top left": (20, 20), "top right": (wide - 20, 20), "bottom left": (20, high - 20)}
        return max(corners, key=lambda name: picture.getpixel(corners[name])[0] - picture.getpixel(corners[name])[1])


def test_a_photo_taken_sideways_stands_upright():
    assert _reddest_corner(remade(files.with_place(orientation=1)).content) == "top left"
    turned = remade(files.with_place(orientation=6)).content
    assert _reddest_corner(turned) == "top right"
    with Image.open(io.BytesIO(turned)) as kept:
        assert kept.size == (1200, 900)


ODD = {
    "CMYK": files.saved(files.drawn(mode="CMYK")),
    "grey": files.saved(files.drawn(mode="L"), "PNG"),
    "palette": files.saved(files.drawn(mode="P"), "PNG"),
    "16 bits of grey": files.saved(Image.new("I;16", (300, 300), 65_535), "PNG"),
    "one bit": files.saved(files.drawn(mode="1"), "PNG"),
    "moving WebP": files.animated("WEBP"),
    "moving PNG": files.animated("PNG"),
    "one point": files.saved(Image.new("RGB", (1, 1)), "PNG"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_pictures_become_one_plain_picture(name):
    with Image.open(io.BytesIO(remade(ODD[name]).content)) as kept:
        assert (kept.format, kept.mode, getattr(kept, "n_frames", 1)) == ("JPEG", "RGB", 1)


def test_what_was_see_through_is_white_and_bright_grey_stays_bright():
    clear = remade(files.saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    bright = remade(ODD["16 bits of grey"])

    for made in (clear, bright):
        with Image.open(io.BytesIO(made.content)) as kept:
            assert min(kept.getpixel((25, 25))) > 250


@pytest.mark.parametrize("behind", [SCRIPT, files.zipped(), pdf()], ids=["HTML", "ZIP", "PDF"])
@pytest.mark.parametrize("file", [files.face(), pdf()], ids=["JPEG", "PDF"])
def test_what_hangs_behind_a_file_is_gone(file, behind):
    made = remade(file + behind) if not (file.startswith(b"%PDF") and behind.startswith(b"%PDF")) else remade(file)

    assert b"alert(" not in made.content
    assert b"PK\x03\x04" not in made.content
    assert made.content.count(b"%PDF-") == (1 if made.content_type == uploads.PDF else 0)


def test_what_stands_before_a_pdf_is_gone():
    made = remade(SCRIPT + b"\n" + pdf())

    assert made.content.startswith(b"%PDF-")
    assert b"<script>" not in made.content


def test_a_pdf_is_kept_without_anything_that_acts():
    def change(document):
        armed(document)
        document.add_blank_page()

    found = words_of(remade(pdf(pages=2, change=change)).content)

    for mark in ("js-", "/JavaScript", "/Launch", "calc.exe", "MZ-evil", "/SubmitForm", "/XFA", "/AA", "/AF"):
        assert mark not in found


def test_films_attached_files_and_ways_to_other_machines_are_taken_out_of_a_pdf_and_links_stay():
    dangerous = pdf(change=files.acting_page)
    marks = ("MZ-on-page", "page.exe", "/RichMedia", "/FileAttachment", "evil\\\\share", "/etc/passwd", "/GoToR")
    assert [mark for mark in marks if mark not in words_of(dangerous)] == []

    found = words_of(remade(dangerous).content)

    assert [mark for mark in marks if mark in found] == []
    assert "https://www.nhs.uk/" in found


def test_a_person_or_skin_is_shown_by_a_picture_and_no_pdf():
    with pytest.raises(BadInput) as wrong:
        remade(pdf(), picture_only=True)

    assert wrong.value.errors == {"file": uploads.NOT_A_PHOTO}


def test_a_page_is_drawn_as_a_jpeg_and_a_page_that_cannot_be_is_said_so():
    with Image.open(io.BytesIO(draw_page(pdf(pages=2), 2))) as page:
        assert page.format == "JPEG"
        assert max(page.size) == 1600

    with pytest.raises(CannotBeDrawn) as cannot:
        draw_page(pdf(pages=2), 3)
    assert "Print it and take a photo" in str(cannot.value)


def test_a_portrait_is_a_square_and_the_small_one_weighs_8_kb_at_most():
    noise = Image.effect_noise((900, 1200), 200).convert("RGB")
    jpeg = remade(files.saved(noise)).content

    for side in (480, 160):
        with Image.open(io.BytesIO(portrait(jpeg, side=side))) as square:
            assert square.size == (side, side)
    assert len(portrait(jpeg, side=160)) <= SMALL_BYTES


PROBE = r"""
import json, os, sys
sys.stdin.buffer.read()
open_files = sorted(name for name in os.listdir("/proc/self/fd") if int(name) > 2)
told = {"environment": dict(os.environ), "cwd": os.getcwd(), "files": len(open_files)}
sys.stdout.buffer.write(b"\xff\xd8\xff" + json.dumps(told).encode())
"""


def test_what_opens_a_strangers_file_knows_no_key_of_ours(tmp_path, monkeypatch):
    (tmp_path / "probe.py").write_text(PROBE)
    monkeypatch.setattr(guarded, "PROGRAMS", tmp_path)
    for name in ("DATA_KEYS", "LABEL_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "a secret of ours")

    with (tmp_path / "probe.py").open() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        told = json.loads(guarded.run("probe.py", b"x")[3:])

    assert "a secret of ours" not in told["environment"].values()
    assert set(told["environment"]) <= {"LC_CTYPE"}  # set by the interpreter itself
    assert (told["cwd"], told["files"]) == ("/", 1)  # the folder it is listing


def test_pictures_are_decoded_in_a_process_of_their_own(monkeypatch):
    ran = []
    monkeypatch.setattr("redbag.documents.pictures.run", lambda program, file: ran.append(program) or b"made")

    assert remade(files.saved(files.drawn(), "PNG")).content == b"made"
    assert ran == ["picture_to_jpeg.py"]


def test_the_largest_pictures_fit_into_the_memory_they_are_given():
    clear = Image.new("RGBA", (8000, 6250), (20, 90, 200, 128))
    largest = (
        files.saved(clear, "PNG", compress_level=1),
        files.saved(clear.resize((5000, 3906)), "WEBP", method=0),
        files.saved(clear.convert("RGB"), "JPEG", progressive=True),
    )

    for file in largest:
        with Image.open(io.BytesIO(remade(file).content)) as kept:
            assert kept.size == (2400, 1875)
    with pytest.raises(BadInput) as wrong:
        remade(files.saved(clear.resize((5000, 4001)), "WEBP", method=0))
    assert "20 million for WebP" in wrong.value.errors["file"]


START = st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7\n", b"PK\3\4"])


@settings(max_examples=60, deadline=None)
@given(START, st.binary(max_size=400), st.integers(0, 3000))
def test_no_bytes_break_it(start, noise, at):
    picture = files.saved(files.drawn(size=(60, 60)), "PNG")
    for file in (start + noise, picture[: at % len(picture)] + noise + picture[at % len(picture) :]):
        with suppress(BadInput):
            assert remade(file).content.startswith((b"\xff\xd8\xff", b"%PDF-"))
