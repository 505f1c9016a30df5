"""What a scanned label opens in a browser, and *I have this bag*."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from redbag.bags.actions import reissue_label
from redbag.summaries.actions import write_sections
from redbag.transfers.models import Fact
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db
PERSONAL = ("JONES", "Jones", "Margaret", "Peggy", "1936")


def opened(world, client, *, bag=None):
    return client.get(f"/b/{world.token(bag or world.bag)}")


def names_nobody(response) -> bool:
    return not any(word in response.content.decode() for word in PERSONAL)


def take(world, client, *, form=None, **more):
    return client.post(f"/b/{world.token(world.bag)}/take", {"form": form or str(uuid4()), **more})


def test_a_stranger_is_told_whom_to_ring_and_nothing_about_the_person(world, at):
    pack(world)
    page = opened(world, Client())
    words = page.content.decode()
    assert page.status_code == 200
    assert "You found a Red Bag" in words
    assert f'href="tel:{world.oakview.phone.replace(" ", "")}"' in words
    assert names_nobody(page)
    assert words.count("<form") == 1  # where the bag is
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_strangers_page_with_all_it_loads_is_under_50_kilobytes(world, at):
    page = opened(world, Client())
    words = page.content.decode()
    loaded = re.findall(r'(?:src|href)="/static/([^"]+)"', words)
    size = len(page.content) + sum(Path(finders.find(name)).stat().st_size for name in set(loaded))
    assert set(loaded) == {"redbag/mark.svg", "redbag/scan.css"}
    assert size < 50_000


@pytest.mark.parametrize("who", ["northgate", "millbrook", "auditor", "administrator"])
def test_others_who_are_signed_in_see_the_found_page_too(world, browser_of, who):
    in_hospital(world)
    page = opened(world, browser_of(who))
    assert "You found a Red Bag" in page.content.decode()
    assert names_nobody(page)


def test_capitals_and_short_codes_open_the_same_page(world, browser_of):
    pack(world)
    crew, code = browser_of("crew"), world.bag.labels.get().code
    token = world.token(world.bag)
    for address in (f"/B/{token}", f"/b/{token.lower()}", f"/b/{code}", f"/b/{code[:4]}-{code[4:8]}-{code[8:]}"):
        assert "JONES, Margaret (Mrs)" in crew.get(address).content.decode(), address


def test_an_unknown_label_is_met_with_kind_words_and_what_to_do(world, at):
    page = Client().get("/b/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert page.status_code == 404
    assert "We do not know this label" in page.content.decode()
    assert "Ring the home" in page.content.decode()


def test_the_crews_page_puts_what_saves_a_life_in_order(world, browser_of):
    contents = {"allergies": {"status": "present", "items": [{"agent": "Penicillin"}]}}
    contents["resuscitation"] = {"recommendation": "do_not_attempt"}
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen={}, now=world.now)
    pack(world, reason={"concern": "Fell by the bed", "last_seen_well": "23:30"})
    words = opened(world, browser_of("crew")).content.decode()
    order = ["JONES, Margaret (Mrs)", "Peggy", "Penicillin", "Do NOT attempt CPR", "give all other care"]
    order += ["Fell by the bed", "23:30", "NEWS2", "must not be late", "Not recorded", "Blood thinner"]
    order += [world.oakview.phone, "I have this bag"]
    read = re.sub(r"<[^>]*>", " ", words)  # what stands on the page, not what its parts are called
    places = [read.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "resident" not in words


def test_one_tap_records_that_the_crew_has_the_bag(world, browser_of):
    transfer, crew = pack(world), browser_of("crew")
    assert take(world, crew).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_confirmed) == ("WITH_CREW", world.lifeline, True)
    words = opened(world, crew).content.decode()
    assert "Recorded: you have this bag since 03:50" in words
    assert "Already recorded" not in words
    assert "I have this bag" not in words
    assert "Handed to" in words


def test_pressing_twice_is_one_fact(world, browser_of):
    transfer, crew, form = pack(world), browser_of("crew"), str(uuid4())
    take(world, crew, form=form)
    take(world, crew, form=form)
    assert "Already recorded by you at 03:50" in opened(world, crew).content.decode()
    assert Fact.objects.filter(transfer=transfer, kind="handoff").count() == 1


def test_a_ward_takes_the_bag_and_names_its_ward(world, browser_of):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    page = opened(world, ward).content.decode()
    assert "<option>Ward 4B</option>" in page
    take(world, ward, place="Ward 4B")
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_place) == ("IN_HOSPITAL", world.stmarys, "Ward 4B")


def test_a_ward_reads_once_what_a_red_bag_is(world, browser_of):
    taken_by_crew(world)
    ward = browser_of("ward")
    assert "A red bag comes with a patient" in opened(world, ward).content.decode()
    assert "A red bag comes with a patient" not in opened(world, ward).content.decode()


def test_a_ward_nobody_expected_says_it_has_the_bag_and_then_reads(world, browser_of):
    transfer, northgate = taken_by_crew(world), browser_of("northgate")
    assert "We have this bag" in opened(world, northgate).content.decode()
    take(world, northgate)
    transfer.refresh_from_db()
    assert transfer.holder == world.northgate
    assert "JONES, Margaret (Mrs)" in opened(world, northgate).content.decode()


def test_another_home_reads_nothing_about_the_person_until_it_has_the_bag(world, browser_of):
    transfer, millbrook = taken_by_crew(world), browser_of("millbrook")
    assert names_nobody(opened(world, millbrook))
    take(world, millbrook)
    transfer.refresh_from_db()
    assert transfer.holder == world.millbrook
    assert "JONES, Margaret (Mrs)" in opened(world, millbrook).content.decode()


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_nobody_else_takes_a_bag(world, browser_of, who):
    transfer = pack(world)
    assert take(world, browser_of(who)).status_code == 403
    transfer.refresh_from_db()
    assert (transfer.stage, Fact.objects.filter(kind="handoff").count()) == ("PACKED", 0)


def test_taking_a_bag_asks_a_stranger_to_sign_in(world, at):
    pack(world)
    assert take(world, Client())["Location"].startswith("/sign-in")
    assert Fact.objects.filter(kind="handoff").count() == 0


def test_the_home_sees_who_has_the_bag_and_receives_it_with_one_tap(world, browser_of):
    transfer, home = in_hospital(world), browser_of("carer")
    words = opened(world, home).content.decode()
    assert "Peggy Jones" in words
    assert "The bag is back, all there" in words
    form = {"form": str(uuid4()), "to": "VDEM1", "all": "yes", "next": f"/b/{world.token(world.bag)}"}
    assert home.post(f"/transfers/{transfer.pk}/hand-over", form)["Location"] == form["next"]
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.missing_items) == ("BACK_HOME", 0)
    assert "Finished: bag unpacked" in opened(world, home).content.decode()


def test_after_a_check_its_result_stands_before_finished_and_is_not_asked_again(world, browser_of):
    transfer, home = in_hospital(world), browser_of("carer")
    form = {"form": str(uuid4()), "to": "VDEM1", "next": f"/b/{world.token(world.bag)}"}
    home.post(f"/transfers/{transfer.pk}/hand-over", form)
    words = opened(world, home).content.decode()
    assert words.find("Brown frame") < words.find(">All there<") < words.find("Finished: bag unpacked")
    home.post(f"/transfers/{transfer.pk}/check", {"form": str(uuid4()), "all": "yes"})
    for words in (opened(world, home).content.decode(), home.get(f"/transfers/{transfer.pk}").content.decode()):
        assert words.find("All there, checked 03:50 by Carer Tester") < words.find("Finished: bag unpacked")
        assert "Is everything there?" not in words
        assert "Check again</summary>" in words


def test_what_the_ward_ticked_as_not_found_stays_so_whichever_button_it_presses(world, browser_of):
    transfer, ward = in_hospital(world), browser_of("ward")
    glasses = Fact.objects.get(pk=transfer.pk).items[0]["id"]
    ward.post(f"/transfers/{transfer.pk}/check", {"form": str(uuid4()), "all": "yes", f"item-{glasses}": "missing"})
    words = opened(world, ward).content.decode()
    assert "Not found yet: Glasses: Brown frame." in words
    assert "All there, checked" not in words
    assert "You recorded this" in ward.get(f"/transfers/{transfer.pk}").content.decode()
    assert "Please look, and tell the home" in browser_of("crew").get(f"/transfers/{transfer.pk}").content.decode()


def test_what_nobody_looked_at_is_not_all_there(world, browser_of):
    transfer, ward = in_hospital(world), browser_of("ward")
    glasses = Fact.objects.get(pk=transfer.pk).items[0]["id"]
    ward.post(f"/transfers/{transfer.pk}/check", {"form": str(uuid4()), f"item-{glasses}": "present"})
    words = opened(world, ward).content.decode()
    assert "Not checked: Hearing aid, left." in words
    assert "All there, checked" not in words


def test_a_replaced_label_says_so_to_the_home(world, browser_of):
    old = world.token(world.bag)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    page = browser_of("carer").get(f"/b/{old}").content.decode()
    assert "This label was replaced on 21 Nov 2026: torn. The bag now carries" in page


def test_html_typed_by_a_home_stays_text(world, browser_of):
    pack(world, reason={"concern": "<script>alert(1)</script>"}, ask='"><img src=x onerror=alert(2)>')
    words = opened(world, browser_of("crew")).content.decode()
    assert "<script>alert" not in words
    assert "<img src=x" not in words
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words


def test_what_was_added_after_leaving_is_marked(world, browser_of):
    transfer = taken_by_crew(world)
    at_home = browser_of("carer")
    at_home.post(f"/transfers/{transfer.pk}/add", {"reason-concern": "Took aspirin"})
    words = opened(world, browser_of("crew")).content.decode()
    assert "Added 50 minutes after leaving" in words
    assert "Took aspirin" in words


@pytest.mark.parametrize(("who", "most"), [("crew", 9), ("ward", 13), ("carer", 8)])
def test_a_scan_is_a_handful_of_statements_sign_in_included(
    world, browser_of, django_assert_max_num_queries, who, most
):
    pack(world)
    client, address = browser_of(who), f"/b/{world.token(world.bag)}"
    client.get(address)  # the wards of a hospital are remembered for five minutes
    # three for signing in; papers and photo, photos and tags of what is in the bag, the ward's skin and what is new
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_the_scan_page_alone_may_compile_the_reader(world, browser_of):
    crew = browser_of("crew")
    assert "'wasm-unsafe-eval'" in crew.get("/scan")["Content-Security-Policy"]
    assert "unsafe" not in crew.get("/")["Content-Security-Policy"]
    assert "'unsafe-eval'" not in crew.get("/scan")["Content-Security-Policy"]


def test_a_typed_code_leads_to_its_label(world, browser_of):
    code = world.bag.labels.get().code
    answer = browser_of("crew").get("/scan", {"code": f"{code[:4].lower()} {code[4:]}"})
    assert answer["Location"] == f"/b/{code[:4]}-{code[4:8]}-{code[8:]}"


def test_a_code_typed_wrong_stays_in_its_field_with_what_to_do(world, browser_of):
    answer = browser_of("ward").get("/scan", {"code": "<b>7K3M"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in words
    assert 'value="&lt;b&gt;7K3M"' in words


def test_the_next_residents_record_stays_shut_to_last_weeks_ward(world, browser_of, at):
    first = in_hospital(world)
    tell(world, "carer", first, minutes=50, kind="handoff", to="VDEM1")
    second = pack(world, resident=world.arthur, minutes=3000, destination=world.northgate)
    tell(world, "northgate", second, minutes=3010, kind="handoff", to="RDEM2")
    at(3020)
    words = opened(world, browser_of("ward")).content.decode()
    assert "You found a Red Bag" in words
    assert "DALE" not in words
