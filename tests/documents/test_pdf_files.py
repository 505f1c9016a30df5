import io
import json
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.documents.files import clean_pdf
from redbag.errors import BadInput
from redbag.incoming.fhir import CUT, texts_in_json, texts_in_xml
from redbag.incoming.headings import LONGEST
from tests.discharges.documents import SECTIONS, TEXTS, armed, div, fhir_json, fhir_xml, pdf, words_of

pytestmark = pytest.mark.embedded

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


def test_a_json_document_gives_the_text_of_every_section():
    assert texts_in_json(fhir_json()) == TEXTS


def test_an_xml_document_says_the_same():
    assert texts_in_xml(fhir_xml()) == TEXTS


def test_a_composition_by_itself_is_taken_too():
    composition = {"resourceType": "Composition", "section": SECTIONS}

    assert texts_in_json(json.dumps(composition).encode()) == TEXTS


def test_why_a_section_is_empty_is_said():
    sections = [{"title": "Diagnoses", "emptyReason": {"text": "Not asked"}}]

    assert texts_in_json(fhir_json(sections)) == {"diagnoses": "Not asked"}


def test_a_very_long_section_is_cut_and_says_so():
    [text] = texts_in_json(fhir_json([{"title": "Diagnoses", "text": {"div": div("x" * 30_000)}}])).values()

    assert len(text) == LONGEST
    assert text.endswith(CUT)


deep: dict = {"title": "deep", "text": {"div": "x"}}
for _ in range(30):
    deep = {"title": "deep", "section": [deep]}

NOT_FHIR_JSON = [
    b"{",
    b"[]",
    b"null",
    b"3",
    b"\xff\xfe\xfd",
    b"[" * 100_000,
    b'{"resourceType": "Bundle"}',
    b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}',
    b'{"resourceType": "Composition", "section": "x"}',
    b'{"resourceType": "Composition", "section": [{"title": 3}]}',
    b'{"resourceType": "Composition", "section": [{"text": {"div": 3}}]}',
    b'{"resourceType": "Composition", "section": [{"title": "a", "code": "b"}]}',
    fhir_json([deep]),
    fhir_json([{"title": str(number), "text": {"div": "x"}} for number in range(101)]),
]


@pytest.mark.parametrize("file", NOT_FHIR_JSON, ids=range(len(NOT_FHIR_JSON)))
def test_what_is_no_fhir_json_is_refused(file):
    with pytest.raises(BadInput) as wrong:
        texts_in_json(file)

    assert set(wrong.value.errors) == {"file"}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
STEAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
NOT_FHIR_XML = [
    b"<",
    b"<html/>",
    b'<Bundle xmlns="http://hl7.org/fhir"/>',
    fhir_xml(before=BOMB, diagnosis="&b;"),
    fhir_xml(before=STEAL, diagnosis="&a;"),
    fhir_xml(before="<!DOCTYPE x>"),
    fhir_xml(before="<!DOCTYPE x>").replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"),
    fhir_xml(diagnosis="&unknown;"),
    fhir_xml(diagnosis="<p>" * 5000 + "</p>" * 5000),
    b'<?xml version="1.0" encoding="no-such-thing"?><a/>',
]


@pytest.mark.parametrize("file", NOT_FHIR_XML, ids=range(len(NOT_FHIR_XML)))
def test_what_is_no_fhir_xml_or_could_harm_is_refused(file):
    with pytest.raises(BadInput) as wrong:
        texts_in_xml(file)

    assert set(wrong.value.errors) == {"file"}


@pytest.mark.parametrize("read", [texts_in_json, texts_in_xml])
def test_fhir_files_are_limited_in_size_too(read):
    for file in (b"", b" " * (30 * 1024 * 1024)):
        with pytest.raises(BadInput):
            read(file)
