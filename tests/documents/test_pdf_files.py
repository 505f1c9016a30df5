import io
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.documents.files import clean_pdf
from redbag.errors import BadInput
from tests.discharges.documents import armed, pdf, words_of

LOCKED = pikepdf.Encryption(user="secret", owner="secret")
RESTRICTED = pikepdf.Encryption(user="", owner="secret")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "This file is empty. Save it again and choose it once more."),
        (
            b"%PDF-1.7\n" + b"0" * (30 * 1024 * 1024),
            "This file is larger than 20 MB. Save it in a smaller size, or send it in two parts.",
        ),
        (b"PK\3\4 a Word document", "This is not a PDF. Save the document as PDF and choose that file."),
        (b"<html>%PDF</html>", "This is not a PDF. Save the document as PDF and choose that file."),
        (pdf(encryption=LOCKED), "This PDF is locked. Save a copy without a password and choose that file."),
        (pdf(encryption=RESTRICTED), "This PDF is locked. Save a copy without a password and choose that file."),
        (b"%PDF-1.7\nnothing more", "This PDF is damaged. Save it again as PDF and choose that file."),
        (pdf()[:200], "This PDF is damaged. Save it again as PDF and choose that file."),
        (pdf(pages=0), "This PDF has no pages. Save it again and choose it once more."),
    ],
    ids=["empty", "30 MB", "Word", "HTML", "locked", "restricted", "header only", "cut off", "no pages"],
)
def test_a_file_that_cannot_be_taken_is_answered_with_what_to_do(file, told):
    with pytest.raises(BadInput) as wrong:
        clean_pdf(file)

    assert wrong.value.errors == {"file": told}


def test_a_plain_pdf_keeps_its_pages():
    cleaned = clean_pdf(pdf(pages=3))

    with pikepdf.open(io.BytesIO(cleaned)) as document:
        assert len(document.pages) == 3


def test_whatever_acts_by_itself_is_taken_out_and_the_pages_stay():
    dangerous = pdf(pages=2, change=armed)
    marks = ("js-open", "js-close", "js-page", "js-xfa", "/Launch", "calc.exe", "MZ-evil", "evil.exe", "/SubmitForm")
    assert [mark for mark in marks if mark not in words_of(dangerous)] == []

    cleaned = clean_pdf(dangerous)

    found = words_of(cleaned)
    assert [mark for mark in (*marks, "/JavaScript", "/OpenAction", "/EmbeddedFile", "/AA") if mark in found] == []
    with pikepdf.open(io.BytesIO(cleaned)) as document:
        assert len(document.pages) == 2
        assert len(document.pages[0].Annots) == 2
        assert document.pages[0].Annots[1].A.S == "/GoTo"


def test_a_cleaned_pdf_stays_the_same_when_cleaned_again():
    cleaned = clean_pdf(pdf(change=armed))

    assert words_of(clean_pdf(cleaned)).count("obj") == words_of(cleaned).count("obj")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_check(noise):
    whole = pdf()
    for file in (noise, b"%PDF-1.4\n" + noise, whole[: len(noise)] + noise + whole[len(noise) :]):
        with suppress(BadInput):
            assert clean_pdf(file).startswith(b"%PDF-")
