"""The pages of papers and pictures: what the home, the crew, the ward and strangers see of them."""

import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from redbag.documents import actions, guarded
from redbag.documents.models import Document
from redbag.journal.models import Entry
from tests.discharges.documents import pdf
from tests.documents import files
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def send(browser, world, file, name="scan.pdf", **values):
    chosen = {"file": SimpleUploadedFile(name, file, content_type="application/pdf")} if file is not None else {}
    return browser.post(f"/residents/{world.peggy.pk}/documents/new", {"kind": "dnacpr", **values, **chosen})


def test_a_photographed_form_is_kept_and_read_page_by_page(world, browser_of):
    carer = browser_of("carer")
    answer = send(carer, world, pdf(pages=2), dated_on="3/5/2026", title="Red form")
    assert answer.status_code == 302
    kept = Document.objects.get()

    listed = carer.get(f"/residents/{world.peggy.pk}/documents").content.decode()
    page = carer.get(f"/documents/{kept.pk}").content.decode()

    assert "Red form" in listed
    assert "Added 21 Nov 2026 by Carer Tester" in listed
    assert 'alt="Page 1 of 2 of Red form"' in page
    assert 'alt="Page 2 of 2 of Red form"' in page
    picture = carer.get(f"/documents/{kept.pk}/pages/2")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert carer.get(f"/documents/{kept.pk}/pages/3").status_code == 404
    assert carer.get(f"/documents/{kept.pk}/pages/0").status_code == 404


def test_what_is_sent_back_is_saved_and_never_run(world, browser_of, add):
    kept = add(file=pdf(), kind="this_is_me", title="Margaret's leaflet")
    carer = browser_of("carer")

    file = carer.get(f"/documents/{kept.pk}/file")
    page = carer.get(f"/documents/{kept.pk}/pages/1")

    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="this-is-me-2026-11-21.pdf"'
    assert file.content.startswith(b"%PDF-")
    for answer in (file, page):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["scan.pdf", "photo.jpg", "x.exe", "../../etc/passwd"])
def test_what_a_file_is_called_counts_for_nothing(world, browser_of, name):
    assert send(browser_of("carer"), world, files.face(), name=name).status_code == 302
    assert Document.objects.get().content_type == "image/jpeg"


def test_a_refused_file_keeps_what_was_typed_and_says_what_to_do(world, browser_of):
    answer = send(
        browser_of("carer"),
        world,
        files.zipped(),
        kind="care_plan",
        title="Left heel",
        dated_on="3/5/2026",
        look_again_on="1/6/2027",
        restricted="yes",
    )
    page = answer.content.decode()

    assert answer.status_code == 422
    assert page.count("a Word file or a ZIP folder") == 2
    assert 'href="#file"' in page
    for typed in ("Left heel", "3/5/2026", "1/6/2027"):
        assert f'value="{typed}"' in page
    assert "checked" in page
    assert not Document.objects.exists()


def test_a_slip_in_a_date_asks_for_the_file_again(world, browser_of):
    page = send(browser_of("carer"), world, files.face(), dated_on="31/2/2026").content.decode()

    assert "Enter a real date, such as 3/5/2026 for 3 May 2026." in page
    assert "Choose the file once more" in page


def test_no_file_is_asked_for_in_words(world, browser_of):
    page = send(browser_of("carer"), world, None).content.decode()

    assert "Choose a file, or take a photo." in page


def test_the_form_asks_of_each_kind_what_fits_it(world, browser_of):
    carer, address = browser_of("carer"), f"/residents/{world.peggy.pk}/documents/new"

    forms = {kind: carer.get(address, {"kind": kind}).content.decode() for kind in ("dnacpr", "mar", "photo", "dols")}

    assert "Review date the form states" in forms["dnacpr"]
    assert "the <strong>original</strong>" in forms["dnacpr"]
    assert 'value="21/12/2026"' in forms["mar"]
    assert "application/pdf" not in forms["photo"]
    assert "the date the paper states" in forms["dols"]
    assert "What do you want to add" in carer.get(address).content.decode()
    for page in forms.values():
        assert "03-Mar-1936" in page


def test_a_review_that_was_due_is_said_and_never_hidden_or_called_expired(world, browser_of, add):
    add(kind="respect", look_again_on="3/5/2026")
    add(kind="mar", look_again_on="3/5/2026")

    page = browser_of("carer").get(f"/residents/{world.peggy.pk}/documents").content.decode()

    assert "Review was due 3 May; ask a clinician" in page
    assert "Look again was due 3 May" in page
    assert "expired" not in page.lower()
    assert page.count("Still right") == 1


def test_still_right_is_one_tap(world, browser_of, add):
    kept = add(kind="mar", look_again_on="3/5/2026")
    carer = browser_of("carer")

    page = carer.post(f"/documents/{kept.pk}/still-right", follow=True).content.decode()

    assert "MAR chart: still right. Look again on 21 December." in page
    assert carer.post(f"/documents/{add(kind='dnacpr').pk}/still-right").status_code == 409


def test_carers_are_told_how_many_restricted_pictures_there_are_and_nothing_more(world, browser_of, add):
    kept = add("senior", kind="wound", restricted="yes", title="Left groin")
    address = f"/residents/{world.peggy.pk}/documents"

    for_carer = browser_of("carer").get(address).content.decode()
    for_senior = browser_of("senior").get(address).content.decode()

    assert "1 restricted picture or paper:</strong> ask the nurse in charge" in for_carer
    assert "Left groin" not in for_carer
    assert "Left groin" in for_senior
    for way in ("", "/file", "/pages/1", "/remove"):
        assert browser_of("carer").get(f"/documents/{kept.pk}{way}").status_code == 404
        assert browser_of("senior").get(f"/documents/{kept.pk}{way}").status_code == 200


def test_taking_off_asks_why_and_can_be_undone(world, browser_of, add):
    kept = add(kind="dnacpr")
    senior, carer = browser_of("senior"), browser_of("carer")
    by_senior = add("senior")
    assert carer.get(f"/documents/{by_senior.pk}/remove").status_code == 403
    assert senior.post(f"/documents/{kept.pk}/remove", {"why": ""}).status_code == 422

    page = senior.post(f"/documents/{kept.pk}/remove", {"why": "Arthur's form"}, follow=True).content.decode()

    assert "Taken off" in page
    assert "by Senior Tester: Arthur" in page
    assert browser_of("manager").get(f"/documents/{kept.pk}").status_code == 200
    senior.post(f"/documents/{kept.pk}/bring-back")
    kept.refresh_from_db()
    assert kept.removed_at is None


def test_what_a_senior_took_off_is_shut_to_carers_who_did_not_add_it(world, browser_of, add):
    kept = add("senior")
    browser_of("senior").post(f"/documents/{kept.pk}/remove", {"why": "blurred"})

    for way in ("", "/file", "/pages/1"):
        assert browser_of("carer").get(f"/documents/{kept.pk}{way}").status_code == 404


def test_crew_and_ward_read_what_travels_and_each_look_is_in_the_journal_once(world, browser_of, add):
    paper = add(kind="dnacpr", file=pdf(pages=2))
    add("senior", kind="wound", restricted="yes", title="Left groin")
    transfer = taken_by_crew(world)

    for who in ("crew", "ward", "carer"):
        page = browser_of(who).get(f"/transfers/{transfer.pk}").content.decode()
        assert f"/transfers/{transfer.pk}/documents/{paper.pk}" in page
        assert "Left groin" not in page
        for way in ("", "/pages/1", "/pages/2", "/file"):
            answer = browser_of(who).get(f"/transfers/{transfer.pk}/documents/{paper.pk}{way}")
            assert answer.status_code == 200
        looked = Entry.objects.filter(
            action="viewed.transfer_document", subject_id=paper.pk, actor_id=world.people[who].pk
        )
        assert [each.resident_id for each in looked] == [world.peggy.pk]


def test_who_may_not_read_the_journey_reads_none_of_its_papers(world, browser_of, add):
    paper, arthurs = add(), add(resident=world.arthur)
    hidden = add("senior", restricted="yes")
    transfer = taken_by_crew(world)

    for who in ("northgate", "auditor", "millbrook", "administrator"):
        for way in ("", "/pages/1", "/file"):
            answer = browser_of(who).get(f"/transfers/{transfer.pk}/documents/{paper.pk}{way}")
            assert answer.status_code in (403, 404), who
    for other in (arthurs, hidden):
        assert browser_of("ward").get(f"/transfers/{transfer.pk}/documents/{other.pk}").status_code == 404
    assert Client().get(f"/transfers/{transfer.pk}/documents/{paper.pk}/file").status_code == 302


def test_a_crews_right_to_the_papers_ends_a_day_after_they_had_the_bag(world, browser_of, add, at):
    paper = add()
    transfer = in_hospital(world)
    address = f"/transfers/{transfer.pk}/documents/{paper.pk}/file"

    at(40 + 23 * 60)
    assert browser_of("crew").get(address).status_code == 200
    at(40 + 25 * 60)
    assert browser_of("crew").get(address).status_code == 404
    assert browser_of("ward").get(address).status_code == 200


def test_what_is_added_after_the_journey_is_not_for_the_ward(world, browser_of, add, at):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=51, kind="outcome", outcome="closed")
    later = actions.add_document(
        actor=world.actor("carer"),
        resident=world.peggy,
        file=files.face(),
        values={"kind": "photo"},
        now=world.now + timedelta(minutes=52),
    )

    assert browser_of("ward").get(f"/transfers/{transfer.pk}/documents/{later.pk}").status_code == 404


def test_the_photo_is_on_the_pages_where_staff_check_who_it_is(world, browser_of, add):
    add(kind="photo")
    transfer = pack(world, resident=world.arthur)
    carer = browser_of("carer")

    resident = carer.get(f"/residents/{world.peggy.pk}").content.decode()
    who = carer.get("/going").content.decode()

    for page in (resident, who):
        assert page.count('alt="Photo of Margaret Jones"') == 1
        assert f"/residents/{world.peggy.pk}/portrait?small" in page
    assert "Photo of Arthur Dale" not in who
    assert "Photo of" not in carer.get(f"/residents/{transfer.resident_id}").content.decode()
    answer = carer.get(f"/residents/{world.peggy.pk}/portrait", {"small": ""})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert len(answer.content) <= 8 * 1024
    assert browser_of("millbrook").get(f"/residents/{world.peggy.pk}/portrait").status_code == 404
    assert carer.get(f"/residents/{world.arthur.pk}/portrait").status_code == 404


def test_a_label_shows_the_photo_to_those_it_opens_to_and_to_nobody_else(world, browser_of, add):
    add(kind="photo")
    taken_by_crew(world)
    token = world.token(world.bag)

    for who in ("crew", "ward"):
        page = browser_of(who).get(f"/b/{token}").content.decode()
        assert f"/b/{token}/photo?small" in page
        assert 'alt="Photo of JONES, Margaret (Mrs)"' in page
        assert 'width="80"' in page
        browser_of(who).get(f"/b/{token}/photo")
        entries = Entry.objects.filter(action__startswith="viewed.", actor_id=world.people[who].pk)
        assert [each.action.partition(".")[2].split(".")[0] for each in entries] == ["scan"]
    assert browser_of("carer").get(f"/b/{token}/photo").status_code == 200
    for who in ("northgate", "millbrook"):
        assert browser_of(who).get(f"/b/{token}/photo").status_code == 404
    for who in ("auditor", "administrator"):
        assert browser_of(who).get(f"/b/{token}/photo").status_code in (403, 404)
    stranger = Client().get(f"/b/{token}/photo")
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/sign-in")
    assert "Photo of" not in Client().get(f"/b/{token}").content.decode()


def test_without_a_photo_there_is_no_picture_behind_the_label(world, browser_of):
    taken_by_crew(world)
    token = world.token(world.bag)

    assert "/photo" not in browser_of("crew").get(f"/b/{token}").content.decode()
    assert browser_of("crew").get(f"/b/{token}/photo").status_code == 404


def test_a_page_that_takes_too_long_is_given_up(world, browser_of, add, monkeypatch):
    kept = add(file=pdf(pages=2))
    monkeypatch.setattr(guarded, "SECONDS", 0.01)

    assert browser_of("carer").get(f"/documents/{kept.pk}/pages/2").status_code == 404


def test_a_journeys_page_shows_the_photo_to_the_ward_and_is_one_look(world, browser_of, add):
    add(kind="photo")
    transfer = in_hospital(world)
    address = f"/transfers/{transfer.pk}"
    ward = browser_of("ward")

    page = ward.get(address).content.decode()

    assert page.count(f"{address}/photo?small") == 1
    assert 'alt="Photo of JONES, Margaret (Mrs)"' in page
    answer = ward.get(f"{address}/photo", {"small": ""})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    looks = Entry.objects.filter(action__startswith="viewed.", actor_id=world.people["ward"].pk)
    assert [each.action for each in looks] == ["viewed.transfer"]
    assert browser_of("northgate").get(f"{address}/photo").status_code == 404


def test_who_waits_too_long_for_a_page_is_asked_to_try_again(world, browser_of, api, add, monkeypatch):
    kept = add(file=pdf(pages=2))
    monkeypatch.setattr(guarded, "WAIT", 0.01)
    monkeypatch.setattr(guarded, "AT_ONCE", threading.BoundedSemaphore(1))
    words = "The page is still being drawn. Try again in a moment."

    with guarded.AT_ONCE:
        page = browser_of("carer").get(f"/documents/{kept.pk}/pages/2")
        told = api("carer").get(f"documents/{kept.pk}/pages/2")
        form = send(browser_of("carer"), world, files.face(), title="Red form")

    for answer in (page, told):
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert words in page.content.decode()
    assert (told.json()["code"], told.json()["detail"]) == ("busy", words)
    assert words in form.content.decode()
    assert 'value="Red form"' in form.content.decode()
    assert browser_of("carer").get(f"/documents/{kept.pk}/pages/2").status_code == 200


@pytest.mark.parametrize("lost", ["file", "key"])
def test_a_file_that_cannot_be_read_any_more_is_said_in_words(world, browser_of, api, add, lost):
    paper, photo = add(kind="dnacpr"), add(kind="photo")
    for kept in (paper, photo):
        default_storage.delete(kept.file)
        if lost == "key":
            default_storage.save(kept.file, ContentFile(Fernet(Fernet.generate_key()).encrypt(b"sealed before")))

    for way in (f"documents/{paper.pk}/pages/1", f"documents/{paper.pk}/file", f"residents/{world.peggy.pk}/portrait"):
        page = browser_of("carer").get(f"/{way}")
        told = api("carer").get(way)
        assert (page.status_code, told.status_code) == (410, 410)
        assert "cannot be read any more. Add it again from the original." in page.content.decode()
        assert told.json()["code"] == "gone"


def test_a_small_photo_is_asked_for_each_time_and_nothing_else_is_held(world, browser_of, api, add):
    add(kind="photo")
    address = f"/residents/{world.peggy.pk}/portrait"
    carer = browser_of("carer")

    small, large = carer.get(address, {"small": ""}), carer.get(address)

    assert small["Cache-Control"] == "private, no-cache"
    assert "Cookie" in small["Vary"]
    assert large["Cache-Control"] == "private, no-store"
    known = {"If-None-Match": small["ETag"]}
    same = carer.get(address, {"small": ""}, headers=known)
    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-cache")
    known_there = {"If_None_Match": small["ETag"]}
    assert api("carer").get(f"residents/{world.peggy.pk}/portrait?small=true", **known_there).status_code == 304
    assert browser_of("millbrook").get(address, {"small": ""}, headers=known).status_code == 404
    assert Client().get(address, {"small": ""}, headers=known).status_code == 302
    add("senior", kind="photo", minutes=1, file=files.saved(files.drawn(size=(500, 500))))
    assert carer.get(address, {"small": ""}, headers=known).status_code == 200


def test_a_carer_takes_off_an_intimate_picture_they_filed_wrongly_without_seeing_it(world, browser_of, api, add):
    kept = add("carer", kind="wound", title="Left groin")
    others = add("senior", kind="wound")
    carer, listed = browser_of("carer"), f"/residents/{world.peggy.pk}/documents"

    page = carer.get(listed).content.decode()
    form = carer.get(f"/documents/{kept.pk}/remove")

    assert f"/documents/{kept.pk}/remove" in page
    assert str(others.pk) not in page
    assert form.status_code == 200
    for shown in (page, form.content.decode()):
        assert "Photo of skin or wound" in shown
        assert "Left groin" not in shown
    for way in ("", "/file", "/pages/1"):
        assert carer.get(f"/documents/{kept.pk}{way}").status_code == 404
    assert carer.get(f"/documents/{others.pk}/remove").status_code == 404
    done = carer.post(f"/documents/{kept.pk}/remove", {"why": "Arthur's"}, follow=True).content.decode()
    assert "Taken off: Photo of skin or wound." in done
    assert f"/documents/{kept.pk}/bring-back" in done
    assert "Left groin" not in done
    kept.refresh_from_db()
    assert kept.removed_why == "Arthur's"
    yours = api("carer").get(f"residents/{world.peggy.pk}/documents").json()["hidden_yours"]
    assert [each["id"] for each in yours] == [str(kept.pk)]
    assert api("carer").post(f"documents/{kept.pk}/bring-back").status_code == 200
    assert api("carer").post(f"documents/{others.pk}/remove", {"why": "x"}).status_code == 404
    assert api("carer").post(f"documents/{kept.pk}/remove", {"why": "x"}).status_code == 200


def test_a_senior_restricts_a_picture_and_opens_it_again(world, browser_of, add):
    kept = add(kind="other")
    senior, carer = browser_of("senior"), browser_of("carer")
    assert "Restrict: it stays here" in senior.get(f"/documents/{kept.pk}").content.decode()
    assert "Restrict: it stays here" not in carer.get(f"/documents/{kept.pk}").content.decode()
    assert carer.post(f"/documents/{kept.pk}/restricted", {"restricted": "yes"}).status_code == 403

    page = senior.post(f"/documents/{kept.pk}/restricted", {"restricted": "yes"}, follow=True).content.decode()

    assert "is now restricted, and does not travel" in page
    assert carer.get(f"/documents/{kept.pk}").status_code == 404
    senior.post(f"/documents/{kept.pk}/restricted", {"restricted": "no"})
    assert carer.get(f"/documents/{kept.pk}").status_code == 200
    assert senior.post(f"/documents/{kept.pk}/restricted").status_code == 422


def test_the_body_map_leads_to_a_photo_of_a_wound_with_the_tick_set(world, browser_of):
    address = f"/residents/{world.peggy.pk}/documents/new?kind=wound"
    carer = browser_of("carer")

    assert address in carer.get(f"/residents/{world.peggy.pk}/body-map").content.decode()
    assert "checked" in carer.get(address).content.decode()


def test_a_tick_that_was_taken_away_is_believed(world, browser_of):
    send(browser_of("carer"), world, files.face(), kind="wound")

    assert not Document.objects.get().restricted
