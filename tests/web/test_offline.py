"""The empty house for hours without a network, what a browser keeps of it, and tablets on the manager's page."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from redbag.organisations.models import Device
from redbag.organisations.tablets import enrol_tablet
from redbag.web.offline import kept_files
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.mark.parametrize("path", ["/offline", "/offline/what-works"])
def test_the_empty_house_is_the_same_for_everybody(world, browser_of, path):
    pack(world)
    nobody, carer = Client().get(path), browser_of("carer").get(path)
    assert nobody.content == carer.content
    assert "csrf" not in carer.content.decode()


def test_the_worker_keeps_addresses_without_personal_data_and_each_of_them_is_there(world):
    told = Client().get("/sw.js")
    assert told["Content-Type"].startswith("text/javascript")
    assert told["Cache-Control"] == "no-cache"
    kept = json.loads(re.search(r"const KEPT = (.*)", told.content.decode())[1])
    pages = [address for address in kept if not address.startswith("/static/")]
    assert pages == ["/offline", "/offline/what-works"]
    for address in kept:
        if address in pages:
            assert Client().get(address).status_code == 200
        else:
            assert finders.find(address.removeprefix("/static/")), address


def test_the_worker_keeps_every_module_that_a_kept_module_asks_for():
    kept = set(kept_files())
    assert {"redbag/offline/store.js", "redbag/scanner.js", "vendor/idb/index.js"} <= kept
    assert len(kept) == len(kept_files())


def test_it_can_be_put_on_the_home_screen(world):
    told = Client().get("/manifest.webmanifest")
    assert told["Content-Type"] == "application/manifest+json"
    icons = told.json()["icons"]
    assert [icon["sizes"] for icon in icons] == ["192x192", "512x512", "512x512"]
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in icons)


def test_a_page_tells_the_strip_who_is_signed_in_and_a_stranger_gets_none(world, browser_of):
    pack(world)
    page = browser_of("carer").get("/").content.decode()
    assert f'data-module="connection" hidden data-person="{world.people["carer"].pk}"' in page
    assert "connection" not in Client().get(f"/b/{world.token(world.bag)}").content.decode()


def test_a_manager_sees_tablets_and_takes_one_out_of_use_after_one_question(world, browser_of):
    tablet, _ = enrol_tablet(
        actor=world.actor("manager"), organisation=world.oakview, name="Kitchen", now=timezone.now()
    )
    Device.objects.filter(pk=tablet.pk).update(unsent=2)
    manager = browser_of("manager")
    words = manager.get("/tablets").content.decode()
    assert "Kitchen" in words
    assert "2 not sent" in words
    assert "2 waited when it was last seen" in manager.get(f"/tablets/{tablet.pk}/revoke").content.decode()
    after = manager.post(f"/tablets/{tablet.pk}/revoke", follow=True).content.decode()
    assert "Out of use" in after
    assert Device.objects.get(pk=tablet.pk).revoked_by == world.people["manager"]


def test_another_homes_manager_sees_and_revokes_nothing_here(world, browser_of):
    tablet, _ = enrol_tablet(
        actor=world.actor("manager"), organisation=world.oakview, name="Kitchen", now=timezone.now()
    )
    other = browser_of("millbrook_manager")
    assert "Kitchen" not in other.get("/tablets").content.decode()
    assert other.post(f"/tablets/{tablet.pk}/revoke").status_code == 404
    assert browser_of("carer").post(f"/tablets/{tablet.pk}/revoke").status_code == 403
    assert Device.objects.get(pk=tablet.pk).revoked_at is None
