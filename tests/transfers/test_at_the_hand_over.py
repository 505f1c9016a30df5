"""What is looked at when a bag changes hands: who the person is, the seal, a signature, and which ward it is."""

import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw

from redbag.errors import BadInput, NotAllowed
from redbag.organisations.models import Place
from redbag.organisations.places import address_of, issue_token, place_at
from redbag.transfers.facts import read
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.signatures import picture_of, sign
from redbag.vault import unseal_label
from tests.web.journeys import pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_hospital_that_checks_nobody_is_told_of_and_never_held_up(world):
    transfer = taken_by_crew(world)
    taken = tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    assert (taken.outcome, taken.stage, "identity_not_checked" in taken.flags) == ("created", "IN_HOSPITAL", True)


@pytest.mark.parametrize("tick", ["photo", "born", "wristband"])
def test_one_tick_of_three_is_an_identity_check_and_is_kept(world, tick):
    transfer = taken_by_crew(world)
    taken = tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", identity={tick: True, "x": False})
    assert "identity_not_checked" not in taken.flags
    assert Fact.objects.get(pk=taken.id).content == {"identity": {tick: True}}


def test_a_check_made_later_takes_the_flag_away_and_a_crew_is_never_flagged(world):
    transfer = taken_by_crew(world)
    assert Transfer.objects.get(pk=transfer.pk).flags == []
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    assert "identity_not_checked" in Transfer.objects.get(pk=transfer.pk).flags
    tell(world, "ward", transfer, minutes=50, kind="opened", identity={"wristband": True})
    assert "identity_not_checked" not in Transfer.objects.get(pk=transfer.pk).flags


def test_ticks_that_are_no_ticks_are_held_with_the_field_named(world):
    raw = {"id": str(uuid.uuid4()), "kind": "handoff", "to": "RDEM9", "transfer": str(uuid.uuid4())}
    raw |= {"occurred_at": "2026-11-21T02:50:00+00:00"}
    assert "identity" in read(raw | {"identity": {"photo": "yes"}}).errors
    assert "seal" in read(raw | {"seal": "x" * 41}).errors
    assert read(raw | {"identity": {"photo": False}}).content == {}


def test_the_wall_of_a_ward_says_where_the_bag_is(world):
    place, _ = Place.objects.get_or_create(organisation=world.stmarys, name="Ward 4B")
    place = issue_token(actor=world.actor("discharge"), place=place, now=world.now)
    transfer = taken_by_crew(world)
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place_token=address_of(place))
    assert transfer.holder_place == "Ward 4B"


def test_the_wall_of_another_hospital_says_nothing(world):
    place = Place.objects.create(organisation=world.northgate, name="Ward 1")
    place.token_sealed, place.token_digest = "x", "y" * 64
    place.save()
    place, _ = Place.objects.get_or_create(organisation=world.stmarys, name="Ward 4B")
    elsewhere = issue_token(actor=world.actor("discharge"), place=place, now=world.now)
    transfer = pack(world)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9", place_token=address_of(elsewhere))
    assert transfer.holder_place == ""


def test_a_new_qr_makes_the_old_poster_lead_nowhere(world):
    place, _ = Place.objects.get_or_create(organisation=world.stmarys, name="Ward 4B")
    old = unseal_label(issue_token(actor=world.actor("discharge"), place=place, now=world.now).token_sealed)
    new = unseal_label(issue_token(actor=world.actor("discharge"), place=place, now=world.now).token_sealed)
    assert (place_at(old), place_at(new)) == (None, place)
    assert place_at(f"https://anywhere.example/p/{new.lower()}") == place
    assert place_at(f"https://anywhere.example/b/{new}") is None


def test_only_who_sets_house_rules_makes_posters_and_only_of_their_own(world):
    place, _ = Place.objects.get_or_create(organisation=world.stmarys, name="Ward 4B")
    for who in ("ward", "crew", "manager", "northgate"):
        with pytest.raises(NotAllowed):
            issue_token(actor=world.actor(who), place=place, now=world.now)


def png(draw=True, size=(300, 120)) -> bytes:
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if draw:
        ImageDraw.Draw(picture).line([(10, 10), (200, 100)], fill="black", width=4)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def test_a_signature_is_drawn_anew_and_lies_encrypted(world, settings):
    transfer = pack(world)
    signed = sign(
        actor=world.actor("crew"), transfer=transfer, name=" Sam  Field ", picture=png() + b"more", now=world.now
    )
    assert (signed.name, signed.by) == ("Sam Field", world.people["crew"])
    drawn = picture_of(signed)
    assert drawn.startswith(b"\x89PNG")
    assert b"more" not in drawn
    with Image.open(io.BytesIO(drawn)) as opened:
        assert (opened.mode, opened.size) == ("L", (300, 120))


def test_a_typed_name_stands_alone_and_an_empty_glass_is_no_signature(world):
    transfer = pack(world)
    assert sign(actor=world.actor("crew"), transfer=transfer, name="Sam", now=world.now).file == ""
    assert sign(actor=world.actor("crew"), transfer=transfer, name="Sam", picture=png(False), now=world.now).file == ""


@pytest.mark.parametrize("picture", [b"not a picture", png(size=(5000, 20)), b"\x89PNG\r\n\x1a\n" + b"0" * 400_000])
def test_what_is_no_signature_is_refused_in_words(world, picture):
    with pytest.raises(BadInput) as wrong:
        sign(actor=world.actor("crew"), transfer=pack(world), name="Sam", picture=picture, now=world.now)
    assert "signature" in wrong.value.errors


def test_a_signature_sent_twice_is_one(world):
    transfer, known = pack(world), uuid.uuid4()
    first = sign(actor=world.actor("crew"), transfer=transfer, name="Sam", id=known, now=world.now)
    again = sign(actor=world.actor("crew"), transfer=transfer, name="Sam", id=known, now=world.now + timedelta(hours=1))
    assert (first.pk, again.signed_at, transfer.signatures.count()) == (known, first.signed_at, 1)
