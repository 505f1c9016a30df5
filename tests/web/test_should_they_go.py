"""Should they go at all: what the plan says, who advised what, and staying home. It never stands in the way."""

import html
from datetime import time
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from redbag.drafts.actions import draft_of, keep_draft
from redbag.residents.models import Resident
from redbag.summaries.actions import write_sections
from redbag.transfers.advice import advice_line, with_line
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.opening import closed_at
from redbag.web.ring_first import whom_to_ring
from tests.web import journeys

PLAN = {
    "prefers": "home",
    "hospital_for": "A broken bone",
    "treat_here": "Chest infection",
    "comfort_care": "yes",
    "medicines_here": "Morphine in the clinic room",
    "agreed": "Dr Patel and Sue, 3 May",
    "ring": [{"who": "Palliative care line", "phone": "01632 960 777", "when": "day and night"}],
}


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


@pytest.fixture
def going(world, browser_of):
    """Peggy is on her way out, in bag OAK-1, with a plan and a GP; and the carer's browser."""
    contents = {"plan": PLAN, "resuscitation": {"recommendation": "attempt", "limits": "Not for intensive care"}}
    seen = {"plan": 0, "resuscitation": 0}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=timezone.now())
    Resident.objects.filter(pk=world.peggy.pk).update(gp_practice="Orchard Surgery", gp_phone="01632 960411")
    world.peggy.refresh_from_db()
    return journeys.pack(world, items=()), browser_of("carer")


def reason(transfer):
    transfer.refresh_from_db()
    return transfer.reason


def test_the_plan_and_whom_to_ring_are_on_one_page_and_999_comes_first(going):
    transfer, client = going
    page = words(client.get(address("going_should", transfer.pk)))
    for said in (
        "999 first",
        "To be cared for here, and hospital only for what is named below",
        "A broken bone",
        "Chest infection",
        "The plan is comfort care",
        "Morphine in the clinic room",
        "Not for intensive care",
        "tel:01632960777",
        "day and night",
        "GP, Orchard Surgery",
        "tel:01632960411",
        "tel:111",
        "Urgent community response",
    ):
        assert said in page, said
    assert page.index("tel:999") < page.index("A broken bone")


def test_without_a_plan_the_page_says_so_and_goes_on_in_one_tap(world, browser_of):
    transfer, client = journeys.pack(world), browser_of("carer")
    assert "Nobody has written a plan yet" in words(client.get(address("going_should", transfer.pk)))
    answer = client.post(address("going_should", transfer.pk), {"go": "yes"})
    assert answer["Location"] == address("going_why", transfer.pk)
    assert reason(transfer) == {}


def test_who_advised_what_is_kept_as_a_line_with_its_time_below_earlier_ones(going, at):
    transfer, client = going
    first = {"whom": "Palliative care line", "whom_name": "Nurse Obi", "said": "stay", "watch_for": "Pain"}
    answer = client.post(address("going_should", transfer.pk), first)
    assert answer["Location"] == address("going_why", transfer.pk)  # never blocks
    at(90)
    for _twice in range(2):
        client.post(address("going_should", transfer.pk), {"whom": "NHS 111", "said": "go"})
    assert reason(transfer) == {
        "advised": "21 Nov 03:50, Palliative care line (Nurse Obi): stay here. Written down by Carer Tester\n"
        "21 Nov 04:20, NHS 111: go to hospital. Written down by Carer Tester",
        "watch_for": "Pain",
    }
    assert Fact.objects.filter(kind="addition").count() == 2


def test_the_crew_reads_who_advised(world, going, browser_of):
    transfer, client = going
    client.post(address("going_should", transfer.pk), {"whom": "GP", "said": "go"})
    page = words(browser_of("crew").get(f"/b/{world.token(world.bag)}"))
    assert "21 Nov 03:50, GP: go to hospital" in page


def test_staying_asks_once_what_to_watch_for_and_keeps_every_word(going):
    transfer, client = going
    posted = {"whom": "GP", "whom_name": "Dr Patel", "said": "stay", "stay": "yes", "form": str(uuid4())}
    asked = client.post(address("going_should", transfer.pk), posted)
    assert asked.status_code == 422
    assert "What should staff watch for?" in words(asked)
    assert 'value="Dr Patel"' in asked.content.decode()
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.reason) == ("PACKED", {})
    answer = client.post(address("going_should", transfer.pk), {**posted, "asked": "yes"})
    assert answer["Location"] == "/"
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.outcomes) == ("CLOSED", ["not_taken", "closed"])


def stays(client, transfer, **more):
    told = {"whom": "GP", "whom_name": "Dr Patel", "said": "stay", "stay": "yes"}
    told |= {"watch_for": "Breathing over 25: ring 111"}
    return client.post(address("going_should", transfer.pk), {**told, "form": str(uuid4()), **more})


def test_who_stays_home_is_on_the_board_and_the_residents_page_for_two_days(world, going, at, browser_of):
    transfer, client = going
    stays(client, transfer)
    world.bag.refresh_from_db()
    assert world.bag.state == "available"
    pages = ("/", address("board_lists"), address("resident", world.peggy.pk))
    for page in (*pages, address("residents")):
        shown = words(client.get(page))
        assert ("Breathing over 25: ring 111" in shown) is (page in pages), page
        assert ("Advised by: 21 Nov 03:50, GP (Dr Patel): stay here" in shown) is (page in pages), page
    assert "Breathing over 25" not in words(client.get(address("resident", world.arthur.pk)))
    assert "Breathing over 25" not in words(browser_of("millbrook").get("/"))
    for minutes, still in ((60 + 48 * 60, True), (61 + 48 * 60, False)):
        at(minutes)
        client.force_login(world.people["carer"])
        assert ("Breathing over 25" in words(client.get("/"))) is still


def test_the_advice_of_the_day_before_is_read_before_going_and_leaves_the_board_when_they_left(world, going, at):
    transfer, client = going
    stays(client, transfer)
    at(120)
    again = journeys.pack(world, minutes=120)
    assert "Breathing over 25" in words(client.get(address("going_should", again.pk)))
    assert "Breathing over 25" in words(client.get("/"))
    at(140)
    journeys.tell(world, "crew", again, minutes=130, kind="handoff", to="RDEM9")
    assert "Breathing over 25" not in words(client.get("/"))


def test_pressing_stay_twice_is_one_end_and_one_line(going):
    transfer, client = going
    form = str(uuid4())
    for _twice in range(2):
        assert stays(client, transfer, form=form)["Location"] == "/"
    assert reason(transfer)["advised"].count("\n") == 0
    assert list(Fact.objects.filter(kind="outcome").order_by("occurred_at").values_list("outcome", flat=True)) == [
        "not_taken",
        "closed",
    ]


def test_standing_down_on_the_last_page_keeps_the_advice_too(going):
    transfer, client = going
    posted = {"whom": "999", "said": "stay", "watch_for": "Sleepiness", "asked": "yes", "form": str(uuid4())}
    assert client.post(address("not_going", transfer.pk), posted)["Location"] == "/"
    assert reason(transfer) == {
        "advised": "21 Nov 03:50, 999: stay here. Written down by Carer Tester",
        "watch_for": "Sleepiness",
    }


def test_advice_typed_while_the_crew_took_the_bag_is_kept(world, going, at):
    transfer, client = going
    journeys.tell(world, "crew", transfer, minutes=50, kind="handoff", to="RDEM9")
    client.post(address("going_should", transfer.pk), {"whom": "GP", "said": "go"})
    assert "GP: go to hospital" in reason(transfer)["advised"]
    assert client.get(address("going_should", transfer.pk))["Location"] == address("going_ready", transfer.pk)


def test_too_long_is_said_beside_the_field_and_nothing_is_lost(going):
    transfer, client = going
    answer = client.post(address("going_should", transfer.pk), {"whom_name": "x" * 151, "watch_for": "Pain"})
    assert answer.status_code == 422
    assert "Use at most 150 characters." in words(answer)
    assert "Pain</textarea>" in answer.content.decode()
    assert Transfer.objects.get().reason == {}


def test_a_line_of_advice_needs_somebody_or_something_said():
    told = {"at": "21 Nov 03:10", "name": "", "by": "Ana"}
    assert advice_line(whom="", said="", **told) == ""
    assert advice_line(whom="GP", said="", **told) == (
        "21 Nov 03:10, GP: nobody wrote what they said. Written down by Ana"
    )
    assert advice_line(whom="", said="go", **told) == (
        "21 Nov 03:10, adviser not named: go to hospital. Written down by Ana"
    )
    assert with_line("one", "two") == "one\ntwo"
    assert with_line("one\ntwo", "two") == "one\ntwo"


def test_a_name_is_asked_for_once_and_staying_without_one_says_so(world, going):
    transfer, client = going
    asked = stays(client, transfer, whom="", whom_name="")
    assert asked.status_code == 422
    assert "Who answered? Write the name, or press again to leave it empty." in words(asked)
    assert stays(client, transfer, whom="", whom_name="", asked="yes").status_code == 302
    board = words(client.get("/"))
    assert "Stayed home 21 Nov 2026 03:50. Nobody is named as adviser." in board
    assert "adviser not named" not in board


def test_without_a_bag_no_page_speaks_of_one(world, going):
    client = going[1]
    without = journeys.pack(world, resident=world.arthur, no_bag=True, items=())
    for step in ("going_should", "going_ready"):
        assert "frees the bag" not in words(client.get(address(step, without.pk)))
    assert "the bag is free" not in words(
        client.post(address("not_going", without.pk), {"form": str(uuid4())}, follow=True)
    )


def ring(*rows):
    return {"ring": [dict(zip(("who", "phone", "when"), row, strict=True)) for row in rows]}


@pytest.mark.parametrize(("hour", "closed"), [(4, True), (8, False), (19, False), (20, True)])
def test_each_number_is_there_once_and_who_is_closed_comes_last(world, hour, closed):
    world.peggy.gp_practice, world.peggy.gp_phone = "Orchard Surgery", "01632 960411"
    urgent = ("Urgent response", "01632 960455", "Every day, 8 am to 8 pm")
    plan = ring(urgent, ("Out of hours: 111", "1 1 1", "Day and night"))
    now = timezone.localtime(world.now).replace(hour=hour, minute=20)
    rows = whom_to_ring(world.peggy, plan, now=now)
    assert [row["phone"].replace(" ", "") for row in rows].count("111") == 1
    assert [row["who"] for row in rows].index("Urgent response") == (2 if closed else 0)
    assert [row["closed"] for row in rows] == ([False, False, True] if closed else [False, False, False])
    assert next(row["when"] for row in rows if row["who"] == "GP, Orchard Surgery") == "surgery hours"


def test_the_page_marks_who_is_closed_now(world, going):
    transfer, client = going
    plan = {**PLAN, **ring(("Urgent response", "01632 960455", "8 am to 8 pm"))}
    write_sections(
        actor=world.actor("senior"), resident=world.peggy, contents={"plan": plan}, seen={"plan": 1}, now=timezone.now()
    )
    page = words(client.get(address("going_should", transfer.pk)))
    assert "closed now (8 am to 8 pm)" in page
    assert page.index("tel:111") < page.index("tel:01632960455")


@pytest.mark.parametrize(
    ("when", "clock", "closed"),
    [
        ("8 am to 8 pm", time(4, 20), True),
        ("8 am to 8 pm", time(12), False),
        ("9-5", time(4, 20), True),
        ("9-5", time(16, 59), False),
        ("8 to 8", time(19, 30), False),
        ("Daily 08:00-20:00", time(20, 1), True),
        ("6 pm to 8 am", time(4, 20), False),
        ("6 pm to 8 am", time(12), True),
        ("20:00 to 08:00", time(4, 20), False),
        ("8 pm to 8", time(4, 20), False),
        ("12 pm to 2 pm", time(13), False),
        ("day and night", time(4, 20), False),
        ("24 hours", time(4, 20), False),
        ("24/7", time(4, 20), False),
        ("Mon to Fri 9-5", time(4, 20), False),
        ("9-5, or the mobile at night", time(4, 20), False),
        ("9-12 and 2-5", time(4, 20), False),
        ("0-24", time(4, 20), False),
        ("ask for Dr 9-99", time(4, 20), False),
        ("", time(4, 20), False),
    ],
)
def test_only_clear_hours_of_every_day_make_somebody_closed(when, clock, closed):
    assert closed_at(when, clock) is closed


def test_what_is_typed_in_any_form_on_the_way_is_kept_as_a_draft(world, going):
    transfer, client = going
    forms = {"going_should": ["should"], "going_bag": ["crew_here"], "going_still_right": ["crew_here"]}
    forms |= {"going_ready": ["crew_has_bag", "shift", "not_going"]}
    for step, names in forms.items():
        page = html.unescape(client.get(address(step, transfer.pk)).content.decode())
        for name in names:
            assert f'"place": "{name}/{transfer.pk}"' in page, (step, name)


def test_a_form_that_was_not_sent_keeps_its_draft_when_another_one_comes_back(world, going):
    transfer, client = going
    now = timezone.now()
    fields = {"watch_for": ["Pain"]}
    keep_draft(actor=world.actor("carer"), place=f"not_going/{transfer.pk}", fields=fields, opened=now, now=now)
    page = html.unescape(client.post(address("going_shift", transfer.pk), {"in_charge": ""}).content.decode())
    kept = next(line for line in page.split("data-draft=") if f"not_going/{transfer.pk}" in line)
    assert '"typed": false' in kept
    assert '"watch_for": ["Pain"]' in kept
    client.post(address("not_going", transfer.pk), {"form": str(uuid4()), "said": "stay", "asked": "yes"})
    assert draft_of(actor=world.actor("carer"), place=f"not_going/{transfer.pk}") is None
