"""A signature is kept once, on its own journey, and leaves no picture behind that belongs to none."""

import io
import uuid
from pathlib import Path

import pytest
from PIL import Image

from redbag.journal.models import Entry
from redbag.transfers import signatures
from redbag.transfers.case_models import Signature
from redbag.transfers.signatures import DiffersFromFirst, picture_of, sign
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def kept(settings, tmp_path):
    """The names of the pictures that are kept."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return lambda: sorted(path.name for path in Path(tmp_path).rglob("*") if path.is_file())


def glass() -> bytes:
    picture, written = Image.new("L", (60, 20), "white"), io.BytesIO()
    picture.paste(0, (5, 5, 50, 8))
    picture.save(written, "PNG")
    return written.getvalue()


def signed(world, transfer, **said):
    said = {"name": "Sam Field", "picture": glass(), "now": world.now} | said
    return sign(actor=world.actor("crew"), transfer=transfer, **said)


def test_pressed_twice_at_the_same_moment_it_is_one_signature_and_one_picture(world, kept, monkeypatch):
    transfer, known = in_hospital(world), uuid.uuid4()
    first = signed(world, transfer, id=known)
    seen = signatures._seen
    looks = []

    def looked(*asked):
        looks.append(asked)
        return None if len(looks) == 1 else seen(*asked)  # the first look is before the other one was kept

    monkeypatch.setattr(signatures, "_seen", looked)
    assert signed(world, transfer, id=known) == first
    assert (Signature.objects.count(), len(kept()), len(looks)) == (1, 1, 2)
    assert picture_of(first)[:4] == b"\x89PNG"
    assert Entry.objects.filter(action="signature.kept").count() == 1


def test_an_id_of_another_journey_is_refused_and_leaves_nothing(world, kept):
    transfer, known = in_hospital(world), uuid.uuid4()
    signed(world, transfer, id=known)
    other = in_hospital(world, resident=world.arthur, bag=world.other_bag)
    with pytest.raises(DiffersFromFirst):
        signed(world, other, id=known)
    assert (Signature.objects.get().transfer, len(kept())) == (transfer, 1)


def test_when_the_journal_cannot_be_written_no_picture_stays_behind(world, kept, monkeypatch):
    def broken(*args, **facts):
        raise OSError("disk full")

    transfer = in_hospital(world)
    monkeypatch.setattr(signatures, "record", broken)
    with pytest.raises(OSError, match="disk full"):
        signed(world, transfer)
    assert (Signature.objects.count(), kept()) == (0, [])
