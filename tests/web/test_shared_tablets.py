"""A shared tablet without JavaScript: made ready by a code, a name and a PIN, the lock, out of use, agency staff."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from redbag.accounts import agency, pins
from redbag.accounts.pins import set_pin
from redbag.accounts.sittings import in_use, said_of
from redbag.accounts.tablet_models import HouseWord, Pin, Sitting, TabletCode
from redbag.accounts.tablets import enrol_with, make_code
from redbag.errors import BadInput
from redbag.journal.models import Entry
from redbag.organisations.access import AGENCY, GRANTS
from redbag.organisations.models import Device, Membership, Role, User
from redbag.organisations.posts import end_membership
from redbag.reports.journal import entries
from redbag.transfers.models import Transfer
from redbag.web.tablet_lock import COOKIE
from tests.web.journeys import in_hospital, pack
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PIN = "4093"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is kept of a PIN without the slow part; tests/accounts/test_pins.py looks at that."""
    for module in (pins, agency):
        monkeypatch.setattr(module, "proof_of", lambda pin, owner: f"{owner}{pin}")
        monkeypatch.setattr(module, "fits", lambda pin, proof, owner: proof == f"{owner}{pin}")


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def ready(world, name="Office"):
    """A tablet of Oakview, and the browser on it."""
    kept, _ = make_code(actor=world.actor("manager"), organisation=world.oakview, name=name, now=world.now)
    tablet, cookie = enrol_with(code=kept, now=world.now)
    client = Client()
    client.cookies[COOKIE] = cookie
    return tablet, client


@pytest.fixture
def at_tablet(world, at):
    """Oakview's tablet at 03:50, where carer, senior and manager have a PIN."""
    for who in ("carer", "senior", "manager"):
        set_pin(actor=world.actor(who), pin=PIN, again=PIN, now=world.now)
    return ready(world)[1]


def enter(client, world, who, pin=PIN, **more):
    return client.post("/tablet", {"who": str(world.people[who].pk), "pin": pin, **more})


def by_mail(client, world, who):
    return client.post("/sign-in?full=1", {"email": f"{who}@test.example", "password": PASSWORD})


def test_a_manager_adds_a_tablet_by_a_code_that_counts_once(world, browser_of, at):
    page = text(browser_of("manager").post("/tablets/new", {"name": "Office"}))
    assert "<svg" in page
    code = re.search(r'tb-code"><strong>([0-9A-Z ]{11})<', page)[1]
    assert code.replace(" ", "") not in str(TabletCode.objects.values())
    tablet = Client()
    typed = tablet.get("/tablet", {"code": code.lower()})
    assert "Make this tablet ready for Oakview?" in text(tablet.get(typed["Location"]))
    assert not Device.objects.exists()
    joined = tablet.post(typed["Location"])
    cookie = joined.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], len(cookie.value) >= 43) == (True, "Lax", True)
    made = Device.objects.get()
    assert (made.name, made.organisation, made.enrolled_by) == ("Office", world.oakview, world.people["manager"])
    assert cookie.value not in (made.digest, made.cookie_digest)
    assert "Who is it?" in text(tablet.get("/tablet"))
    again = Client().post(typed["Location"])
    assert again.status_code == 410
    assert COOKIE not in again.cookies
    assert Device.objects.count() == 1


def test_a_code_is_over_after_ten_minutes_and_when_its_maker_may_no_longer(world, browser_of, at):
    def code():
        page = text(browser_of("manager").post("/tablets/new", {"name": "Office"}))
        return re.search(r'tb-code"><strong>([0-9A-Z ]{11})<', page)[1].replace(" ", "")

    first = code()
    at(71)
    assert Client().post(f"/tablet/{first}").status_code == 410
    second, manager = code(), Membership.objects.get(user=world.people["manager"])
    Membership.objects.filter(pk=manager.pk).update(role="senior")
    assert Client().post(f"/tablet/{second}").status_code == 410
    assert not Device.objects.exists()


def test_a_name_and_a_pin_open_the_board_and_the_tablet_says_who_uses_it(world, at_tablet, browser_of):
    names = text(at_tablet.get("/tablet"))
    assert [each for each in ("Carer", "Senior", "Manager", "Administrator") if f"{each} Tester" in names] == [
        "Carer",
        "Senior",
        "Manager",
    ]
    assert enter(at_tablet, world, "carer", "7777").status_code == 422
    assert enter(at_tablet, world, "carer")["Location"] == "/"
    board = text(at_tablet.get("/"))
    assert "Carer Tester" in board
    assert "Somebody else" in board
    using = in_use(Device.objects.all(), now=world.now)
    assert [said_of(each) for each in using.values()] == ["Carer Tester"]
    (listed,) = browser_of("manager").get("/api/v1/devices").json()["results"]
    assert (listed["name"], listed["used_by"], listed["unsent"]) == ("Office", "Carer Tester", 0)


def test_sign_in_on_a_tablet_leads_to_the_names_and_e_mail_always_works_beside_them(world, at_tablet):
    assert at_tablet.get("/residents")["Location"].startswith("/sign-in?next=")
    assert at_tablet.get("/sign-in?next=/residents")["Location"] == "/tablet?next=%2Fresidents"
    names = text(at_tablet.get("/tablet?next=/residents"))
    assert 'href="/sign-in?full=1&amp;next=/residents"' in names.replace("%2F", "/")
    assert "E-mail address" in text(at_tablet.get("/sign-in?full=1&next=/residents"))
    assert enter(at_tablet, world, "carer", next="/residents")["Location"] == "/residents"


def test_a_pin_opens_nothing_on_any_other_device_or_in_another_home(world, at_tablet):
    elsewhere = Client()
    assert enter(elsewhere, world, "carer").status_code == 200  # the page that asks for a code
    assert elsewhere.get("/").status_code == 302
    enter(at_tablet, world, "carer")
    stolen = Client()
    stolen.cookies["sessionid"] = ""
    for name, cookie in at_tablet.cookies.items():
        if name != COOKIE:
            stolen.cookies[name] = cookie.value
    assert stolen.get("/").status_code == 302
    Pin.objects.filter(user=world.people["millbrook"]).delete()
    set_pin(actor=world.actor("millbrook"), pin=PIN, again=PIN, now=world.now)
    assert "Millbrook Tester" not in text(at_tablet.get("/tablet"))
    assert enter(at_tablet, world, "millbrook").status_code == 200
    assert in_use(Device.objects.all(), now=world.now).popitem()[1].user == world.people["carer"]


def test_by_pin_a_manager_may_what_a_senior_may_and_signs_in_fully_for_the_rest(world, at_tablet):
    enter(at_tablet, world, "manager")
    assert at_tablet.get("/journal").status_code == 200
    for page in ("/people", "/tablets", "/house-rules"):
        refused = at_tablet.get(page)
        assert refused.status_code == 403
        assert "Sign in with your e-mail for this" in text(refused)
    assert at_tablet.get("/api/v1/devices").status_code == 403
    assert at_tablet.get("/api/v1/people").status_code == 403
    assert "E-mail address" in text(at_tablet.get("/sign-in?full=1&next=/people"))
    by_mail(at_tablet, world, "manager")
    assert at_tablet.get("/people").status_code == 200
    assert Sitting.objects.filter(ended_at=None).get().how == "full"


def test_it_locks_after_two_minutes_and_comes_back_to_the_page_for_the_same_person_only(world, at_tablet, at):
    page = f"/residents/{world.peggy.pk}"
    enter(at_tablet, world, "carer")
    assert at_tablet.get(page).status_code == 200
    at(61.9)
    assert at_tablet.get(page).status_code == 200
    at(64)
    assert at_tablet.get(page)["Location"] == "/tablet"
    assert at_tablet.get("/api/v1/me").status_code == 423
    assert "Peggy" not in text(at_tablet.get("/tablet"))
    assert "Peggy" not in text(at_tablet.get(f"/b/{world.token(world.bag)}"))
    assert enter(at_tablet, world, "senior")["Location"] == "/"
    assert "Senior Tester" in text(at_tablet.get("/"))
    at(70)
    assert at_tablet.get(page)["Location"] == "/tablet"
    assert enter(at_tablet, world, "senior")["Location"] == page
    at(74)
    pressed = at_tablet.post(f"/residents/{world.peggy.pk}/sections/allergies", {"status": "none"})
    assert pressed["Location"] == "/tablet"
    assert "was not recorded" in text(at_tablet.get("/tablet"))
    assert enter(at_tablet, world, "carer")["Location"] == page


def test_polling_is_nobody_and_going_to_hospital_waits_ten_minutes(world, at_tablet, at):
    transfer = pack(world)
    enter(at_tablet, world, "carer")
    at_tablet.get("/")
    at(61.5)
    assert at_tablet.get("/board/lists").status_code == 200
    at(62.5)
    assert at_tablet.get("/board/lists", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    enter(at_tablet, world, "carer")
    at_tablet.get(f"/going/{transfer.pk}/why")
    at(72)
    assert at_tablet.get(f"/going/{transfer.pk}/why").status_code == 200
    at(83)
    assert at_tablet.get(f"/going/{transfer.pk}/why")["Location"] == "/tablet"
    assert enter(at_tablet, world, "carer")["Location"] == f"/going/{transfer.pk}/why"


def test_a_tap_on_who_uses_it_gives_the_tablet_to_somebody_else(world, at_tablet):
    enter(at_tablet, world, "carer")
    assert at_tablet.post("/tablet/lock", {"page": "/residents"})["Location"] == "/tablet"
    assert at_tablet.get("/").status_code == 302
    assert enter(at_tablet, world, "carer")["Location"] == "/residents"
    at_tablet.post("/tablet/lock", {"page": f"/b/{world.token(world.bag)}"})
    assert world.token(world.bag) not in str(Sitting.objects.values())
    at_tablet.post("/tablet/lock", {"page": "https://elsewhere.example/"})
    assert enter(at_tablet, world, "carer")["Location"] == "/"


def test_a_tablet_out_of_use_says_so_at_the_next_thing_it_asks_for(world, at_tablet, browser_of):
    enter(at_tablet, world, "carer")
    tablet = Device.objects.get()
    assert "Carer Tester uses it now" in re.sub(
        "</?strong>", "", text(browser_of("manager").get(f"/tablets/{tablet.pk}/revoke"))
    )
    browser_of("manager").post(f"/tablets/{tablet.pk}/revoke")
    for page in ("/", "/sign-in", "/tablet", "/tablet/agency"):
        gone = at_tablet.get(page)
        assert gone.status_code == 410
        assert "This tablet was taken out of use" in text(gone)
        assert "Ring 999" in text(gone)
    assert at_tablet.get("/api/v1/offline").json()["code"] == "device_revoked"
    assert by_mail(at_tablet, world, "carer").status_code == 410
    assert not Sitting.objects.filter(ended_at=None).exists()
    assert in_use(Device.objects.all(), now=world.now) == {}
    later = world.now + timedelta(minutes=59)
    _, code = make_code(actor=world.actor("manager"), organisation=world.oakview, name="Office", now=later)
    at_tablet.post(at_tablet.get("/tablet", {"code": code})["Location"])
    assert "Who is it?" in text(at_tablet.get("/tablet"))


def test_who_left_the_home_has_no_name_to_tap_and_no_board(world, at_tablet):
    enter(at_tablet, world, "carer")
    post = Membership.objects.get(user=world.people["carer"])
    end_membership(actor=world.actor("manager"), membership=post, now=world.now)
    assert at_tablet.get("/residents").status_code == 403
    at_tablet.post("/tablet/lock")
    assert "Carer Tester" not in text(at_tablet.get("/tablet")).split("<main")[1]


def test_an_account_that_was_closed_or_signed_out_everywhere_is_out_here_too(world, at_tablet):
    for change in ({"is_active": False}, {"is_active": True, "password": "another"}):
        enter(at_tablet, world, "carer")
        assert at_tablet.get("/residents").status_code == 200
        User.objects.filter(pk=world.people["carer"].pk).update(**change)
        assert at_tablet.get("/residents").status_code == 302
        assert ("Carer Tester" in text(at_tablet.get("/tablet"))) is change["is_active"]
        User.objects.filter(pk=world.people["carer"].pk).update(is_active=True)


def test_a_pin_is_set_only_by_who_has_just_signed_in_fully(world, at_tablet):
    enter(at_tablet, world, "carer")
    new = {"pin": "58203917", "again": "58203917"}
    assert "To change it, sign in with your e-mail first" in text(at_tablet.post("/my-sign-in/pin", new))
    assert Pin.objects.get(user=world.people["carer"]).proof.endswith(PIN)
    at_tablet.post("/tablet/lock")
    by_mail(at_tablet, world, "carer")
    assert at_tablet.post("/my-sign-in/pin", {"pin": "1234", "again": "1234"}).status_code == 422
    at_tablet.post("/my-sign-in/pin", new)
    assert Pin.objects.get(user=world.people["carer"]).proof.endswith("58203917")


def test_a_full_sign_in_says_how_often_somebody_was_wrong_and_frees_the_pin(world, at_tablet):
    answers = [enter(at_tablet, world, "carer", "7777").status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2
    assert "too often on this tablet" in text(enter(at_tablet, world, "carer"))
    by_mail(at_tablet, world, "carer")
    assert "5 wrong tries were made at your PIN" in text(at_tablet.get("/"))
    at_tablet.post("/tablet/lock")
    assert enter(at_tablet, world, "carer").status_code == 302


# Agency, or new today


def shift(client, world, **more):
    told = {"name": "Jo Smith", "agency": "Care4U", "pin": "7205", "again": "7205"}
    return client.post("/tablet/agency", told | more)


def test_what_agency_staff_may_is_this_and_no_role_of_anybody():
    may = "READ_RESIDENTS READ_BAGS PACK READ_TRANSFERS MOVE_BAGS CHECK_BAGS CHECK_RETURNS READ_DISCHARGE SEE_HOME_VIEW"
    assert {each.name for each in GRANTS[AGENCY]} == set(may.split())
    assert GRANTS[AGENCY] < GRANTS[Role.CARER]
    assert AGENCY not in Role.values


SAID = "Jo Smith (agency: Care4U), let in by Carer Tester"


@pytest.fixture
def jo(world, at_tablet):
    """Jo of Care4U, let in by the carer's PIN."""
    begun = shift(at_tablet, world, colleague=str(world.people["carer"].pk), colleague_pin=PIN)
    assert begun["Location"] == "/"
    return at_tablet


def test_agency_staff_pack_and_everything_says_who_they_are_and_who_let_them_in(world, jo):
    assert SAID in text(jo.get("/"))
    begun = jo.post("/going", {"resident": str(world.peggy.pk)})
    transfer = Transfer.objects.get()
    assert begun.status_code == 302
    assert str(transfer.pk) in begun["Location"]
    assert transfer.packed_by_name == SAID
    why = {"concern": "She fell", "pulse": "88", "form": ""}
    assert jo.post(f"/going/{transfer.pk}/why", why).status_code == 302
    assert jo.get(f"/transfers/{transfer.pk}/papers/summary").status_code in (200, 302)
    shown = entries(actor=world.actor("manager"), subject=None, resident=None, before=None, limit=50)
    assert {each["who"] for each in shown if each["action"] in ("bag.packed", "observation.taken")} == {SAID}


def test_agency_staff_reach_every_page_of_going_to_hospital(world, jo):
    transfer = pack(world)
    for step in ("should", "why", "still_right", "bag", "items", "ready"):
        page = reverse(f"web:going_{step}", args=[transfer.pk])
        assert jo.get(page).status_code == 200, page


def test_agency_staff_decide_nothing_and_change_nobody(world, jo, at):
    transfer = in_hospital(world)
    at(60.5)
    assert jo.get(f"/residents/{world.peggy.pk}").status_code == 200
    assert jo.get(f"/transfers/{transfer.pk}").status_code == 200
    for page in (
        f"/residents/{world.peggy.pk}/edit",
        f"/residents/{world.peggy.pk}/sections/allergies",
        "/people",
        "/journal",
        "/tablets",
        "/tablets/agency-word",
        "/labels",
        "/reports",
    ):
        assert jo.get(page).status_code == 403, page
    assert jo.get(f"/residents/{world.nora.pk}").status_code == 404
    assert jo.get("/api/v1/residents").status_code == 401


def test_a_shift_locks_stays_and_goes_on_with_its_own_pin_on_this_tablet_only(world, jo, at):
    at(63)
    assert jo.get("/residents")["Location"] == "/tablet"
    assert enter(jo, world, "senior").status_code == 302
    names = text(jo.get("/tablet"))
    assert "Agency: Care4U" in names
    sitting = Sitting.objects.get(how="agency")
    assert jo.post("/tablet", {"who": str(sitting.pk), "pin": "7206"}).status_code == 422
    assert jo.post("/tablet", {"who": str(sitting.pk), "pin": "7205"}).status_code == 302
    assert "Jo Smith" in text(jo.get("/"))
    _, other = ready(world, "Kitchen")
    assert "Care4U" not in text(other.get("/tablet"))
    at(60 + 12 * 60)
    assert "Care4U" not in text(jo.get("/tablet"))
    assert jo.post("/tablet", {"who": str(sitting.pk), "pin": "7205"}).status_code == 200


def test_the_word_of_the_house_lets_in_and_an_old_one_does_not(world, at_tablet, browser_of):
    page = "/tablets/agency-word"
    senior = browser_of("senior")

    def word():
        senior.post(page)
        return re.search(r'tb-code"><strong>([0-9A-Z ]{9})<', text(senior.get(page)))[1]

    old, new = word(), word()
    assert "not the word of the house" in text(shift(at_tablet, world, word=old))
    assert shift(at_tablet, world, word=new.lower())["Location"] == "/"
    assert "Jo Smith (agency: Care4U), let in by the word of the house" in text(at_tablet.get("/"))
    assert Entry.objects.get(action="agency.let_in").facts["by"] == "word"
    assert browser_of("carer").get(page).status_code == 403
    assert "older than a week" not in text(senior.get(page))
    HouseWord.objects.update(made_at=world.now - timedelta(days=8))
    assert "older than a week" in text(senior.get(page))


def test_nobody_gets_in_without_a_word_or_a_colleague_and_a_colleague_signed_in_can_hand_it_over(world, at_tablet):
    assert shift(at_tablet, world).status_code == 422
    carer = str(world.people["carer"].pk)
    assert shift(at_tablet, world, colleague=carer, colleague_pin="7777").status_code == 422
    assert shift(Client(), world, colleague=carer, colleague_pin=PIN)["Location"] == "/tablet"
    assert not Sitting.objects.exists()
    enter(at_tablet, world, "carer")
    assert shift(at_tablet, world)["Location"] == "/"
    assert SAID in text(at_tablet.get("/"))


@pytest.mark.parametrize("who", ["left", "millbrook_manager", "administrator"])
def test_only_who_works_here_now_lets_somebody_in_by_being_signed_in(world, at, who):
    tablet, client = ready(world)
    if who == "left":
        post = Membership.objects.get(user=world.people["carer"])
        end_membership(actor=world.actor("manager"), membership=post, now=world.now)
    person = world.people["carer" if who == "left" else who]
    client.force_login(person)
    assert "is signed in on this tablet" not in text(client.get("/tablet/agency"))
    assert shift(client, world).status_code == 422
    told = agency.Told(name="Jo Smith", agency="Care4U", pin="7205", again="7205", vouched_by=person)
    with pytest.raises(BadInput):
        agency.let_in(tablet=tablet, told=told, now=world.now)
    assert not Sitting.objects.filter(how="agency").exists()
    assert client.get("/residents/" + str(world.peggy.pk)).status_code in (302, 403, 404)


@pytest.mark.parametrize("how", ["password", "pin"])
def test_a_session_of_a_tablet_opens_nothing_in_a_browser_that_is_no_tablet(world, at_tablet, at, how):
    by_mail(at_tablet, world, "manager") if how == "password" else enter(at_tablet, world, "manager")
    assert at_tablet.get("/residents").status_code == 200
    at(64)
    assert at_tablet.get("/residents")["Location"] == "/tablet"
    del at_tablet.cookies[COOKIE]
    assert at_tablet.get("/residents")["Location"] == "/sign-in?next=/residents"
    assert at_tablet.get("/api/v1/me").status_code == 401


def test_what_agency_staff_type_is_kept_for_them_alone(world, jo):
    transfer = pack(world)
    page = f"/going/{transfer.pk}/why"
    place = re.search(r"/drafts/([^\"&]+)", jo.get(page).content.decode().replace("&quot;", '"'))[1]
    told = {"opened": "2026-11-21T03:50:00+00:00", "fields": {"concern": ["She fell at two"]}}
    kept = jo.post(f"/drafts/{place}", told, content_type="application/json")
    assert kept.status_code == 200
    assert "She fell at two" in jo.get(page).content.decode()
    jo.post("/tablet/lock", {"page": page})
    enter(jo, world, "carer")
    assert "She fell at two" not in jo.get(page).content.decode()


@pytest.mark.parametrize(
    ("by", "pin", "back"), [("carer", "8316", True), ("word", "7205", True), ("word", "8316", False)]
)
def test_words_of_agency_staff_come_back_after_the_shift_when_they_are_let_in_again(world, jo, by, pin, back):
    page = f"/going/{pack(world).pk}/why"
    place = re.search(r"/drafts/([^\"&]+)", jo.get(page).content.decode().replace("&quot;", '"'))[1]
    told = {"opened": "2026-11-21T03:50:00+00:00", "fields": {"concern": ["She fell at two"]}}
    jo.post(f"/drafts/{place}", told, content_type="application/json")
    assert "End shift" in text(jo.get(page))
    jo.post("/sign-out")
    word = agency.renew_word(actor=world.actor("senior"), organisation=world.oakview, now=world.now).word
    vouch = {"word": word} if by == "word" else {"colleague": str(world.people[by].pk), "colleague_pin": PIN}
    assert shift(jo, world, **vouch | {"name": "jo smith", "pin": pin, "again": pin}).status_code == 302
    assert ("She fell at two" in jo.get(page).content.decode()) is back


def test_agency_staff_do_not_take_the_name_of_a_colleague(world, at_tablet):
    carer = {"colleague": str(world.people["carer"].pk), "colleague_pin": PIN}
    answer = shift(at_tablet, world, name="senior tester", **carer)
    assert (answer.status_code, "has this name" in text(answer)) == (422, True)
