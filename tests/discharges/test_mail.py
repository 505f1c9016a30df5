"""Letters by mail: they reach the home whose address it is, wait for somebody, and are never lost or taken twice."""

import io
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from PIL import Image

from redbag.discharges import mail as mails
from redbag.discharges import mail_settling
from redbag.discharges.files import file_of, pages_of
from redbag.discharges.mail_folder import lying_in_folder, sweep_folder
from redbag.discharges.mail_parts import LARGEST, SMALL_PICTURE, TEXT_INSIDE, BadMail
from redbag.discharges.mailboxes import address_of, open_mailbox
from redbag.discharges.models import DischargeSummary, MailedLetter
from redbag.documents.uploads import remade
from redbag.errors import BadInput, NotAllowed
from redbag.journal.models import Entry
from redbag.management.commands import take_mail as command
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.discharges.documents import pdf
from tests.discharges.mails import attach, forwarded, mail, photo, with_pdf
from tests.documents.files import saved
from tests.world import NOW

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
SAID = {"hospital": "RDEM1", "dated_on": "20/11/2026", "seen": ["name", "nhs_number"]}


@pytest.fixture
def address(world):
    """Where Oakview's staff forward letters to."""
    return address_of(open_mailbox(actor=world.actor("manager"), home=world.oakview, now=NOW))


def take(message, **more):
    content = message if isinstance(message, bytes) else message.as_bytes()
    return mails.take_mail(content=content, now=NOW, **more)


def test_a_forwarded_pdf_waits_at_the_home_whose_address_it_is(world, address):
    taken = take(with_pdf(to=address.upper()))
    letter = MailedLetter.objects.get()
    assert (taken.outcome, taken.letters) == (mails.Outcome.KEPT, [letter])
    assert (letter.home, letter.sender, letter.subject) == (
        world.oakview,
        "Ward Clerk <clerk@nhs.net>",
        "FW: Discharge letter",
    )
    assert file_of(letter).startswith(b"%PDF-")
    assert MailedLetter.objects.visible_to(world.actor("carer")).count() == 1
    assert not MailedLetter.objects.visible_to(world.actor("millbrook")).exists()
    assert not MailedLetter.objects.visible_to(world.actor("ward")).exists()
    assert not DischargeSummary.objects.exists()


def test_the_same_mail_is_taken_once_by_whichever_way_it_comes(world, address):
    message = with_pdf(to=address)
    assert take(message).outcome == "kept"
    assert take(message).outcome == "seen_before"
    assert take(message, home=world.oakview).outcome == "seen_before"
    without_id = with_pdf(to=address, message_id="").as_bytes()
    assert [take(without_id).outcome, take(without_id).outcome] == ["kept", "seen_before"]
    assert MailedLetter.objects.count() == 2


def test_another_mail_under_the_same_id_is_taken_too(world, address):
    """As when somebody sends a mail once more because the letter was missing."""
    assert take(with_pdf(to=address)).outcome == "kept"
    once_more = attach(with_pdf(to=address), pdf(pages=2), name="forgotten.pdf")
    assert sorted(pages_of(each) for each in take(once_more).letters) == [1, 2]
    assert take(once_more).outcome == "seen_before"
    (dropped,) = Entry.objects.filter(action="mail.dropped")
    assert (dropped.facts["why"], dropped.organisation_id) == ("seen_before", world.oakview.pk)


def test_a_mail_is_the_same_however_its_lines_end(address):
    content = with_pdf(to=address).as_bytes()
    assert take(content).outcome == "kept"
    assert take(content.replace(b"\n", b"\r\n")).outcome == "seen_before"


def test_a_text_or_web_page_with_a_name_is_said_beside_the_letter(address):
    message = attach(with_pdf(to=address), b"{\\rtf1 Stop apixaban.}", kind="text/rtf", name="letter.rtf")
    attach(message, b"Sent from my phone", kind="text/plain", name="ATT00001.txt")
    leaflet, letter = take(message).letters
    assert (pages_of(leaflet), leaflet.fault) == (1, "")
    assert letter.fault == TEXT_INSIDE


def test_a_small_file_is_a_page_when_it_has_the_dots_of_one_and_a_logo_when_not(address):
    message = with_pdf(to=address)
    for size in ((1200, 1600), (200, 80)):
        content = saved(Image.new("L", size, "white"), form="PNG")
        assert len(content) < SMALL_PICTURE
        message.add_attachment(content, "image", "png", disposition="inline", filename="image001.png")
    assert [pages_of(each) for each in take(message).letters] == [1, 1]
    assert MailedLetter.objects.count() == 2


def test_the_same_file_twice_in_a_mail_is_made_anew_once(address, monkeypatch):
    made = []
    monkeypatch.setattr(mails, "remade", lambda file: made.append(file) or remade(file))
    assert len(take(attach(with_pdf(to=address), pdf())).letters) == 1
    assert len(made) == 1


def test_every_pdf_is_kept_by_itself_and_photos_become_one(address):
    message = attach(with_pdf(to=address), pdf(pages=2), name="second.pdf")
    attach(
        attach(message, photo(), kind="image/jpeg", name="1.jpg"), photo((901, 1200)), kind="image/jpeg", name="2.jpg"
    )
    letters = take(message).letters
    assert sorted(pages_of(each) for each in letters) == [1, 2, 2]
    assert all(not each.fault for each in letters)


def test_a_letter_in_a_mail_in_a_mail_is_found(address):
    deep = forwarded(forwarded(with_pdf()), to=address)
    (letter,) = take(deep).letters
    assert pages_of(letter) == 1


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (mail(subject="[secure] Discharge"), "No letter inside: the mail is locked. Open it in NHSmail."),
        (attach(mail(), b"x" * 99, kind="application/pkcs7-mime", name="smime.p7m"), "the mail is locked"),
        (attach(mail(), b"x" * 99, kind="application/ms-tnef", name="winmail.dat"), "winmail.dat"),
        (mail(), "No letter inside: open the mail in NHSmail"),
        (attach(mail(), b"PK\3\4word", kind="application/zip", name="letter.docx"), "This is a Word file"),
        (with_pdf(content=b"%PDF-1.7 broken"), "This PDF is damaged"),
    ],
)
def test_a_mail_without_a_letter_that_can_be_opened_says_so_and_waits(world, message, words):
    (letter,) = take(message, home=world.oakview).letters
    assert letter.file == ""
    assert words in letter.fault


def test_mail_for_an_unknown_address_or_from_no_person_is_counted_and_dropped(world, address):
    assert take(with_pdf(to="letters+oakview-guessed@x.example")).outcome == "unknown_address"
    assert take(mail(to=address, Auto_Submitted="auto-replied")).outcome == "automatic"
    assert not MailedLetter.objects.exists()
    assert [entry.facts["why"] for entry in Entry.objects.filter(action="mail.dropped").order_by("at", "pk")] == [
        "unknown_address",
        "automatic",
    ]
    assert take(with_pdf(to=address, Auto_Submitted="auto-generated")).outcome == "kept"  # a letter is never dropped


def test_an_address_that_was_changed_takes_nothing_any_more(world, address):
    new = address_of(open_mailbox(actor=world.actor("manager"), home=world.oakview, now=NOW))
    assert take(with_pdf(to=address)).outcome == "unknown_address"
    assert take(with_pdf(to=new)).outcome == "kept"
    with pytest.raises(NotAllowed):
        open_mailbox(actor=world.actor("senior"), home=world.oakview, now=NOW)


def test_what_is_no_mail_or_too_large_is_refused(address):
    for content in (b"", b"no mail at all", b"x" * (LARGEST + 1)):
        with pytest.raises(BadMail):
            take(content)


def test_a_mail_that_is_too_large_waits_as_words_at_its_home(world, address):
    large = with_pdf(to=address).as_bytes() + b"x" * LARGEST
    (letter,) = take(large).letters
    assert (letter.home, letter.subject, letter.file) == (world.oakview, "FW: Discharge letter", "")
    assert letter.fault.startswith("The mail is larger than 35 MB. Open the mail in NHSmail")
    assert take(large).letters == []
    assert MailedLetter.objects.count() == 1
    with pytest.raises(BadMail):  # who hands one in is told at once
        take(large, home=world.oakview)


def test_somebody_says_whose_it_is_and_it_becomes_a_summary(world, address):
    (letter,) = take(with_pdf(to=address)).letters
    act = {"actor": world.actor("carer"), "letter": letter, "transfer": None, "now": NOW}
    with pytest.raises(BadInput, match="at least one more"):
        mail_settling.file_mailed(resident=world.peggy, values=SAID | {"seen": ["name"]}, **act)
    with pytest.raises(NotAllowed):
        mail_settling.file_mailed(resident=world.nora, values=SAID, **act)
    summary = mail_settling.file_mailed(resident=world.peggy, values=SAID, **act)
    assert (summary.source, summary.resident, summary.hospital) == ("mailed", world.peggy, "St Mary's Hospital")
    letter.refresh_from_db()
    assert (letter.summary, letter.settled_by_name) == (summary, "Carer Tester")
    assert file_of(summary) == file_of(letter)
    with pytest.raises(mail_settling.MailSettled):
        mail_settling.file_mailed(resident=world.arthur, values=SAID, **act)


def test_a_letter_about_somebody_else_is_removed_and_no_word_of_it_is_written(
    world, address, files, django_capture_on_commit_callbacks
):
    (letter,) = take(with_pdf(to=address)).letters
    with django_capture_on_commit_callbacks(execute=True):
        mail_settling.put_aside(actor=world.actor("carer"), letter=letter, reason="not_ours", note="", now=NOW)
    letter.refresh_from_db()
    assert (letter.file, letter.summary) == ("", None)
    assert [each for each in files.rglob("*") if each.is_file()] == []
    entry = Entry.objects.get(action="mail.put_aside")
    assert (entry.facts, entry.personal_digest) == ({"why": "not_ours", "data_incident": True}, "")


def test_a_mail_that_waits_an_hour_is_a_reminder_until_somebody_dealt_with_it(world, address):
    (letter,) = take(with_pdf(to=address)).letters
    watch(now=NOW + timedelta(minutes=61))
    reminder = Reminder.objects.get(kind="mailed_letter")
    assert (reminder.subject, reminder.organisation) == (letter.pk, world.oakview)
    assert reminder.told_at is not None
    mail_settling.put_aside(actor=world.actor("carer"), letter=letter, reason="have_it", note="", now=NOW)
    watch(now=NOW + timedelta(minutes=62))
    reminder.refresh_from_db()
    assert reminder.needless_at is not None


def test_mail_in_the_folder_is_taken_once_and_leaves_no_word_behind(world, address, settings, tmp_path, capfdbinary):
    settings.REDBAG_DATA = tmp_path
    folder = tmp_path / "mail-in"
    folder.mkdir()
    (folder / "1.eml").write_bytes(with_pdf(to=address).as_bytes())
    (folder / "2.eml").write_bytes(b"no mail")
    (folder / "3.eml.part").write_bytes(b"not finished")
    assert sweep_folder(now=lambda: NOW) == 2
    assert sweep_folder(now=lambda: NOW) == 0
    assert MailedLetter.objects.count() == 1
    (done,) = (folder / "done").iterdir()
    assert done.read_text().split()[1:] == ["kept", "1", "1.eml"]
    (failed,) = (folder / "failed").iterdir()
    assert b"no mail" not in failed.read_bytes(), "it may hold anything, so it lies sealed"
    call_command("failed_mail", failed.name)
    assert capfdbinary.readouterr().out.endswith(b"\nno mail"), "after a line of the log"
    assert (folder / "3.eml.part").exists()


def test_a_mail_that_fails_stops_no_other_and_its_home_is_told_in_the_end(
    world, address, settings, tmp_path, monkeypatch
):
    settings.REDBAG_DATA = tmp_path
    folder = tmp_path / "mail-in"
    folder.mkdir()
    names = [f"{'long' * 50}.eml", "2.eml"]
    for age, name in enumerate(names):
        (folder / name).write_bytes(with_pdf(to=address, message_id=f"<{age}@nhs.net>").as_bytes())
        os.utime(folder / name, (age, age))
    bad, clock = (folder / names[0]).read_bytes(), [NOW]

    def fails(*, content, now):
        clock[0] += timedelta(seconds=5)  # longer than a sweep
        if content == bad:
            raise OSError("the disk is full")
        return mails.take_mail(content=content, now=now)

    def sweep(after):
        clock[0] = NOW + after
        sweep_folder(now=lambda: clock[0])
        return lying_in_folder()

    monkeypatch.setattr("redbag.discharges.mail_folder.take_mail", fails)
    assert sweep(timedelta()) == {"waiting": 1, "again": 1, "failed": 0}
    assert sweep(timedelta(seconds=20)) == {"waiting": 0, "again": 1, "failed": 0}
    assert MailedLetter.objects.get().fault == ""
    (waits,) = (folder / "again").iterdir()
    assert bad not in waits.read_bytes()
    for after in (timedelta(minutes=2), timedelta(minutes=20), timedelta(minutes=40)):
        assert sweep(after) == {"waiting": 0, "again": 1, "failed": 0}
    assert sweep(timedelta(hours=2)) == {"waiting": 0, "again": 0, "failed": 1}
    told = MailedLetter.objects.exclude(fault="").get()
    assert (told.home, told.file, told.fault.split(".")[0]) == (
        world.oakview,
        "",
        "A mail came that could not be taken in",
    )


def test_what_is_lost_to_another_worker_stops_no_other(world, address, settings, tmp_path, monkeypatch):
    settings.REDBAG_DATA = tmp_path
    folder = tmp_path / "mail-in"
    folder.mkdir()
    (folder / "gone.eml").symlink_to(folder / "nowhere")
    (folder / "2.eml").write_bytes(with_pdf(to=address).as_bytes())
    monkeypatch.setattr(
        "redbag.discharges.mail_folder._mails", lambda where: where.glob("*.eml") if where == folder else iter(())
    )
    assert sweep_folder(now=lambda: NOW) == 1


class Pipe(io.BytesIO):
    @property
    def buffer(self):
        return self


def test_a_mail_server_is_told_by_exit_codes_whether_to_try_again(world, address, monkeypatch, capsys):
    def piped(content, *addresses):
        monkeypatch.setattr("sys.stdin", Pipe(content))
        try:
            call_command("take_mail", *addresses)
        except SystemExit as ended:
            return ended.code
        return 0

    assert piped(with_pdf().as_bytes(), address) == 0
    assert piped(b"") == 65
    monkeypatch.setattr(command, "take_mail", lambda **_: 1 / 0)
    assert piped(with_pdf().as_bytes(), address) == 75
    assert MailedLetter.objects.count() == 1
