"""FHIR documents (STU3 or R4, JSON or XML) that hospitals send: the text under each heading of their Composition."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.parsers import expat

from redbag.errors import BadInput
from redbag.incoming.headings import LONGEST, LONGEST_NAME, MOST, known

FHIR = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NOT_READABLE = "This cannot be read as a FHIR document. Send a Bundle whose first entry is a Composition, STU3 or R4."
CUT = "\n\n[The text goes on in the document that the hospital sent.]"
NEW_LINE = frozenset(
    ("br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "tr", "ul")
)
UNSEEN = frozenset(("script", "style"))
SPACES = re.compile(r"\s+")
DEEPEST = 20


def texts_in_json(file: bytes) -> dict[str, str]:
    """Texts by heading out of FHIR JSON; BadInput when it cannot be read as a FHIR document."""
    try:
        composition = _composition(json.loads(file))
        return _texts(composition.get("section") or [])
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise BadInput({"file": NOT_READABLE}) from None


def texts_in_xml(file: bytes) -> dict[str, str]:
    """Texts by heading out of FHIR XML; BadInput when it cannot be read or has a DOCTYPE (FHIR has none)."""
    try:
        _refuse_doctype(file)
        root = ET.fromstring(file)
        found = root if root.tag == f"{FHIR}Composition" else root.find(f"{FHIR}entry/{FHIR}resource/{FHIR}Composition")
        if found is None:
            raise ValueError("no Composition")
        return _texts([_section(each) for each in found.findall(f"{FHIR}section")])
    except (ValueError, ET.ParseError, expat.ExpatError, LookupError, RecursionError):
        raise BadInput({"file": NOT_READABLE}) from None


def _composition(document: dict) -> dict:
    entries = [entry.get("resource") or {} for entry in document.get("entry") or []]
    for resource in (document, *entries):
        if resource.get("resourceType") == "Composition":
            return resource
    raise ValueError("no Composition")


def _texts(sections: list[dict]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for section in sections:
        text = "\n\n".join(_words(section, depth=0))
        name = _name(section)
        if text:
            texts[name] = f"{texts[name]}\n\n{text}" if name in texts else text
    if len(texts) > MOST:
        raise ValueError("too many sections")
    return {name: text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT for name, text in texts.items()}


def _name(section: dict) -> str:
    """The heading a section belongs to: by its code, else by its title."""
    codes = [coding.get("code") for coding in (section.get("code") or {}).get("coding") or []]
    for name in (*codes, section.get("title")):
        if name and (heading := known(name)):
            return heading.slug
    return (section.get("title") or "").strip()[:LONGEST_NAME] or "Other information"


def _words(section: dict, *, depth: int) -> Iterator[str]:
    """What a section and the sections inside it say."""
    if depth > DEEPEST:
        raise ValueError("sections too deep")
    narrative = _Narrative()
    narrative.feed((section.get("text") or {}).get("div") or "")
    narrative.close()
    said = narrative.read() or ((section.get("emptyReason") or {}).get("text") or "").strip()
    if said:
        yield said
    for inner in section.get("section") or []:
        words = list(_words(inner, depth=depth + 1))
        if words:
            yield "\n".join([(inner.get("title") or "").strip(), *words]).strip()


def _refuse_doctype(file: bytes) -> None:
    def refuse(*_):
        raise ValueError("DOCTYPE")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(file, True)


def _section(element: ET.Element, *, depth: int = 0) -> dict:
    """An XML section in the shape that JSON has."""
    if depth > DEEPEST:
        raise ValueError("sections too deep")
    div = element.find(f"{FHIR}text/{XHTML}div")
    return {
        "title": _value(element, "title"),
        "code": {"coding": [{"code": _value(each, "code")} for each in element.findall(f"{FHIR}code/{FHIR}coding")]},
        "text": {"div": "" if div is None else _as_html(div)},
        "emptyReason": {"text": _value(element, f"emptyReason/{FHIR}text")},
        "section": [_section(each, depth=depth + 1) for each in element.findall(f"{FHIR}section")],
    }


def _value(element: ET.Element, path: str) -> str:
    found = element.find(f"{FHIR}{path}")
    return "" if found is None else found.get("value") or ""


def _as_html(div: ET.Element) -> str:
    for each in div.iter():
        if isinstance(each.tag, str):
            each.tag = each.tag.removeprefix(XHTML)
    return ET.tostring(div, encoding="unicode", method="html")


class _Narrative(HTMLParser):
    """The words of a narrative, with its line breaks and without its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag in NEW_LINE:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in NEW_LINE:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.unseen:
            self.parts.append(SPACES.sub(" ", data))

    def read(self) -> str:
        """What was said, one line for each line."""
        lines = (" ".join(line.split()) for line in "".join(self.parts).replace("\0", "").splitlines())
        return "\n".join(line for line in lines if line)
