"""A bag's life on the home's pages: cleaned, set aside, written off, chased; its labels, spares, tags and prints."""

from datetime import timedelta

import pytest
from django.urls import reverse

from redbag.bags import printing
from redbag.bags.actions import current_label, print_labels, reissue_label
from redbag.bags.codes import shown
from redbag.bags.life import take_step
from redbag.bags.models import Bag, Label, PrintJob, State
from redbag.bags.tagging import make_tag
from redbag.notes.models import Note
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def state(bag):
    return Bag.objects.get(pk=bag.pk).state


def came_back(world):
    """OAK-1 went to hospital and came back; the journey is finished 70 minutes in."""
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=55, kind="outcome", outcome="closed")
    return transfer


def set_aside(world):
    until = (world.now + timedelta(days=3)).date()
    take_step(actor=world.actor("carer"), bag=world.bag, step="set_aside", reason="C. diff", until=until, now=world.now)


def spare(world):
    """The code of a label that was printed ahead."""
    print_labels(
        actor=world.actor("senior"), home=world.oakview, blanks=1, layout="L7160", reason="spares", now=world.now
    )
    return shown(Label.objects.get(bag__state=State.BLANK).code)


def test_a_bag_that_came_back_is_on_the_list_to_clean_and_one_tap_makes_it_ready(world, browser_of):
    came_back(world)
    client = browser_of("carer")
    page = words(client.get(address("bags")))
    assert "To clean" in page
    assert "▲ Being cleaned" in page
    answer = client.post(address("bag_step", world.bag.pk, "ready"), {"register": "yes"}, follow=True)
    assert "Bag OAK-1 is ready for the next journey." in words(answer)
    assert "To clean" not in words(answer)
    told = words(client.get(address("bag", world.bag.pk)))
    assert "<strong>Clean and dry: ready again</strong>, 03:50, Carer Tester" in told


def test_the_page_behind_the_label_offers_the_same_tap(world, browser_of):
    came_back(world)
    page = words(browser_of("carer").get(f"/b/{world.token(world.bag)}"))
    assert address("bag_step", world.bag.pk, "ready") in page
    assert "Being cleaned since 03:45" in page


def test_a_bag_not_yet_cleaned_says_so_and_can_be_packed(world, browser_of):
    take_step(actor=world.actor("carer"), bag=world.bag, step="wash", now=world.now)
    transfer = pack(world, no_bag=True)
    client = browser_of("carer")
    page = words(client.get(address("going_bag", transfer.pk)))
    assert "<h2>Not yet cleaned</h2>" in page
    scanned = words(client.get(address("going_bag", transfer.pk), {"code": shown(current_label(world.bag).code)}))
    assert "Not yet cleaned" in scanned
    client.post(address("going_bag", transfer.pk), {"bag": str(world.bag.pk)})
    assert state(world.bag) == State.PACKED
    assert "Packed before it was cleaned." in words(client.get(address("bag", world.bag.pk)))


def test_a_bag_set_aside_says_why_and_until_when_and_is_not_packed(world, browser_of):
    client = browser_of("carer")
    page = client.post(address("bag_step", world.bag.pk, "set_aside"), {"reason": "C. diff", "until": "nonsense"})
    assert page.status_code == 422
    assert 'value="C. diff"' in page.content.decode()
    client.post(address("bag_step", world.bag.pk, "set_aside"), {"reason": "C. diff", "until": "2026-11-24"})
    told = words(client.get(address("bag", world.bag.pk)))
    assert "Do not pack this bag until 24 Nov 2026." in told
    assert "C. diff (Carer Tester" in told
    assert "No longer set aside" not in told
    transfer = pack(world, no_bag=True)
    refused = client.post(address("going_bag", transfer.pk), {"bag": str(world.bag.pk)})
    assert "is set aside until 24 Nov 2026: C. diff" in words(refused)
    assert state(world.bag) == State.QUARANTINED


def test_a_senior_frees_it_early_with_a_reason(world, browser_of):
    set_aside(world)
    senior = browser_of("senior")
    assert "No longer set aside" in words(senior.get(address("bag", world.bag.pk)))
    assert browser_of("carer").post(address("bag_step", world.bag.pk, "free"), {"reason": "x"}).status_code == 403
    assert senior.post(address("bag_step", world.bag.pk, "free"), {"reason": ""}).status_code == 422
    senior.post(address("bag_step", world.bag.pk, "free"), {"reason": "IPC nurse agreed"})
    assert state(world.bag) == State.CLEANING


def test_only_a_manager_disposes_of_a_bag_and_names_who_agreed(world, browser_of):
    where = address("bag_step", world.bag.pk, "dispose")
    assert "Disposed of" not in words(browser_of("senior").get(address("bag", world.bag.pk)))
    assert browser_of("senior").get(where).status_code == 403
    manager = browser_of("manager")
    refused = manager.post(where, {"reason": "torn", "authorised_by": "Manager Tester"})
    assert "Nobody disposes of a bag alone" in words(refused)
    manager.post(where, {"reason": "torn", "authorised_by": "Jo Hall, IPC nurse"})
    page = words(manager.get(address("bag", world.bag.pk)))
    assert "Agreed by Jo Hall, IPC nurse." in page
    assert "OAK-1" not in words(browser_of("carer").get(address("bags")))
    assert "OAK-1" in words(browser_of("carer").get(address("bags"), {"state": "retired"}))


def test_the_register_is_filtered_by_state_and_sorted_by_since_when(world, browser_of):
    later = world.now + timedelta(minutes=5)
    take_step(actor=world.actor("carer"), bag=world.bag, step="wash", now=later)
    client = browser_of("carer")
    page = words(client.get(address("bags"), {"state": "cleaning"}))
    assert ">OAK-1</a>" in page
    assert ">OAK-2</a>" not in page
    page = words(client.get(address("bags"), {"sort": "since"}))
    table = page[page.index("<tbody>") :]
    assert table.index("OAK-2") < table.index("OAK-1")
    assert client.get(address("bags"), {"state": "nonsense", "sort": "nonsense"}).status_code == 200


def test_a_step_that_is_none_and_a_bag_of_another_home_are_not_there(world, browser_of):
    assert browser_of("carer").get(address("bag_step", world.bag.pk, "burn")).status_code == 404
    other = address("bag_step", world.millbrook_bag.pk, "wash")
    assert browser_of("carer").post(other).status_code == 404


def test_a_number_is_changed_and_the_label_should_be_printed_again(world, browser_of):
    client = browser_of("carer")
    taken = client.post(address("renumber_bag", world.bag.pk), {"tracker": "OAK-2"})
    assert taken.status_code == 422
    done = client.post(address("renumber_bag", world.bag.pk), {"tracker": "OAK-12"}, follow=True)
    assert "The bag is now OAK-12. Print its label again" in words(done)


def test_a_bag_that_should_be_back_is_chased_in_one_tap_and_twice_sends_once(world, browser_of, at):
    transfer = taken_by_crew(world)
    client = browser_of("carer")
    at(4 * 60)
    assert "No bag is late." in words(client.get(address("overdue_bags")))
    at(4 * 60 + 20)
    page = words(client.get(address("overdue_bags")))
    assert "Late by 10 minutes" in page
    assert "Lifeline Ambulance Service" in page
    for _ in range(2):
        answer = client.post(address("chase_bag", transfer.pk), follow=True)
    assert "Nothing more was sent." in words(answer)
    assert "Chased 07:10 by Carer Tester" in words(answer)
    [note] = Note.objects.all()
    assert note.kind == "chase"
    assert "Where is the red bag OAK-1?" in note.words
    at(4 * 60 + 31)
    client.post(address("chase_bag", transfer.pk))
    assert Note.objects.count() == 2


def test_a_finished_journey_whose_bag_is_not_back_is_chased_too(world, browser_of, at):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="outcome", outcome="closed")
    at(8 * 24 * 60)
    page = words(browser_of("carer").get(address("overdue_bags")))
    assert "OAK-1" in page
    assert "MIL-" not in page


def test_another_home_and_a_crew_see_none_of_our_late_bags(world, browser_of, at):
    transfer = taken_by_crew(world)
    at(24 * 60)
    assert "OAK-1" not in words(browser_of("millbrook_manager").get(address("overdue_bags")))
    assert browser_of("crew").get(address("overdue_bags")).status_code == 403
    assert browser_of("millbrook_manager").post(address("chase_bag", transfer.pk)).status_code == 404


def test_a_spare_label_is_scanned_and_put_on_a_new_bag(world, browser_of):
    code, client = spare(world), browser_of("carer")
    page = words(client.get(f"/b/{code}"))
    assert "This label is on no bag yet" in page
    assert f"{address('claim_label')}?code={code}" in page
    assert "blank-" not in page
    form = words(client.get(address("claim_label"), {"code": code}))
    assert "MIL-1" not in form
    taken = client.post(address("claim_label"), {"label": code, "tracker": "OAK-2"})
    assert taken.status_code == 422
    assert 'value="OAK-2"' in taken.content.decode()
    done = client.post(address("claim_label"), {"label": code, "tracker": "OAK-9"}, follow=True)
    assert "This label is now on bag OAK-9" in words(done)
    assert "is on bag OAK-9 already" in words(client.get(address("claim_label"), {"code": code}))


def test_a_spare_label_takes_the_place_of_a_lost_one_and_the_old_one_explains_itself(world, browser_of):
    old, code, client = shown(current_label(world.bag).code), spare(world), browser_of("carer")
    client.post(address("claim_label"), {"label": code, "bag": str(world.bag.pk)})
    page = words(client.get(f"/b/{old}"))
    assert "This label was replaced on 21 Nov 2026: Its label was lost; a spare one was put on." in page
    assert f"The bag now carries <b>{code}</b>" in page
    stranger = words(browser_of("northgate").get(f"/b/{old}"))
    assert "You found a Red Bag" in stranger
    assert code not in stranger


def test_pressing_twice_makes_one_new_label_and_prints_one_job(world, browser_of):
    client = browser_of("senior")
    old = current_label(world.bag).code
    for _ in range(2):
        client.post(address("reissue_label", world.bag.pk), {"reason": "torn", "instead_of": old})
    assert world.bag.labels.count() == 2
    form = "6f0f9a34-65d2-4f5f-8a9e-0a6ad8a2a001"
    said = {"layout": "L7160", "bags": str(world.bag.pk), "reason": "new", "form": form}
    answers = [client.post(address("labels"), said) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert PrintJob.objects.count() == 1


def test_every_print_and_reprint_is_listed_with_who_when_and_why(world, browser_of, at):
    actor = world.actor("senior")
    for minutes, reason in ((0, "new bags"), (5, "label torn")):
        print_labels(
            actor=actor,
            home=world.oakview,
            bags=[world.bag],
            layout="L7160",
            reason=reason,
            now=world.now + timedelta(minutes=minutes),
        )
    client = browser_of("senior")
    page = words(client.get(address("printed_labels")))
    assert "label torn</td><td>1, 1 printed again</td><td>Avery L7160" in page
    assert "new bags</td><td>1</td>" in page
    told = words(client.get(address("bag", world.bag.pk)))
    assert told.count("by Senior Tester: ") == 2
    assert told.count("Printed again") == 1
    assert "label torn" not in words(browser_of("millbrook_manager").get(address("printed_labels")))


def test_a_job_that_failed_can_be_tried_again(world, browser_of):
    job = print_labels(
        actor=world.actor("senior"), home=world.oakview, bags=[world.bag], layout="L7160", reason="x", now=world.now
    )
    PrintJob.objects.update(state="failed", error="disk")
    client = browser_of("senior")
    assert "Try again" in words(client.get(address("label_job", job.pk)))
    client.post(address("draw_labels_again", job.pk))
    job.refresh_from_db()
    assert job.state == "waiting"


def test_labels_for_a_zebra_are_saved_as_text(world, browser_of, at):
    job = print_labels(
        actor=world.actor("senior"), home=world.oakview, bags=[world.bag], layout="zebra203", reason="x", now=world.now
    )
    printing.draw(str(job.pk), now=lambda: world.now)
    client = browser_of("senior")
    assert "Save the labels (ZPL)" in words(client.get(address("label_job", job.pk)))
    answer = client.get(address("label_file", job.pk))
    assert answer["Content-Type"].startswith("text/plain")
    assert b"".join(answer.streaming_content).startswith(b"^XA")


def test_a_tag_is_made_by_a_carer_printed_by_a_senior_and_leads_to_its_bag(world, browser_of):
    carer, senior = browser_of("carer"), browser_of("senior")
    where = address("bag_tags", world.bag.pk)
    carer.post(where, {"category": "dentures_upper", "words": "Denture pot"})
    tag = world.bag.tags.get()
    assert "A senior can print them." in words(carer.get(where))
    assert carer.post(address("print_tags", world.bag.pk), {"tags": str(tag.pk)}).status_code == 403
    said = {"tags": str(tag.pk), "layout": "L7651"}
    assert senior.post(address("print_tags", world.bag.pk), said).status_code == 422
    senior.post(address("print_tags", world.bag.pk), said | {"reason": "new pot"})
    assert PrintJob.objects.get().layout == "L7651"
    page = carer.get(f"/b/{shown(tag.code)}", follow=True)
    assert page.redirect_chain[-1][0] == f"/b/{shown(current_label(world.bag).code)}"
    assert "This tag is for: Denture pot. It belongs in bag OAK-1." in words(page)
    carer.post(where, {"void": str(tag.pk)})
    assert "No tag yet." in words(carer.get(where))


def test_a_stranger_who_scans_a_tag_finds_the_page_for_strangers(world, client):
    tag = make_tag(actor=world.actor("carer"), bag=world.bag, category="glasses", now=world.now)
    reissue_label(actor=world.actor("senior"), bag=world.bag, reason="torn", now=world.now)
    page = words(client.get(f"/b/{shown(tag.code)}", follow=True))
    assert "You found a Red Bag" in page
    assert "Glasses" not in page
