"""Bags and their labels, as the home keeps them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from redbag.bags import printing
from redbag.bags.actions import print_labels
from redbag.bags.models import Bag, PrintJob
from redbag.journal.models import Entry
from redbag.transfers.actions import Packing, pack_bag


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


def shown(bag):
    code = bag.labels.get(voided_at=None).code
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def job_of(world, who="senior"):
    home = world.oakview if who == "senior" else world.millbrook
    bag = world.bag if who == "senior" else world.millbrook_bag
    return print_labels(
        actor=world.actor(who), home=home, bags=[bag], blanks=0, layout="L7160", reason="torn", now=timezone.now()
    )


def test_the_register_shows_this_homes_bags_with_state_and_code(world, browser_of):
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=world.bag), now=timezone.now())
    page = words(browser_of("carer").get(address("bags")))
    assert "OAK-1" in page
    assert "Packed" in page
    assert "Available" in page
    assert shown(world.other_bag) in page
    assert "MIL-1" not in page
    assert shown(world.millbrook_bag) not in page


def test_a_bag_is_found_by_tracker_or_short_code(world, browser_of):
    client = browser_of("carer")
    for told in ("oak-2", shown(world.other_bag), shown(world.other_bag).replace("-", " ").lower()):
        page = words(client.get(address("bags"), {"q": told}))
        assert "OAK-2</a>" in page
        assert "OAK-1</a>" not in page
    assert "No bag has this number" in words(client.get(address("bags"), {"q": shown(world.millbrook_bag)}))


def test_too_few_bags_for_the_residents_is_told(world, browser_of):
    client = browser_of("carer")
    assert "Enough" in words(client.get(address("bags")))
    Bag.objects.filter(home=world.oakview).update(state="lost")
    assert "1 too few" in words(client.get(address("bags")))


@pytest.mark.parametrize("who", ["crew", "ward", "auditor"])
def test_others_see_no_bags(world, browser_of, who):
    client = browser_of(who)
    assert client.get(address("bags")).status_code == 403
    assert client.get(address("bag", world.bag.pk)).status_code == 404
    assert client.get(address("labels")).status_code == 403


def test_a_bag_is_added_once_with_its_label(world, browser_of):
    client = browser_of("carer")
    answer = client.post(address("add_bag"), {"tracker": "OAK-9"})
    bag = Bag.objects.get(tracker="OAK-9")
    assert answer["Location"] == address("bag", bag.pk)
    assert shown(bag) in words(client.get(answer["Location"]))
    again = client.post(address("add_bag"), {"tracker": "OAK-9"})
    assert again.status_code == 422
    assert "already on the register" in words(again)
    assert 'value="OAK-9"' in again.content.decode()
    assert client.post(address("add_bag"), {"tracker": ""}).status_code == 422


def test_an_administrator_sees_the_bag_but_not_who_travelled_with_it(world, browser_of):
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=world.bag), now=timezone.now())
    assert "Peggy Jones" in words(browser_of("carer").get(address("bag", world.bag.pk)))
    page = words(browser_of("administrator").get(address("bag", world.bag.pk)))
    assert "OAK-1" in page
    assert "Jones" not in page


def test_a_new_label_needs_a_reason_and_a_senior_and_the_old_one_stays_in_the_past(world, browser_of):
    old = shown(world.bag)
    assert browser_of("carer").get(address("reissue_label", world.bag.pk)).status_code == 403
    assert browser_of("carer").post(address("reissue_label", world.bag.pk), {"reason": "torn"}).status_code == 403
    assert browser_of("millbrook_manager").post(address("reissue_label", world.bag.pk)).status_code == 404
    client = browser_of("senior")
    assert client.post(address("reissue_label", world.bag.pk), {"reason": ""}).status_code == 422
    client.post(address("reissue_label", world.bag.pk), {"reason": "torn in the wash"})
    page = words(client.get(address("bag", world.bag.pk)))
    assert shown(world.bag) != old
    assert old in page
    assert "torn in the wash" in page


def test_labels_are_asked_for_with_bags_or_a_number_a_sheet_and_a_reason(world, browser_of):
    client = browser_of("senior")
    page = words(client.get(address("labels"), {"bag": str(world.bag.pk)}))
    assert "OAK-2" in page
    assert "MIL-1" not in page
    empty = client.post(address("labels"), {"layout": "L7160", "blanks": "many", "reason": "new"})
    assert empty.status_code == 422
    assert 'value="many"' in empty.content.decode()
    assert client.post(address("labels"), {"layout": "L7160", "reason": "new"}).status_code == 422
    unreasoned = client.post(address("labels"), {"layout": "roll62", "bags": str(world.bag.pk)})
    assert "Say why" in words(unreasoned)
    assert f'value="{world.bag.pk}" checked' in unreasoned.content.decode()
    assert PrintJob.objects.count() == 0
    posted = {
        "layout": "L7163",
        "bags": [str(world.bag.pk), str(world.millbrook_bag.pk)],
        "blanks": "3",
        "reason": "new",
    }
    answer = client.post(address("labels"), posted)
    job = PrintJob.objects.get()
    assert (job.total, job.layout, job.reason, job.organisation) == (4, "L7163", "new", world.oakview)
    assert answer["Location"] == address("label_job", job.pk)


def test_a_job_shows_its_progress_until_the_sheet_can_be_fetched(world, browser_of):
    job, client = job_of(world), browser_of("senior")
    waiting = words(client.get(address("label_job", job.pk)))
    assert "0 of 1" in waiting
    assert "hx-get" in words(client.get(address("label_progress", job.pk)))
    assert client.get(address("label_file", job.pk)).status_code == 409
    printing.draw(str(job.pk), now=timezone.now)
    done = words(client.get(address("label_progress", job.pk)))
    assert "Ready" in done
    assert "hx-get" not in done
    answer = client.get(address("label_file", job.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Entry.objects.filter(action="printed.labels", subject_id=job.pk).count() == 1


def test_labels_are_the_homes_own_and_for_those_who_may_print(world, browser_of):
    job = job_of(world)
    for name in ("label_job", "label_progress", "label_file"):
        assert browser_of("millbrook_manager").get(address(name, job.pk)).status_code == 404
        assert browser_of("carer").get(address(name, job.pk)).status_code == 403
        assert browser_of("ward").get(address(name, job.pk)).status_code == 404


def test_a_check_page_is_a_pdf_for_those_who_print(world, browser_of):
    answer = browser_of("senior").get(address("calibration", "roll62"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert browser_of("senior").get(address("calibration", "A0")).status_code == 404
    assert browser_of("carer").get(address("calibration", "roll62")).status_code == 403


def test_bags_come_in_from_a_list_or_not_at_all(world, browser_of):
    client = browser_of("carer")

    def send(content):
        return client.post(address("import_bags"), {"file": SimpleUploadedFile("bags.csv", content)})

    wrong = send(b"tracker\nOAK-7\nOAK-1\n")
    assert wrong.status_code == 422
    assert "Line 3, tracker: Bag OAK-1 is already on the register." in words(wrong)
    assert not Bag.objects.filter(tracker="OAK-7").exists()
    assert "This file is empty." in words(send(b""))
    send(b"tracker\nOAK-7\nOAK-8\n")
    assert Bag.objects.filter(home=world.oakview, tracker__in=["OAK-7", "OAK-8"]).count() == 2


def test_the_register_takes_as_many_statements_for_three_bags_as_for_two(world, browser_of, django_assert_num_queries):
    client = browser_of("carer")
    client.get(address("bags"))
    with django_assert_num_queries(8):
        client.get(address("bags"))
    client.post(address("add_bag"), {"tracker": "OAK-3"})
    client.get(address("bags"))
    with django_assert_num_queries(8):
        client.get(address("bags"))
