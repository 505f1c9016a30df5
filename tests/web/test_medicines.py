"""The page *Medicines before and after*: what differs, whom to ask, how far it has come, without JavaScript."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from redbag.discharges.models import DischargeSummary
from redbag.organisations.models import User
from redbag.reconciliations.beginning import begin
from redbag.reconciliations.models import Decision, Line, Reconciliation
from redbag.reconciliations.standing import standing_of
from redbag.summaries.actions import write_sections
from tests.reconciliations.conftest import AFTER, LATER, compared, gone, letter, line_of, world
from tests.web.journeys import tell

__all__ = ["compared", "gone", "letter", "world"]
pytestmark = pytest.mark.django_db
DAYS = 6 * 24 * 60  # the minutes from the beginning of the world until LATER


@pytest.fixture
def begun(world, letter, at):
    at(DAYS)
    return begin(actor=world.actor("carer"), summary=letter(), rows=None, now=LATER)


def words(response):
    return " ".join(response.content.decode().split())


def page_of(reconciliation):
    return reverse("web:medicines", args=[reconciliation.summary_id])


def decided(reconciliation, kind):
    return reverse("web:decide_medicine", args=[line_of(reconciliation, kind).pk])


RANG = {
    "way": "rang",
    "outcome": "give",
    "asked": "ward",
    "asked_name": "Sister Byrne",
    "answer": "Keep giving it.",
    "seen": "0",
}


def test_both_lists_stand_side_by_side_with_what_differs_in_words(browser_of, begun):
    page = words(browser_of("senior").get(page_of(begun)))
    assert "0 of 5 lines decided. Do not change the MAR chart yet." in page
    assert '<mark class="md-differs">2.5 mg <span class="md-differs__word">differs</span></mark>' in page
    assert '<mark class="md-differs">5 mg <span class="md-differs__word">differs</span></mark>' in page
    assert "Not mentioned: ask before you stop it" in page
    assert "New to us: ask" in page
    assert "Low BP" in page
    assert "Bisoprolol is 5 mg now." in page
    assert page.index("Do not stop: only with the Parkinson nurse") < page.index("Bisoprolol</h3>")
    assert "For Parkinson&#x27;s: must not be late" in page


def test_deciding_shows_the_next_dose_on_top(world, browser_of, begun):
    client = browser_of("senior")
    on = LATER.date().isoformat()
    told = {"way": "as_letter", "seen": "0", "next-day": on, "next-time": "18:00"}
    answer = client.post(decided(begun, "changed"), told)
    assert answer["Location"].startswith(page_of(begun))
    client.post(decided(begun, "unchanged"), {**told, "next-time": "07:00"})
    page = words(client.get(page_of(begun)))
    assert "2 of 5 lines decided. Do not change the MAR chart yet." in page
    assert "<strong>Next: </strong><strong>07:00</strong> Co-careldopa" in page
    assert page.index("<strong>07:00</strong>") < page.index("<strong>18:00</strong> Bisoprolol, 5 mg")


def test_what_is_typed_wrong_comes_back_with_what_is_wrong(browser_of, begun):
    answer = browser_of("senior").post(decided(begun, "not_mentioned"), {**RANG, "asked_name": ""})
    page = words(answer)
    assert answer.status_code == 422
    assert "Write down who answered: their name." in page
    assert "Keep giving it." in page
    assert not Decision.objects.exists()


def test_a_carer_who_is_not_trained_sees_all_and_whom_to_ask(world, browser_of, begun):
    client = browser_of("carer")
    page = words(client.get(page_of(begun)))
    assert "Manager Tester, Senior Tester" in page
    assert "Not mentioned: ask before you stop it" in page
    assert "As the letter says: give" not in page
    User.objects.filter(pk=world.people["manager"].pk).update(is_active=False)
    assert "Manager Tester" not in words(client.get(page_of(begun)))
    answer = client.post(decided(begun, "unchanged"), {"way": "as_letter", "seen": "0"})
    assert answer.status_code == 403
    assert "Ask a colleague who is trained in medicines" in words(answer)
    assert not Decision.objects.exists()


def test_a_form_that_is_late_is_told_who_decided_meanwhile(browser_of, begun):
    browser_of("senior").post(decided(begun, "not_mentioned"), RANG)
    answer = browser_of("manager").post(decided(begun, "not_mentioned"), {**RANG, "outcome": "stop", "answer": "Stop"})
    page = words(answer)
    assert answer.status_code == 409
    assert "Senior Tester decided this meanwhile: give" in page
    assert ">Stop</textarea>" in page
    assert Decision.objects.get().outcome == "give"


def test_all_unchanged_is_one_tap(browser_of, begun):
    client = browser_of("senior")
    address = reverse("web:unchanged_medicines", args=[begun.pk])
    page = words(client.post(address, follow=True))
    assert "1 unchanged medicine go on as the letter says." in page
    assert "1 of 5 lines decided" in page
    assert "nobody has said when the next dose is due: Co-careldopa" in page


def test_the_way_to_the_end_checked_by_another_used_and_the_list_written_anew(world, browser_of, begun):
    senior, manager = browser_of("senior"), browser_of("manager")
    for line in begun.lines.counting():
        way = {"way": "as_letter", "seen": "0"} if line.kind in ("changed", "unchanged", "stopped") else RANG
        senior.post(reverse("web:decide_medicine", args=[line.pk]), way)
    paper = reverse("web:medicines_print", args=[begun.summary_id])
    assert "NOT COMPLETE. 5 of 5 lines decided. A second check is missing." in words(senior.get(paper))
    assert "You decided lines yourself" in words(senior.get(page_of(begun)))
    check = reverse("web:check_medicines", args=[begun.pk])
    wrong = senior.post(check, {"by": "phone", "clinician-name": "Dr Osei"})
    assert wrong.status_code == 422
    assert "Write down the number you rang." in words(wrong)
    manager.post(check, {"by": "colleague"})
    page = words(senior.post(reverse("web:use_medicines", args=[begun.pk]), follow=True))
    assert "The new MAR chart is in use since" in page
    assert "Write the list anew" in page
    senior.post(reverse("web:write_medicines_list", args=[begun.pk]), {"version": "1"})
    section = world.peggy.current_sections.get(section="medicines")
    assert [row["name"] for row in section.content["items"]] == ["Bisoprolol", "Co-careldopa", "Senna", "Apixaban"]
    assert "Write the list anew" not in words(senior.get(page_of(begun)))
    printed = words(senior.get(paper))
    assert "NOT COMPLETE" not in printed
    assert "Second check:</strong> Manager Tester" in printed


def test_a_letter_without_a_list_is_typed_in_a_grid_and_can_be_put_right(world, browser_of, letter, at):
    at(DAYS)
    summary, client = letter(medicines=None), browser_of("carer")
    address = reverse("web:medicines", args=[summary.pk])
    assert "Type the medicines of the letter" in words(client.get(address))
    empty = client.post(address, {"medicines-count": "6"})
    assert empty.status_code == 422
    assert "Type at least one medicine" in words(empty)
    row = {"medicines-count": "1", "medicines-0-name": "Bisoprolol", "medicines-0-dose": "50 mg"}
    more = words(client.post(address, {**row, "more": "yes"}))
    assert 'value="Bisoprolol"' in more
    assert 'name="medicines-4-name"' in more
    page = words(client.post(address, {**row, "medicines-0-change": "changed"}, follow=True))
    assert "Typed by Carer Tester from the letter" in page
    reconciliation = standing_of(summary.reconciliation).reconciliation
    again = reverse("web:medicines_typed_again", args=[reconciliation.pk])
    assert 'value="50 mg"' in words(client.get(again))
    client.post(again, {**row, "medicines-0-dose": "5 mg", "medicines-0-change": "changed"})
    assert line_of(reconciliation, "changed").comparison()["after"]["dose"] == "5 mg"
    assert Line.objects.exclude(set_aside_at=None).count() == 1


def test_a_newer_letter_offers_what_was_decided_before_and_takes_nothing_over(world, browser_of, letter, begun):
    browser_of("senior").post(decided(begun, "not_mentioned"), RANG)
    newer = letter(now=LATER + timedelta(minutes=5))
    client = browser_of("manager")
    assert "There is a newer letter" in words(client.get(page_of(begun)))
    page = words(client.post(reverse("web:medicines", args=[newer.pk]), follow=True))
    assert "0 of 5 lines decided" in page
    assert page.count("As decided before by Senior Tester") == 1
    assert "who said: “Keep giving it.”. Do the words and the decision fit?" in page
    fresh = newer.reconciliation
    client.post(reverse("web:decide_medicine_as_before", args=[line_of(fresh, "not_mentioned").pk]))
    assert Decision.objects.get(line__reconciliation=fresh).by_name == "Manager Tester"
    for name in ("web:medicines", "web:medicines_print"):
        page = words(client.get(reverse(name, args=[newer.pk])))
        assert "As decided on version 1 of the letter by Senior Tester." in page


def test_another_home_and_the_ward_do_not_see_it(browser_of, begun):
    assert browser_of("millbrook_manager").get(page_of(begun)).status_code == 404
    assert browser_of("ward").get(page_of(begun)).status_code == 403
    assert browser_of("millbrook_manager").post(decided(begun, "changed"), RANG).status_code == 404


def test_the_letter_the_journey_and_the_board_lead_there_until_it_is_done(world, browser_of, letter, at):
    at(DAYS)
    summary, senior = letter(), browser_of("senior")
    transfer = summary.transfer
    there = f'href="{reverse("web:medicines", args=[summary.pk])}"'
    assert there in words(senior.get(reverse("web:discharge", args=[summary.pk])))
    assert there in words(senior.get(reverse("web:transfer", args=[transfer.pk])))
    assert there not in words(browser_of("ward").get(reverse("web:discharge", args=[summary.pk])))
    assert there not in words(senior.get("/"))
    tell(world, "carer", transfer, minutes=DAYS, kind="handoff", to="VDEM1")
    assert "Medicines before and after the stay are not compared" in words(senior.get("/"))
    assert there in words(senior.get("/"))


def taken_off_after_use(world, reconciliation):
    """Its MAR chart came into use, and then somebody says that the letter was somebody else's."""
    Reconciliation.objects.filter(pk=reconciliation.pk).update(used_at=LATER, used_by_name="Senior Tester")
    taken = {"source": "copied", "organisation": world.oakview, "state": "superseded", "settled_at": LATER}
    taken |= {"headings": "", "structured": ""}
    DischargeSummary.objects.filter(pk=reconciliation.summary_id).update(**taken)


def test_a_mar_chart_from_a_letter_taken_off_is_urgent_on_board_and_page_until_it_is_undone(world, browser_of, begun):
    urgent = "The MAR chart was changed from a letter that was taken off: undo it, ring the GP"
    senior = browser_of("senior")
    assert urgent not in words(senior.get("/"))
    taken_off_after_use(world, begun)
    assert f"Urgent. {urgent}." in words(senior.get("/"))
    page = words(senior.get(page_of(begun)))
    assert f"{urgent}." in page
    assert "Bisoprolol" in page
    assert "Write the list anew" not in page
    paper = words(senior.get(reverse("web:medicines_print", args=[begun.summary_id])))
    assert f"{urgent}. Do not work from this paper." in paper
    page = words(senior.post(reverse("web:put_back_medicines", args=[begun.pk]), follow=True))
    assert "Written down: the MAR chart is as it was before, and the GP knows." in page
    assert "This letter was somebody else's and was taken off." in page
    assert "Bisoprolol" not in page
    assert urgent not in words(senior.get("/"))


def test_the_list_is_not_offered_from_a_letter_that_was_replaced(browser_of, letter, begun):
    Reconciliation.objects.filter(pk=begun.pk).update(used_at=LATER, used_by_name="Senior Tester")
    assert "Write the list anew" in words(browser_of("senior").get(page_of(begun)))
    letter(now=LATER + timedelta(minutes=5))
    page = words(browser_of("senior").get(page_of(begun)))
    assert "Write the list anew" not in page
    assert "Set aside: there is a newer letter." in page
    assert "md-standing--done" not in page


def test_allergies_ours_and_the_letters_stand_above_the_medicines_and_on_paper(world, browser_of, begun):
    ours = {"allergies": {"status": "present", "items": [{"agent": "Codeine"}]}}
    write_sections(actor=world.actor("manager"), resident=world.peggy, contents=ours, seen={}, now=LATER)
    told = begun.summary.read() | {"allergies": [{"agent": "Co-amoxiclav", "reaction": "rash", "status": "active"}]}
    begun.summary.structured = json.dumps(told)
    begun.summary.save(update_fields=["structured"])
    senior = browser_of("senior")
    for address in (page_of(begun), reverse("web:medicines_print", args=[begun.summary_id])):
        page = words(senior.get(address))
        assert "<strong>Allergies on our record:</strong> Codeine." in page
        assert "New in the letter:</strong> Co-amoxiclav (rash)." in page
        assert page.index("Co-amoxiclav") < page.index("Bisoprolol")


def test_nothing_is_green_while_another_letter_waits_or_a_next_dose_is_not_said(world, browser_of, letter, begun):
    senior, manager = browser_of("senior"), browser_of("manager")
    for line in begun.lines.counting():
        way = {"way": "as_letter", "seen": "0"} if line.kind in ("changed", "unchanged", "stopped") else RANG
        told = {"next-day": LATER.date().isoformat(), "next-time": "18:00"} if line.kind == "new_to_us" else {}
        senior.post(reverse("web:decide_medicine", args=[line.pk]), {**way, **told})
    assert "<strong>Not in force yet:</strong> the MAR chart stays as it is" in words(senior.get(page_of(begun)))
    manager.post(reverse("web:check_medicines", args=[begun.pk]), {"by": "colleague"})
    page = words(senior.get(page_of(begun)))
    assert "Before you use the new MAR chart, say when the next dose is due of: Co-careldopa." in page
    assert "md-standing--done" not in page
    due = {"way": "as_letter", "seen": "1", "next-day": LATER.date().isoformat(), "next-time": "12:00"}
    senior.post(decided(begun, "unchanged"), due)
    manager.post(reverse("web:check_medicines", args=[begun.pk]), {"by": "colleague"})
    assert "md-standing--done" in words(senior.get(page_of(begun)))
    other = DischargeSummary.objects.get(pk=begun.summary_id)
    other.pk, other.transfer, other.hospital_name, other._state.adding = None, None, "Northgate Hospital", True
    other.save()
    for address in (page_of(begun), reverse("web:medicines_print", args=[begun.summary_id])):
        page = words(senior.get(address))
        assert "waits, and its medicines count too" in page
        assert "Northgate Hospital" in page
        assert "md-standing--done" not in page


def test_what_the_version_before_made_of_a_medicine_that_is_changed_again_is_told(browser_of, letter, begun):
    browser_of("senior").post(decided(begun, "changed"), {"way": "as_letter", "seen": "0"})
    newer = letter(medicines=[{**AFTER[0], "dose": "1.25 mg"}, *AFTER[1:]], now=LATER + timedelta(minutes=5))
    page = words(browser_of("manager").post(reverse("web:medicines", args=[newer.pk]), follow=True))
    told = "On version 1 this was decided: <strong>give Bisoprolol, 5 mg, once a day</strong>, by Senior Tester"
    assert page.count(told) == 1


def test_on_hold_reads_as_on_hold_and_a_recommendation_is_shown_on_card_and_paper(browser_of, letter, at):
    at(DAYS)
    held = {"name": "Amlodipine", "dose": "5 mg", "change": "changed", "change_reason": "On hold. Low BP"}
    summary, senior = letter(medicines=[{**held, "recommendation": "GP to restart after a week"}]), browser_of("senior")
    senior.post(reverse("web:medicines", args=[summary.pk]))
    for name in ("web:medicines", "web:medicines_print"):
        page = words(senior.get(reverse(name, args=[summary.pk])))
        assert "The letter says: on hold for now. That is not stopped" in page
        assert "The letter says: changed" not in page
        assert "The hospital recommends" in page
        assert "GP to restart after a week" in page
