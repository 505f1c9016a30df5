"""Somebody is going to hospital: from the first tap to the crew, or not after all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from redbag.bags.models import Bag
from redbag.reports.words import PAGES as PAGE_WORDS
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, write_sections
from redbag.summaries.observing import record_observation
from redbag.summaries.sections import SECTIONS
from redbag.transfers.actions import Packing, add_to_transfer, pack_bag
from redbag.transfers.handover_codes import code_at
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.story import tell
from tests.web import journeys


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def chosen(client, resident, *, form=None, **more):
    posted = {"resident": str(resident.pk), "form": form or str(uuid4()), **more}
    return client.post(address("going"), posted)


def packed(world, **more):
    packing = Packing(resident=world.peggy, destination=world.stmarys, **more)
    return pack_bag(actor=world.actor("carer"), packing=packing, now=timezone.now())[0]


def test_choosing_somebody_keeps_the_journey_at_once(world, browser_of):
    client = browser_of("carer")
    tiles = words(client.get(address("going")))
    assert "Peggy Jones" in tiles
    assert "Nora" not in tiles
    answer = chosen(client, world.peggy)
    transfer = Transfer.objects.get()
    assert (transfer.resident, transfer.home, transfer.stage) == (world.peggy, world.oakview, "PACKED")
    assert answer["Location"] == address("going_should", transfer.pk)


def test_choosing_twice_is_one_journey_and_going_back_for_another_is_another(world, browser_of):
    client, form = browser_of("carer"), str(uuid4())
    assert chosen(client, world.peggy, form=form)["Location"] == chosen(client, world.peggy, form=form)["Location"]
    chosen(client, world.arthur, form=form)
    assert set(Transfer.objects.values_list("resident", flat=True)) == {world.peggy.pk, world.arthur.pk}
    assert Transfer.objects.count() == 2


def test_somebody_already_out_leads_to_that_journey(world, browser_of):
    transfer = packed(world)
    client = browser_of("carer")
    assert f'href="{address("going_ready", transfer.pk)}"' in words(client.get(address("going")))
    assert chosen(client, world.peggy)["Location"] == address("going_ready", transfer.pk)
    assert Transfer.objects.count() == 1


def test_the_crew_is_here_goes_straight_to_the_last_page(world, browser_of):
    answer = chosen(browser_of("carer"), world.peggy, crew="yes")
    assert answer["Location"] == address("going_ready", Transfer.objects.get().pk)


def test_similar_names_warn(world, browser_of):
    Resident.objects.filter(pk=world.arthur.pk).update(last_name="Johns")
    assert words(browser_of("carer").get(address("going"))).count("Similar name here") == 2


PAGES = ("going_should", "going_why", "going_still_right", "going_bag", "going_items", "going_ready", "going_status")


@pytest.mark.parametrize("name", PAGES)
def test_nobody_else_opens_the_pages_of_a_journey(world, browser_of, name):
    transfer = packed(world, bag=world.bag)
    assert browser_of("carer").get(address(name, transfer.pk)).status_code == 200
    for who in ("millbrook", "northgate", "administrator", "auditor"):
        assert browser_of(who).get(address(name, transfer.pk)).status_code == 404, who
    assert browser_of("ward").get(address(name, transfer.pk)).status_code == 403


@pytest.mark.parametrize("name", PAGES[:5])
def test_every_page_offers_the_crew_is_here(world, browser_of, name):
    assert "Crew is here now" in words(browser_of("carer").get(address(name, packed(world).pk)))


def test_the_journal_has_words_for_every_page_on_the_way():
    assert [name for name in PAGES if name != "going_status" and name not in PAGE_WORDS] == []


def test_why_keeps_what_was_written_with_vital_signs_and_destination(world, browser_of):
    transfer = packed(world)
    posted = {
        "concern": "Fell at 02:10",
        "last_seen_well": "01:30, Ana",
        "ask": "Check the hip",
        "return_when": "Can stand",
        "destination": "RDEM2",
        "destination_place": "A&E",
        "respiratory_rate": "22",
        "was-destination": "RDEM1",
    }
    answer = browser_of("carer").post(address("going_why", transfer.pk), posted)
    assert answer["Location"] == address("going_still_right", transfer.pk)
    transfer.refresh_from_db()
    assert transfer.reason == {"concern": "Fell at 02:10", "last_seen_well": "01:30, Ana"}
    assert (transfer.ask, transfer.return_when) == ("Check the hip", "Can stand")
    assert (transfer.destination, transfer.destination_place) == (world.northgate, "A&E")
    assert world.peggy.observations.get().respiratory_rate == 22


def test_a_wrong_vital_sign_keeps_nothing_and_loses_nothing(world, browser_of):
    transfer = packed(world)
    answer = browser_of("carer").post(address("going_why", transfer.pk), {"concern": "Fell", "pulse": "8000"})
    assert answer.status_code == 422
    assert "Fell</textarea>" in answer.content.decode()
    assert 'value="8000"' in answer.content.decode()
    assert ">Pulse: Check this" in answer.content.decode()
    transfer.refresh_from_db()
    assert transfer.reason == {}


def test_what_two_people_write_at_once_is_kept_or_shown_side_by_side(world, browser_of):
    transfer = packed(world)
    add_to_transfer(
        actor=world.actor("senior"),
        transfer=transfer,
        values={"reason": {"action": "Lay her down", "concern": "She fell"}},
        now=timezone.now(),
    )
    client = browser_of("carer")
    untouched = {"was-action": "", "action": "", "was-response": "", "response": "Better"}
    assert client.post(address("going_why", transfer.pk), untouched).status_code == 302
    transfer.refresh_from_db()
    assert transfer.reason == {"action": "Lay her down", "concern": "She fell", "response": "Better"}
    both = {"was-concern": "", "concern": "Hip hurts"}
    answer = client.post(address("going_why", transfer.pk), both)
    assert answer.status_code == 409
    assert "She fell" in words(answer)
    assert "Hip hurts</textarea>" in answer.content.decode()
    again = {"was-concern": "She fell", "concern": "She fell, hip hurts"}
    client.post(address("going_why", transfer.pk), again)
    transfer.refresh_from_db()
    assert transfer.reason["concern"] == "She fell, hip hurts"


def test_still_right_asks_only_for_what_is_old_or_empty(world, browser_of, at):
    now = timezone.now()
    for section, content in (("normal", {"mobility": "walks"}), ("care", {"lifting": "two people"})):
        write_sections(
            actor=world.actor("carer"), resident=world.peggy, contents={section: content}, seen={section: 0}, now=now
        )
    transfer = packed(world)
    client = browser_of("carer")
    at(60 * 24 * 40)  # care is asked for after 30 days, normal after 90
    client.force_login(world.people["carer"])
    page = words(client.get(address("going_still_right", transfer.pk)))
    assert "two people" in page
    assert [section["name"] for section in client.get(address("going_still_right", transfer.pk)).context["old"]] == [
        "care"
    ]
    assert "Allergies and bad reactions:</strong> nobody has filled this in yet" in page
    back = client.post(
        address("still_right", world.peggy.pk, "care"), {"next": address("going_still_right", transfer.pk)}
    )
    assert back["Location"] == address("going_still_right", transfer.pk)
    assert "two people" not in words(client.get(back["Location"]))


def test_a_bag_is_picked_from_the_free_ones_of_this_home(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    Bag.objects.filter(pk=world.other_bag.pk).update(state="lost")
    page = words(client.get(address("going_bag", transfer.pk)))
    assert "OAK-1" in page
    assert "OAK-2" not in page
    assert "MIL-1" not in page
    client.post(address("going_bag", transfer.pk), {"bag": str(world.bag.pk)})
    transfer.refresh_from_db()
    assert transfer.bag == world.bag
    assert client.post(address("going_bag", transfer.pk), {"bag": str(world.millbrook_bag.pk)}).status_code == 404
    client.post(address("going_bag", transfer.pk), {"bag": ""})
    transfer.refresh_from_db()
    assert transfer.bag is None


def test_a_bag_is_found_by_scanning_its_label_or_typing_its_code(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    code = world.bag.labels.get().code
    for told in (world.token(world.bag), f"https://redbag.example/b/{world.token(world.bag)}", code.lower()):
        assert "Take bag OAK-1" in words(client.get(address("going_bag", transfer.pk), {"code": told})), told
    transfer.refresh_from_db()
    assert transfer.bag is None  # looking takes nothing
    for told in ("nonsense", world.token(world.millbrook_bag)):
        answer = client.get(address("going_bag", transfer.pk), {"code": told})
        assert answer.status_code == 422
        assert "No bag of this home has this code" in words(answer)
        assert "MIL-1" not in words(answer)


def test_a_bag_still_written_down_for_somebody_else_is_used_after_one_question(world, browser_of):
    earlier = journeys.taken_by_crew(world, resident=world.arthur, bag=world.bag)
    transfer, client = packed(world), browser_of("carer")
    asked = client.post(address("going_bag", transfer.pk), {"bag": str(world.bag.pk)})
    assert asked.status_code == 409
    assert "still written down for Arthur Dale" in words(asked)
    client.post(address("going_bag", transfer.pk), {"bag": str(world.bag.pk), "free": "yes", "form": str(uuid4())})
    earlier.refresh_from_db()
    transfer.refresh_from_db()
    assert earlier.stage == "CLOSED"
    assert (transfer.bag, transfer.bag.state) == (world.bag, "packed")


def items_page(client, transfer):
    return client.get(address("going_items", transfer.pk)).context


def test_things_are_written_down_with_where_they_are(world, browser_of):
    Resident.objects.filter(pk=world.peggy.pk).update(
        usual_items=[{"category": "glasses", "description": "Brown frame", "quantity": 1}]
    )
    papers = {"recommendation": "do_not_attempt", "papers": [{"kind": "DNACPR"}]}
    write_sections(
        actor=world.actor("carer"),
        resident=world.peggy,
        contents={"resuscitation": papers},
        seen={"resuscitation": 0},
        now=timezone.now(),
    )
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    page = items_page(client, transfer)
    assert "Cash and jewellery stay home" in words(client.get(address("going_items", transfer.pk)))
    (glasses,) = page["usual"]
    (paper,) = page["papers"]
    posted = {
        "form": str(page["form"]),
        f"where-{glasses['id']}": "worn",
        f"where-{paper['id']}": "bag",
        "others-count": "2",
        "other-1-description": "Blue blanket",
        "other-1-quantity": "2",
        "other-1-where": "alongside",
    }
    for _twice in range(2):
        assert client.post(address("going_items", transfer.pk), posted).status_code == 302
    transfer.refresh_from_db()
    kept = {(item.category, item.description, item.quantity, item.where) for item in tell(transfer).items}
    assert kept == {
        ("glasses", "Brown frame", 1, "worn"),
        ("document", "DNACPR", 1, "bag"),
        ("other", "Blue blanket", 2, "alongside"),
    }
    assert len(tell(transfer).items) == 3
    assert items_page(client, transfer)["usual"] == []


def test_all_as_usual_is_one_tap_and_what_was_tapped_otherwise_counts(world, browser_of):
    Resident.objects.filter(pk=world.peggy.pk).update(
        usual_items=[
            {"category": "glasses", "description": "Brown frame", "quantity": 1, "where": "worn"},
            {"category": "phone", "description": "", "quantity": 1, "where": "bag"},
            {"category": "walking_aid", "description": "Frame", "quantity": 1},
        ]
    )
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    phone = next(tile for tile in items_page(client, transfer)["usual"] if tile["category"] == "phone")
    client.post(address("going_items", transfer.pk), {"usual": "yes", f"where-{phone['id']}": "home"})
    assert {(item.category, item.where) for item in tell(transfer).items} == {
        ("glasses", "worn"),
        ("phone", "home"),
        ("walking_aid", "bag"),
    }


def test_what_is_usual_is_told_only_when_somebody_says_so(world, browser_of):
    Resident.objects.filter(pk=world.peggy.pk).update(usual_items=[{"category": "glasses", "where": "worn"}])
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    for pressed in ({}, {"crew": "yes"}):
        client.post(address("going_items", transfer.pk), pressed)
        assert tell(transfer).items == []


def test_the_crew_is_here_and_one_line_of_why_is_enough_from_every_page(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    for name in ("going_should", "going_still_right", "going_bag", "going_items"):
        assert 'name="crew_line"' in words(client.get(address(name, transfer.pk))), name
        answer = client.post(address(name, transfer.pk), {"crew": "yes", "crew_line": f"Fell. Told on {name}"})
        assert answer["Location"] == address("going_ready", transfer.pk)
        transfer.refresh_from_db()
        assert transfer.reason == {"concern": f"Fell. Told on {name}"}
        assert 'name="crew_line"' not in words(client.get(address(name, transfer.pk)))
        Transfer.objects.filter(pk=transfer.pk).update(reason={})


def test_the_one_line_of_why_can_be_written_as_the_crew_takes_them(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    assert 'name="crew_line"' in words(client.get(address("going_ready", transfer.pk)))
    client.post(
        address("crew_has_bag", transfer.pk), {"to": "RDEM9", "crew_line": "Cannot be woken", "form": str(uuid4())}
    )
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.reason) == ("WITH_CREW", {"concern": "Cannot be woken"})


def test_the_family_is_told_now_by_me_in_one_tap(world, browser_of):
    contacts = [
        {"name": "Sue Jones", "relation": "daughter", "phone": "1", "note": "ring first"},
        {"name": "Ken Jones", "relation": "son", "do_not_tell": True},
    ]
    Resident.objects.filter(pk=world.peggy.pk).update(contacts=contacts)
    transfer, client = packed(world), browser_of("carer")
    page = words(client.get(address("going_why", transfer.pk)))
    assert "Sue Jones, daughter: told now, by me (ring first)" in page
    assert "Ken Jones, son: told now" not in page
    assert "Do not tell: Ken Jones" in page
    client.post(address("going_why", transfer.pk), {"told": "0", "concern": "Fell"})
    transfer.refresh_from_db()
    assert transfer.reason["family_told"] == "Sue Jones, daughter: told 21 Nov 03:50 by Carer Tester"


def test_who_is_signed_in_is_offered_as_in_charge_and_what_is_usual_stands_beside_today(world, browser_of):
    for section, content in (("normal", {"capacity": "Ask her daughter"}), ("conditions", {"infection": "MRSA, 2024"})):
        write_sections(
            actor=world.actor("senior"),
            resident=world.peggy,
            contents={section: content},
            seen={section: 0},
            now=timezone.now(),
        )
    transfer, client = packed(world), browser_of("carer")
    page = words(client.get(address("going_why", transfer.pk)))
    assert 'name="in_charge" type="text" value="Carer Tester"' in page
    assert "Ask her daughter" in page
    assert "MRSA, 2024" in page
    today = {"in_charge": "Carer Tester", "was-in_charge": "", "capacity_today": "No", "last_ate": "Tea at 17:00"}
    client.post(address("going_why", transfer.pk), today)
    transfer.refresh_from_db()
    assert transfer.reason == {"in_charge": "Carer Tester", "capacity_today": "No", "last_ate": "Tea at 17:00"}


def test_saving_why_leaves_the_advice_alone(world, browser_of):
    transfer, client = packed(world, reason={"advised": "03:10, GP: go to hospital"}), browser_of("carer")
    page = client.get(address("going_why", transfer.pk))
    posted = {f"was-{name}": words for name, words in page.context["was"].items()}
    client.post(address("going_why", transfer.pk), {**posted, "concern": "Fell"})
    transfer.refresh_from_db()
    assert transfer.reason == {"advised": "03:10, GP: go to hospital", "concern": "Fell"}


def test_what_is_typed_on_a_finished_journey_is_shown_again_to_be_copied(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    client.post(address("not_going", transfer.pk), {"form": str(uuid4())})
    answer = client.post(address("going_why", transfer.pk), {"concern": "Her son rang"})
    assert answer.status_code == 409
    assert "Her son rang</textarea>" in answer.content.decode()


def test_another_row_keeps_what_was_ticked(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    tile = items_page(client, transfer)["tiles"][0]
    posted = {f"where-{tile['id']}": "bag", "others-count": "2", "other-0-description": "Slippers", "more": "yes"}
    answer = client.post(address("going_items", transfer.pk), posted)
    assert 'value="Slippers"' in answer.content.decode()
    assert 'name="other-3-description"' in answer.content.decode()
    assert answer.context["tiles"][0]["chosen"] == "bag"
    assert tell(transfer).items == []


def test_ready_shows_the_code_and_what_to_tell_the_crew(world, browser_of):
    transfer = packed(world, bag=world.bag, reason={"concern": "Fell at 02:10"}, ask="Check the hip")
    page = words(browser_of("carer").get(address("going_ready", transfer.pk)))
    code, _ = code_at(transfer, timezone.now())
    assert f"{code[:3]} {code[3:]}" in page
    for said in ("JONES, Margaret (Mrs)", "Fell at 02:10", "Check the hip", "NOT KNOWN", "Bag OAK-1", "St Mary"):
        assert said in page


def test_pressing_crew_has_the_bag_twice_changes_nothing(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    posted = {"form": str(uuid4()), "to": "RDEM9", "to_name": "Sam"}
    client.post(address("crew_has_bag", transfer.pk), posted)
    answer = client.post(address("crew_has_bag", transfer.pk), posted, follow=True)
    assert "Already written down" in words(answer)
    fact = Fact.objects.get(kind="handoff")
    assert (fact.to, fact.to_name, fact.organisation) == (world.lifeline, "Sam", world.oakview)
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_confirmed) == ("WITH_CREW", False)
    assert code_at(transfer, timezone.now())[0][:3] + " " not in words(client.get(address("going_ready", transfer.pk)))


def test_somebody_else_can_take_them_and_must_be_named(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    wrong = client.post(address("crew_has_bag", transfer.pk), {"to": "other", "to_name": "Sam"})
    assert wrong.status_code == 422
    assert "Say who has them now." in words(wrong)
    assert 'value="Sam"' in wrong.content.decode()
    client.post(address("crew_has_bag", transfer.pk), {"to": "other", "to_text": "Daughter's car"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_text) == ("WITH_CREW", "Daughter's car")


def test_the_page_changes_by_itself_when_the_crew_scans(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    asked = address("going_status", transfer.pk) + "?stage=PACKED"
    assert "HX-Refresh" not in client.get(asked)
    journeys.tell(world, "crew", transfer, minutes=70, kind="handoff", to="RDEM9")
    assert client.get(asked)["HX-Refresh"] == "true"


def test_not_going_after_all_finishes_it_in_a_tap_and_frees_the_bag(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    posted = {"form": str(uuid4())}
    for _twice in range(2):
        assert client.post(address("not_going", transfer.pk), posted)["Location"] == "/"
    transfer.refresh_from_db()
    world.bag.refresh_from_db()
    assert (transfer.stage, world.bag.state) == ("CLOSED", "available")
    assert list(Fact.objects.filter(kind="outcome").order_by("occurred_at").values_list("outcome", flat=True)) == [
        "not_taken",
        "closed",
    ]
    assert chosen(client, world.peggy)["Location"] != address("going_why", transfer.pk)


def test_once_they_have_left_not_going_after_all_is_neither_offered_nor_taken(world, browser_of):
    transfer, client = journeys.taken_by_crew(world), browser_of("carer")
    assert "Not going after all" not in words(client.get(address("going_ready", transfer.pk)))
    answer = client.post(address("not_going", transfer.pk), {"form": str(uuid4())})
    assert answer.status_code == 409
    assert "They have left: Lifeline Ambulance Service" in words(answer)
    journeys.tell(world, "carer", transfer, minutes=80, kind="outcome", outcome="closed")
    assert client.post(address("not_going", transfer.pk), {"form": str(uuid4())}).status_code == 409
    assert [fact.outcome for fact in Fact.objects.filter(kind="outcome")] == ["closed"]


SIGNS = {"respiratory_rate": "16", "spo2": "97", "systolic_bp": "130", "pulse": "80", "acvpu": "A"}
SIGNS |= {"temperature": "36.8", "on_oxygen": False}


def told_to_the_crew(world, client, values):
    record_observation(actor=world.actor("carer"), resident=world.peggy, values=values, now=timezone.now())
    return words(client.get(address("going_ready", packed(world).pk)))


def test_the_crew_is_told_the_score_of_now(world, browser_of):
    assert "<dd>NEWS2: 0, low. Usual for them: not known.</dd>" in told_to_the_crew(world, browser_of("carer"), SIGNS)


def test_old_vital_signs_are_not_read_out_as_now(world, browser_of):
    taken_at = timezone.now() - timedelta(days=27)
    page = told_to_the_crew(world, browser_of("carer"), {**SIGNS, "taken_at": taken_at})
    assert f"Old, not how they are now: taken {taken_at.day} {taken_at:%b}" in page
    assert "NEWS2 then: 0" in page
    assert "NEWS2: 0" not in page
    assert "NEWS2 0" not in page


def test_an_incomplete_set_says_its_readings_and_what_is_reached_already(world, browser_of):
    page = told_to_the_crew(world, browser_of("carer"), {"respiratory_rate": "30", "spo2": "88", "pulse": "112"})
    far = ("Breaths 30 a minute (far from normal)", "Oxygen level (scale 1) 88 % (far from normal)")
    assert f"{'; '.join(far)}; Pulse 112 a minute" in page
    assert "NEWS2: not complete, already at least high" in page


def test_the_crew_is_told_the_same_words_as_on_the_card_to_read_out(world, browser_of):
    late = {"name": "Co-careldopa", "dose": "125 mg", "frequency": "4 times a day", "time_critical": True}
    conditions = {"diagnoses": "Atrial fibrillation", "blood_thinner": "Apixaban 5 mg"}
    content = {"medicines": {"items": [late]}, "conditions": conditions}
    seen = dict.fromkeys(content, 0)
    now = timezone.now()
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=content, seen=seen, now=now)
    transfer = packed(world, reason={"concern": "Fell", "shared": "GP at 03:10", "family_told": "Daughter"})
    client = browser_of("carer")
    ready = words(client.get(address("going_ready", transfer.pk)))
    card = words(client.get(address("handover_card", transfer.pk)))
    script = card.split('<dl class="e-aloud">')[1].split("</dl>")[0].strip()
    assert "Apixaban" in script
    assert "Co-careldopa" in script
    assert script in ready
    assert "<dt>Family told</dt><dd>Daughter</dd>" in ready
    assert "<dd>GP at 03:10</dd>" in ready


def test_nothing_is_in_the_bag_without_a_bag(world, browser_of):
    transfer, client = packed(world), browser_of("carer")
    page = items_page(client, transfer)
    assert "bag" not in dict(page["places"])
    posted = {"others-count": "1", "other-0-description": "Slippers", f"where-{page['tiles'][0]['id']}": "bag"}
    client.post(address("going_items", transfer.pk), posted)
    assert {item.where for item in tell(transfer).items} == {"alongside"}


def test_the_crew_is_here_keeps_what_was_ticked(world, browser_of):
    transfer, client = packed(world, bag=world.bag), browser_of("carer")
    tile = items_page(client, transfer)["tiles"][0]
    answer = client.post(address("going_items", transfer.pk), {f"where-{tile['id']}": "worn", "crew": "yes"})
    assert answer["Location"] == address("going_ready", transfer.pk)
    assert [item.where for item in tell(transfer).items] == ["worn"]


def test_nobody_else_tells_for_the_home(world, browser_of):
    transfer = packed(world, bag=world.bag)
    for name in ("crew_has_bag", "not_going"):
        for who, status in (("millbrook", 404), ("ward", 403), ("auditor", 404)):
            assert browser_of(who).post(address(name, transfer.pk), {"to": "RDEM9"}).status_code == status
    assert list(Fact.objects.values_list("kind", flat=True)) == ["pack"]


def test_what_is_added_after_they_left_says_so(world, browser_of):
    transfer = journeys.taken_by_crew(world)
    client = browser_of("carer")
    assert "They have left" in words(client.get(address("going_why", transfer.pk)))
    client.post(address("going_why", transfer.pk), {"concern": "Her son rang: she is allergic to latex"})
    additions = tell(Transfer.objects.get(pk=transfer.pk)).additions
    assert [line.fact.content["reason"] for line in additions] == [
        {"concern": "Her son rang: she is allergic to latex"}
    ]


def test_a_summary_read_on_the_way_is_one_read(world, browser_of, django_assert_max_num_queries):
    transfer = packed(world, bag=world.bag)
    assert len(read_summary(resident=world.peggy, now=timezone.now())) == len(SECTIONS)
    client = browser_of("carer")
    client.get(address("going_ready", transfer.pk))
    with django_assert_max_num_queries(17):  # one asks whether the hand-over code still counts
        client.get(address("going_ready", transfer.pk))
