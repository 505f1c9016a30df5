"""Whatever is sent, reading ends with a Message or with NotUnderstood, and does not grow without bounds."""

import json
import tracemalloc
from dataclasses import asdict
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.incoming.headings import LONGEST, MOST
from redbag.incoming.message import Message, NotUnderstood
from redbag.incoming.reading import STUMBLED, read
from redbag.incoming.sections import CUT
from tests.discharges.documents import div, fhir_json

CORPUS = Path(__file__).parent / "corpus"
SEEDS = [
    (CORPUS / name).read_bytes()
    for name in ("itk3-document.json", "itk3-message-around-document.xml", "uk-core-document.xml", "parameters.json")
]
NAMED = (
    "resourceType id entry resource fullUrl section title text div code coding system value subject reference "
    "identifier name family given birthDate dosage medicationReference medicationCodeableConcept extension url "
    "contained relatesTo targetIdentifier parameter data content attachment period start end status type item"
)
NAMES = NAMED.split()
KINDS = ("Bundle", "Composition", "Patient", "MedicationStatement", "AllergyIntolerance", "List", "Binary", "Task")
WORDS = st.sampled_from([*KINDS, "Patient/1", "#1", "urn:uuid:1", "2026-13-40", "1936", "<p>x", "887161000000102"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
TREES = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=6),
    max_leaves=40,
)


def ends_well(file: bytes) -> Message | None:
    """The Message, if it is one; whatever it is, it can be kept."""
    try:
        message = read(file, form="fhir_json")
    except NotUnderstood as why:
        if str(why) == STUMBLED:
            raise
        return None
    kept = json.dumps(asdict(message), default=lambda value: value.hex() if isinstance(value, bytes) else str(value))
    assert "\\u0000" not in kept
    kept.encode().decode()
    assert len(kept) < 20_000_000
    return message


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=60, deadline=None)
def test_a_document_with_bytes_changed_taken_out_or_put_in_ends_well(file, data):
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file)))
        file = file[:at] + data.draw(st.binary(max_size=8)) + file[at + data.draw(st.integers(0, 40)) :]
    ends_well(file)


def places(node, path=()):
    """Every place in a JSON tree."""
    yield path
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield from places(value, (*path, key))


WHOLE = json.loads(SEEDS[0])
PLACES = list(places(WHOLE))[1:]


@given(st.lists(st.tuples(st.sampled_from(PLACES), TREES), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_a_document_with_anything_in_any_place_ends_well(changes):
    tree = json.loads(SEEDS[0])
    for path, value in changes:
        node = tree
        for step in path[:-1]:
            node = node[step] if isinstance(node, dict) and step in node else node
            node = node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else node
        if isinstance(node, dict) or (isinstance(node, list) and path[-1] in range(len(node))):
            node[path[-1]] = value
    ends_well(json.dumps(tree).encode())


@given(TREES)
@settings(max_examples=80, deadline=None)
def test_any_tree_ends_well(tree):
    ends_well(json.dumps({"resourceType": "Bundle", "entry": [{"resource": tree}]}).encode())
    ends_well(json.dumps({"resourceType": "Composition", "section": tree, "subject": tree}).encode())


def as_xml(tree, name="entry"):
    """A tree as XML of a kind."""
    if isinstance(tree, list):
        return "".join(as_xml(one, name) for one in tree)
    if isinstance(tree, dict):
        return f"<{name}>{''.join(as_xml(value, key) for key, value in tree.items())}</{name}>"
    said = "".join(one for one in str(tree) if one.isprintable() and one.isascii())
    return f"<{name} value={quoteattr(said)}>{escape(said)}</{name}>"


@given(TREES)
@settings(max_examples=60, deadline=None)
def test_any_xml_ends_well(tree):
    ends_well(f'<Bundle xmlns="http://hl7.org/fhir">{as_xml(tree)}</Bundle>'.encode())
    ends_well(f"<Composition>{as_xml(tree, 'section')}</Composition>".encode())


@given(st.binary(max_size=200), st.sampled_from([b"", b"{", b"<", b"\xff\xfe<\0", b'{"resourceType":"Bundle"']))
@settings(max_examples=100, deadline=None)
def test_any_bytes_end_well(noise, beginning):
    ends_well(beginning + noise)


NEVER_CLOSED = ("<a " * 80_000, "<a b='" * 50_000, "<!--" * 60_000, "<![" * 80_000, "</script><style></" * 14_000)


def nested(times):
    section = {"title": "inside", "text": {"div": div("x")}}
    for _ in range(times):
        section = {"title": "around", "section": [section]}
    return fhir_json([section])


@pytest.mark.parametrize(
    "file",
    [
        b"[" * 1_000_000,
        b'{"a":' * 500_000,
        b"<a>" * 500_000,
        b'{"resourceType":"Bundle","entry":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"resourceType":"Bundle","id":' + b"9" * 1_000_000 + b"}",
        nested(180),
        fhir_json([{"title": "Diagnoses", "text": {"div": div("<div>" * 60_000)}}]),
        fhir_json([{"title": "Diagnoses", "text": {"div": "<table><tr><td>" * 20_000}}]),
        fhir_json([{"title": "Diagnoses", "text": {"div": "<" * 300_000}}]),
        fhir_json([{"title": "Diagnoses", "text": {"div": "&amp;" * 80_000}}]),
        *(fhir_json([{"title": "Diagnoses", "text": {"div": html}}]) for html in NEVER_CLOSED),
        fhir_json([{"title": f"Section {number}"} for number in range(5_000)]),
    ],
    ids=range(16),
)
def test_what_is_built_to_exhaust_ends_well(file):
    ends_well(file)


def test_ten_megabytes_of_text_are_cut_and_said_and_take_bounded_memory():
    file = fhir_json([{"title": "Diagnoses", "text": {"div": div("<p>word</p>" * 900_000)}}])

    tracemalloc.start()
    message = ends_well(file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(file) > 9_000_000
    assert len(message.sections[0].text) == LONGEST
    assert message.sections[0].text.endswith(CUT)
    assert message.not_understood[0] == (
        "The document is longer than can be shown. Open what the hospital sent to read the rest."
    )
    assert most < 12 * len(file)


def test_more_sections_than_can_be_kept_are_put_together_and_none_is_lost():
    file = fhir_json([{"title": f"Section {number}", "text": {"div": f"says {number}"}} for number in range(400)])

    message = ends_well(file)

    assert len(message.sections) <= MOST
    together = "\n".join(f"{section.title}\n{section.text}" for section in message.sections)
    assert [number for number in range(400) if f"Section {number}\nsays {number}" not in together] == []


def test_more_medicines_than_anybody_takes_are_cut_and_said():
    one = {"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Senna"}}
    entries = [{"resource": {"resourceType": "Composition"}}, *({"resource": one} for _ in range(6_000))]

    message = ends_well(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())

    assert len(message.medicines) == 300
    assert "The document has more than 5,000 parts. The rest was not read." in message.not_understood
    assert "The document lists more than 300 medicines. The rest was not read." in message.not_understood


def test_a_file_larger_than_we_read_is_refused():
    with pytest.raises(NotUnderstood, match="larger than 32 MB"):
        read(b" " * (33 * 1024 * 1024) + b"{}", form="fhir_json")


def test_a_form_that_is_no_fhir_is_refused():
    with pytest.raises(NotUnderstood, match="fhir_json, fhir_xml"):
        read(SEEDS[0], form="pdf")
