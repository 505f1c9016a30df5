import json

import pytest

from redbag.incoming.headings import LONGEST
from redbag.incoming.message import NotUnderstood
from redbag.incoming.narrative import read_narrative
from redbag.incoming.plans import due_in
from redbag.incoming.reading import read
from redbag.incoming.sections import CUT
from tests.discharges.documents import SECTIONS, TEXTS, div, fhir_json, fhir_xml


def texts(file, form="fhir_json"):
    return {section.slug or section.title: section.text for section in read(file, form=form).sections}


def test_json_and_xml_give_the_text_of_every_section_with_the_hospitals_own_title():
    assert texts(fhir_json()) == TEXTS
    assert texts(fhir_xml(), "fhir_xml") == TEXTS


def test_a_composition_by_itself_is_read_and_nobody_knows_whom_it_is_about():
    message = read(json.dumps({"resourceType": "Composition", "section": SECTIONS}).encode(), form="fhir_json")

    assert {section.slug or section.title: section.text for section in message.sections} == TEXTS
    assert message.person.doubts == ("The document does not say in a way that can be read whom it is about.",)


def test_why_a_section_is_empty_is_said():
    assert texts(fhir_json([{"title": "Diagnoses", "emptyReason": {"text": "Not asked"}}])) == {
        "diagnoses": "Not asked"
    }


def test_a_very_long_section_is_cut_and_says_so():
    message = read(fhir_json([{"title": "Diagnoses", "text": {"div": div("x" * 30_000)}}]), form="fhir_json")

    assert len(message.sections[0].text) == LONGEST
    assert message.sections[0].text.endswith(CUT)
    assert message.not_understood == (
        "Diagnoses: the text is too long to be shown whole. Open what the hospital sent to read the rest.",
    )


def test_two_sections_of_one_heading_follow_each_other_under_their_own_titles():
    sections = [{"title": "Diagnoses", "text": {"div": "Gout"}}, {"title": "DIAGNOSES", "text": {"div": "Flu"}}]

    assert texts(fhir_json(sections)) == {"diagnoses": "Gout\n\nFlu"}


def test_a_stopped_medicine_stays_under_its_own_title():
    stopped = {"title": "Discontinued medications", "text": {"div": "Aspirin"}}

    assert texts(fhir_json([stopped])) == {"medications_and_medical_devices": "Discontinued medications\nAspirin"}


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick='x()'>a</p>",
        "<p id='q' class='hidden' style='display:none'>a</p>",
        '<p title="2 > 1">a</p>',
        "<a href='javascript:x()'>a</a>",
        "<img src='https://evil.example/a.png' onerror='x()'>a",
        "<script>x() < 2 > 1</script><style>p{}</style>a",
        "<form action='/x'><input name='a'><button>a</button></form>",
        "<iframe src='/x'></iframe><object data='/x'></object>a",
        "<td colspan='99999'>a",
        "<TABLE><TR><TD colspan='3'>a",
        "<!-- <p>b</p> --><?php x ?><!DOCTYPE html>a",
        "<![CDATA[a]]>",
        "<script/><![if !lists]>a<![endif]>",
    ],
)
def test_only_what_is_said_is_left_of_a_narrative(html):
    read_here = read_narrative(html)

    assert (read_here.text, read_here.cut) == ("a", False)


@pytest.mark.parametrize(
    "words",
    [
        "<![ not 5 mg",
        "<![foo[ not 5 mg",
        "<!-- not 5 mg",
        "<!not 5 mg",
        "<? not 5 mg",
        "eGFR < 30, not <b 5 mg",
        "not <5 mg",
        'not 5 mg <p class="b',
        "not 5 mg </",
        f"not 5 mg &#{'9' * 5_000};",
    ],
)
def test_of_broken_html_no_word_is_lost_and_nothing_else_of_the_letter(words):
    sections = [{"title": "Diagnoses", "text": {"div": words}}, {"title": "Procedures", "text": {"div": "Hip"}}]

    assert texts(fhir_json(sections)) == {"diagnoses": words, "procedures": "Hip"}


def test_words_that_stand_outside_the_cells_of_a_table_are_read():
    for html in ("<svg><text>not 5 mg</text></svg> b", "<table><tr><td>a</td></tr>not b</table>"):
        assert "not" in read_narrative(html).text


def test_what_our_reader_stumbles_over_is_refused_in_words(monkeypatch):
    def stumbles(*_):
        raise AssertionError

    monkeypatch.setattr("redbag.incoming.reading.shown", stumbles)

    with pytest.raises(NotUnderstood, match="Open what the hospital sent"):
        read(fhir_json(), form="fhir_json")


def test_rows_stay_on_one_line_and_lines_stay_lines():
    html = "<p>One</p>two<br/>three<ul><li>four</li></ul><table><tr><th>A</th><td><p>b</p><p>c</p></td></tr></table>"

    assert read_narrative(html).text == "One\ntwo\nthree\nfour\nA | b c"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Blood test on 4 December 2026", "2026-12-04"),
        ("Blood test on 4th Dec 2026, fasting", "2026-12-04"),
        ("Blood test 04/12/2026", "2026-12-04"),
        ("Blood test 2026-12-04", "2026-12-04"),
        ("Blood test on 31 February 2026", None),
        ("Between 4 December 2026 and 8 December 2026", None),
        ("Blood test in December", None),
    ],
)
def test_a_day_is_read_only_where_it_stands_in_full_and_alone(line, day):
    assert str(due_in(line)) == str(day)


def test_a_file_is_read_as_what_it_is_and_refused_in_words():
    with pytest.raises(NotUnderstood, match=r"This is neither JSON nor XML\. Send a FHIR document, STU3 or R4\."):
        read(b"Dear colleague", form="fhir_xml")
