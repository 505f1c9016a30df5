"""A letter that came on paper: photographed at the home, put in order, filed with whom it is about."""

import html
import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from redbag.discharges import actions, copy_pages, copying
from redbag.discharges.files import file_of, pages_of
from redbag.discharges.mail import take_mail
from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.journal.models import Entry
from tests.discharges.documents import pdf
from tests.discharges.mails import attach, mail, with_pdf
from tests.documents.files import drawn, saved
from tests.web.journeys import in_hospital, pack

pytestmark = pytest.mark.django_db
SAID = {"hospital": "RDEM1", "dated_on": "20/11/2026", "seen": ["name", "date_of_birth"]}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """The files of this test alone."""
    options = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    return tmp_path


def photo(colour="white", size=(300, 400)):
    return SimpleUploadedFile("p.jpg", saved(drawn(size=size)), content_type="image/jpeg")


def begun(browser, world, *files, query=""):
    answer = browser.post(f"/residents/{world.peggy.pk}/letters/copy{query}", {"file": list(files) or [photo()]})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return LetterCopy.objects.latest("changed_at")


def finished(browser, copy, **said):
    return browser.post(f"/letter-copies/{copy.pk}/whole", SAID | said)


def test_a_letter_is_photographed_page_by_page_and_filed_as_one_pdf(world, browser_of):
    journey, carer = in_hospital(world), browser_of("carer")
    copy = begun(carer, world, photo(), SimpleUploadedFile("two.pdf", pdf(pages=2)))
    carer.post(f"/letter-copies/{copy.pk}", {"photo": photo()})
    shown = carer.get(f"/letter-copies/{copy.pk}").content.decode()
    assert "4 pages so far" in shown
    assert carer.get(f"/letter-copies/{copy.pk}/pages/1")["Content-Type"] == "image/jpeg"

    answer = finished(carer, copy)

    summary = DischargeSummary.objects.get()
    assert answer["Location"] == f"/discharge-summaries/{summary.pk}"
    assert (summary.source, summary.form, summary.state) == ("copied", "pdf", "sent")
    assert (summary.home, summary.resident, summary.transfer) == (world.oakview, world.peggy, journey)
    assert (summary.organisation, summary.hospital) == (world.oakview, "St Mary's Hospital")
    assert (summary.written_by_name, str(summary.dated_on)) == ("Carer Tester", "2026-11-20")
    assert pages_of(summary) == 4
    assert not hasattr(summary, "acknowledgement")
    assert not LetterCopy.objects.exists()
    entry = Entry.objects.get(action="letter.copied")
    assert (entry.facts["seen"], entry.resident_id) == (["name", "date_of_birth"], world.peggy.pk)
    page = carer.get(answer["Location"]).content.decode()
    assert "Copied by the home" in page
    assert "Page 4 of 4 of the letter" in page
    for where in ("/", "/discharge-summaries", f"/transfers/{journey.pk}"):
        assert "Copied by the home" in carer.get(where).content.decode()


def test_everything_of_a_letter_lies_encrypted(world, browser_of, files, django_capture_on_commit_callbacks):
    carer = browser_of("carer")
    copy = begun(carer, world)
    with django_capture_on_commit_callbacks(execute=True):
        finished(carer, copy)
    summary = DischargeSummary.objects.get()
    carer.get(f"/discharge-summaries/{summary.pk}/pages/1")
    kept = [each for each in files.rglob("*") if each.is_file()]
    assert len(kept) == 2  # the PDF and the picture of its page; the photos are gone
    assert all(each.read_bytes().startswith(b"gAAAAA") for each in kept)
    assert file_of(summary).startswith(b"%PDF-")


def test_a_file_kept_plain_before_is_still_read(world, browser_of):
    carer = browser_of("carer")
    finished(carer, begun(carer, world))
    name = default_storage.save("discharges/old.pdf", io.BytesIO(pdf(pages=3)))
    DischargeSummary.objects.update(file=name)
    summary = DischargeSummary.objects.get()
    assert pages_of(summary) == 3
    assert carer.get(f"/discharge-summaries/{summary.pk}/pages/3")["Content-Type"] == "image/jpeg"
    assert carer.get(f"/discharge-summaries/{summary.pk}/pages/4").status_code == 404


def test_pages_are_moved_turned_and_taken_off(world, browser_of):
    carer = browser_of("carer")
    copy = begun(carer, world, photo(), photo(size=(400, 300)), SimpleUploadedFile("a.pdf", pdf()))
    first, second, third = copy_pages.pages_in(copy)
    for page, change in ((second, "earlier"), (second, "turn"), (third, "remove")):
        carer.post(f"/letter-copies/{copy.pk}", {"page": page.id, "change": change})
    copy.refresh_from_db()
    assert [(each.id, each.turn) for each in copy_pages.pages_in(copy)] == [(second.id, 90), (first.id, 0)]
    finished(carer, copy)
    with pikepdf.open(io.BytesIO(file_of(DischargeSummary.objects.get()))) as whole:
        assert [int(page.obj.get("/Rotate", 0)) for page in whole.pages] == [90, 0]


def test_a_letter_is_filed_only_with_two_things_on_it_that_say_whose_it_is(world, browser_of):
    carer = browser_of("carer")
    copy = begun(carer, world)
    answer = finished(carer, copy, seen=["name"], **{"heading-diagnoses": "Pneumonia"})
    assert answer.status_code == 422
    assert "at least one more" in answer.content.decode()
    assert "Pneumonia" in answer.content.decode()  # what was typed is kept
    assert not DischargeSummary.objects.exists()
    finished(carer, copy, seen=["name", "nhs_number"], **{"heading-diagnoses": "Pneumonia"})
    assert DischargeSummary.objects.get().texts() == {"diagnoses": "Pneumonia"}


def test_somebody_elses_letter_is_gone_at_once_and_no_word_of_it_stays(
    world, browser_of, files, django_capture_on_commit_callbacks
):
    carer = browser_of("carer")
    copy = begun(carer, world)
    assert "Ring the hospital" in carer.get(f"/letter-copies/{copy.pk}/somebody-elses").content.decode()
    assert LetterCopy.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        told = carer.post(f"/letter-copies/{copy.pk}/somebody-elses").content.decode()
    assert "Ring the hospital" in told
    assert not LetterCopy.objects.exists()
    assert [each for each in files.rglob("*") if each.is_file()] == []
    entry = Entry.objects.get(action="letter.somebody_elses")
    assert entry.facts["data_incident"] is True
    assert entry.personal_digest == ""


def test_a_colleague_goes_on_with_a_copy_and_after_a_week_it_is_forgotten(world, browser_of, files):
    copy = begun(browser_of("carer"), world)
    senior = browser_of("senior")
    assert "Go on with it" in senior.get(f"/residents/{world.peggy.pk}/letters/copy").content.decode()
    assert begun(senior, world).pk == copy.pk
    assert "The copy of a hospital letter is not finished" in senior.get("/").content.decode()
    assert browser_of("millbrook").get(f"/letter-copies/{copy.pk}").status_code == 404
    later = world.now + timedelta(hours=1)
    assert copying.forget_copies(now=later + timedelta(days=6)) == 0
    assert copying.forget_copies(now=later + timedelta(days=7)) == 1
    assert not LetterCopy.objects.exists()


def test_one_bad_file_among_good_ones_loses_none_of_them(world, browser_of):
    carer = browser_of("carer")
    answer = carer.post(
        f"/residents/{world.peggy.pk}/letters/copy",
        {"file": [photo(), SimpleUploadedFile("x.docx", b"PK\3\4word"), photo()]},
    )
    assert answer.status_code == 422
    assert "File 2: This is a Word file" in answer.content.decode()
    assert len(copy_pages.pages_in(LetterCopy.objects.get())) == 2


def test_a_file_that_cannot_be_taken_leaves_no_copy_to_go_on_with(world, browser_of):
    carer, page = browser_of("carer"), f"/residents/{world.peggy.pk}/letters/copy"
    assert carer.post(page, {"file": SimpleUploadedFile("x.docx", b"PK\3\4word")}).status_code == 422
    assert "Go on with it" not in carer.get(page).content.decode()
    assert "is not finished" not in carer.get("/").content.decode()


def test_a_copy_made_again_takes_the_place_of_the_first_and_both_stay(world, browser_of):
    in_hospital(world)
    carer = browser_of("carer")
    finished(carer, begun(carer, world))
    first = DischargeSummary.objects.get()
    again = begun(carer, world, query=f"?replaces={first.pk}")
    finished(carer, again)
    first.refresh_from_db()
    second = DischargeSummary.objects.exclude(pk=first.pk).get()
    assert (first.state, second.state, second.version) == ("superseded", "sent", 2)
    assert (second.follows, second.relation) == (first, "replaces")


def test_a_copy_and_what_the_hospital_sends_later_both_stand_and_name_each_other(world, browser_of, at):
    journey, carer = in_hospital(world), browser_of("carer")
    finished(carer, begun(carer, world))
    copied = DischargeSummary.objects.get()
    sent = actions.write_summary(
        actor=world.actor("ward"),
        transfer=journey,
        organisation=world.stmarys,
        headings={"diagnoses": "Pneumonia"},
        file=None,
        form="headings",
        draft=False,
        now=world.now + timedelta(hours=2),
    )
    copied.refresh_from_db()
    assert (copied.state, sent.state) == ("sent", "sent")
    assert "Also came from the hospital on" in carer.get(f"/discharge-summaries/{copied.pk}").content.decode()
    assert "Also copied by the home on" in carer.get(f"/discharge-summaries/{sent.pk}").content.decode()


def test_another_residents_journey_is_not_theirs(world, browser_of):
    journey = in_hospital(world, resident=world.arthur)
    answer = browser_of("carer").get(f"/residents/{world.peggy.pk}/letters/copy?transfer={journey.pk}")
    assert answer.status_code == 404


def test_the_return_note_is_offered_where_a_journey_goes_outside_the_network(world, browser_of):
    outside = pack(world, destination=None, destination_text="Cottage Hospital")
    carer = browser_of("carer")
    for page in (f"/transfers/{outside.pk}", f"/going/{outside.pk}/ready"):
        assert f"/transfers/{outside.pk}/return-note" in carer.get(page).content.decode()
    note = carer.get(f"/transfers/{outside.pk}/return-note")
    assert (note["Content-Type"], note.content[:5]) == ("application/pdf", b"%PDF-")
    copy = begun(carer, world, query=f"?transfer={outside.pk}&return_note")
    finished(carer, copy, dated_on="", hospital="", hospital_name="Cottage Hospital")
    summary = DischargeSummary.objects.get()
    assert (summary.return_note, summary.hospital, summary.dated_on) == (True, "Cottage Hospital", None)
    assert "Return note, copied by the home" in carer.get("/discharge-summaries").content.decode()


def test_letters_by_mail_are_read_named_and_filed_on_the_page(world, browser_of):
    journey, carer, manager = in_hospital(world), browser_of("carer"), browser_of("manager")
    manager.post("/mailed-letters/address")
    (letter,) = take_mail(content=with_pdf().as_bytes(), home=world.oakview, now=world.now).letters
    assert "1 letter waits: say whose it is" in carer.get("/").content.decode()
    shown = carer.get("/mailed-letters").content.decode()
    assert "letters+oakview-" in shown
    assert "clerk@nhs.net" in shown
    page = f"/mailed-letters/{letter.pk}"
    tapped = carer.get(page).content.decode()
    assert "Page 1 of 1 of the letter" in tapped
    assert f"?resident={world.peggy.pk}" in tapped
    assert str(world.nora.pk) not in tapped
    assert carer.get(f"{page}/pages/1")["Content-Type"] == "image/jpeg"
    assert carer.get(f"{page}?resident={world.nora.pk}").status_code == 404
    said = SAID | {"resident": world.peggy.pk, "stay": journey.pk}
    assert carer.post(page, said | {"dated_on": "31/2/2026"}).status_code == 422
    answer = carer.post(page, said)
    summary = DischargeSummary.objects.get()
    assert (answer["Location"], summary.transfer) == (f"/discharge-summaries/{summary.pk}", journey)
    assert "Came by mail, filed by the home" in carer.get(answer["Location"]).content.decode()
    assert browser_of("millbrook").get(page).status_code == 404


def test_a_mail_without_a_file_says_how_its_letter_gets_in(world, browser_of):
    message = attach(mail(), b"PK\3\4word", kind="application/zip", name="letter.docx")
    (letter,) = take_mail(content=message.as_bytes(), home=world.oakview, now=world.now).letters
    page = browser_of("carer").get(f"/mailed-letters/{letter.pk}").content.decode()
    assert "This is a Word file" in page
    assert 'href="/letters/copy">put it in here</a>' in page
    assert "the file is removed here" not in page


def test_a_mail_is_put_aside_only_with_a_reason(world, browser_of):
    carer = browser_of("carer")
    (letter,) = take_mail(content=with_pdf().as_bytes(), home=world.oakview, now=world.now).letters
    assert carer.post(f"/mailed-letters/{letter.pk}/aside").status_code == 422
    done = carer.post(f"/mailed-letters/{letter.pk}/aside", {"reason": "not_ours"}, follow=True).content.decode()
    assert "delete it in NHSmail" in done
    assert "It is about somebody who does not live here" in done


def test_a_letter_filed_with_the_wrong_resident_is_taken_off_and_filed_with_the_right_one(
    world, browser_of, django_capture_on_commit_callbacks
):
    journey, carer = in_hospital(world), browser_of("carer")
    plan = "GP to check kidneys in 1 week"
    finished(carer, begun(carer, world), **{"heading-plan_and_requested_actions": plan})
    wrong = DischargeSummary.objects.get()
    assert wrong.follow_ups.filter(done_at=None).exists()
    page = f"/discharge-summaries/{wrong.pk}"
    assert "This letter is somebody else's" in html.unescape(carer.get(page).content.decode())
    assert carer.post(f"{page}/not-theirs").status_code == 422
    assert carer.post(f"{page}/not-theirs", {"resident": world.nora.pk}).status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        answer = carer.post(f"{page}/not-theirs", {"resident": world.arthur.pk})

    copy = LetterCopy.objects.get()
    assert (answer["Location"], copy.resident) == (f"/letter-copies/{copy.pk}", world.arthur)
    assert [each.pages for each in copy_pages.pages_in(copy)] == [1]
    wrong.refresh_from_db()
    assert (wrong.state, wrong.file, wrong.texts()) == ("superseded", "", {})
    assert not wrong.follow_ups.filter(done_at=None).exists()
    shown = html.unescape(carer.get(page).content.decode())
    assert "It was somebody else's letter. Carer Tester took it off" in shown
    assert plan not in carer.get(f"/transfers/{journey.pk}").content.decode()
    finished(carer, copy)
    right = DischargeSummary.objects.exclude(pk=wrong.pk).get()
    assert (right.resident, right.state, pages_of(right)) == (world.arthur, "sent", 1)
    assert Entry.objects.get(action="letter.taken_off").facts["moved"] is True


def test_what_a_hospital_sent_cannot_be_taken_off_by_the_home(world, browser_of):
    journey = in_hospital(world)
    sent = actions.write_summary(
        actor=world.actor("ward"),
        transfer=journey,
        organisation=world.stmarys,
        headings={"diagnoses": "Pneumonia"},
        file=None,
        form="headings",
        draft=False,
        now=world.now + timedelta(minutes=50),
    )
    carer = browser_of("carer")
    assert carer.post(f"/discharge-summaries/{sent.pk}/not-theirs", {"resident": "nobody"}).status_code == 409
    sent.refresh_from_db()
    assert sent.state == "sent"
