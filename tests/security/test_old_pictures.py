"""Somebody keeps a picture of a label: with whatever account, it opens nothing of the next person whose bag that is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from redbag.bags.actions import print_labels, reissue_label
from redbag.bags.claiming import claim_blank
from redbag.bags.models import Label
from redbag.organisations.access import Post
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import FOUND, look_up, open_journey
from tests.visitors.people import words
from tests.web.journeys import in_hospital, pack, tell

pytestmark = pytest.mark.django_db
# Everybody who had to do with the first journey, or with none; none with the second, which goes to Northgate.
PLACES = {
    "carer": "millbrook",
    "senior": "millbrook",
    "home_manager": "millbrook",
    "crew": "lifeline",
    "ward": "stmarys",
    "discharge": "stmarys",
    "auditor": "area",
    "administrator": "millbrook",
}


def voided(world):
    """The label was torn; the bag carries another when it is packed for the next."""
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now + timedelta(minutes=50))
    return next_one(world)


def rebound(world):
    """The label was lost, and one that was printed ahead was put on the bag."""
    now = world.now + timedelta(minutes=50)
    senior = world.actor("senior")
    print_labels(actor=senior, home=world.oakview, bags=[], blanks=1, layout="L7160", reason="spares", now=now)
    spare = Label.objects.get(bag__state="blank")
    claim_blank(actor=senior, text=spare.code, bag=world.bag, now=now)
    return next_one(world)


def repacked(world):
    """The same label: the bag was packed for the next, and has gone."""
    transfer = next_one(world)
    tell(world, "northgate", transfer, minutes=70, kind="handoff", to="RDEM2")
    return transfer


def next_one(world):
    world.bag.refresh_from_db()
    return pack(world, resident=world.arthur, destination=world.northgate, minutes=60)


@pytest.mark.parametrize("then", [voided, rebound, repacked])
def test_an_old_picture_of_a_label_opens_nothing_of_the_next_resident_to_any_role(world, client, then):
    first = in_hospital(world)
    picture = world.token(world.bag)
    code = Label.objects.get(bag=world.bag, voided_at=None).code
    tell(world, "carer", first, minutes=45, kind="handoff", to="VDEM1")
    tell(world, "carer", first, minutes=46, kind="outcome", outcome="closed")
    second = then(world)
    now = world.now + timedelta(minutes=80)
    opened = []
    for role, place in PLACES.items():
        somebody = world.actor("millbrook_manager" if place == "millbrook" else "crew")
        actor = replace(somebody, posts=(Post(organisation=getattr(world, place), role=role),))
        for text in (picture, code):
            look = look_up(text=text, actor=actor, now=now)
            if (look.view, look.known, look.transfer) != (FOUND, True, None):
                opened.append((role, text))
        if Transfer.objects.visible_to(actor, now=now).filter(pk=second.pk).exists():
            opened.append((role, "list"))
    assert opened == []
    found = client.get(f"/b/{picture}")
    assert not any(each in words(found) for each in ("DALE", "Arthur", "Dale", "JONES"))
    journey = open_journey(text=picture, now=now)
    if then is not repacked:
        assert journey is None  # a label that was replaced leads nowhere
        return
    asks = client.get(f"/visit/{journey.pk}")
    assert not any(each in words(asks) for each in ("DALE", "Arthur", "Dale", "JONES"))
