"""A death: said, confirmed on a page that names the person, quiet everywhere, and taken back when it was wrong."""

from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.deliveries.models import Letter
from redbag.transfers.death_models import Death, Release
from redbag.transfers.models import Fact
from tests.web.journeys import in_hospital, tell

pytestmark = pytest.mark.embedded
ALONE = {"alone": "yes"}


def at(name, transfer):
    return reverse(f"web:{name}", args=[transfer.pk])


def say(client, transfer, **said):
    said = {"family_told": "yes", "family_told_by": "Dr Lee, ward doctor"} | said
    return client.post(at("say_death", transfer), {"form": str(uuid4()), **said}, follow=True)


def dead(world, browser_of, **said):
    transfer, ward = in_hospital(world), browser_of("ward")
    say(ward, transfer, **said)
    ward.post(at("confirm_death", transfer), ALONE)
    transfer.refresh_from_db()
    return transfer


def words(client, address):
    return client.get(address).content.decode().replace("&#x27;", "'")


def test_it_asks_first_whether_the_family_knows_then_names_the_person_and_only_then_counts_as_confirmed(
    world, browser_of
):
    transfer, ward = in_hospital(world), browser_of("ward")
    assert "Has the family been told?" in words(ward, at("say_death", transfer))
    assert ward.post(at("say_death", transfer), {"form": str(uuid4())}).status_code == 422
    assert not Fact.objects.filter(kind="outcome").exists()
    confirm = say(ward, transfer, family_told="not_yet", family_told_by="").content.decode()
    assert "JONES, Margaret (Mrs)" in confirm
    assert "The family has not been told yet." in confirm
    assert Death.objects.get().confirmed_at is None
    ward.post(at("confirm_death", transfer), ALONE)
    death = Death.objects.get()
    assert (death.confirmed_by_name, death.family_told) == ("Ward Tester", "not_yet")


def test_told_twice_or_by_a_program_it_is_one_death_not_yet_confirmed(world, browser_of):
    transfer = in_hospital(world)
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="died")
    tell(world, "carer", transfer, minutes=51, kind="outcome", outcome="died")
    death = Death.objects.get()
    assert (death.family_told, death.confirmed_at, transfer.resident_is) == ("not_known", None, "died")
    assert say(browser_of("ward"), transfer).redirect_chain[-1][0] == at("death", transfer)


def test_it_leaves_the_boards_and_only_those_who_act_read_neutral_words(world, browser_of):
    transfer = dead(world, browser_of)
    for who in ("carer", "senior", "manager", "ward", "crew"):
        board = words(browser_of(who), reverse("web:board"))
        assert "died" not in board.lower()
        assert ("Ring St Mary's Hospital about Peggy Jones" in board) == (who in ("senior", "manager"))
        assert ("JONES, Margaret" in board, f'{at("transfer", transfer)}"' in board) == (False, False)


def test_a_board_never_asks_to_ring_the_family_who_may_not_know(world, browser_of):
    transfer = in_hospital(world)
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="with_family", details={"who": "Ana Jones"})
    tell(world, "ward", transfer, minutes=51, kind="outcome", outcome="died")
    board = words(browser_of("manager"), reverse("web:board"))
    assert ("Ana Jones" in board, "Ring St Mary's Hospital about Peggy Jones" in board) == (False, True)


def test_no_letter_speaks_of_it(world, browser_of):
    before = Letter.objects.count()
    dead(world, browser_of)
    assert Letter.objects.count() == before


def test_a_carer_neither_says_nor_confirms_it_and_a_stranger_finds_nothing(world, browser_of):
    transfer = in_hospital(world)
    for who, status in (("carer", 403), ("senior", 403), ("crew", 403), ("northgate", 404), ("millbrook_manager", 404)):
        assert say(browser_of(who), transfer).status_code == status
    assert not Death.objects.exists()
    assert say(browser_of("manager"), transfer).status_code == 200


def test_taken_back_everything_stands_as_before_and_why_is_kept(world, browser_of):
    transfer, ward = dead(world, browser_of), browser_of("ward")
    assert ward.post(at("take_back_death", transfer), {"why": ""}).status_code == 422
    ward.post(at("take_back_death", transfer), {"why": "Another patient of this name"})
    transfer.refresh_from_db()
    death = Death.objects.get()
    assert (transfer.resident_is, transfer.outcomes, transfer.stage) == ("", [], "IN_HOSPITAL")
    assert (death.taken_back_by_name, death.taken_back_why) == ("Ward Tester", "Another patient of this name")
    assert at("transfer", transfer) in words(browser_of("carer"), reverse("web:board"))
    assert ward.get(at("death", transfer)).status_code == 409


def test_taking_back_the_entry_on_the_journey_takes_the_death_back_too(world, browser_of):
    transfer = dead(world, browser_of)
    fact = Fact.objects.get(outcome="died")
    tell(world, "manager", transfer, minutes=70, kind="void", fact=str(fact.pk), reason="Wrong person")
    assert Death.objects.get().taken_back_why == "Wrong person"


def test_the_home_has_a_list_to_tick(world, browser_of):
    transfer, manager = dead(world, browser_of), browser_of("manager")
    manager.post(at("death_task", transfer), {"task": "pharmacy", "done": "yes"})
    page = words(manager, at("death", transfer))
    assert "Medicines are kept for 7 days" in page
    assert list(Death.objects.get().done) == ["pharmacy"]
    assert "For the home" not in words(browser_of("ward"), at("death", transfer))


def give(client, transfer, **said):
    items = [each["id"] for each in Fact.objects.get(kind="pack", transfer=transfer).items]
    said = {"to_name": "Ana Jones", "standing": "executor", "items": items[:1]} | said
    return client.post(at("release_belongings", transfer), said, follow=True)


def test_belongings_are_given_item_by_item_and_each_once(world, browser_of):
    transfer, manager = dead(world, browser_of), browser_of("manager")
    assert give(manager, transfer).status_code == 200
    page = words(manager, at("death", transfer))
    assert "Given to Ana Jones" in page
    assert "Glasses: Brown frame" in page
    assert give(manager, transfer).status_code == 422
    assert give(manager, transfer, items=[]).status_code == 422
    assert Release.objects.count() == 1


def test_nothing_is_given_before_it_is_confirmed_nor_while_coroner_or_police_keep_it(world, browser_of):
    transfer, manager = in_hospital(world), browser_of("manager")
    say(manager, transfer)
    assert give(manager, transfer).status_code == 409
    manager.post(at("confirm_death", transfer), ALONE)
    manager.post(at("hold_belongings", transfer), {"hold": "coroner", "hold_note": "Ref 12"})
    answer = give(manager, transfer)
    assert (answer.status_code, "The coroner asked to keep" in answer.content.decode()) == (409, True)
    manager.post(at("hold_belongings", transfer), {"hold": ""})
    assert give(manager, transfer).status_code == 200


def test_somebody_to_whom_nothing_may_be_given_is_warned_about(world, browser_of):
    world.peggy.contacts = [{"name": "Carl Jones", "relation": "nephew", "do_not_release": True}]
    world.peggy.save()
    transfer, manager = dead(world, browser_of), browser_of("manager")
    answer = give(manager, transfer, to_name="carl  jones")
    assert (answer.status_code, Release.objects.count()) == (422, 0)
    assert "do not release to" in answer.content.decode()
    assert give(manager, transfer, to_name="carl jones", sure="yes").status_code == 200


def test_who_said_it_is_asked_for_a_second_person_and_confirms_alone_only_on_a_page_of_its_own(world, browser_of):
    transfer, ward = in_hospital(world), browser_of("ward")
    first = say(ward, transfer).content.decode()
    assert "First said by <strong>you, Ward Tester</strong>" in first
    assert ("A second person confirms it" in first, "JONES, Margaret (Mrs) has died" in first) == (True, False)
    ward.post(at("confirm_death", transfer))
    assert Death.objects.get().confirmed_at is None
    again = words(ward, at("confirm_death", transfer) + "?alone=yes")
    assert ("Once more" in again, "Yes, JONES, Margaret (Mrs) has died" in again) == (True, True)
    seconds = browser_of("manager")
    page = words(seconds, at("confirm_death", transfer))
    assert "First said by <strong>Ward Tester</strong>" in page
    seconds.post(at("confirm_death", transfer))
    assert Death.objects.get().confirmed_by_name == "Manager Tester"


def test_that_the_family_knows_is_done_only_once_they_have_been_told(world, browser_of):
    transfer = dead(world, browser_of, family_told="not_yet", family_told_by="")
    manager, done = browser_of("manager"), {"task": "family", "done": "yes"}
    assert "First say above that they have been told" in words(manager, at("death", transfer))
    assert manager.post(at("death_task", transfer), done).status_code == 409
    manager.post(at("family_told", transfer), {"family_told": "yes", "family_told_by": "Dr Lee"})
    assert manager.post(at("death_task", transfer), done).status_code == 302
    assert list(Death.objects.get().done) == ["family"]
    manager.post(at("family_told", transfer), {"family_told": "not_known"})
    assert not Death.objects.get().done


def test_nobody_sends_them_to_hospital_again_and_only_those_who_act_read_whom_to_ring(world, browser_of):
    transfer = dead(world, browser_of)
    for who in ("carer", "senior", "manager"):
        acts, client = who in ("senior", "manager"), browser_of(who)
        for page in (words(client, reverse("web:going")), words(client, at("going_ready", transfer))):
            told = ("Ring St Mary's Hospital about Peggy Jones" in page, "Speak to the senior or manager first" in page)
            assert (told, "died" in page.lower()) == ((acts, not acts), False)
        tiles = words(client, reverse("web:going"))
        assert (f'value="{world.peggy.pk}"' in tiles, f'value="{world.arthur.pk}"' in tiles) == (False, True)
    tell(world, "carer", transfer, minutes=90, kind="outcome", outcome="closed")
    assert f'value="{world.peggy.pk}"' not in words(browser_of("carer"), reverse("web:going"))


def test_without_a_bag_nobody_is_asked_whether_they_are_back(world, browser_of):
    transfer, carer = in_hospital(world, no_bag=True), browser_of("carer")
    assert "They are back" in words(carer, at("transfer", transfer))
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="died")
    assert "They are back" not in words(carer, at("transfer", transfer))
