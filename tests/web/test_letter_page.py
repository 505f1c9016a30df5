"""The page of a letter at the home, and what it asks for: on the page, on the board, on the resident's page."""

import html
import json
import re
from datetime import date, timedelta

import pytest

from redbag.discharges.actions import write_summary
from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.discharges.typed_lists import typed_lists
from redbag.incoming.headings import HEADINGS
from redbag.journal.models import Entry
from redbag.reconciliations.beginning import begin
from tests.discharges.sent import document
from tests.web.journeys import in_hospital
from tests.web.test_discharges import take_on, write

pytestmark = pytest.mark.django_db
PLAN = "GP to check U&Es in 2 weeks.\nCarers please weigh weekly.\nRepeat CXR on 21/11/2026."


@pytest.fixture
def transfer(world, at):
    return in_hospital(world)


@pytest.fixture
def letter(transfer, browser_of):
    write(browser_of("ward"), transfer, diagnoses="LRTI", plan_and_requested_actions=PLAN)
    return DischargeSummary.objects.get()


def words_of(answer) -> str:
    """What stands on a page, tags and runs of space taken out."""
    body = re.sub(r"<(script|style|textarea)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def test_every_sentence_of_every_section_is_on_the_page(transfer, browser_of):
    texts = {
        heading.slug: f"{heading.title}: AKI & <b>SOB</b> no {place}.\n\n- OD, 2/52; PE?  Two  spaces\n“Quoted” PRN."
        for place, heading in enumerate(HEADINGS)
    }
    texts["plan_and_requested_actions"] += "\nIf worse, ring us."
    write(browser_of("ward"), transfer, **texts)
    summary = DischargeSummary.objects.get()
    summary.headings = json.dumps(summary.texts() | {"Ward pets": "A dog came.\nRex"})
    summary.save(update_fields=["headings"])
    for who in ("carer", "ward"):
        page = words_of(browser_of(who).get(f"/discharge-summaries/{summary.pk}"))
        whole = page[page.index("The whole letter") :]
        for section in summary.sections():
            assert section.title in whole
            for line in section.text.splitlines():
                assert " ".join(line.split()) in whole, (who, section.slug)


def test_short_forms_are_explained_below_the_words(letter, browser_of):
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{letter.pk}"))
    assert "LRTI Words explained: LRTI LRTIchest infection (lower respiratory tract infection)" in page
    assert "If it does not fit, ask the ward." in page


def test_what_could_not_be_read_and_how_it_came_stand_on_top(world, letter, browser_of):
    letter.structured = json.dumps({"not_understood": ["One section has no words."]})
    letter.held_at = letter.settled_at = letter.sent_at
    letter.settled_by_name = "Aoife Byrne"
    letter.save(update_fields=["structured", "held_at", "settled_at", "settled_by_name"])
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{letter.pk}"))
    first = page.index("What changed")
    assert 0 < page.index("One section has no words.") < first
    assert 0 < page.index("It was held for an identity check") < first
    assert "Aoife Byrne said 03:50 that it is about Peggy Jones" in page


def test_nothing_known_of_allergies_or_changes_is_never_said_as_none(letter, browser_of):
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{letter.pk}"))
    assert "Not known is not none." in page
    assert "A medicine that is not mentioned is not stopped: ask." in page
    assert "The letter does not say when to call. Ask the ward" in page


def test_what_is_to_be_done_has_owner_and_day_and_is_done_by_name(world, letter, browser_of):
    carer = browser_of("carer")
    assert [(each.owner, each.due_on) for each in FollowUp.objects.order_by("position")] == [
        ("gp", date(2026, 12, 5)),
        ("home", None),
        ("other", date(2026, 11, 21)),
    ]
    cxr = FollowUp.objects.get(position=2)
    page = words_of(carer.get(f"/discharge-summaries/{letter.pk}"))
    assert page.index("Do today") < page.index("Repeat CXR on 21/11/2026.") < page.index("GP to check U&Es")
    assert "Somebody else: decide who" in page
    assert "Repeat CXR on 21/11/2026." in words_of(carer.get("/"))
    assert "GP to check U&Es in 2 weeks." in words_of(carer.get(f"/residents/{world.peggy.pk}"))

    done = carer.post(f"/follow-ups/{cxr.pk}/done", {"note": "Booked", "next": f"/discharge-summaries/{letter.pk}"})
    assert done["Location"] == f"/discharge-summaries/{letter.pk}"
    assert "Done by Carer Tester, 03:50 “Booked”" in words_of(carer.get(done["Location"]))
    assert "Repeat CXR on 21/11/2026." not in words_of(carer.get("/"))

    assert carer.post(f"/follow-ups/{cxr.pk}/undone", {"why": ""}).status_code == 422
    carer.post(f"/follow-ups/{cxr.pk}/undone", {"why": "They were closed"})
    again = words_of(carer.get(f"/discharge-summaries/{letter.pk}"))
    assert "Not done after all, Carer Tester, 03:50: “They were closed”" in again
    assert set(Entry.objects.filter(action__startswith="follow_up").values_list("action", flat=True)) == {
        "follow_up.done",
        "follow_up.undone",
    }


def test_the_home_says_who_and_when_and_adds_its_own(letter, browser_of):
    senior, cxr = browser_of("senior"), FollowUp.objects.get(position=2)
    wrong = senior.post(f"/follow-ups/{cxr.pk}", {"owner": "other", "due_on": "31/2/2026", "owner_text": "Ana"})
    assert wrong.status_code == 422
    assert "Enter a day" in wrong.content.decode()
    assert 'value="Ana"' in wrong.content.decode()
    senior.post(f"/follow-ups/{cxr.pk}", {"owner": "other", "due_on": "2026-12-01", "owner_text": "X-ray department"})
    cxr.refresh_from_db()
    assert (cxr.owner_text, cxr.due_on, cxr.changed_by_name) == ("X-ray department", date(2026, 12, 1), "Senior Tester")

    add = f"/discharge-summaries/{letter.pk}/follow-ups"
    assert senior.post(add, {"text": "", "owner": "home"}).status_code == 422
    senior.post(add, {"text": "Tell her daughter", "owner": "home", "due_on": "2026-11-21"})
    added = FollowUp.objects.get(from_letter=False)
    assert (added.text, added.position) == ("Tell her daughter", 3)
    page = words_of(senior.get(f"/discharge-summaries/{letter.pk}"))
    assert "Tell her daughter" in page[page.index("Do today") :]


def test_what_a_replaced_version_asked_for_is_asked_again_on_the_newer_one(transfer, letter, browser_of):
    carer, weigh = browser_of("carer"), FollowUp.objects.get(position=1)
    carer.post(f"/follow-ups/{weigh.pk}/done", {})
    write(browser_of("ward"), transfer, diagnoses="LRTI", plan_and_requested_actions="Ring us on Monday.")
    newer = DischargeSummary.objects.get(version=2)
    page = words_of(carer.get(f"/discharge-summaries/{newer.pk}"))
    before = page[page.index("From the version before: still to do?") : page.index("Call if")]
    assert "GP to check U&Es in 2 weeks." in before
    assert "Repeat CXR on 21/11/2026." in before
    assert "weigh weekly" not in before


def test_others_neither_see_nor_do_it(letter, browser_of):
    gp = FollowUp.objects.get(position=0)
    for who in ("millbrook", "ward", "crew", "auditor"):
        assert browser_of(who).get(f"/follow-ups/{gp.pk}").status_code in (403, 404)
        assert browser_of(who).post(f"/follow-ups/{gp.pk}/done").status_code in (403, 404)
    gp.refresh_from_db()
    assert gp.done_at is None


def test_the_hospital_sees_on_its_board_what_nobody_has_read_and_since_when(letter, browser_of, at):
    at(60 + 60)
    ward, carer = browser_of("ward"), browser_of("carer")
    words = words_of(ward.get("/"))
    assert "Letters that the home has not read" in words
    assert "Not yet read Sent 03:50 (60 minutes ago)" in words
    carer.get(f"/discharge-summaries/{letter.pk}")
    assert "Opened by Carer Tester" in words_of(ward.get("/"))
    take_on(carer, letter)
    assert "Letters that the home has not read" not in words_of(ward.get("/"))


def test_one_that_may_not_wait_says_so(world, letter, browser_of):
    DischargeSummary.objects.filter(pk=letter.pk).update(
        urgent_for=["stopped_medicine"], sent_at=letter.sent_at + timedelta(minutes=1)
    )
    carer = browser_of("carer")
    assert "Do not leave it: a medicine was stopped." in words_of(carer.get(f"/discharge-summaries/{letter.pk}"))
    assert "A medicine was stopped" in words_of(carer.get("/discharge-summaries"))


def test_of_a_file_that_could_not_be_read_the_home_is_told_to_look_whose_it_is(world, transfer, browser_of):
    ward = world.actor("ward")
    wish = {"headings": None, "file": b'{"resourceType":"Patient"}', "form": "fhir_json", "draft": False}
    now = world.now + timedelta(hours=1)
    unread = write_summary(actor=ward, transfer=transfer, organisation=world.stmarys, now=now, **wish)
    page = words_of(browser_of("carer").get(f"/discharge-summaries/{unread.pk}"))
    assert 0 < page.index("Look at the name in the original first.") < page.index("nobody has checked whose it is")
    assert "It came for Peggy" in page


def test_a_draft_that_came_as_a_document_is_sent_as_it_is_or_not(world, transfer, browser_of):
    file = document(world.peggy)
    wish = {"headings": None, "file": file, "form": "fhir_json", "draft": True}
    draft = write_summary(
        actor=world.actor("ward"), transfer=transfer, organisation=world.stmarys, now=world.now, **wish
    )
    ward, here = browser_of("ward"), f"/discharge-summaries/{draft.pk}"
    assert "Go on writing" not in words_of(ward.get(here))
    assert "This draft came as a document" in words_of(ward.get(f"{here}/edit", follow=True))
    ward.post(f"{here}/edit", {"heading-diagnoses": "Gout", "what": "send"})
    draft.refresh_from_db()
    assert (draft.state, "diagnoses" in draft.texts()) == ("draft", False)


DANGER = {
    "plan_and_requested_actions": (
        "Tonight: check blood sugar at 22:00 and give half dose if under 6. Stop ramipril. Allergic to latex.\n"
        "Ring 999 if chest pain. Do not stop apixaban. Weigh weekly. Clinic in 2 weeks."
    ),
    "safety_alerts": "MRSA positive: isolate for 5 days.",
}


def test_what_is_dangerous_in_any_heading_stands_in_its_place_and_is_never_said_to_be_nothing(transfer, browser_of):
    write(browser_of("ward"), transfer, **DANGER)
    summary = DischargeSummary.objects.get()
    answer = browser_of("carer").get(f"/discharge-summaries/{summary.pk}")
    page = words_of(answer)
    first, changed = page[page.index("First") : page.index("What changed")], page[page.index("What changed") :]
    changed, to_do = changed[: changed.index("Do today")], changed[changed.index("Do today") : changed.index("Call if")]
    assert "▲ Infection" in first
    assert "MRSA positive: isolate for 5 days." in first
    assert "Allergic to latex." in first
    assert "found no words about allergies" not in page
    assert "Do not stop apixaban." in first
    assert "Stop ramipril." in changed
    assert "nobody has typed the list of this letter yet" in changed
    assert "Nothing" not in to_do
    today = to_do[: to_do.index("To do later")]
    assert today.index("Stop ramipril.") < today.index("Weigh weekly.") < today.index("Tonight: check blood sugar")
    assert "No day said: look now" in today
    assert "Clinic in 2 weeks." not in today
    assert "999" not in to_do
    assert "apixaban" not in to_do
    assert "Ring 999 if chest pain." in page[page.index("Call if") :]


def test_who_is_not_trained_ticks_no_line_about_a_medicine(transfer, browser_of):
    write(browser_of("ward"), transfer, **DANGER)
    stop = next(each for each in FollowUp.objects.all() if each.text == "Stop ramipril.")
    carer = browser_of("carer")
    page = carer.get(f"/discharge-summaries/{stop.summary_id}").content.decode()
    assert f"/follow-ups/{stop.pk}/done" not in page
    assert f"/follow-ups/{stop.pk}/done" not in carer.get(f"/follow-ups/{stop.pk}").content.decode()
    answer = carer.post(f"/follow-ups/{stop.pk}/done", {}, follow=True)
    assert "Only somebody at the home who is trained in medicines can say that it is done." in words_of(answer)
    stop.refresh_from_db()
    assert stop.done_at is None
    browser_of("senior").post(f"/follow-ups/{stop.pk}/done", {})
    stop.refresh_from_db()
    assert stop.done_by_name == "Senior Tester"


def test_the_same_task_of_an_older_version_is_shown_once_and_done_once(world, transfer, letter, browser_of):
    write(browser_of("ward"), transfer, plan_and_requested_actions="GP to check U&Es in 2 weeks.\nRing us on Monday.")
    newer = DischargeSummary.objects.get(version=2)
    carer = browser_of("carer")
    page = words_of(carer.get(f"/discharge-summaries/{newer.pk}"))
    before = page[page.index("From the version before") : page.index("Call if")]
    assert "GP to check U&Es" not in before
    assert "Repeat CXR" in before
    assert words_of(carer.get(f"/residents/{world.peggy.pk}")).count("GP to check U&Es in 2 weeks.") == 1 + 2
    carer.post(f"/follow-ups/{newer.follow_ups.get(position=0).pk}/done", {})
    assert letter.follow_ups.get(position=0).done_by_name == "Carer Tester"
    assert letter.follow_ups.get(position=1).done_at is None


def test_the_page_says_how_far_the_comparison_is_and_do_not_stop_once(world, letter, browser_of):
    medicines = [{"name": "Apixaban 5 mg", "do_not_stop": "Do not stop"}, {"name": "Senna", "change": "started"}]
    letter.structured = typed_lists(medicines=medicines)
    letter.save(update_fields=["structured"])
    carer, address = browser_of("carer"), f"/discharge-summaries/{letter.pk}"
    page = words_of(carer.get(address))
    assert "nobody has compared them yet" in page
    assert page.count("Do not stop") == 1
    begun = begin(actor=world.actor("senior"), summary=letter, rows=None, now=letter.sent_at)
    assert f"0 of {begun.lines.count()} lines decided." in words_of(carer.get(address))
    assert "Do not stop: Do not stop" not in words_of(carer.get(f"{address}/medicines"))
