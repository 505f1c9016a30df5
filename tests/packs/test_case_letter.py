"""The letter about a thing that is not found yet: what it says and to whom, and that making it is written down."""

import io
from datetime import timedelta

import pypdf
import pytest

from redbag.errors import NotAllowed
from redbag.journal.models import Entry
from redbag.packs.case_letter import letter_of
from redbag.transfers.case_models import Case
from redbag.transfers.item_photos import keep_photo, picture_of
from redbag.transfers.story import tell as story_of
from tests.documents.files import face
from tests.web.journeys import in_hospital, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
AID = {"category": "hearing_aid_left", "description": "Beige, Phonak", "marks": "PJ engraved"}


@pytest.fixture
def case(world):
    """A hearing aid that was there when Peggy came to A&E, and missed when she was home again."""
    transfer = in_hospital(world, items=[AID])
    (aid,) = story_of(transfer).items
    jpeg = picture_of(face())
    keep_photo(actor=world.actor("carer"), transfer=transfer, item=aid, jpeg=jpeg, now=world.now)
    tell(world, "ward", transfer, minutes=45, kind="check", items=[{"item": aid.id, "state": "present"}])
    tell(world, "crew", transfer, minutes=600, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=640, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=650, kind="check", items=[{"item": aid.id, "state": "missing"}])
    return Case.objects.get(transfer=transfer)


def letter(world, case, who="senior", minutes=700):
    content = letter_of(actor=world.actor(who), case=case, now=world.now + timedelta(minutes=minutes))
    reader = pypdf.PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def test_the_letter_asks_whoever_had_it_last_and_says_who_saw_it_when(world, case):
    words, reader = letter(world, case)
    for part in (
        "St Mary's Hospital A&E",
        "CONFIDENTIAL: patient information",
        "JONES, Margaret (Mrs), born 03-Mar-1936",
        "Hearing aid, left: Beige, Phonak",
        "PJ engraved",
        "Last there 21 Nov 2026, 03:35: Looked for it: there. Said by Ward Tester, St Mary's Hospital.",
        "Not found 21 Nov 2026, 13:40: Looked for it, and did not find it yet. Said by Carer Tester, Oakview.",
        "21 Nov 2026, 12:50: Lifeline Ambulance Service has the bag. Said by Crew Tester",
        f"ring {world.oakview.phone}",
        "by 28 Nov 2026",
        "ask for Carer Tester",
    ):
        assert part in words, words
    assert len(reader.pages[0].images) == 1


def test_the_letter_tells_of_the_patient_only_what_finds_them_and_accuses_nobody(world, case):
    Case.objects.filter(pk=case.pk).update(value_pence=150000)
    words, _ = letter(world, case)
    for never in (world.peggy.nhs_number, "1500", "1,500", "Peggy", "lost", "fault", "stolen"):
        assert never not in words
    assert "You may not have it" in words


def test_making_the_letter_is_a_step_and_in_the_journal_once_and_only_for_who_follows_cases(world, case):
    for minutes in (700, 701):
        letter(world, case, minutes=minutes)
    assert [(step.words, step.by_name) for step in case.steps.filter(kind="letter")] == [
        ("A&E, St Mary's Hospital", "Senior Tester")
    ]
    assert Entry.objects.filter(action="case.step", subject_id=case.pk, facts__kind="letter").count() == 1
    for who in ("carer", "ward"):
        with pytest.raises(NotAllowed):
            letter(world, case, who=who)
