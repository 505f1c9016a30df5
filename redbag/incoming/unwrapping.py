"""Finds the document in what was sent: in a Bundle, in a message around it, in a file inside of that."""

import base64
import binascii
from dataclasses import dataclass, field

from redbag.incoming.message import Attachment, NotUnderstood
from redbag.incoming.parts import Parts, Resource
from redbag.incoming.trees import PACKED, objects, plain, tree_of, words

DEEPEST = 6
MOST_FILES = 20
NOTHING_HERE = (
    "There is no discharge document in this file: no Composition and no PDF. Send a FHIR document, STU3 or R4."
)
TOO_WRAPPED = "The document lies too deep inside other files. Send it in one message, not in several around each other."
OTHER_FILES = "The document has other files inside ({kinds}), which are not shown here. Ask the hospital for them."
BROKEN_FILE = "A file inside the document is damaged and is not shown. Ask the hospital for it."
ELSEWHERE = "The document points at a file that was not sent with it. Ask the hospital for it."
SEVERAL = "The file holds {number} documents. Only the first was read. Ask the hospital to send each one by itself."
MOST = f"The document has more than {MOST_FILES} files inside. The rest is not shown. Ask the hospital for them."


@dataclass
class Found:
    """What was sent, taken apart: documents with the Bundles they came in, and files."""

    notes: list[str]
    documents: list[tuple[Resource, Parts]] = field(default_factory=list)
    around: list[Parts] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    looked_into: set[int] = field(default_factory=set)
    opened: int = 0
    too_wrapped: bool = False


def unwrapped(root: Resource, notes: list[str]) -> Found:
    """The documents and PDFs inside; NotUnderstood when there are neither."""
    found = Found(notes)
    _look(root, found, depth=0, wrapped=0)
    if found.kinds:
        notes.append(OTHER_FILES.format(kinds=", ".join(sorted(set(found.kinds)))[:200]))
    if not found.documents and not found.files:
        raise NotUnderstood(TOO_WRAPPED if found.too_wrapped else PACKED if PACKED in notes else NOTHING_HERE)
    if len(found.documents) > 1:
        notes.append(SEVERAL.format(number=len(found.documents)))
    return found


def _look(resource: Resource, found: Found, *, depth: int, wrapped: int) -> None:
    """Look into one resource: a document, something that holds one, or neither."""
    kind = words(resource, "resourceType")
    if depth > DEEPEST:
        found.too_wrapped = True
    elif kind == "Bundle":
        parts = Parts(resource, found.notes)
        found.around.append(parts)
        found.documents += [(one, parts) for one in parts.of_kind("Composition")]
        for one in [*parts.of_kind("DocumentReference"), *parts.of_kind("Bundle", "Binary", "Parameters")]:
            _look(one, found, depth=depth + 1, wrapped=wrapped)
    elif kind == "Composition":
        parts = Parts({}, found.notes)
        parts.add(resource)
        found.documents.append((resource, parts))
    elif kind == "Binary":
        _binary(resource, found, depth, wrapped)
    elif kind == "DocumentReference":
        for one in objects(resource, "content", "attachment"):
            _attached(one, found, depth, wrapped)
    elif kind == "Parameters":
        _parameters(resource, found, depth, wrapped)


def _parameters(resource: Resource, found: Found, depth: int, wrapped: int) -> None:
    for one in [*objects(resource, "parameter"), *objects(resource, "parameter", "part")]:
        for inside in objects(one, "resource"):
            _look(inside, found, depth=depth + 1, wrapped=wrapped)
        for attachment in objects(one, "valueAttachment"):
            _attached(attachment, found, depth, wrapped)
        if data := words_in_full(one, "valueBase64Binary"):
            _open(data, "", found, depth, wrapped)


def _binary(resource: Resource, found: Found, depth: int, wrapped: int, *, title: str = "") -> None:
    if id(resource) not in found.looked_into:
        found.looked_into.add(id(resource))
        data = words_in_full(resource, "data", "content")
        _open(data, words(resource, "contentType"), found, depth, wrapped, title=title)


def _attached(attachment: Resource, found: Found, depth: int, wrapped: int) -> None:
    title, url = words(attachment, "title")[:200], words(attachment, "url")
    if data := words_in_full(attachment, "data"):
        _open(data, words(attachment, "contentType"), found, depth, wrapped, title=title)
    elif url:
        pointed = next((one for parts in reversed(found.around) if (one := parts.at(url))), None)
        if pointed is None:
            found.notes.append(ELSEWHERE)
        elif words(pointed, "resourceType") == "Binary":
            _binary(pointed, found, depth, wrapped, title=title)


def words_in_full(node: Resource, *names: str) -> str:
    """The first of these that is there, however long it is."""
    return next((value for name in names if isinstance(value := node.get(name), str)), "")


def _open(data: str, kind: str, found: Found, depth: int, wrapped: int, *, title: str = "") -> None:
    """Look into a file that travels as base64: another document, a PDF, or something else."""
    found.opened += 1
    if found.opened > MOST_FILES:
        found.notes.append(MOST)
        return
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        found.notes.append(BROKEN_FILE)
        return
    if b"%PDF-" in content[:1024]:
        if all(one.content != content for one in found.files):
            found.files.append(Attachment(content_type="application/pdf", content=content, title=title))
        return
    if wrapped >= 2:
        found.too_wrapped = True
        return
    try:
        inside = tree_of(content, found.notes)
    except NotUnderstood as why:
        found.notes.append(PACKED) if str(why) == PACKED else found.kinds.append(plain(kind) or "no kind given")
        return
    _look(inside, found, depth=depth + 1, wrapped=wrapped + 1)
