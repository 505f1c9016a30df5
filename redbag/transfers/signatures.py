"""A name signed on glass, or typed: kept encrypted as a picture drawn anew, for the parties of a journey alone."""

import io
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require_anywhere
from redbag.transfers.case_models import Signature
from redbag.transfers.models import Transfer
from redbag.vault import keep_file, read_file

MOST_BYTES = 300_000
LARGEST = (1200, 600)
LONGEST_NAME, LONGEST_ROLE = 150, 100


class DiffersFromFirst(Refused):
    code = "id_known_with_other_content"


def sign(
    *,
    actor: Actor,
    transfer: Transfer,
    name: str,
    role: str = "",
    picture: bytes = b"",
    id: UUID | None = None,
    fact: UUID | None = None,
    now: datetime,
) -> Signature:
    """Keep who signed for the bag; without a picture the typed name stands alone. The same id again changes nothing.

    `fact` is the hand-over it belongs to, which may come later. Raises DiffersFromFirst for an id of another journey.
    The picture is a PNG of at most 300 kB; it is drawn anew in black on white, so nothing else in the file survives.
    """
    require_anywhere(actor, Permission.MOVE_BAGS)
    name, role = " ".join(name.split()), " ".join(role.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput({"signature_name": f"Write the name of who signs, at most {LONGEST_NAME} letters."})
    if len(role) > LONGEST_ROLE:
        raise BadInput({"signature_role": f"Use at most {LONGEST_ROLE} letters."})
    if seen := _seen(transfer, id):
        return seen
    drawn = _drawn_anew(picture) if picture else b""
    file = keep_file(f"signatures/{uuid4()}", drawn) if drawn else ""
    signed = None
    try:
        signed = _keep(actor, transfer, id, now, fact=fact, name=name, role=role, file=file)
    finally:
        if file and (signed is None or signed.file != file):  # not kept, or somebody pressed twice
            default_storage.delete(file)
    return signed


def _seen(transfer: Transfer, id: UUID | None) -> Signature | None:
    signed = Signature.objects.filter(pk=id).first() if id else None
    if signed is not None and signed.transfer_id != transfer.pk:
        raise DiffersFromFirst("A signature with this id is known, and it says something else.")
    return signed


@transaction.atomic
def _keep(actor: Actor, transfer: Transfer, id: UUID | None, now: datetime, **told) -> Signature:
    Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if seen := _seen(transfer, id):
        return seen
    signed = Signature.objects.create(id=id or uuid4(), transfer=transfer, signed_at=now, by=actor.user, **told)
    record(
        "signature.kept",
        transfer,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        signature=signed.pk,
    )
    return signed


def picture_of(signature: Signature) -> bytes:
    """The PNG of a signature that has one."""
    return read_file(signature.file)


def _drawn_anew(picture: bytes) -> bytes:
    if len(picture) > MOST_BYTES:
        raise BadInput({"signature": "This picture is too large."})
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            if opened.width > LARGEST[0] * 2 or opened.height > LARGEST[1] * 2:
                raise BadInput({"signature": "This picture is too large."})
            ink = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadInput({"signature": "This is not a picture of a signature. Sign again, or type the name."}) from None
    paper = Image.new("RGBA", ink.size, "white")
    flat = Image.alpha_composite(paper, ink).convert("L")
    flat.thumbnail(LARGEST)
    if not any(flat.histogram()[:128]):
        return b""  # nothing was drawn
    written = io.BytesIO()
    flat.save(written, "PNG", optimize=True)
    return written.getvalue()
