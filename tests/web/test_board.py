"""The board: who is out, what comes home, what wants reading, what needs somebody."""

import re
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from redbag.bags.models import Bag, FoundBag
from redbag.discharges.models import DischargeSummary
from redbag.journal.models import Entry, Mention
from redbag.organisations.models import Membership, Organisation
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.handover_codes import code_at
from redbag.transfers.intake import take_in
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell as story
from redbag.visitors.models import Visitor
from tests.world import _resident

TICKS = count(1)


def words(response):
    return " ".join(response.content.decode().split())


def pack(world, resident, *, bag=None, who="carer", ago=timedelta(), items=()):
    now = timezone.now()
    packing = Packing(resident=resident, bag=bag, destination=world.stmarys, occurred_at=now - ago, items=items)
    return pack_bag(actor=world.actor(who), packing=packing, now=now)[0]


def tell(world, transfer, who, **fact):
    now = timezone.now() + timedelta(milliseconds=next(TICKS))  # facts of one moment have no order of their own
    raw = {"id": str(uuid4()), "transfer": str(transfer.pk), "occurred_at": now.isoformat(), **fact}
    (result,) = take_in(actor=world.actor(who), sent_at=now, facts=[raw], now=now)
    assert result.outcome == "created", result
    transfer.refresh_from_db()


def send_summary(world, transfer, **more):
    return DischargeSummary.objects.create(
        transfer=transfer,
        home=transfer.home,
        resident=transfer.resident,
        organisation=world.stmarys,
        version=1,
        state="sent",
        form="headings",
        written_by_name="Wendy Ward",
        written_at=timezone.now(),
        sent_at=timezone.now(),
        **more,
    )


def test_an_empty_board_says_what_will_appear_there(world, browser_of):
    page = words(browser_of("carer").get("/"))
    assert "Someone is going to hospital" in page
    assert "Nobody is out." in page
    assert "Nobody is on the way home." in page
    assert "Nothing to read." in page
    assert "Nothing now." in page


def test_who_is_out_stands_with_holder_time_and_how_sure(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, "carer", kind="handoff", to="RDEM9")
    page = words(browser_of("carer").get("/"))
    assert "Peggy Jones" in page
    assert "Lifeline Ambulance Service has had the bag since" in page
    assert "Told by the home, not confirmed" in page
    assert "Next: the hospital" in page
    assert "Nothing now." in page  # one side's word is a normal record, not an alarm
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    page = words(browser_of("carer").get("/"))
    assert "✓ Confirmed" in page
    assert "ask Lifeline Ambulance Service if they have the bag" not in page


@pytest.mark.parametrize(("who", "place"), [("northgate", "RDEM2"), ("millbrook", "VDEM2")])
def test_a_bag_somebody_says_they_have_and_that_was_going_elsewhere_is_to_be_made_sure_of(
    world, browser_of, who, place
):
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, who, kind="handoff", to=place)
    page = words(browser_of("carer").get("/"))
    assert "Not where it was going" in page
    assert "✓ Confirmed" not in page
    assert "Ring to be sure" in page


def test_what_was_taken_by_its_label_alone_is_told_to_the_home_and_can_be_undone(world, browser_of):
    transfer, ward = pack(world, world.peggy, bag=world.bag), browser_of("northgate")
    page, label = reverse("web:transfer", args=[transfer.pk]), reverse("web:label", args=[world.token(world.bag)])
    assert "JONES" not in words(ward.get(label))
    ward.post(reverse("web:take_bag", args=[world.token(world.bag)]))
    assert "JONES" in words(ward.get(label))
    seen = {who: words(browser_of(who).get(page)) for who in ("carer", "senior")}
    assert all("Northgate Hospital says it has the bag" in each for each in seen.values())
    assert ["That was not them" in seen[who] for who in ("carer", "senior")] == [False, True]
    assert "a senior or manager can take it back" in seen["carer"]
    fact = transfer.facts.get(kind="handoff")
    back = reverse("web:take_back", args=[transfer.pk, fact.pk])
    assert back in browser_of("senior").get(page).content.decode()
    browser_of("senior").post(back, {"reason": "That was not them"})
    assert "JONES" not in words(ward.get(label))
    assert ward.get(page).status_code == 404
    assert "Ring to be sure" not in words(browser_of("carer").get("/"))


def test_that_was_not_them_ends_what_they_read_also_when_they_told_of_two_wards(world, browser_of):
    transfer, ward = pack(world, world.peggy, bag=world.bag), browser_of("northgate")
    page = reverse("web:transfer", args=[transfer.pk])
    for place in ("A&E", "Ward 2"):
        tell(world, transfer, "northgate", kind="handoff", to="RDEM2", place=place)
    assert ward.get(page).status_code == 200
    senior = browser_of("senior")
    [back] = re.findall(r'href="([^"]+)">That was not them', senior.get(page).content.decode())
    asked = senior.get(back).content.decode()
    assert "Northgate Hospital, A&amp;E has the bag" in asked
    form = re.search(r'name="form" value="([^"]+)"', asked)[1]
    for _ in range(2):
        senior.post(back, {"form": form, "reason": "Nobody knows them"})
    assert ward.get(page).status_code == 404
    assert transfer.facts.filter(kind="void").count() == 2
    transfer.refresh_from_db()
    assert transfer.holder == world.oakview


def test_a_service_of_another_area_that_says_it_has_the_bag_is_to_be_made_sure_of(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    assert "Ring to be sure" not in words(browser_of("carer").get("/"))
    Organisation.objects.filter(pk=world.lifeline.pk).update(area=world.lifeline)
    assert "which is of another area, says it has the bag. Ring to be sure" in words(browser_of("carer").get("/"))


def test_a_service_of_another_area_is_not_doubted_once_the_home_says_so_too(world, browser_of):
    Organisation.objects.filter(pk=world.lifeline.pk).update(area=world.stmarys)
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, "carer", kind="handoff", to="RDEM9")
    assert "Ring to be sure" not in words(browser_of("carer").get("/"))
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    board = words(browser_of("senior").get("/"))
    assert ("✓ Confirmed" in board, "Ring to be sure" in board) == (True, False)
    journey = words(browser_of("senior").get(reverse("web:transfer", args=[transfer.pk])))
    assert "That was not them" not in journey


def test_a_service_of_another_area_that_has_the_homes_code_is_not_doubted(world, browser_of):
    Organisation.objects.filter(pk=world.lifeline.pk).update(area=world.stmarys)
    transfer = pack(world, world.peggy, bag=world.bag)
    code, _ = code_at(transfer, timezone.now())
    tell(world, transfer, "crew", kind="handoff", to="RDEM9", handover_code=code)
    board = words(browser_of("senior").get("/"))
    assert ("✓ Confirmed" in board, "Ring to be sure" in board) == (True, False)


@pytest.mark.parametrize(("of_home", "of_service"), [("board", "nation"), ("nation", "board"), ("board", "continent")])
def test_a_service_of_an_area_above_or_below_the_homes_is_not_doubted(world, browser_of, of_home, of_service):
    areas = {"board": world.area, "nation": None, "continent": None}
    for code, name in enumerate(("continent", "nation")):
        areas[name] = Organisation.objects.create(
            ods_code=f"QUP{code}", name=name, kind="area", area=areas["continent"]
        )
    for place, area in ((world.area, "nation"), (world.oakview, of_home), (world.lifeline, of_service)):
        Organisation.objects.filter(pk=place.pk).update(area=areas[area])
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    board = words(browser_of("carer").get("/"))
    assert ("✓ Confirmed" in board, "Ring to be sure" in board) == (True, False)


def test_who_looks_after_people_of_a_service_and_cares_at_a_home_sees_the_homes_board(world, browser_of):
    Membership.objects.create(
        user=world.people["carer"], organisation=world.lifeline, role="administrator", started_at=world.now
    )
    pack(world, world.peggy, bag=world.bag)
    assert "Peggy Jones" in words(browser_of("carer").get("/"))


def test_a_crew_that_has_the_bag_too_long_is_late(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag, ago=timedelta(hours=9))
    assert "▲ Late" in words(browser_of("carer").get("/"))
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    assert "▲ Late" not in words(browser_of("carer").get("/"))


def test_a_bag_back_home_needs_somebody(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag)
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    tell(world, transfer, "carer", kind="handoff", to="VDEM1")
    page = words(browser_of("carer").get("/"))
    assert "unpack the bag" in page
    assert "Nobody is out." in page


def finished_without_dentures(world, resident, bag=None):
    transfer = pack(world, resident, bag=bag, items=[{"category": "dentures_upper", "description": ""}])
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    tell(world, transfer, "ward", kind="handoff", to="RDEM1", place="Elm ward")
    tell(world, transfer, "carer", kind="handoff", to="VDEM1")
    (item,) = story(transfer).items
    tell(world, transfer, "carer", kind="check", items=[{"item": item.id, "state": "missing"}])
    return transfer, item


def test_what_is_missing_stays_on_the_board_after_finishing_until_it_is_found(world, browser_of, at):
    transfer, item = finished_without_dentures(world, world.peggy, world.bag)
    at(90)
    client = browser_of("carer")
    finish = {"form": str(uuid4()), "outcome": "closed"}
    page = words(client.post(reverse("web:record_outcome", args=[transfer.pk]), finish, follow=True))
    assert "1 thing not found yet: it stays on the board." in page
    page = words(client.get("/"))
    assert "Dentures, upper: not found yet. Ask " in page
    assert f'href="{reverse("web:case", args=[transfer.cases.get().pk])}"' in page
    assert "Nobody is out." in page
    assert "Peggy" not in words(browser_of("millbrook").get("/"))
    at(100)
    found = {"form": str(uuid4()), f"item-{item.id}": "present"}
    client.post(reverse("web:check_contents", args=[transfer.pk]), found)
    assert "not found yet" not in words(client.get("/"))


def test_what_is_missing_is_never_forgotten_by_itself_only_settled_by_somebody(world, browser_of):
    transfer, _ = finished_without_dentures(world, world.peggy)
    tell(world, transfer, "carer", kind="outcome", outcome="closed")
    Transfer.objects.filter(pk=transfer.pk).update(closed_at=timezone.now() - timedelta(days=31))
    assert "Dentures" in words(browser_of("carer").get("/"))
    transfer.cases.update(outcome="not_found", closed_at=timezone.now())
    assert "Dentures" not in words(browser_of("carer").get("/"))


def test_found_bags_bags_to_clean_and_crews_let_in_stand_on_the_board_and_names_on_no_public_screen(world, browser_of):
    FoundBag.objects.create(bag=world.bag, place="Bus stop, Elm Road", phone="", told_at=timezone.now())
    Bag.objects.filter(pk=world.other_bag.pk).update(state="cleaning")
    transfer = pack(world, world.peggy, bag=world.bag)
    Visitor.objects.create(
        transfer=transfer,
        digest="0" * 64,
        name="Jo Bloggs",
        role="paramedic",
        organisation=world.lifeline,
        let_in_by="code",
        started_at=timezone.now(),
        last_seen_at=timezone.now(),
        until=timezone.now() + timedelta(hours=12),
    )
    client = browser_of("carer")
    page = words(client.get("/"))
    assert "Bus stop, Elm Road" in page
    assert "To clean:" in page
    assert "Jo Bloggs" in page
    client.post(reverse("web:screen"), {"hide": "yes"})
    page = words(client.get("/"))
    assert [name for name in ("Jo Bloggs", "Bus stop", "Peggy") if name in page] == []


def test_three_missing_things_take_as_many_statements_as_one(world, browser_of):
    client = browser_of("carer")

    def statements():
        client.get("/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        return len(seen)

    counted = []
    for resident in (world.peggy, world.arthur):
        tell(world, finished_without_dentures(world, resident)[0], "carer", kind="outcome", outcome="closed")
        counted.append(statements())
    assert counted[0] == counted[1]


def test_unread_summaries_stand_on_top_and_taken_on_ones_are_gone(world, browser_of):
    first, second = pack(world, world.peggy), pack(world, world.arthur)
    send_summary(world, first, opened_at=timezone.now(), opened_by_name="Ana")
    send_summary(world, second)
    page = words(browser_of("carer").get("/"))
    lists = page[page.index("Summaries to read") :]
    assert lists.index("Arthur Dale") < lists.index("Peggy Jones")
    assert "Opened by Ana" in lists


def test_the_other_home_sees_nothing_of_it(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag)
    send_summary(world, transfer)
    own, other = browser_of("carer"), browser_of("millbrook")
    assert "Jones" in words(own.get("/"))
    for address in ("/", reverse("web:board_lists")):
        assert "Jones" not in words(other.get(address))
        assert "OAK-1" not in words(other.get(address))


def test_the_board_takes_as_many_statements_for_three_journeys_as_for_one(world, browser_of):
    client = browser_of("carer")

    def statements():
        client.get("/")  # the view is written once a quarter of an hour; count the steady state
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        return len(seen)

    first = pack(world, world.peggy, bag=world.bag)
    send_summary(world, first)
    one = statements()
    for serial in (11, 12):
        person = _resident(world.oakview, f"Person{serial}", "Other", serial)
        person.save()
        transfer = pack(world, person)
        tell(world, transfer, "carer", kind="handoff", to="RDEM9")
        send_summary(world, transfer)
    assert statements() == one


def test_asking_again_for_the_lists_is_no_view_and_answers_nothing_when_nothing_changed(world, browser_of):
    transfer = pack(world, world.peggy, bag=world.bag)
    client = browser_of("carer")
    page = client.get("/")
    views = Entry.objects.filter(action="viewed.board")
    assert [row.resident_id for row in Mention.objects.filter(entry__in=views)] == [world.peggy.pk]
    seen = page.context["seen"]
    assert client.get(reverse("web:board_lists"), {"seen": seen}).status_code == 204
    tell(world, transfer, "crew", kind="handoff", to="RDEM9")
    changed = client.get(reverse("web:board_lists"), {"seen": seen})
    assert changed.status_code == 200
    assert "Lifeline Ambulance Service has had the bag" in words(changed)
    assert views.count() == 1


def test_whoever_is_signed_out_gets_no_lists_and_their_page_asks_to_sign_in(world):
    answer = Client().get(reverse("web:board_lists"), headers={"HX-Request": "true"})
    assert answer.content == b""
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_those_who_care_for_nobody_see_no_names(world, who, browser_of):
    pack(world, world.peggy, bag=world.bag)
    client = browser_of(who)
    assert "Jones" not in words(client.get("/"))
    assert client.get(reverse("web:board_lists")).content == b""


def test_the_menu_offers_only_what_the_role_may(world, browser_of):
    def menu(who):
        page = browser_of(who).get("/").content.decode()
        nav = page[page.index('<nav class="rb-menu"') :]
        return nav[: nav.index("</nav>")]

    assert "Residents" in menu("carer")
    assert "Labels" not in menu("carer")
    assert "People" not in menu("senior")
    assert "Labels" in menu("senior")
    assert "People" in menu("manager")
    assert "Residents" not in menu("crew")
    assert "Residents" not in menu("auditor")
    assert "Bags" in menu("administrator")


def test_what_a_manager_looks_at_less_often_is_folded_under_more_and_opens_without_a_program(world, browser_of):
    page = browser_of("manager").get("/").content.decode()
    nav = page[page.index('<nav class="rb-menu"') :]
    row, folded = nav[: nav.index("</nav>")].split("<summary>More</summary>")
    assert folded.count("<a ") == 10
    assert [name in row for name in ("Board", "To do", "Residents", "Bags", "Not found yet")] == [True] * 5
    assert [name in folded for name in ("People", "Tablets", "Due times", "Reports", "Journal")] == [True] * 5
    assert "<summary" not in browser_of("carer").get("/people", follow=True).content.decode().split("</nav>")[0]
