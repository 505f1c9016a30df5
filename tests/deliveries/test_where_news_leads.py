"""Mail, text messages and phones lead to the page of what they tell of: the address of its call, without /api/v1."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import resolve

import redbag
from redbag.deliveries.channels import API
from redbag.deliveries.events import CATALOGUE, TEST
from redbag.organisations.routes import ROUTES
from tests.web.journeys import in_hospital

ROOT = Path(redbag.__file__).parent
ADDRESS = re.compile(rf'"({API}/[^"]+|/wake)"')
# These name news that others write.
READERS = {"events.py", "channels.py", "phones.py", "fhir_letters.py", "reading.py"}
SOURCES = {
    each: each.read_text()
    for each in ROOT.rglob("*.py")
    if each.relative_to(ROOT).parts[0] not in ("api", "web", "migrations")
}


def written_in(package):
    """The addresses that the letters of a package bear."""
    return {found for each, text in SOURCES.items() if each.parent == package for found in ADDRESS.findall(text)}


@pytest.mark.parametrize("event", [each.name for each in CATALOGUE])
def test_the_address_of_every_kind_of_news_is_that_of_a_page(event):
    word = "TEST" if event == TEST else f'"{event}"'
    packages = {each.parent for each, text in SOURCES.items() if word in text and each.name not in READERS}
    addresses = set().union(*(written_in(each) for each in packages))
    assert addresses
    for each in addresses:
        found = resolve(re.sub(r"\{[^}]+\}", str(UUID(int=0)), each).removeprefix(API))
        assert (found.namespace, "GET" in ROUTES[found.view_name]) == ("web", True), each


@pytest.mark.django_db
def test_what_a_letter_leads_to_opens_for_its_home_and_for_no_stranger(world):
    transfer = in_hospital(world)
    for path in (
        f"/transfers/{transfer.pk}/readiness",
        f"/transfers/{transfer.pk}/visitors",
        f"/bags/{world.bag.pk}/found",
    ):
        for who, status in (("senior", 200), ("millbrook_manager", 404)):
            client = Client()
            client.force_login(world.people[who])
            assert client.get(path).status_code == status
