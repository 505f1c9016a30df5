"""The page behind a printed sheet: for a ward outside the network or a nurse without an account."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from redbag.journal.models import Entry
from redbag.packs.models import Reader, Sheet
from redbag.packs.sheets import sheet_of
from redbag.transfers.models import Transfer
from redbag.vault import unseal
from redbag.web.middleware import cut_tokens
from redbag.web.papers import TRIES
from tests.packs.people import everything
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("at")]
NURSE = {"name": "Jo Okafor", "role": "Staff nurse", "organisation": "Ward 9, County Hospital"}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def address(transfer: Transfer, world) -> str:
    """What the printed QR of a transfer says, without the host."""
    return f"/s/{unseal(sheet_of(transfer, now=world.now).token_sealed)}"


def names_nobody(answer) -> bool:
    words = answer.content.decode()
    return not any(each in words for each in ("JONES", "Jones", "Margaret", "Peggy", "1936", "NOT KNOWN"))


def declared(where: str, **changed) -> Client:
    """A browser that has said who is reading."""
    browser = Client()
    assert browser.post(where, NURSE | changed).status_code == 302
    return browser


def test_nothing_about_the_person_is_told_before_somebody_says_who_they_are(world):
    where = address(taken_by_crew(world), world)
    answer = Client().get(where)
    assert answer.status_code == 200
    assert names_nobody(answer)
    words = answer.content.decode()
    assert "Oakview" in words
    assert "Who is reading?" in words
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("field", "said"),
    [("name", "Write your name"), ("role", "Write what you do"), ("organisation", "Write where you work")],
)
def test_what_is_left_out_is_asked_for_beside_its_field_and_what_was_typed_stays(world, field, said):
    where = address(taken_by_crew(world), world)
    answer = Client().post(where, NURSE | {field: "  "})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert words.count(said) == 2
    assert f'href="#{field}"' in words
    assert all(f'value="{told}"' in words for name, told in NURSE.items() if name != field)
    assert names_nobody(answer)
    assert not Reader.objects.exists()


def test_after_that_the_page_opens_as_it_is_now_with_what_came_with_them(world):
    everything(world)
    where = address(in_hospital(world, reason={"concern": "Fell at two"}), world)
    answer = declared(where).get(where)
    words = answer.content.decode()
    assert answer.status_code == 200
    for part in ("JONES, Margaret (Mrs)", "Penicillin", "Do NOT attempt CPR", "Fell at two", "Brown frame", "About me"):
        assert part in words, part
    assert "Jo Okafor</b>, Staff nurse, Ward 9, County Hospital (not checked), 03:50" in words
    assert "SECRET-DETAIL" not in words
    assert "resident" not in words.lower().replace("resident&#x27;s", "")


def test_who_opened_it_is_kept_as_typed_and_every_opening_is_in_the_journal(world, browser_of, at):
    transfer = taken_by_crew(world)
    where = address(transfer, world)
    browser = declared(where)
    browser.get(where)
    at(80)
    browser.get(where)
    reader = Reader.objects.get()
    assert (reader.name, reader.role, reader.organisation) == tuple(NURSE.values())
    opened = Entry.objects.get(action="sheet.opened")
    assert (opened.subject_id, opened.resident_id) == (transfer.pk, world.peggy.pk)
    assert "Jo Okafor" in opened.personal.content
    assert "Jo Okafor" not in str(opened.facts)
    assert Entry.objects.filter(action="viewed.sheet", facts__reader=str(reader.pk)).count() == 2
    looked = browser_of("manager").get(f"/residents/{world.peggy.pk}/who-looked").content.decode()
    assert "Jo Okafor, Staff nurse, Ward 9, County Hospital (not checked)" in looked
    journal = browser_of("manager").get("/journal").content.decode()
    assert "Jo Okafor, Staff nurse, Ward 9, County Hospital (not checked) opened the page behind a printed" in journal


def test_it_opens_on_that_device_alone_for_that_sheet_alone_and_for_twelve_hours(world, at):
    where = address(taken_by_crew(world), world)
    other = address(pack(world, resident=world.arthur, bag=world.other_bag), world)
    browser = declared(where)
    cookie = next(morsel for name, morsel in browser.cookies.items() if name.startswith("rb_sheet_"))
    assert cookie["httponly"]
    assert cookie["max-age"] == 12 * 3600
    assert "JONES" in browser.get(where).content.decode()
    assert names_nobody(Client().get(where))
    assert "DALE" not in browser.get(other).content.decode()
    at(60 + 12 * 60 - 1)
    assert "JONES" in browser.get(where).content.decode()
    at(60 + 12 * 60)
    assert names_nobody(browser.get(where))


def test_a_cookie_made_up_or_of_another_sheet_opens_nothing(world):
    transfer = taken_by_crew(world)
    where = address(transfer, world)
    other = pack(world, resident=world.arthur, bag=world.other_bag)
    own = declared(address(other, world)).cookies[f"rb_sheet_{Sheet.objects.get(transfer=other).pk.hex}"].value
    for value in (str(Reader.objects.get().pk), own, "x"):
        browser = Client()
        browser.cookies[f"rb_sheet_{Sheet.objects.get(transfer=transfer).pk.hex}"] = value
        assert names_nobody(browser.get(where))


def test_it_ends_when_the_person_is_back_for_those_who_had_opened_it_too(world):
    transfer = in_hospital(world)
    where = address(transfer, world)
    browser = declared(where)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    for answer in (browser.get(where), Client().get(where), Client().post(where, NURSE)):
        assert answer.status_code == 410
        assert names_nobody(answer)
        assert "This journey has ended" in answer.content.decode()
        assert "tel:01632960007" in answer.content.decode()
    assert Reader.objects.count() == 1


def test_an_old_paper_never_opens_the_next_journey(world):
    first = in_hospital(world)
    where = address(first, world)
    browser = declared(where)
    tell(world, "carer", first, minutes=50, kind="handoff", to="VDEM1")
    tell(world, "carer", first, minutes=51, kind="outcome", outcome="closed")
    second = pack(world, minutes=55)
    assert address(second, world) != where
    assert browser.get(where).status_code == 410
    assert names_nobody(browser.get(address(second, world)))


def test_the_home_sees_who_opened_it_and_can_stop_it_at_once(world, browser_of):
    transfer = in_hospital(world)
    where, carer = address(transfer, world), browser_of("carer")
    browser = declared(where)
    words = carer.get(f"/transfers/{transfer.pk}").content.decode()
    assert "<strong>Jo Okafor</strong>, Staff nurse, Ward 9, County Hospital" in words
    assert "Stop the printed square" in words
    assert "Jo Okafor" not in browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert browser_of("ward").post(f"/transfers/{transfer.pk}/stop-sheet").status_code == 403
    assert browser_of("northgate").post(f"/transfers/{transfer.pk}/stop-sheet").status_code == 404
    assert browser.get(where).status_code == 200
    assert carer.post(f"/transfers/{transfer.pk}/stop-sheet").status_code == 302
    carer.post(f"/transfers/{transfer.pk}/stop-sheet")
    assert browser.get(where).status_code == 410
    assert names_nobody(browser.get(where))
    assert Entry.objects.filter(action="sheet.stopped", actor_id=world.people["carer"].pk).count() == 1
    assert "by Carer Tester" in carer.get(f"/transfers/{transfer.pk}").content.decode()


def test_whoever_may_read_the_journey_goes_straight_to_it_with_their_own_name(world, browser_of):
    transfer = in_hospital(world)
    where = address(transfer, world)
    for who in ("carer", "ward"):
        assert browser_of(who).get(where)["Location"] == f"/transfers/{transfer.pk}"
    for who in ("northgate", "millbrook", "auditor"):
        assert names_nobody(browser_of(who).get(where))
    assert not Reader.objects.exists()


@pytest.mark.parametrize("token", ["A" * 26, "short", "A" * 25 + "1", "ẞ" * 26])
def test_a_sheet_nobody_printed_says_what_to_do(world, token):
    address(taken_by_crew(world), world)
    answer = Client().get(f"/s/{token}")
    assert answer.status_code == 404
    assert "Ring the home" in answer.content.decode()


def test_a_label_opens_no_sheet_and_a_sheet_no_bag(world):
    where = address(taken_by_crew(world), world)
    assert Client().get(f"/s/{world.token(world.bag)}").status_code == 404
    assert Client().get(where.replace("/s/", "/b/")).status_code == 404


def test_too_many_tries_on_one_sheet_hold_up_nobody_elses(world):
    where = address(taken_by_crew(world), world)
    other = address(pack(world, resident=world.arthur, bag=world.other_bag), world)
    for _ in range(TRIES):
        assert Client().post(where, {}).status_code == 422
    answer = Client().post(where, NURSE)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Client().post(other, NURSE).status_code == 302


def test_logs_hold_no_more_of_the_token_than_four_letters(world):
    token = address(taken_by_crew(world), world).rpartition("/")[2]
    assert cut_tokens(f"/s/{token}") == f"/s/{token[:4]}..."


def test_logs_hold_no_code_that_makes_a_tablet_ready():
    assert cut_tokens("/tablet/ABCDE12345") == "/tablet/ABCD..."
    assert cut_tokens("/tablet/agency12345") == "/tablet/agen..."
    for page in ("agency", "join", "lock", "active", "offline"):
        assert cut_tokens(f"/tablet/{page}") == f"/tablet/{page}"


def test_the_page_is_light(world):
    everything(world)
    where = address(taken_by_crew(world), world)
    browser = declared(where)
    for answer in (Client().get(where), browser.get(where)):
        assert len(answer.content) <= 50 * 1024
        assert "<script" not in answer.content.decode()


def test_two_drawers_at_once_make_one_square(world):
    transfer = pack(world)
    first = sheet_of(transfer, now=world.now)
    assert sheet_of(transfer, now=world.now + timedelta(minutes=1)) == first
    assert Sheet.objects.count() == 1


def test_programs_of_the_home_see_who_opened_it_and_can_stop_it(world, api):
    transfer = in_hospital(world)
    path = f"transfers/{transfer.pk}/sheet"
    told = {"printed": False, "open": False, "stopped_at": None, "stopped_by": "", "readers": []}
    assert api("carer").get(path).json() == told
    where = address(transfer, world)
    browser = declared(where)
    (reader,) = api("carer").get(path).json()["readers"]
    assert {name: reader[name] for name in NURSE} == NURSE
    assert api("ward").get(path).status_code == 403
    assert api("ward").call("DELETE", path).status_code == 403
    assert api("northgate").get(path).status_code == 404
    answer = api("carer").call("DELETE", path).json()
    assert (answer["printed"], answer["open"], answer["stopped_by"]) == (True, False, "Carer Tester")
    assert browser.get(where).status_code == 410


def test_it_says_the_skin_in_words_and_which_papers_the_home_holds(world):
    everything(world)
    transfer = taken_by_crew(world)
    where = address(transfer, world)
    page = declared(where).get(where).content.decode()
    assert "Skin and body map" in page
    assert "Papers the home holds" in page
    assert "#skin" not in page
