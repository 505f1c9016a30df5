"""One journey as a story that an inspector can read: nothing left out, everything kept made anew, no lie kept quiet."""

import io
import json
import re
from datetime import timedelta

import pikepdf
import pypdf
import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from redbag.discharges.actions import write_summary
from redbag.documents.actions import add_document
from redbag.documents.models import Document
from redbag.errors import NotAllowed
from redbag.journal.checkpoints import make_checkpoint
from redbag.journal.destroying import destroy_personal
from redbag.journal.models import Checkpoint, Entry, Seal
from redbag.journal.recording import record_refusal, record_view
from redbag.journal.sealing import seal_pending
from redbag.management.append_only import writable
from redbag.notes.actions import write_note
from redbag.reports.inspection import story_of, view_of
from redbag.reports.inspection_paper import Heading, set_in_type
from redbag.reports.journal import entries
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.vault import keep_file
from tests.documents.files import face
from tests.web.journeys import pack, tell

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=8)


def letter():
    """A PDF of one empty page."""
    page, written = pikepdf.new(), io.BytesIO()
    page.add_blank_page()
    page.save(written)
    return written.getvalue()


def text_of(paper):
    """What a paper says; a line may break where nobody sees it."""
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)
    return said.replace("\u200b", "")


def unspaced(text):
    return re.sub(r"\s", "", text)


@pytest.fixture
def journey(world, own_files):
    """Peggy's journey with a paper, a hand-over taken back, a thing not found, a letter, a note and two looks."""
    senior, ward = world.actor("senior"), world.actor("ward")
    values = {"kind": "this_is_me", "title": "This is Peggy"}
    add_document(actor=senior, resident=world.peggy, file=face(), values=values, now=world.now)
    transfer = pack(world)
    glasses = transfer.facts.get(kind="pack").items[0]["id"]
    tell(world, "crew", transfer, minutes=20, kind="handoff", to="RDEM9")
    wrong = tell(world, "ward", transfer, minutes=50, kind="handoff", to="RDEM1", place="Ward 9")
    tell(world, "ward", transfer, minutes=55, kind="void", fact=wrong.id, reason="Wrong ward")
    tell(
        world,
        "ward",
        transfer,
        minutes=60,
        kind="handoff",
        to="RDEM1",
        place="A&E",
        items=[{"item": glasses, "state": "missing", "note": "not in the pot"}],
    )
    sent = {"headings": None, "file": letter(), "form": "pdf", "draft": False}
    write_summary(actor=ward, transfer=transfer, organisation=world.stmarys, now=world.now + timedelta(hours=2), **sent)
    write_note(actor=ward, transfer=transfer, words="Her scarf is here", now=world.now + timedelta(hours=3))
    tell(world, "carer", transfer, minutes=240, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=250, kind="outcome", outcome="closed")
    for minutes, who in ((70, "ward"), (300, "manager")):
        at, actor = world.now + timedelta(minutes=minutes), world.actor(who)
        place, whose = actor.first_place(), transfer.resident_id
        record_view("transfer", transfer, actor=actor, at=at, organisation=place, resident=whose)
    nobody = {"actor": world.actor("northgate"), "organisation": world.northgate, "resident": world.peggy.pk}
    record_refusal("web:transfer", at=world.now + timedelta(minutes=90), subject=("transfer", transfer.pk), **nobody)
    make_checkpoint(now=world.now + timedelta(hours=6))
    if connection.vendor == "postgresql":  # or no trigger can be taken off in this transaction
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Transfer.objects.select_related("home", "resident", "bag", "destination", "holder").get(pk=transfer.pk)


def story(world, journey, who="manager"):
    actor = world.actor(who)
    return story_of(journey, actor=actor, view=view_of(actor, journey), now=world.now + LATER)


def test_everything_is_told_in_the_order_of_time_with_who_says_so(world, journey):
    told = story(world, journey)
    says = [(row["kind"], row["says"]) for row in told["moments"] if row["kind"] != "Copy kept"]
    assert says == [
        ("Packed", "Bag packed"),
        ("Hand-over", "Lifeline Ambulance Service has the bag"),
        ("Hand-over", "St Mary's Hospital, Ward 9 has the bag"),
        ("Correction", "Took back: St Mary's Hospital, Ward 9 has the bag (21 Nov 2026, 03:40)"),
        ("Hand-over", "St Mary's Hospital, A&E has the bag"),
        ("Not found", "Glasses: Brown frame: Not found (case " + says[5][1][-9:]),
        ("Letter", "Discharge summary, version 1 sent"),
        ("Note", "A note was written"),
        ("Hand-over", "Oakview has the bag"),
        ("Outcome", "Finished"),
    ]
    taken_back = next(row for row in told["moments"] if "Ward 9" in row["says"])
    assert taken_back["taken_back"] == "taken back 21 Nov 2026, 03:45 by Ward Tester: Wrong ward"
    assert "Her scarf" not in json.dumps(told)  # that there was a note is told, its words are not
    assert [each["title"] for each in told["documents"]] == ["This is Peggy"]
    assert told["exceptions"][-2:] == ["1 not found", "1 corrected"]


def test_who_looked_is_told_with_refusals_and_exactly_these_entries_are_proved(world, journey):
    log = story(world, journey)["journal"]
    assert [(each["who"], each["how"]) for each in log["looks"]] == [
        ("Ward Tester", "On a page"),
        ("Northgate Tester", "Was refused"),
        ("Manager Tester", "On a page"),
    ]
    assert log["looks"][1]["unusual"] == ["Was refused", "Their place was on no journey with this resident"]
    proof = log["proof"]
    assert proof["entries"] == proof["sealed"] == len(log["looks"]) + len(log["done"]) > 10
    assert (proof["checkpoint"]["seal"], proof["whole"], proof["faults"]) == (Seal.objects.count(), True, [])


def test_untouched_everything_fits(world, journey):
    told = story(world, journey)
    assert {row["verdict"] for row in told["proofs"]} == {"fits"}
    assert told["faults"] == []
    kinds = [row["what"].split(":")[0].split(",")[0] for row in told["proofs"]]
    assert {"What the hospital was told", "Paper or picture that travelled", "Discharge summary"} <= set(kinds)


def test_everything_fits_after_the_keys_were_changed_and_what_was_changed_is_found_still(world, journey, settings):
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    settings.LABEL_KEYS = [Fernet.generate_key().decode(), *settings.LABEL_KEYS]
    call_command("rotate_keys")
    settings.DATA_KEYS, settings.LABEL_KEYS = settings.DATA_KEYS[:1], settings.LABEL_KEYS[:1]
    told = story(world, journey)
    assert told["faults"] == []
    assert [row["what"] for row in told["proofs"] if row["what"].endswith("and of 7 every word")]
    a_fact(journey)
    assert [each for each in story(world, journey)["faults"] if "it was changed after it was told" in each]


def test_what_is_gone_by_rule_is_no_fault_although_its_files_are_still_being_removed(world, journey):
    a_fact(journey)
    told = list(Entry.objects.filter(subject_id=journey.pk).values_list("pk", flat=True))
    destroy_personal(told, actor=None, at=world.now, why="retention", resident=journey.resident_id)
    assert story(world, journey)["faults"] == []


def test_a_bag_that_never_came_back_is_an_exception(world, journey):
    assert not [each for each in story(world, journey)["exceptions"] if "bag" in each]
    journey.back_at = None
    assert "1 bag not back when it was finished" in story(world, journey)["exceptions"]


def test_marks_of_facts_are_not_shown_as_if_they_were_words_about_somebody(world, journey):
    rows = entries(actor=world.actor("manager"), subject=journey.pk, resident=None, before=None, limit=200)
    assert [row["personal"] for row in rows if row["action"] in ("bag.packed", "fact.handoff")] == [None] * 5


def a_fact(journey):
    with writable(Fact):
        Fact.objects.filter(place="A&E").update(place="A&E, cubicle 2")


def a_fact_gone(journey):
    with writable(Fact):
        Fact.objects.filter(place="Ward 9").delete()


def a_snapshot(journey):
    row = journey.snapshots.order_by("version").first()
    with writable(Snapshot):
        Snapshot.objects.filter(pk=row.pk).update(content=row.content.replace("Brown frame", "Gold frame"))


def a_paper(journey):
    Document.objects.update(file=keep_file("documents/other", b"another picture"))


def a_paper_and_its_digest(journey):
    Document.objects.update(digest="0" * 64)


def a_letter(journey):
    default_storage.delete(journey.discharge_summaries.get().file)


def an_entry(journey):
    with writable(Entry):
        Entry.objects.filter(action="viewed.transfer").update(organisation_id=None)


def a_checkpoint(journey):
    with writable(Checkpoint):
        Checkpoint.objects.update(entries=1)


TAMPERING = {
    "a word of a hand-over": (a_fact, "it was changed after it was told: the mark in entry"),
    "a correction's cause taken out": (a_fact_gone, "tells of it, but it is gone"),
    "what the hospital was told": (a_snapshot, "its SHA-256 is not the one that was noted"),
    "another picture in a paper's place": (a_paper, "its SHA-256 is not the one that was noted"),
    "a paper with its digest": (a_paper_and_its_digest, "no paper with this SHA-256 is kept any more"),
    "who looked": (an_entry, "(viewed.transfer) was changed after seal"),
    "the signed checkpoint": (a_checkpoint, "is not what was signed"),
    "a letter's file gone": (a_letter, "its file is gone"),
}


def test_what_was_changed_behind_the_triggers_is_named_and_never_passed_over(world, journey):
    for name, (tamper, words) in TAMPERING.items():
        with transaction.atomic():
            tamper(journey)
            faults = story(world, journey)["faults"]
            assert [each for each in faults if words in each], (name, faults)
            transaction.set_rollback(True)


def test_an_entry_that_is_not_sealed_yet_is_told_as_such(world, journey):
    at = world.now + timedelta(hours=7)
    record_view("case", journey, actor=world.actor("senior"), at=at, resident=journey.resident_id)
    proof = story(world, journey)["journal"]["proof"]
    assert (proof["unsealed"], proof["faults"]) == (1, [])
    seal_pending(now=at)
    proof = story(world, journey)["journal"]["proof"]
    assert (proof["unsealed"], proof["checkpoint"]) == (0, None)  # sealed, but signed by no checkpoint so far


def test_a_party_reads_its_own_view_and_nobody_else_reads_any(world, journey):
    told = story(world, journey, "ward")
    assert (told["inside"], told["journal"]) == (False, None)
    assert "Manager Tester" not in json.dumps(told)
    assert [row["says"] for row in told["moments"] if row["kind"] == "Letter"] == ["Discharge summary, version 1 sent"]
    for who in ("carer", "millbrook_manager", "northgate", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            view_of(world.actor(who), journey)


def test_the_same_story_and_moment_make_the_same_paper_and_it_holds_every_hash_in_full(world, journey):
    told = story(world, journey)
    heading = Heading("ABCD1234", "Oakview", "Manager Tester", world.now + LATER)
    first, second = (set_in_type([told], heading, content_digest="ab" * 32) for _ in range(2))
    assert first.content == second.content
    said = unspaced(text_of(first.content))
    hashes = [row["noted"] for row in told["proofs"] if row["noted"]]
    hashes += [each["digest"] for each in (*told["journal"]["looks"], *told["journal"]["done"])]
    assert len(hashes) > 15
    assert [each for each in (*hashes, "ab" * 32) if each not in said] == []
    assert f"Page1of{first.pages}" in said
    assert "weremadeanewandhold." in said


def test_a_paper_names_what_does_not_fit_and_pages_a_long_story_whole(world, journey):
    a_fact(journey)
    an_entry(journey)
    told = story(world, journey)
    told["moments"][2]["details"] = ["word " * 1500 + "theend", "x" * 3000]
    told["moments"] *= 10
    heading = Heading("ABCD1234", "Oakview", "Manager Tester", world.now + LATER)
    paper = set_in_type([told], heading, content_digest="ab" * 32).content
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages]
    said = "".join(pages)
    assert "What does not fit" in pages[0]
    assert said.count("DOES NOT FIT") == 1
    assert "Noteverythingholds" in unspaced(said)
    assert not re.search("andhold|Theyarecovered", unspaced(said))
    assert (said.count("theend"), len(re.findall(r"x\s*", said)) > 30_000) == (10, True)
    assert [number for number, text in enumerate(pages, start=1) if len(text) < 400] == []
