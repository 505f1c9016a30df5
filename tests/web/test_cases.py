"""What is not found yet, on pages: the list, the case, the question to whoever had it, and photos of belongings."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from redbag.bags.tagging import make_tag
from redbag.errors import Busy
from redbag.journal.models import Entry
from redbag.residents.models import Resident
from redbag.transfers.case_models import Case, ItemPhoto
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.models import Fact
from redbag.transfers.story import tell as story_of
from redbag.vault import read_file
from redbag.web.cases import needs_you
from tests.documents.files import face
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def ids(transfer):
    return {item.category: item.id for item in story_of(transfer).items}


def missing(world, *, minutes=600):
    """At St Mary's, where the glasses were there when they came and are missed before they leave."""
    transfer = in_hospital(world)
    glasses = ids(transfer)["glasses"]
    for when, state in ((45, "present"), (minutes, "missing")):
        tell(world, "ward", transfer, minutes=when, kind="check", items=[{"item": glasses, "state": state}])
    return transfer, Case.objects.get(transfer=transfer)


def upload(content=None):
    return SimpleUploadedFile("a name that says nothing.jpg", content or face(), content_type="image/jpeg")


def test_what_is_not_found_yet_is_listed_for_the_home_overdue_first(world, browser_of, at):
    _, case = missing(world)
    at(700)
    words = browser_of("carer").get("/not-found").content.decode()
    assert "Not found yet: we will ask A&amp;E, St Mary&#x27;s Hospital" in words
    assert "Answer by 28 Nov 2026" in words
    at(60 * 24 * 8)
    assert "! Answer was due 28 Nov 2026" in browser_of("carer").get("/not-found").content.decode()
    assert browser_of("millbrook_manager").get("/not-found").content.decode().count("glasses") == 0
    assert browser_of("millbrook_manager").get(f"/not-found/{case.pk}").status_code == 404


def test_the_case_says_who_saw_it_last_and_takes_down_what_was_done(world, browser_of, at):
    _, case = missing(world)
    at(700)
    carer, form = browser_of("carer"), str(uuid4())
    page = carer.get(f"/not-found/{case.pk}").content.decode()
    assert "Looked for it: there" in page
    assert "Said by Ward Tester, St Mary&#x27;s Hospital" in page
    said = {"form": form, "kind": "rang", "words": "The ward sister will look"}
    for _ in range(2):  # pressed twice
        assert carer.post(f"/not-found/{case.pk}/steps", said).status_code == 302
    assert [(step.kind, step.words) for step in case.steps.filter(kind="rang")] == [("rang", said["words"])]
    assert "The ward sister will look" in carer.get(f"/not-found/{case.pk}").content.decode()


def test_only_a_senior_or_manager_settles_hands_over_and_asks_for_the_value(world, browser_of, at):
    _, case = missing(world)
    at(700)
    change = {"owner": str(world.people["manager"].pk), "due_on": "1/12/2026", "value": "£249.99"}
    assert browser_of("carer").post(f"/not-found/{case.pk}/change", change).status_code == 403
    assert browser_of("senior").post(f"/not-found/{case.pk}/change", change).status_code == 302
    case.refresh_from_db()
    assert (case.owner, f"{case.due_on}", case.value_pence) == (world.people["manager"], "2026-12-01", 24999)
    wrong = browser_of("senior").post(f"/not-found/{case.pk}/change", {"value": "a lot", "due_on": "soon"})
    assert wrong.status_code == 422
    assert 'value="a lot"' in wrong.content.decode()
    settled = browser_of("senior").post(f"/not-found/{case.pk}/change", {"outcome": "paid", "why": "The trust paid"})
    assert settled.status_code == 302
    case.refresh_from_db()
    assert (case.outcome, case.closed_by_name) == ("paid", "Senior Tester")


def test_what_was_settled_by_hand_stays_settled_until_the_thing_turns_up(world, browser_of, at):
    transfer, case = missing(world)
    at(700)
    browser_of("senior").post(f"/not-found/{case.pk}/change", {"outcome": "paid"})
    glasses = ids(transfer)["glasses"]
    tell(world, "ward", transfer, minutes=720, kind="check", items=[{"item": glasses, "state": "missing"}])
    case.refresh_from_db()
    assert case.outcome == "paid"
    tell(world, "ward", transfer, minutes=740, kind="check", items=[{"item": glasses, "state": "present"}])
    case.refresh_from_db()
    assert case.outcome == "found"


def test_the_hospital_that_had_it_sees_the_question_and_answers_and_nothing_of_the_homes_work(world, browser_of, at):
    transfer, case = missing(world)
    Case.objects.filter(pk=case.pk).update(value_pence=24999)
    at(700)
    ward = browser_of("ward")
    page = ward.get(f"/transfers/{transfer.pk}").content.decode()
    assert "Oakview asks if it is with you. You may not have it" in page
    assert "249.99" not in page
    assert ward.get(f"/not-found/{case.pk}").headers["Location"] == f"/transfers/{transfer.pk}"
    assert "Oakview asks" not in browser_of("carer").get(f"/transfers/{transfer.pk}").content.decode()
    ward.post(f"/not-found/{case.pk}/steps", {"form": str(uuid4()), "kind": "sent_back", "words": "With the taxi"})
    assert "With the taxi" in browser_of("carer").get(f"/not-found/{case.pk}").content.decode()
    (need,) = needs_you(world.actor("carer"), now=world.now + timedelta(minutes=700))
    assert need.words == "Glasses: Brown frame: Ward Tester says: sent back"
    for who, kind in (("ward", "rang"), ("carer", "here")):  # each side says its own
        asked = browser_of(who).post(f"/not-found/{case.pk}/steps", {"form": str(uuid4()), "kind": kind})
        assert asked.status_code == 403


def test_the_board_is_told_of_new_and_overdue_cases_and_not_of_those_somebody_works_on(world, browser_of, at):
    _, case = missing(world)
    carer = world.actor("carer")
    (new,) = needs_you(carer, now=world.now + timedelta(hours=12))
    assert new.words == "Glasses: Brown frame: not found yet. Ask A&E, St Mary's Hospital"
    at(760)
    browser_of("carer").post(f"/not-found/{case.pk}/steps", {"form": str(uuid4()), "kind": "rang"})
    assert needs_you(carer, now=world.now + timedelta(hours=13)) == []
    (late,) = needs_you(carer, now=world.now + timedelta(days=8))
    assert late.overdue
    assert needs_you(world.actor("millbrook_manager"), now=world.now + timedelta(days=8)) == []


def test_something_extra_is_written_down_once_however_often_it_is_sent(world, browser_of, at):
    transfer = in_hospital(world)
    at(60)
    form = {"form": str(uuid4()), "all": "yes", "extra-0-words": "A blue scarf", "extra-0-category": "clothes"}
    for _ in range(2):
        assert browser_of("ward").post(f"/transfers/{transfer.pk}/check", form).status_code == 302
    assert Fact.objects.filter(transfer=transfer, kind="check").count() == 1
    extra = next(item for item in story_of(transfer).items if item.came_as == "extra")
    assert (extra.category, extra.description) == ("clothes", "A blue scarf")


def test_a_check_says_which_one_it_is_and_what_the_leg_before_said(world, browser_of, at):
    transfer = in_hospital(world)
    at(60)
    first = browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert "Check when it comes, and once more before they leave" in first
    browser_of("ward").post(f"/transfers/{transfer.pk}/check", {"form": str(uuid4()), "all": "yes"})
    again = browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert "Check once more, before they leave" in again
    assert "Last said: there (in hospital, 03:50)" in again


def test_who_opened_the_bag_and_why_stands_in_the_story(world, browser_of, at):
    transfer = in_hospital(world)
    at(60)
    ward = browser_of("ward")
    assert ward.post(f"/transfers/{transfer.pk}/opened", {"opened_by": "Sister Patel"}).status_code == 422
    said = {"form": str(uuid4()), "opened_by": "Sister Patel", "why": "Took out the medicines"}
    for _ in range(2):
        ward.post(f"/transfers/{transfer.pk}/opened", said)
    page = browser_of("carer").get(f"/transfers/{transfer.pk}").content.decode()
    assert page.count("Opened by Sister Patel") == 1
    assert "Why: Took out the medicines" in page


def photographed(world, browser, transfer, item, *, who="carer"):
    return browser.post(f"/transfers/{transfer.pk}/items/{item}/photo", {"file": upload()})


def test_a_photo_is_made_anew_kept_encrypted_and_seen_by_home_crew_and_ward_alone(world, browser_of, at, settings):
    transfer = in_hospital(world)
    at(60)
    glasses = ids(transfer)["glasses"]
    assert photographed(world, browser_of("carer"), transfer, glasses).status_code == 302
    photo = ItemPhoto.objects.get(transfer=transfer)
    assert (str(photo.item), photo.by_name) == (glasses, "Carer Tester")
    with Image.open(BytesIO(read_file(photo.file))) as kept:
        assert kept.format == "JPEG"
        assert not kept.getexif()
    address = f"/transfers/{transfer.pk}/items/{glasses}/picture"
    for who, status in (("carer", 200), ("crew", 200), ("ward", 200), ("millbrook_manager", 404), ("northgate", 404)):
        assert browser_of(who).get(address).status_code == status, who
    assert address in browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert address not in browser_of("northgate").get(f"/b/{world.token(world.bag)}").content.decode()
    assert Entry.objects.filter(action="item.photographed", subject_id=photo.pk).count() == 1


def test_a_usual_thing_keeps_its_photo_for_the_next_journey(world, browser_of, at):
    usual = [{"category": "glasses", "description": "Brown frame", "quantity": 1, "where": "worn"}]
    Resident.objects.filter(pk=world.peggy.pk).update(usual_items=usual)
    world.peggy.refresh_from_db()
    transfer = pack(world)
    at(5)
    photographed(world, browser_of("carer"), transfer, ids(transfer)["glasses"])
    tell(world, "carer", transfer, minutes=10, kind="outcome", outcome="not_taken")
    tell(world, "carer", transfer, minutes=12, kind="outcome", outcome="closed")
    second = pack(world, minutes=60, items=())
    at(70)
    page = browser_of("carer").get(f"/going/{second.pk}/items").content.decode()
    assert "photo kept" in page
    pictures = [part.split('"')[0].split("?")[0] for part in page.split('src="') if "/picture" in part.split('"')[0]]
    assert browser_of("carer").get(pictures[0]).status_code == 200


def test_photo_and_marks_are_taken_while_packing_and_controlled_drugs_are_counted(world, browser_of, at):
    transfer = pack(world, items=())
    at(5)
    carer = browser_of("carer")
    page = carer.get(f"/going/{transfer.pk}/items").content.decode()
    found = {
        name: page.split(f"<legend>{words}")[1].split('id="w-')[1][:36]
        for name, words in CATEGORIES.items()
        if f"<legend>{words}" in page
    }
    aid, pills = found["hearing_aid_left"], found["medicines"]
    form = {"form": str(uuid4()), f"marks-{aid}": "PJ in blue", f"photo-{aid}": upload()}
    form |= {f"where-{pills}": "bag", f"controlled-{pills}": "yes"}
    refused = carer.post(f"/going/{transfer.pk}/items", form)
    assert refused.status_code == 422
    assert "Count the controlled drugs" in refused.content.decode()
    assert 'value="PJ in blue"' in refused.content.decode()
    form |= {f"photo-{aid}": upload(), f"counted-{pills}": "28"}
    assert carer.post(f"/going/{transfer.pk}/items", form).status_code == 302
    things = {item.category: item for item in story_of(transfer).items}
    assert things["hearing_aid_left"].marks == "PJ in blue"
    assert (things["medicines"].controlled, things["medicines"].counted) == (True, 28)
    assert ItemPhoto.objects.filter(transfer=transfer, item=aid).count() == 1
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    at(60)
    assert "Counted when packed: 28" in browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()


def test_when_no_picture_can_be_drawn_just_now_the_form_comes_back_with_503(world, browser_of, at, monkeypatch):
    transfer = pack(world)
    at(5)

    def busy(*args, **kwargs):
        raise Busy("The page is still being drawn. Try again in a moment.")

    monkeypatch.setattr("redbag.transfers.item_photos.remade", busy)
    answer = photographed(world, browser_of("carer"), transfer, ids(transfer)["glasses"])
    assert answer.status_code == 503
    assert "Try again in a moment" in answer.content.decode()


def test_a_thing_with_a_small_tag_says_to_which_bag_it_leads_and_the_tag_leads_there(world, browser_of, at):
    transfer = in_hospital(world)
    tag = make_tag(actor=world.actor("carer"), bag=world.bag, category="glasses", now=world.now)
    at(60)
    page = browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert page.count("Has a small tag that leads to bag OAK-1") == 2  # in the table and in the check: glasses alone
    answer = browser_of("carer").get(f"/b/{tag.code}", follow=True)
    assert "This tag is for: Glasses. It belongs in bag OAK-1." in answer.content.decode()


def test_whom_to_ask_put_right_by_hand_stays_as_it_was_put(world, browser_of, at):
    transfer, case = missing(world)
    at(700)
    said = {"asked_text": "Ward 9, City Hospital", "was-asked_text": "A&E, St Mary's Hospital"}
    browser_of("senior").post(f"/not-found/{case.pk}/change", said)
    glasses = ids(transfer)["glasses"]
    tell(world, "ward", transfer, minutes=610, kind="handoff", to="RDEM1", place="Ward 4B")
    tell(world, "ward", transfer, minutes=620, kind="check", items=[{"item": glasses, "state": "missing"}])
    case.refresh_from_db()
    assert (case.asked, case.asked_text) == (None, "Ward 9, City Hospital")


def test_a_carer_reads_who_settles_it(world, browser_of):
    _, case = missing(world)
    words = "The senior or the manager settles it"
    assert words in browser_of("carer").get(f"/not-found/{case.pk}").content.decode()
    assert words not in browser_of("senior").get(f"/not-found/{case.pk}").content.decode()
