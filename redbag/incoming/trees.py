"""Files into trees, JSON and XML alike: objects, lists and words. Numbers stay as written, nothing is trusted."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from redbag.incoming.message import NotUnderstood

LARGEST = 32 * 1024 * 1024
DEEPEST = 250
MOST_PARTS = 1_000_000
LONGEST_WORDS = 2_000
NOBODY_SEES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
HOLDERS = frozenset(("resource", "contained"))
XHTML_DIV = "{http://www.w3.org/1999/xhtml}div"
HOMELESS_DIV = ("div", "{http://hl7.org/fhir}div")

EMPTY = "This file is empty."
TOO_LARGE = "This file is larger than 32 MB. Send it in parts."
PACKED = "This file is compressed. Send it as it is, not compressed."
IS_PDF = "This is a PDF. Send it as a PDF, or inside a FHIR document."
NEITHER = "This is neither JSON nor XML. Send a FHIR document, STU3 or R4."
CUT_OFF = "This file is damaged or cut off. Send it once more."
DOCTYPE = "This file brings definitions of its own (a DOCTYPE), which FHIR documents never have. Send it without them."
TOO_DEEP = "This file is nested too deeply or has too many parts to be a discharge document."
TWICE = "The document says some things twice where it should say them once. Compare with what the hospital sent."


def tree_of(file: bytes, notes: list[str]) -> dict[str, Any]:
    """The outermost resource of a file, JSON or XML as its content shows; NotUnderstood says for people why not."""
    if not file.strip():
        raise NotUnderstood(EMPTY)
    if len(file) > LARGEST:
        raise NotUnderstood(TOO_LARGE)
    beginning = file[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if file.startswith((b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ")):
        raise NotUnderstood(PACKED)
    if beginning.startswith(b"%PDF-"):
        raise NotUnderstood(IS_PDF)
    if beginning.startswith((b"{", b"[")):
        return _of_json(file, notes)
    if beginning.startswith(b"<"):
        return _of_xml(file)
    raise NotUnderstood(NEITHER)


def each(node: Any, *path: str) -> Iterator[Any]:
    """Everything at the end of a path, one or many alike; what is null or not there is left out."""
    if isinstance(node, list):
        for one in node:
            yield from each(one, *path)
    elif not path:
        if node is not None:
            yield node
    elif isinstance(node, dict):
        yield from each(node.get(path[0]), *path[1:])


def objects(node: Any, *path: str) -> Iterator[dict[str, Any]]:
    """The objects at the end of a path."""
    return (one for one in each(node, *path) if isinstance(one, dict))


def first(node: Any, *path: str) -> dict[str, Any]:
    """The first object at the end of a path; an empty one when there is none."""
    return next(objects(node, *path), {})


def all_words(node: Any, *path: str) -> list[str]:
    """What is said at the end of a path, word for word, each as long as LONGEST_WORDS at most."""
    said = (plain(one)[:LONGEST_WORDS].strip() for one in each(node, *path) if isinstance(one, str))
    return [one for one in said if one]


def words(node: Any, *path: str) -> str:
    """The first that is said at the end of a path, or nothing."""
    return next(iter(all_words(node, *path)), "")


def plain(text: str) -> str:
    """The text without characters that no database keeps and nobody sees."""
    return NOBODY_SEES.sub("", text)


def concept(node: Any, *path: str) -> str:
    """What a coded thing is called: its own words, else those of its first code, else that code."""
    for one in each(node, *path):
        if isinstance(one, str):
            return plain(one)[:LONGEST_WORDS].strip()
        if isinstance(one, dict):
            said = words(one, "text") or words(one, "coding", "display") or words(one, "display")
            return said or words(one, "coding", "code") or words(one, "code")
    return ""


def _of_json(file: bytes, notes: list[str]) -> dict[str, Any]:
    def together(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        notes.append(TWICE) if TWICE not in notes else None
        several: dict[str, list[Any]] = {}
        for key, value in pairs:
            several.setdefault(key, []).append(value)
        return {key: values[0] if len(values) == 1 else values for key, values in several.items()}

    try:
        found = json.loads(file, object_pairs_hook=together, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise NotUnderstood(TOO_DEEP) from None
    except ValueError:
        raise NotUnderstood(CUT_OFF) from None
    root = first(found)
    if not root:
        raise NotUnderstood(NEITHER)
    return root


class _Bounded(ET.TreeBuilder):
    """Builds a tree without DOCTYPE, comments and instructions, not too deep and not too large."""

    depth = parts = 0

    def start(self, tag, attrs):
        self.depth, self.parts = self.depth + 1, self.parts + 1
        if self.depth > DEEPEST or self.parts > MOST_PARTS:
            raise NotUnderstood(TOO_DEEP)
        return super().start(tag, attrs)

    def end(self, tag):
        self.depth -= 1
        return super().end(tag)

    def doctype(self, name, public, system):
        raise NotUnderstood(DOCTYPE)


def _of_xml(file: bytes) -> dict[str, Any]:
    try:
        root = ET.fromstring(file, parser=ET.XMLParser(target=_Bounded()))
    except (ET.ParseError, ValueError, LookupError):
        raise NotUnderstood(CUT_OFF) from None
    found = _node(root)
    return {"resourceType": _name(root), **found} if isinstance(found, dict) else {"resourceType": _name(root)}


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _node(element: ET.Element) -> Any:
    """An XML element in the shape that JSON has."""
    if element.tag == XHTML_DIV or (element.tag in HOMELESS_DIV and "value" not in element.attrib):
        return _as_html(element)
    if "value" in element.attrib:
        return element.attrib["value"]
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        name = _name(child)
        value = _resource(child) if name in HOLDERS else _node(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _resource(holder: ET.Element) -> Any:
    inside = [{**found, "resourceType": _name(child)} for child in holder if isinstance(found := _node(child), dict)]
    return inside[0] if len(inside) == 1 else inside


def _as_html(div: ET.Element) -> str:
    for each_one in div.iter():
        each_one.tag = _name(each_one)
    return ET.tostring(div, encoding="unicode", method="html")
