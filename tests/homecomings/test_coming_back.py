"""When somebody is back: original papers, decisions made in hospital, new allergies (D12)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from redbag.discharges.actions import write_summary
from redbag.errors import BadInput, NotAllowed
from redbag.homecomings.actions import NothingToRingAbout, answer, rang
from redbag.homecomings.models import ReturnAnswer
from redbag.homecomings.questions import BY_NAME, TROUBLES
from redbag.homecomings.stays import asked_of, open_troubles, stay_of, stay_of_letter
from redbag.reminders.lines import JOINED, lines
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, write_sections
from redbag.transfers.models import Transfer
from tests.web.conftest import at, browser_of  # noqa: F401
from tests.web.journeys import pack, tell

pytestmark = pytest.mark.django_db
FORM = {"kind": "DNACPR", "signed_by": "Dr Shah", "signed_on": "2 Nov 2026", "where": "Front of the folder"}


@pytest.fixture
def peggy(world):
    contents = {
        "resuscitation": {"recommendation": "do_not_attempt", "papers": [FORM]},
        "allergies": {"status": "none_known", "items": []},
    }
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen={}, now=world.now)
    return world.peggy


@pytest.fixture
def back(world, peggy):
    """Peggy's journey, back home after three hours."""
    transfer = pack(world, minutes=1)
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    tell(world, "carer", transfer, minutes=180, kind="handoff", to="VDEM1")
    return transfer


def later(world, minutes=200):
    return world.now + timedelta(minutes=minutes)


def say(world, transfer, question, value, *, who="carer", minutes=200, key="", **more):
    """Somebody at Oakview answers; a paper's question is found by its name."""
    stay = stay_of(transfer)
    if question == "paper":
        key = next(each.key for each in asked_of(stay, now=world.now) if each.question.name == "paper")
    return answer(
        actor=world.actor(who), stay=stay, question=question, value=value, key=key, now=later(world, minutes), **more
    )


def record_of(world, section, minutes=500):
    rows = read_summary(resident=world.peggy, now=later(world, minutes))
    return next(each["content"] for each in rows if each["name"] == section)


def test_each_original_that_left_is_asked_about_then_decisions_and_allergies(world, back):
    asked = asked_of(stay_of(back), now=later(world))
    assert [(each.question.name, each.about) for each in asked] == [
        ("paper", "DNACPR, signed by Dr Shah 2 Nov 2026"),
        ("decision", ""),
        ("allergy", ""),
    ]


def test_a_paper_that_left_is_still_asked_about_when_it_was_taken_off_the_record_meanwhile(world, back):
    contents = {"resuscitation": {"recommendation": "do_not_attempt", "papers": []}}
    seen = {"resuscitation": 1}
    write_sections(actor=world.actor("senior"), resident=world.peggy, contents=contents, seen=seen, now=later(world))
    assert asked_of(stay_of(back), now=later(world))[0].about == "DNACPR, signed by Dr Shah 2 Nov 2026"


def test_a_missing_original_asks_to_ring_ward_and_gp_until_both_were_rung(world, back):
    kept = say(world, back, "paper", "missing")
    assert list(open_troubles([world.oakview.pk])) == [kept]
    for whom in ("ward", "gp"):
        assert open_troubles([world.oakview.pk]).exists(), whom
        rang(actor=world.actor("carer"), about=kept, whom=whom, spoke_to="Jo", said="Looking", now=later(world))
    assert not open_troubles([world.oakview.pk]).exists()


def test_a_missing_original_stands_as_not_back_on_the_record_until_it_is_found(world, back):
    say(world, back, "paper", "missing")
    assert record_of(world, "resuscitation")["papers"][0]["where"].startswith("NOT BACK from hospital")
    say(world, back, "paper", "back", minutes=300)
    assert record_of(world, "resuscitation")["papers"][0]["where"] == "At the home, back from hospital"
    assert not open_troubles([world.oakview.pk]).exists()


def test_an_original_that_came_back_changes_nothing_on_the_record(world, back):
    say(world, back, "paper", "back")
    assert record_of(world, "resuscitation")["papers"][0]["where"] == "Front of the folder"


def test_no_answer_on_return_ever_changes_the_recommendation_itself(world, back):
    for question, value in (("decision", "paper"), ("valid", "no"), ("decision", "no_paper"), ("paper", "missing")):
        say(world, back, question, value)
    assert record_of(world, "resuscitation")["recommendation"] == "do_not_attempt"


def test_a_form_made_in_hospital_is_asked_about_whether_it_counts_at_home(world, back):
    say(world, back, "decision", "none")
    assert "valid" not in {each.question.name for each in asked_of(stay_of(back), now=later(world))}
    say(world, back, "decision", "paper", minutes=210)
    assert "valid" in {each.question.name for each in asked_of(stay_of(back), now=later(world))}
    for value in ("no", "not_known"):
        say(world, back, "valid", value, minutes=220)
        assert open_troubles([world.oakview.pk]).exists(), value
    say(world, back, "valid", "yes", minutes=230)
    assert not open_troubles([world.oakview.pk]).exists()


def test_a_form_for_the_hospital_only_asks_to_ring_the_gp_and_ends_when_that_is_done(world, back):
    say(world, back, "decision", "paper")
    kept = say(world, back, "valid", "no", minutes=210)
    rang(actor=world.actor("carer"), about=kept, whom="gp", spoke_to="Jo", said="Will come", now=later(world, 220))
    assert not open_troubles([world.oakview.pk]).exists()


def test_what_was_said_of_a_form_ends_when_there_is_no_form_after_all(world, back):
    say(world, back, "decision", "paper")
    say(world, back, "valid", "not_known", minutes=210)
    say(world, back, "decision", "none", minutes=220)
    assert not open_troubles([world.oakview.pk]).exists()
    say(world, back, "decision", "paper", minutes=230)
    asked = {each.question.name: each.answer for each in asked_of(stay_of(back), now=later(world, 240))}
    assert asked["valid"] is None


def test_of_two_records_that_were_joined_the_kept_one_gets_the_allergy(world, back):
    peggy, arthur = Resident.objects.get(pk=world.peggy.pk), world.arthur
    Resident.objects.filter(pk=peggy.pk).update(merged_into=arthur, archived_at=later(world, 190))
    say(world, Transfer.objects.get(pk=back.pk), "allergy", "yes", agent="Penicillin")
    rows = read_summary(resident=arthur, now=later(world, 300))
    content = next(each["content"] for each in rows if each["name"] == "allergies")
    assert [row["agent"] for row in content["items"]] == ["Penicillin"]


def test_a_new_allergy_joins_the_record_word_for_word_and_ends_none_known(world, back):
    say(world, back, "allergy", "yes", agent="Co-trimoxazole", reaction="Rash over chest")
    content = record_of(world, "allergies")
    assert content["status"] == "present"
    assert [(row["agent"], row["reaction"]) for row in content["items"]] == [("Co-trimoxazole", "Rash over chest")]


def test_no_new_allergy_never_turns_not_known_into_none(world, back):
    contents = {"allergies": {"status": "not_known", "items": []}}
    write_sections(
        actor=world.actor("senior"), resident=world.peggy, contents=contents, seen={"allergies": 1}, now=later(world)
    )
    say(world, back, "allergy", "none")
    assert record_of(world, "allergies")["status"] == "not_known"


def test_an_allergy_without_a_name_is_refused_and_nothing_is_kept(world, back):
    with pytest.raises(BadInput) as wrong:
        say(world, back, "allergy", "yes")
    assert set(wrong.value.errors) == {"agent"}
    assert not ReturnAnswer.objects.exists()


def test_pressing_twice_keeps_one_answer_and_another_answer_stands_beside_it(world, back):
    say(world, back, "decision", "none")
    say(world, back, "decision", "none", who="senior", minutes=201)
    say(world, back, "decision", "not_known", minutes=202)
    assert list(ReturnAnswer.objects.order_by("at").values_list("answer", flat=True)) == ["none", "not_known"]


def test_who_rang_about_an_answer_that_was_replaced_is_told(world, back):
    kept = say(world, back, "paper", "missing")
    say(world, back, "paper", "back", minutes=210)
    with pytest.raises(NothingToRingAbout):
        rang(actor=world.actor("carer"), about=kept, whom="gp", spoke_to="Jo", said="", now=later(world, 220))


def test_only_the_home_answers(world, back):
    for who in ("ward", "millbrook_manager", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            say(world, back, "decision", "none", who=who)


def test_a_letter_without_a_journey_is_asked_about_too(world, back):
    letter = write_summary(
        actor=world.actor("discharge"),
        transfer=back,
        organisation=world.stmarys,
        headings={"diagnoses": "Better"},
        file=None,
        form="headings",
        draft=False,
        now=later(world),
    )
    letter.transfer = None
    letter.save(update_fields=["transfer"])
    stay = stay_of_letter(letter)
    kept = answer(actor=world.actor("carer"), stay=stay, question="decision", value="no_paper", now=later(world, 210))
    assert (kept.summary, kept.transfer) == (letter, None)
    assert list(open_troubles([world.oakview.pk])) == [kept]
    watch(now=later(world, 211))
    assert open_reminders("ring_today") == 1
    (line,) = lines(Reminder.objects.open().filter(kind="ring_today").select_related(*JOINED), now=later(world, 300))
    assert (line.letter, line.resident) == (letter.pk, world.peggy)
    Resident.objects.filter(pk=world.peggy.pk).update(archived_at=later(world, 301))
    watch(now=later(world, 302))
    assert open_reminders("ring_today") == 0


def test_every_answer_that_is_trouble_says_what_to_do_today():
    troubles = [choice for question in BY_NAME.values() for choice in question.choices if choice.trouble]
    assert len(troubles) == sum(map(len, TROUBLES.values())) == 4
    assert [each.value for each in troubles if "today" not in each.trouble] == []


def open_reminders(kind):
    return Reminder.objects.open().filter(kind=kind).count()


def test_the_clocks_ask_for_answers_and_for_the_calls_and_stop_when_done(world, back):
    watch(now=later(world))
    assert open_reminders("return_asked") == 1
    say(world, back, "allergy", "none")
    kept = say(world, back, "paper", "missing")
    watch(now=later(world, 210))
    assert (open_reminders("return_asked"), open_reminders("ring_today")) == (0, 1)
    for whom in ("ward", "gp"):
        rang(actor=world.actor("senior"), about=kept, whom=whom, spoke_to="Jo", said="", now=later(world, 220))
    watch(now=later(world, 230))
    assert open_reminders("ring_today") == 0


def test_a_carer_answers_on_the_page_and_the_board_says_what_must_be_done(world, back, at, browser_of):  # noqa: F811
    at(200)
    carer, page = browser_of("carer"), reverse("web:coming_back", args=[back.pk])
    assert page in carer.get(reverse("web:transfer", args=[back.pk])).content.decode()
    key = asked_of(stay_of(back), now=later(world))[0].key
    answered = carer.post(page, {"question": "paper", "key": key, "answer": "missing"}, follow=True).content.decode()
    assert "Ring the ward and the GP today" in answered
    assert "The original is not here. Ring the ward and the GP today" in carer.get("/").content.decode()
    kept = ReturnAnswer.objects.get()
    bad = carer.post(page, {"about": kept.pk, "whom": "gp", "spoke_to": "", "said": "She will come"})
    assert bad.status_code == 422
    assert "She will come" in bad.content.decode()
    for whom in ("ward", "gp"):
        carer.post(page, {"about": kept.pk, "whom": whom, "spoke_to": "Jo", "said": "She will come"})
    assert "The original is not here" not in carer.get("/").content.decode()


def test_the_ward_and_another_home_do_not_reach_the_page(world, back, at, browser_of):  # noqa: F811
    at(200)
    page = reverse("web:coming_back", args=[back.pk])
    assert browser_of("ward").get(page).status_code == 403
    assert browser_of("millbrook_manager").get(page).status_code == 404
