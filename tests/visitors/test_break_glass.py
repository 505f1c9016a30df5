"""Who cannot see the tablet asks, gets a code for this once from the home or by NHS mail, and all is seen after."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from redbag.bags.actions import reissue_label
from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.models import Letter
from redbag.journal.models import Entry, Personal
from redbag.visitors import mailing
from redbag.visitors.break_glass import read_out
from redbag.visitors.models import BreakGlass, Visitor
from tests.visitors.people import JO, code_of, newest, page, words
from tests.visitors.test_letting_in import wrong_of
from tests.web.journeys import pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("at")]
NOOR = {
    "name": "Noor Khan",
    "role": "nurse",
    "registration": "12a3456b",
    "organisation": "RDEM1",
    "reason": "gone",
    "words": "In resus bay 2",
    "phone": "020 7946 0999",
}
PERSONAL = ("JONES", "Jones", "Margaret", "Peggy", "1936")


def ask(transfer, told=None, *, phone=None, **more):
    """A phone from which somebody asked; it shows the box for the code."""
    phone = phone or Client()
    answer = phone.post(page(transfer) + "/no-tablet", {**(told or NOOR), **more})
    assert (answer.status_code, answer["Location"]) == (302, page(transfer) + "/no-tablet/code"), words(answer)[:3000]
    return phone


def code_from_home(world, asked=None, who="carer"):
    asked = asked or BreakGlass.objects.order_by("-asked_at").first()
    return read_out(actor=world.actor(who), asked=asked, now=timezone.now())


def typed(phone, transfer, code):
    return phone.post(page(transfer) + "/no-tablet/code", {"code": code})


def other_than(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def names_nobody(answer):
    return not any(each in words(answer) for each in PERSONAL)


def opened(world, transfer):
    phone = ask(transfer)
    assert typed(phone, transfer, code_from_home(world)).status_code == 302
    return phone


def test_from_the_label_to_the_patients_page_with_a_code_read_out_and_nothing_before_it(world, browser_of):
    transfer = pack(world, reason={"concern": "Fell by the bed"})
    phone = Client()
    label = f"/b/{world.token(world.bag)}"
    assert "cannot see the tablet" in words(phone.get(label))
    assert phone.get(label + "/no-tablet")["Location"] == page(transfer) + "/no-tablet"
    assert "I cannot see the tablet" in words(phone.get(page(transfer)))
    form = phone.get(page(transfer) + "/no-tablet")
    assert names_nobody(form)
    assert world.oakview.phone in words(form)
    ask(transfer, phone=phone)
    waits = phone.get(page(transfer) + "/no-tablet/code")
    assert names_nobody(waits)
    assert "JONES" not in words(phone.get(page(transfer)))
    carer = browser_of("carer")
    board = words(carer.get("/"))
    assert "Noor Khan cannot see your tablet and waits for a code" in board
    asked = BreakGlass.objects.get()
    seen = words(carer.get(f"/break-glass/{asked.pk}"))
    for each in ("self-declared, 12A3456B", "In resus bay 2", "020 7946 0999", "St Mary", "Refuse"):
        assert each in seen
    shown = words(carer.post(f"/break-glass/{asked.pk}/code"))
    code = shown.split('<p class="rb-code">')[1][:7]
    came = typed(phone, transfer, code)
    assert (came.status_code, came["Location"]) == (302, page(transfer))
    patient = words(phone.get(page(transfer)))
    assert "JONES, Margaret (Mrs)" in patient
    assert "Fell by the bed" in patient
    assert newest(world).let_in_by == "break glass"
    asked.refresh_from_db()
    assert (asked.code_digest, asked.code_until) == ("", None)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Write your name"),
        ("role", "carrier", "Only an ambulance crew, a nurse or a doctor"),
        ("registration", "", "Type your registration number"),
        ("registration", "PA1", "This is not a registration number we know"),
        ("organisation", "", "Say which service you come from"),
        ("reason", "because", "Choose why you cannot see the tablet"),
        ("email", "noor@gmail.com", "A code can only be sent to an NHS address"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_nobody_is_alarmed(world, field, value, said):
    transfer = pack(world)
    answer = Client().post(page(transfer) + "/no-tablet", NOOR | {field: value})
    assert answer.status_code == 422
    assert words(answer).count(said) >= 2
    assert names_nobody(answer)
    assert not BreakGlass.objects.exists()


def test_an_ambulance_technician_has_no_number_and_gets_a_code_from_the_home_alone(world, browser_of):
    transfer = pack(world)
    tech = {"role": "technician", "registration": "", "organisation": "RDEM9", "name": "Jo Bloggs"}
    phone = ask(transfer, **tech)
    waits = words(phone.get(page(transfer) + "/no-tablet/code"))
    assert (world.oakview.phone in waits, "NHS mailbox" in waits) == (True, False)
    later = phone.post(page(transfer) + "/no-tablet/e-mail", {"email": "jo@nhs.net"})
    assert (later.status_code, "they read it out" in words(later)) == (422, True)
    asked = BreakGlass.objects.get()
    assert asked.mail_due_at is None
    assert "Jo Bloggs (self-declared)" in words(browser_of("carer").get(f"/break-glass/{asked.pk}"))
    assert typed(phone, transfer, code_from_home(world)).status_code == 302
    assert "JONES, Margaret" in words(phone.get(page(transfer)))


@pytest.mark.parametrize("email", ["jo@nhs.net", "jo@home.example"])
def test_a_technician_whose_phone_filled_in_an_address_and_who_types_a_number_reaches_the_home_all_the_same(
    world, browser_of, email
):
    transfer = pack(world)
    phone = ask(transfer, role="technician", registration="PA12345", organisation="RDEM9", email=email)
    assert "NHS mailbox" not in words(phone.get(page(transfer) + "/no-tablet/code"))
    asked = BreakGlass.objects.get()
    assert (asked.email, asked.mail_due_at) == ("", None)
    assert "Noor Khan cannot see your tablet" in words(browser_of("carer").get("/"))


def test_without_a_journey_under_way_nothing_opens_and_it_is_said(world):
    answer = Client().get(f"/b/{world.token(world.bag)}/no-tablet")
    assert answer.status_code == 404
    assert "This bag is not packed for anybody" in words(answer)
    assert world.oakview.phone in words(answer)
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=61, kind="outcome", outcome="not_taken")
    tell(world, "carer", transfer, minutes=62, kind="outcome", outcome="closed")
    assert Client().post(page(transfer) + "/no-tablet", NOOR).status_code == 404
    assert not BreakGlass.objects.exists()


def test_only_the_phone_that_asked_can_use_the_code_and_only_once(world):
    transfer = pack(world)
    phone = ask(transfer)
    code = code_from_home(world)
    stranger = Client()
    assert typed(stranger, transfer, code)["Location"] == page(transfer) + "/no-tablet"
    asked_too = ask(transfer, name="Mallory")
    assert typed(asked_too, transfer, code).status_code == 422
    assert typed(phone, transfer, f"{code[:3]} {code[3:]}").status_code == 302
    assert typed(phone, transfer, code).status_code == 409
    assert Visitor.objects.count() == 1


def test_a_code_is_good_for_ten_minutes_and_the_newest_alone_counts(world, at):
    transfer = pack(world)
    phone = ask(transfer)
    first = code_from_home(world)
    second = code_from_home(world)
    if first != second:
        assert typed(phone, transfer, first).status_code == 422
    at(70.1)
    assert typed(phone, transfer, second).status_code == 422
    assert typed(phone, transfer, code_from_home(world)).status_code == 302


def test_five_wrong_void_a_code_ten_end_the_asking_and_the_home_sees_them(world, browser_of):
    transfer = pack(world)
    phone = ask(transfer)
    right = code_from_home(world)
    for _ in range(5):
        assert typed(phone, transfer, other_than(right)).status_code == 422
    assert "older than ten minutes" not in words(typed(phone, transfer, right))
    assert not Visitor.objects.exists()
    assert "5 wrong codes" in words(browser_of("carer").get("/"))
    right = code_from_home(world)
    for _ in range(5):
        typed(phone, transfer, other_than(right))
    assert typed(phone, transfer, right).status_code == 409
    assert "waits for a code" not in words(browser_of("carer").get("/"))
    assert Entry.objects.filter(action="break_glass.wrong_code").count() == 10


def test_strangers_who_ask_again_and_again_keep_nobody_on_the_telephone_from_a_code(world, at, browser_of):
    transfer = pack(world)
    right, wrong = code_of(transfer), wrong_of(transfer)
    for number in range(6):
        at(60 + number / 100)
        ask(transfer, name=f"Mallory {number}", phone=Client(REMOTE_ADDR=f"10.4.0.{number}"))
        guesser = Client(REMOTE_ADDR=f"10.4.1.{number}")
        for _ in range(4):
            guesser.post(page(transfer), JO | {"code": wrong})
    at_the_door = Client(REMOTE_ADDR="10.4.0.9").post(page(transfer), JO | {"code": right})
    assert at_the_door.status_code == 429
    assert "the code they give you there works at once" in words(at_the_door)
    at(60.1)
    phone = ask(transfer, phone=Client(REMOTE_ADDR="10.4.0.9"))
    board = words(browser_of("carer").get("/"))
    assert board.index("Noor Khan cannot see your tablet") < board.index("Mallory 5 cannot see your tablet")
    assert "Nurse, St Mary" in board
    assert "2 more asked before them" in board
    assert typed(phone, transfer, code_from_home(world, BreakGlass.objects.get(name="Noor Khan"))).status_code == 302


def test_one_address_is_slowed_for_a_minute_and_letters_go_to_the_home_four_times_an_hour(world):
    add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="webhook",
        address="http://127.0.0.1:9/x",
        events=["break_glass.asked"],
        fallback_of=None,
        now=world.now,
    )
    transfer = pack(world)
    for _ in range(4):
        ask(transfer)
    fifth = Client().post(page(transfer) + "/no-tablet", NOOR)
    assert fifth.status_code == 429
    assert int(fifth["Retry-After"]) <= 60
    assert world.oakview.phone in words(fifth)
    ask(transfer, phone=Client(REMOTE_ADDR="10.4.0.9"))
    assert Letter.objects.filter(type="break_glass.asked").count() == 4


def test_when_the_home_refuses_nothing_opens_and_the_phone_says_so(world, browser_of):
    transfer = pack(world)
    phone = ask(transfer)
    code = code_from_home(world)
    asked = BreakGlass.objects.get()
    browser_of("carer").post(f"/break-glass/{asked.pk}/refuse")
    assert typed(phone, transfer, code).status_code == 409
    assert "said no" in words(phone.get(page(transfer) + "/no-tablet/code"))
    assert "waits for a code" not in words(browser_of("carer").get("/"))
    asked.refresh_from_db()
    assert asked.refused_by == world.people["carer"]


def test_a_code_comes_by_nhs_mail_from_a_worker_and_no_row_or_journal_holds_it(
    world, django_capture_on_commit_callbacks
):
    transfer = pack(world)
    phone = ask(transfer, email="Noor.Khan@StMarys.nhs.uk")
    assert mail.outbox == []
    asked = BreakGlass.objects.get()
    assert asked.mail_due_at is not None
    assert mailing.send_codes(now=timezone.now) == 1
    (message,) = mail.outbox
    assert message.to == ["Noor.Khan@stmarys.nhs.uk"]
    assert not any(each in message.body + message.subject for each in (*PERSONAL, "Noor Khan", world.bag.tracker))
    code = message.body.split("Your code is ")[1][:7].replace(" ", "")
    asked.refresh_from_db()
    kept = " ".join(str(value) for value in vars(asked).values())
    kept += " ".join(f"{each.facts}" for each in Entry.objects.all())
    kept += " ".join(each.content for each in Personal.objects.all())
    assert code not in kept
    assert mailing.send_codes(now=timezone.now) == 0
    assert typed(phone, transfer, code).status_code == 302
    assert Entry.objects.get(action="break_glass.opened").facts["code_by"] == "email"


def test_a_mail_that_did_not_go_out_is_tried_again_with_other_digits(world, at, monkeypatch):
    def away(message, **_more):
        raise OSError

    ask(pack(world), email="noor@nhs.net")
    with monkeypatch.context() as broken:
        broken.setattr(mailing.EmailMessage, "send", away)
        assert mailing.send_codes(now=timezone.now) == 0
        first = BreakGlass.objects.get().code_digest
        assert mailing.send_codes(now=timezone.now) == 0  # leased
    at(62)
    assert mailing.send_codes(now=timezone.now) == 1
    assert BreakGlass.objects.get().code_digest != first
    assert len(mail.outbox) == 1


def test_a_code_read_out_stays_the_right_one_while_mail_is_away_and_when_mail_is_asked_for(world, at, monkeypatch):
    def away(message, **_more):
        raise OSError

    transfer = pack(world)
    phone = ask(transfer, email="noor@nhs.net")
    monkeypatch.setattr(mailing.EmailMessage, "send", away)
    assert mailing.send_codes(now=timezone.now) == 0
    code = code_from_home(world)
    at(62)
    assert mailing.send_codes(now=timezone.now) == 0
    instead = phone.post(page(transfer) + "/no-tablet/e-mail", {"email": "noor@nhs.net"})
    assert instead.status_code == 429
    assert "The home has read out a code for you" in words(instead)
    at(64)
    assert mailing.send_codes(now=timezone.now) == 0
    assert BreakGlass.objects.get().code_by == "home"
    assert typed(phone, transfer, code).status_code == 302


def test_who_waits_in_vain_has_the_code_sent_and_one_mailbox_gets_three_an_hour(world, at):
    transfer = pack(world)
    phone = ask(transfer)
    sent = page(transfer) + "/no-tablet/e-mail"
    assert phone.post(sent, {"email": "noor@nhs.net.example"}).status_code == 422
    for number in range(3):
        at(60 + 11 * number)
        assert phone.post(sent, {"email": "Noor@nhs.net"}).status_code == 302
        assert phone.post(sent, {"email": "noor@nhs.net"}).status_code == 429
        assert mailing.send_codes(now=timezone.now) == 1
    at(93)
    assert phone.post(sent, {"email": "noor@nhs.net"}).status_code == 429
    other = pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)
    ask(other, email="noor@nhs.net", phone=Client(REMOTE_ADDR="10.4.1.9"))
    assert mailing.send_codes(now=timezone.now) == 0
    assert len(mail.outbox) == 3


def test_what_is_said_without_a_code_is_true(world, at):
    transfer = pack(world)
    phone = ask(transfer)
    assert "Nobody there has made a code to read out yet" in words(phone.get(page(transfer) + "/no-tablet/code"))
    assert "The home has not given you a code yet" in words(typed(phone, transfer, "123456"))
    code = code_from_home(world)
    assert "made a code for you" in words(phone.get(page(transfer) + "/no-tablet/code"))
    at(71)
    assert "This code is older than ten minutes" in words(typed(phone, transfer, code))


def test_a_label_that_was_replaced_leads_a_stranger_to_no_journey(world):
    old = world.token(world.bag)
    transfer = pack(world)
    assert Client().get(f"/b/{old}/crew")["Location"] == page(transfer)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    for way in ("crew", "no-tablet"):
        assert Client().get(f"/b/{old}/{way}")["Location"] == f"/b/{old}"
    found = words(Client().get(f"/b/{old}"))
    assert world.oakview.phone in found
    assert "This label was replaced" in found
    assert str(transfer.pk) not in found
    assert "/crew" not in found


def test_the_home_is_told_at_once_when_somebody_asks_and_again_when_they_came_in(world):
    add_endpoint(
        actor=world.actor("manager"),
        organisation=world.oakview,
        kind="webhook",
        address="http://127.0.0.1:9/x",
        events=["reminder.due"],
        fallback_of=None,
        now=world.now,
    )
    transfer = pack(world)
    opened(world, transfer)
    told = list(Letter.objects.filter(type__startswith="break_glass").order_by("written_at", "type"))
    assert [(each.type, each.organisation) for each in told] == [
        ("break_glass.asked", world.oakview),
        ("break_glass.opened", world.oakview),
    ]
    assert not any(each in str(told[0].ids) for each in (*PERSONAL, "Noor"))


def test_the_journey_says_who_why_and_what_they_opened_and_stop_works_as_ever(world, at, browser_of):
    transfer = pack(world)
    phone = opened(world, transfer)
    phone.get(page(transfer))
    carer = browser_of("carer")
    seen = words(carer.get(f"/transfers/{transfer.pk}"))
    assert "We have already left the home. In resus bay 2" in seen
    assert "Looked at: the crew" in seen
    at(65)
    carer.post(f"/transfers/{transfer.pk}/visitors/{newest(world).pk}/stop")
    stopped = words(phone.get(page(transfer)))
    assert "is closing this page" in stopped
    assert world.oakview.phone in stopped
    at(81)
    assert phone.get(page(transfer)).status_code == 410


def test_an_opening_stays_on_the_board_until_a_manager_has_looked_at_it_once(world, browser_of):
    transfer = pack(world)
    opened(world, transfer)
    asked, carer, manager = BreakGlass.objects.get(), browser_of("carer"), browser_of("manager")
    for browser in (carer, manager):
        assert "A manager must look at it" in words(browser.get("/"))
    looked = f"/break-glass/{asked.pk}/seen"
    assert carer.post(looked, {"answer": "right"}).status_code == 403
    assert browser_of("senior").post(looked, {"answer": "right"}).status_code == 403
    assert manager.post(looked, {}).status_code == 422
    assert manager.post(looked, {"answer": "not_right", "words": "Nobody of that name"}).status_code == 302
    manager.post(looked, {"answer": "right"})
    asked.refresh_from_db()
    assert (asked.was_right, asked.seen_by, asked.seen_note) == (False, world.people["manager"], "Nobody of that name")
    assert "A manager must look at it" not in words(manager.get("/"))
    assert "it was not right" in words(manager.get(f"/transfers/{transfer.pk}"))


def test_everything_is_in_the_journal_with_the_reason_apart(world):
    transfer = pack(world)
    phone = opened(world, transfer)
    phone.get(page(transfer))
    visitor = newest(world)
    steps = Entry.objects.filter(action__startswith="break_glass").order_by("pk")
    assert [each.action for each in steps] == ["break_glass.asked", "break_glass.code_shown", "break_glass.opened"]
    assert {each.resident_id for each in steps} == {world.peggy.pk}
    assert steps[2].key_id == visitor.pk
    assert "In resus bay 2" in Personal.objects.get(entry=steps[0]).content
    assert not any("resus" in str(each.facts) or "Noor" in str(each.facts) for each in steps)
    assert Entry.objects.get(action="viewed.visit").key_id == visitor.pk


def test_it_ends_an_hour_after_arrival_and_for_who_comes_in_later_an_hour_after_coming_in(world, at):
    transfer = pack(world)
    phone = opened(world, transfer)
    tell(world, "ward", transfer, minutes=70, kind="handoff", to="RDEM1")
    at(129)
    assert phone.get(page(transfer)).status_code == 200
    later = opened(world, transfer)
    at(131)
    assert phone.get(page(transfer)).status_code == 410
    at(188)
    assert later.get(page(transfer)).status_code == 200
    at(190)
    assert later.get(page(transfer)).status_code == 410


def test_it_opens_one_journey_and_no_list_of_the_hospital_somebody_says_they_come_from(world):
    transfer = pack(world, destination=world.stmarys)
    other = pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)
    phone = opened(world, transfer)
    assert "DALE" not in words(phone.get(page(other)))
    assert phone.get(f"/transfers/{other.pk}").status_code in (302, 404)
    assert phone.get(f"/transfers/{transfer.pk}").status_code in (302, 404)
    assert "DALE" not in words(phone.get("/"))


def test_another_home_neither_sees_nor_answers_it(world, browser_of):
    ask(pack(world))
    asked = BreakGlass.objects.get()
    stranger = browser_of("millbrook_manager")
    assert "Noor Khan" not in words(stranger.get("/"))
    for path in ("", "/code", "/refuse", "/seen"):
        method = stranger.post if path else stranger.get
        assert method(f"/break-glass/{asked.pk}{path}").status_code == 404
    assert browser_of("ward").get(f"/break-glass/{asked.pk}").status_code == 404


def test_an_asking_is_over_after_an_hour(world, at, browser_of):
    transfer = pack(world)
    phone = ask(transfer)
    at(60 + 60 + 0.1)
    asked = BreakGlass.objects.get()
    assert "waits for a code" not in words(browser_of("carer").get("/"))
    browser_of("carer").post(f"/break-glass/{asked.pk}/code")
    asked.refresh_from_db()
    assert asked.code_digest == ""
    assert timezone.now() - asked.asked_at > timedelta(hours=1)
    assert "An asking lasts an hour" in words(phone.get(page(transfer) + "/no-tablet/code"))
