"""What is inside a forwarded mail: its letters as files, and in words why there is none. No header is trusted."""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from PIL import Image, UnidentifiedImageError

LARGEST = 35 * 1024 * 1024
MOST_PARTS, DEEPEST = 200, 8
MOST_FILES, MOST_PAGES = 20, 60
LONGEST_HEADER, LONGEST_ID, DIGEST = 500, 300, 32
HEAD = 256 * 1024
SMALL_PICTURE, SMALL_SIDE = 40 * 1024, 600  # bytes, dots; logos under a signature are smaller in both
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
TO = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Resent-To")
LOCKED_TYPES = (
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
    "multipart/encrypted",
)
LOCKED_NAMES = re.compile(r"(?:smime\.p7m|securedoc.*\.html?|encrypted_?(?:message|mail).*|message_zdm\.html)$", re.I)
LOCKED_SUBJECT = re.compile(r"\[secure\]", re.I)
REST_OF_THE_WORDS = re.compile(r"ATT\d+\.(?:txt|html?)", re.I)  # Exchange calls what stands after a file so

LOCKED = "No letter inside: the mail is locked. Open it in NHSmail."
NONE_INSIDE = (
    "No letter inside: open the mail in NHSmail. If the letter is in its words, print it to PDF and forward that."
)
TOO_MANY = "There is more in this mail than is taken at once. Forward the rest in another mail."
WINMAIL = (
    "The letter is packed in a form that only Outlook opens (winmail.dat). Open it in NHSmail, save the letter as PDF, "
    "and forward that."
)
TEXT_INSIDE = (
    "A file in this mail is a text or a web page, which is not taken. Open the mail in NHSmail, print it to PDF and "
    "forward that."
)


class BadMail(Exception):
    """This is no mail that can be read; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail taken apart. `files` are PDFs as they came, `pictures` photos in their order.

    `message_id` is the same only for the same mail with the same in it: senders use one again for another. `faults` say
    in words what else was in it and cannot be taken. `automatic` that no person sent it.
    """

    message_id: str
    sender: str
    subject: str
    to: tuple[str, ...]
    automatic: bool
    files: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    faults: tuple[str, ...]


def read_mail(content: bytes) -> Mail:
    """Take a mail apart, however often it was forwarded inside another; BadMail when there is none in it."""
    if len(content) > LARGEST:
        raise BadMail(f"The mail is larger than {LARGEST // (1024 * 1024)} MB.")
    try:
        message = message_from_bytes(content, policy=policy.default)
        leaves = list(_leaves(message))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as wrong:
        raise BadMail("This mail cannot be taken apart.") from wrong
    if not message.keys():
        raise BadMail("This is not a mail.")
    files, pictures, faults = _sorted_out(leaves)
    if len(files) > MOST_FILES or len(pictures) > MOST_PAGES:
        files, pictures, faults = files[:MOST_FILES], pictures[:MOST_PAGES], [*faults, TOO_MANY]
    if not files and not pictures and set(faults) <= {TEXT_INSIDE}:
        faults = [LOCKED] if _is_locked(message, leaves) else faults or [NONE_INSIDE]
    return _mail(message, content, digest=_digest(leaves), files=files, pictures=pictures, faults=faults)


def only_its_head(content: bytes, *, fault: str) -> Mail:
    """A mail that cannot be taken apart, as its headers have it, with words why; BadMail when it has none."""
    try:
        message = BytesHeaderParser(policy=policy.default).parsebytes(content[:HEAD])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as wrong:
        raise BadMail("This mail cannot be taken apart.") from wrong
    if not message.keys():
        raise BadMail("This is not a mail.")
    return _mail(message, content, digest=hashlib.sha256(content).hexdigest(), files=[], pictures=[], faults=[fault])


def _mail(
    message: Message, content: bytes, *, digest: str, files: list[bytes], pictures: list[bytes], faults: list[str]
) -> Mail:
    return Mail(
        message_id=_id(message, digest, content),
        sender=_header(message, "From"),
        subject=_header(message, "Subject"),
        to=_addresses(message),
        automatic=_is_automatic(message),
        files=tuple(files),
        pictures=tuple(pictures),
        faults=tuple(dict.fromkeys(faults)),
    )


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something, those of mails inside mails too."""
    waiting = [(message, depth)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            raise ValueError("too many parts")
        if part.is_multipart():
            inner = part.get_payload()
            waiting[:0] = [(each, depth + 1) for each in inner if isinstance(each, Message)]
            if part.get_content_type() in LOCKED_TYPES:
                yield part
        else:
            yield part


def _sorted_out(leaves: list[Message]) -> tuple[list[bytes], list[bytes], list[str]]:
    files: list[bytes] = []
    pictures: list[bytes] = []
    faults: list[str] = []
    for part in leaves:
        content, name = _content(part), part.get_filename() or ""
        if part.get_content_type() in LOCKED_TYPES or LOCKED_NAMES.search(name):
            faults.append(LOCKED)
        elif part.get_content_type() == "application/ms-tnef" or name.lower() == "winmail.dat":
            faults.append(WINMAIL)
        elif b"%PDF-" in content[:1024]:
            files.append(content)
        elif _is_picture(content):
            if part.get_content_disposition() == "attachment" or _may_be_a_page(content):
                pictures.append(content)
        elif part.get_content_maintype() == "text":
            if name and content.strip() and not REST_OF_THE_WORDS.fullmatch(name):
                faults.append(TEXT_INSIDE)
        elif name and content:
            files.append(content)  # whoever keeps it says in words why it cannot be taken
    return files, pictures, faults


def _content(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _is_picture(content: bytes) -> bool:
    return content.startswith(PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def _may_be_a_page(content: bytes) -> bool:
    if len(content) >= SMALL_PICTURE:
        return True
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            return min(picture.size) >= SMALL_SIDE
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return False


def _is_locked(message: EmailMessage, leaves: list[Message]) -> bool:
    return bool(LOCKED_SUBJECT.search(_header(message, "Subject"))) or any(
        b"[secure]" in _content(each)[:4096].lower() for each in leaves
    )


def _is_automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    return (said not in ("", "no")) or _header(message, "Return-Path") == "<>"


def _header(message: Message, name: str) -> str:
    try:
        said = message.get(name, "")
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
    return " ".join(str(said).replace("\0", "").split())[:LONGEST_HEADER]


def _digest(leaves: list[Message]) -> str:
    """Of everything in it; on its way only the ends of its lines may have changed."""
    parts = [_content(each) for each in leaves]
    same = [
        b"".join(part.split()) if each.get_content_maintype() == "text" else part
        for each, part in zip(leaves, parts, strict=True)
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in same)).hexdigest()


def _id(message: Message, digest: str, content: bytes) -> str:
    """What the mail is known by; one without an id, or with an endless one, only by what is in it."""
    said = _header(message, "Message-ID")
    if said and len(said) <= LONGEST_ID - DIGEST - 10:
        return f"{said} {digest[:DIGEST]}"
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _addresses(message: Message) -> tuple[str, ...]:
    said = [str(each) for name in TO for each in _all(message, name)]
    return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(said) if "@" in address))


def _all(message: Message, name: str) -> list:
    try:
        return message.get_all(name) or []
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return []
