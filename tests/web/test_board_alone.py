"""One journey that cannot be drawn never takes the board down: it is named, whom to ring, and the rest stands."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from redbag.departures import reading
from redbag.departures.actions import plan_home
from redbag.transfers.models import Transfer
from redbag.web import board, inbound, needs
from tests.web.journeys import in_hospital

pytestmark = pytest.mark.django_db


def words(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def two(world, at):
    """Peggy and Arthur in hospital, both planned to come home."""
    peggy = in_hospital(world)
    arthur = in_hospital(world, resident=world.arthur, bag=world.other_bag, minutes=0)
    now = world.now + timedelta(minutes=60)
    for each in (peggy, arthur):
        plan_home(actor=world.actor("ward"), transfer=each, leaves_at=now + timedelta(hours=5), now=now)
    return peggy, arthur


def fails_for(transfer: Transfer, works):
    def ask(*args, **more):
        about = next((each for each in args if isinstance(each, Transfer)), None) or args[0].transfer
        if about.pk == transfer.pk:
            raise ValueError("broken facts")
        return works(*args, **more)

    return ask


@pytest.mark.parametrize(
    ("who", "place", "name"),
    [
        ("carer", board, "held_words"),
        ("carer", needs, "asked_words"),
        ("ward", inbound, "held_words"),
    ],
)
def test_what_fails_for_one_is_named_and_everybody_else_stands(world, two, browser_of, monkeypatch, who, place, name):
    peggy, _ = two
    monkeypatch.setattr(place, name, fails_for(peggy, getattr(place, name)))
    client = browser_of(who)
    with capture_logs() as logs:
        page = words(client.get("/"))
    lost = page.split("▲ Could not be drawn")[1].split("</li>")[0]
    assert f'href="/transfers/{peggy.pk}"' in lost
    assert "something that belongs here is missing. Ring" in lost
    assert "Arthur" in page.replace(lost, "")
    assert page.count("▲ Could not be drawn") == 1
    assert any((each["event"], each.get("transfer")) == ("not_drawn", str(peggy.pk)) for each in logs)
    assert "broken facts" not in page


@pytest.mark.parametrize("who", ["carer", "ward"])
def test_readiness_that_fails_for_one_leaves_the_others(world, two, browser_of, monkeypatch, who):
    peggy, _ = two
    works = reading._readiness

    def readiness(told, transfer, *args, **more):
        if transfer.pk == peggy.pk:
            raise KeyError("no such state")
        return works(told, transfer, *args, **more)

    monkeypatch.setattr(reading, "_readiness", readiness)
    page = words(browser_of(who).get("/"))
    assert page.count("▲ Could not be drawn") == 1
    assert "medicines to take out" in page


def test_a_template_that_fails_for_one_journey_leaves_the_others(world, two, browser_of, monkeypatch):
    works = reading.Readiness.missing

    def missing(self):
        if self.transfer.resident_id == world.peggy.pk:
            raise LookupError("a template was not found")
        return works.fget(self)

    monkeypatch.setattr(reading.Readiness, "missing", property(missing))
    for who, other in (("carer", "Arthur"), ("ward", "DALE")):
        page = words(browser_of(who).get("/"))
        assert "▲ Could not be drawn" in page
        assert other in page
        assert "medicines to take out" in page


def test_a_part_that_fails_for_all_says_so_and_a_public_screen_names_nobody(world, two, browser_of, monkeypatch):
    def fails(*args, **more):
        raise RuntimeError("broken")

    monkeypatch.setattr(board, "stayed_home", fails)
    monkeypatch.setattr(board, "held_words", fails_for(two[0], board.held_words))
    client = browser_of("carer")
    page = words(client.get("/"))
    assert "Who stayed home. What belongs here is missing" in page
    client.post("/board/screen", {"hide": "yes"})
    page = words(client.get("/"))
    assert "Part of one journey. Open it on a screen that the public cannot see." in page
    assert "Peggy" not in page
