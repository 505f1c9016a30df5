"""What was told on a tablet and could not be recorded is on the board, with its words, until somebody saw to it."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.journal.models import Entry
from redbag.transfers.intake import take_in
from redbag.transfers.models import HeldFact, Transfer
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def refused(world, at):
    """Peggy was packed on line; a tablet tells later that she left two minutes before, and that the crew has her."""
    at(60)
    pack(world, reason={"concern": "Stroke signs"})
    left = (world.now - timedelta(minutes=2)).isoformat()
    told = {"id": str(uuid4()), "kind": "pack", "resident": str(world.peggy.pk), "bag": str(world.other_bag.pk)}
    told |= {"reason": {"concern": "Fell in the <bathroom>", "last_seen_well": "Six o'clock"}, "occurred_at": left}
    gone = {"id": str(uuid4()), "kind": "handoff", "transfer": told["id"], "to": "RDEM9", "to_name": "Jo Bell"}
    gone |= {"occurred_at": (world.now + timedelta(minutes=4)).isoformat()}
    now = world.now + timedelta(minutes=30)
    results = take_in(actor=world.actor("carer"), sent_at=now, facts=[told, gone], now=now)
    assert [each.outcome for each in results] == ["quarantined"] * 2
    return HeldFact.objects.get(pk=told["id"])


def page(browser, address="/not-recorded"):
    return browser.get(address).content.decode()


def test_the_board_names_who_and_when_and_the_page_says_all_that_was_told(world, browser_of, refused):
    senior = browser_of("senior")
    board = page(senior, "/")
    assert "Something told on a tablet could not be recorded: Peggy Jones, 02:" in board
    assert board.count("could not be recorded") == 1
    shown = page(senior)
    for said in ("Peggy Jones", "Fell in the &lt;bathroom&gt;", "Six o&#x27;clock", "with bag OAK-2", "Carer Tester"):
        assert said in shown
    for said in ("Jo Bell", "took over", "is on another journey of that time", "Yes, add it to that journey"):
        assert said in shown
    assert "by phone" not in shown
    assert Entry.objects.filter(action="viewed.held", mentions__resident_id=world.peggy.pk).count() == 1


def test_one_tap_adds_the_words_to_the_journey_and_counts_the_hand_over_there(world, browser_of, refused):
    carer, journey = browser_of("carer"), Transfer.objects.get()
    answer = carer.post(f"/not-recorded/{refused.pk}/join")
    assert answer["Location"] == f"/transfers/{journey.pk}"
    journey.refresh_from_db()
    first, added = journey.reason["concern"].split("\n")
    assert (first, added.endswith("Fell in the <bathroom>")) == ("Stroke signs", True)
    assert (journey.stage, journey.left_at) == ("WITH_CREW", world.now + timedelta(minutes=4))
    assert not HeldFact.objects.filter(settled_at=None).exists()
    assert "could not be recorded" not in page(carer, "/")
    assert "Added to a journey by Carer Tester" in page(carer)
    assert carer.post(f"/not-recorded/{refused.pk}/join").status_code == 302
    assert Transfer.objects.get().reason == journey.reason


def test_settled_says_who_keeps_the_words_and_can_be_undone(world, browser_of, refused):
    senior = browser_of("senior")
    senior.post(f"/not-recorded/{refused.pk}/settled")
    assert "could not be recorded" not in page(senior, "/")
    shown = page(senior)
    assert "Settled by Senior Tester" in shown
    assert "Fell in the &lt;bathroom&gt;" in shown
    senior.post(f"/not-recorded/{refused.pk}/again")
    assert "could not be recorded: Peggy Jones" in page(senior, "/")
    assert HeldFact.objects.filter(settled_at=None).count() == 2


def test_written_on_paper_starts_with_what_was_told_and_settles_it(world, browser_of, refused):
    carer = browser_of("carer")
    shown = page(carer, f"/written-on-paper?held={refused.pk}")
    assert "Fell in the &lt;bathroom&gt;" in shown
    assert f'value="{refused.pk}"' in shown
    assert re.search(f'value="{world.peggy.pk}"\\s+selected', shown)
    assert "born " in shown
    told = {"form": str(uuid4()), "held": str(refused.pk), "resident": str(world.peggy.pk), "left_time": "02:55"}
    told |= {"joins": str(Transfer.objects.get().pk), "left_date": "2026-11-21", "crew": "RDEM9"}
    assert carer.post("/written-on-paper", told).status_code == 302
    assert not HeldFact.objects.filter(settled_at=None).exists()


def test_nobody_elses_home_sees_or_settles_it_and_a_public_screen_names_nobody(world, browser_of, refused):
    for who, status in (("millbrook", 404), ("crew", 404), ("ward", 404)):
        other = browser_of(who)
        assert "Peggy" not in page(other)
        assert other.post(f"/not-recorded/{refused.pk}/settled").status_code == status
    carer = browser_of("carer")
    carer.post("/board/screen", {"hide": "yes"})
    board = page(carer, "/")
    assert "could not be recorded" in board
    assert "Peggy" not in board


def test_whatever_was_sent_the_page_shows_it(world, browser_of, at):
    at(60)
    odd = [
        {"id": str(uuid4()), "kind": "pack", "resident": 7, "reason": "fell", "items": "x", "occurred_at": "then"},
        {"id": str(uuid4()), "kind": "pack", "resident": str(world.nora.pk), "occurred_at": world.now.isoformat()},
        {"id": str(uuid4()), "kind": [1], "to": 5, "details": {"who": "Ann"}},
        ["nothing"],
    ]
    now = world.now + timedelta(minutes=30)
    take_in(actor=world.actor("carer"), sent_at=now, facts=json.loads(json.dumps(odd)), now=now)
    shown = page(browser_of("carer"))
    assert shown.count("<h2 id=") >= 4
    assert "Nora" not in shown
