from datetime import timedelta

import pytest

from redbag.discharges import actions
from redbag.discharges.models import DischargeSummary
from redbag.organisations.access import Actor, Post
from redbag.organisations.models import Key
from redbag.transfers.actions import Packing, pack_bag
from tests.world import NOW

LATER = NOW + timedelta(days=6)
SAID = {"diagnoses": "Pneumonia", "clinical_summary": "Better. Home today."}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Uploaded files of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path


@pytest.fixture
def journey(world):
    """Peggy of Oakview is on her way to St Mary's."""
    transfer, _ = pack_bag(
        actor=world.actor("carer"),
        packing=Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys),
        now=NOW,
    )
    return transfer


@pytest.fixture
def write(world, journey):
    """Write a summary as the discharge team of St Mary's."""

    def writing(**changes) -> DischargeSummary:
        wish = {
            "actor": world.actor("discharge"),
            "transfer": journey,
            "organisation": world.stmarys,
            "headings": SAID,
            "file": None,
            "form": "headings",
            "draft": False,
            "now": LATER,
        }
        return actions.write_summary(**(wish | changes))

    return writing


@pytest.fixture
def key_of(world):
    """What acts when a program shows an organisation's own key."""

    def acting(place, role) -> Actor:
        key = Key.objects.create(
            digest=f"{place.ods_code}-{role}", use="organisation", organisation=place, role=role, created_at=NOW
        )
        return Actor(name=place.name, posts=(Post(organisation=place, role=role),), key=key)

    return acting
