"""Guessing is cut off where the constants say, the page of numbers is what they give, and nobody else is locked out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from redbag.bags import codes
from redbag.bags.models import Label
from redbag.journal.models import Entry, Personal
from redbag.organisations import guessing, throttling
from redbag.organisations.models import Key, Tried
from redbag.transfers import scanning
from redbag.transfers.handover_codes import code_at
from redbag.visitors import actions, asking, glass_codes
from redbag.visitors.introductions import Introduction
from redbag.web import known_browser
from tests.security.guessing import YEAR, rows, said, table
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "security-guessing.md"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TRUST = "203.0.113.7"


@pytest.fixture
def moment(monkeypatch):
    """Put the clock of the counts at so many seconds after noon."""

    def put(seconds):
        monkeypatch.setattr(throttling.time, "time", lambda: NOON.timestamp() + seconds)

    put(0)
    return put


def request_from(address=TRUST, cookies=None):
    request = RequestFactory().post("/sign-in", REMOTE_ADDR=address)
    request.COOKIES.update(cookies or {})
    return request


def test_the_page_of_numbers_is_what_the_constants_give():
    written = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    assert written[1:] == rows(), "\n".join(rows())


def test_from_afar_nothing_is_guessed_more_than_once_in_twenty_years_at_one_target():
    near = [each.name for each in table() if "at a tablet of the home" in each.name]
    assert len(near) == 3
    assert [each.name for each in table() if each.name not in near and each.one > 1 / 20] == []
    assert [each.name for each in table() if each.one > 1 / 4] == []
    assert all(each.bits >= 128 for each in table() if each.throttle == "none needed")


def test_a_limit_in_words():
    assert said({"most": 20, "window": 24 * 3600}) == "20 in a day"
    assert said({"most": 10, "window": 900}) == "10 in 15 min"
    assert YEAR == 31_536_000


def test_passwords_are_cut_off_at_ten_in_a_quarter_of_an_hour_and_a_hundred_a_day(moment):
    tried, seconds = 0, 0
    while (wait := throttling.take_password("a@b.example")) <= throttling.PASSWORD_WINDOW:
        tried += wait == 0
        seconds += wait
        moment(seconds)
        assert tried <= 100
    assert tried == 100
    assert throttling.take_password("other@b.example") == 0


def test_an_emptied_cache_frees_no_try_that_locks(moment):
    for _ in range(throttling.WRONG_PASSWORDS):
        assert throttling.take_password("a@b.example") == 0
    cache.clear()
    assert throttling.take_password("A@b.example ") > 800
    for _ in range(actions.HERE["most"]):
        throttling.take_tries("Often.", ("code", "x", actions.HERE))
    cache.clear()
    with pytest.raises(throttling.TooOften):
        throttling.take_tries("Often.", ("code", "x", actions.HERE))


def test_old_tries_are_forgotten_and_counted_ones_are_not(moment):
    throttling.take_tries("", ("a", "x", {"most": 1, "window": 900}), ("b", "x", {"most": 1, "window": 7200}))
    assert throttling.forget_old(now=NOON.timestamp() + 1000) == 1
    assert list(Tried.objects.values_list("what", flat=True)) == ["b"]


def test_hand_over_codes_are_cut_off_at_twenty_a_day_for_a_journey_wherever_they_come_from(world):
    transfer = pack(world)
    jo = Introduction(name="Jo", role="technician", organisation_text="Far County")
    asked = {"transfer": transfer, "told": jo, "now": world.now}
    for number in range(actions.A_DAY["most"]):
        with pytest.raises(actions.BadInput):
            actions.let_in(**asked, code="no idea", address=f"10.0.0.{number}")
    right = code_at(transfer, world.now)[0] or "123456"
    with pytest.raises(throttling.TooOften) as often:
        actions.let_in(**asked, code=right, address="10.1.1.1")
    assert often.value.wait > 23 * 3600
    other = pack(world, resident=world.arthur, bag=world.other_bag)
    code, _ = code_at(other, world.now)
    actions.let_in(**asked | {"transfer": other}, code=code, address="10.0.0.1")


def test_codes_by_mail_about_one_bag_are_cut_off_at_four_an_hour_and_ten_a_day_and_asking_never(world, moment):
    transfer = pack(world)
    noor = Introduction(name="Noor", role="nurse", registration="12A3456B", organisation=world.stmarys)
    owed = 0
    for number in range(14):
        why = asking.Asking(reason="gone", email=f"noor{number}@nhs.net")
        moment(14 * 60 * number)
        asked, _ = asking.ask(
            transfer=transfer, told=noor, why=why, address=f"10.0.0.{number}", now=world.now + timedelta(hours=1)
        )
        owed += asked.mail_due_at is not None
        assert owed <= 4 if number < 5 else owed <= 10
    assert owed == 10
    assert [limit["most"] for limit in asking.MAILS_OF_A_BAG] == [4, 10]
    assert (glass_codes.MOST_WRONG, glass_codes.MOST_WRONG_IN_ALL) == (5, 10)  # walked in tests/visitors


def test_codes_guessed_in_facts_are_cut_off_too(world, moment, client):
    client.force_login(world.people["crew"])
    at = world.now.isoformat()

    def guess():
        fact = {"kind": "handoff", "to": "RDEM9", "occurred_at": at}
        facts = [{**fact, "id": str(uuid4()), "token": codes.new_code()} for _ in range(scanning.SHORT_CODES["most"])]
        return client.post("/api/v1/facts", {"sent_at": at, "facts": facts}, content_type="application/json")

    assert {each["reason"] for each in guess().json()["results"]} == {"unknown_token"}
    assert guess().status_code == 429


def test_typed_codes_on_no_label_are_cut_off_at_thirty_for_an_account_and_known_ones_never(world, moment):
    crew, code = world.actor("crew"), Label.objects.get(bag=world.bag).code
    for number in range(scanning.SHORT_CODES["most"]):
        assert number % 10 or scanning.look_up(text=code, actor=crew, now=world.now).known
        assert not scanning.look_up(text=codes.new_code(), actor=crew, now=world.now).known
    with pytest.raises(throttling.TooOften):
        scanning.look_up(text=code, actor=crew, now=world.now)
    assert scanning.look_up(text=world.token(world.bag), actor=crew, now=world.now).known
    assert scanning.look_up(text=code, actor=world.actor("ward"), now=world.now).known
    browser = Client()
    browser.force_login(world.people["crew"])
    waits = browser.get(f"/b/{code}")
    assert (waits.status_code, int(waits["Retry-After"]) > 3000) == (429, True)


def test_a_whole_trust_behind_one_address_signs_in_beside_somebody_who_guesses(world, moment):
    for number in range(300):
        request, email = request_from(), f"victim{number % 40}@trust.example"
        if not known_browser.wait_for(request, email):
            known_browser.was_wrong(request, email, now=world.now)
    assert known_browser.wait_for(request_from(), "victim7@trust.example") > 0  # aimed at again: slowed
    waits = [known_browser.wait_for(request_from(), f"nurse{number}@trust.example") for number in range(200)]
    assert waits == [0] * 200
    pack(world)
    ward = Client(REMOTE_ADDR=TRUST)
    ward.force_login(world.people["ward"])
    for _ in range(5):
        ward.get("/b/" + "A" * 26)
        assert ward.get(f"/b/{world.token(world.bag)}").status_code == 200


def test_an_address_that_guesses_is_slowed_at_what_it_aims_at_and_nowhere_else(moment):
    for number in range(guessing.QUICK["most"]):
        guessing.note_wrong(what="password", address=TRUST, aim=f"{number}", now=NOON)
    with pytest.raises(throttling.TooOften) as often:
        guessing.slow_down(address=TRUST, aim="3")
    assert 0 < often.value.wait <= guessing.PAUSE
    guessing.slow_down(address=TRUST, aim="another")
    guessing.slow_down(address="203.0.113.8", aim="3")
    moment(guessing.PAUSE + 1)
    guessing.slow_down(address=TRUST, aim="3")


def test_the_fiftieth_wrong_try_from_an_address_in_an_hour_is_told_once_and_the_address_lies_apart():
    before = guessing.addresses_noticed.labels("password")._value.get()
    for number in range(guessing.MANY["most"] + 20):
        told = Entry.objects.filter(action="guessing.noticed")
        assert told.count() == (1 if number >= guessing.MANY["most"] else 0)
        guessing.note_wrong(what="password", address=TRUST, aim=f"{number}", now=NOON)
    entry = told.get()
    assert entry.facts == {"what": "password", "tries": 50, "minutes": 60}
    assert TRUST in Personal.objects.get(entry=entry).content
    assert guessing.addresses_noticed.labels("password")._value.get() == before + 1
    assert "redbag_guessing_noticed_total" in Client().get("/metrics").content.decode()


def test_strangers_who_guess_lock_nobody_out_of_the_browser_they_always_use(world, moment):
    email, own = world.people["carer"].email, request_from("10.0.0.1")
    answer = Client().get("/healthz")
    known_browser.was_right(own, answer, email)
    cookie = {known_browser.COOKIE: answer.cookies[known_browser.COOKIE].value}
    for number in range(throttling.WRONG_PASSWORDS):
        assert known_browser.wait_for(request_from(f"10.9.0.{number}"), email) == 0
    assert known_browser.wait_for(request_from("10.9.0.99"), email) > 0
    assert known_browser.wait_for(request_from(cookies=cookie), email) == 0
    forged = {known_browser.COOKIE: cookie[known_browser.COOKIE][:-3] + "abc"}
    assert known_browser.wait_for(request_from(cookies=forged), email) > 0
    for _ in range(throttling.WRONG_PASSWORDS - 1):
        assert known_browser.wait_for(request_from(cookies=cookie), email) == 0
    assert known_browser.wait_for(request_from(cookies=cookie), email) > 0  # and that one is counted too
    elsewhere = world.people["senior"].email
    for _ in range(throttling.WRONG_PASSWORDS):
        assert known_browser.wait_for(request_from(cookies=cookie), elsewhere) == 0
    assert known_browser.wait_for(request_from(cookies=cookie), elsewhere) > 0


@pytest.mark.parametrize(
    ("trusted", "proxies", "forwarded", "address"),
    [
        (False, 1, "198.51.100.1", "10.0.0.5"),
        (True, 1, "", "10.0.0.5"),
        (True, 1, "198.51.100.1", "198.51.100.1"),
        (True, 1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (True, 2, "198.51.100.1, 10.0.0.9", "198.51.100.1"),
        (True, 2, "6.6.6.6, 7.7.7.7, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
        (True, 2, "6.6.6.6", "10.0.0.5"),
        (True, 1, "6.6.6.6, not an address", "10.0.0.5"),
        (True, 1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (True, 1, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        (True, 1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw_and_never_what_the_caller_wrote(
    settings, trusted, proxies, forwarded, address
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if trusted else None
    settings.PROXIES = proxies
    meta = {"REMOTE_ADDR": "10.0.0.5"} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    assert throttling.address_of(meta) == address


def test_no_table_keeps_what_a_token_is_found_by_in_clear(world):
    """A look-up by digest tells by its time nothing of the token; whoever reads the table cannot use it."""
    token = world.token(world.bag)
    label = Label.objects.get(bag=world.bag)
    assert token not in "|".join(str(value) for value in vars(label).values())
    assert {"token", "secret"}.isdisjoint(field.name for field in Key._meta.fields)
    jo = Introduction(name="Jo", role="technician", organisation_text="Far County")
    transfer = pack(world)
    code, _ = code_at(transfer, world.now)
    visitor, opened = actions.let_in(transfer=transfer, code=code, told=jo, address="", now=world.now)
    noor = replace(jo, role="nurse", registration="12A3456B")
    asked, waits = asking.ask(transfer=transfer, told=noor, why=asking.Asking(reason="gone"), address="", now=world.now)
    for row, secret in ((visitor, opened), (asked, waits)):
        assert secret not in "|".join(str(value) for value in vars(row).values())


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_tries_than_there_are():
    who = str(uuid4())

    def tried(_):
        try:
            return bool(throttling.take_tries("Often.", ("thing", who, {"most": 5, "window": 900})))
        except throttling.TooOften:
            return False
        finally:
            throttling.connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(tried, range(24))) == 5
