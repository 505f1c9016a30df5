"""A letter in plain words: short forms explained, allergies compared, what is asked for, when to call."""

import json
from datetime import date

import pytest

from redbag.discharges import plain
from redbag.discharges.asking import asked_for, due_of, is_warning, items, owner_of
from redbag.discharges.medicine_words import for_who_is_trained, tells_of_change
from redbag.discharges.models import DischargeSummary
from redbag.discharges.typed_lists import typed_lists
from redbag.discharges.words import ANY_WRITING, EXACT, explained, pieces
from redbag.errors import BadInput
from redbag.incoming.headings import Section
from redbag.summaries.models import CurrentSection

LEFT = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "BIBA with SOB, #NOF. CXR: NAD.\n\n  PE excluded on CTPA; TTO as per list (OD/BD).",
        "",
        "<b>OD</b> & 1/7\n",
        "MUST BE GIVEN ON TIME, NOT PRN",
    ],
)
def test_explaining_changes_no_letter_of_the_text(text):
    assert "".join(piece.text for piece in pieces(text)) == text


def test_short_forms_are_found_as_whole_words_and_say_every_meaning():
    told = {piece.text: piece.meanings for piece in explained("PE on CTPA. Takes OD. Oedema, PEOPLE, od.")}
    assert told["PE"] == ("blood clot in the lung (pulmonary embolism)", "physical examination")
    assert told["OD"] == ("once a day", "overdose", "right eye")
    assert set(told) == {"PE", "CTPA", "OD"}


def test_an_ordinary_word_in_capitals_is_not_explained_as_something_else():
    assert explained("TABLETS MUST BE GIVEN ON TIME AS BEFORE") == []
    assert [piece.text for piece in explained("Zopiclone 3.75 mg ON")] == ["ON"]


def test_a_count_of_days_may_be_a_date_and_weeks_never_are():
    told = {piece.text: piece.meanings for piece in explained("For 3/7, again in 2/52, on 3/12/2026, 120/70")}
    assert told == {"3/7": ("3 days", "a date: day and month"), "2/52": ("2 weeks",)}


def test_there_are_about_two_hundred_and_each_has_a_meaning():
    every = EXACT | ANY_WRITING
    assert len(every) >= 200
    assert [short for short, meanings in every.items() if not all(meanings)] == []


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("GP to check U&Es.", ("gp", "")),
        ("GP: repeat bloods", ("gp", "")),
        ("Please GP review", ("gp", "")),
        ("Care home to weigh weekly", ("home", "")),
        ("Carers please turn two-hourly", ("home", "")),
        ("We will send an appointment", ("hospital", "")),
        ("District nurses to remove clips", ("other", "District nurses")),
        ("Ask the GP to stop ramipril", ("other", "")),
        ("Home oxygen at 2 litres", ("other", "")),
        ("Repeat bloods", ("other", "")),
        ("Ward clerk's note", ("other", "")),
        ("Home: weigh daily", ("home", "")),
        ("Home to weigh daily", ("home", "")),
        ("Home to be assessed by OT", ("other", "")),
    ],
)
def test_who_does_it_is_taken_only_where_it_is_plainly_said(said, owner):
    assert owner_of(said) == owner


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("in 2 weeks", date(2026, 12, 5)),
        ("within 48 hours", date(2026, 11, 23)),
        ("in 6/52", date(2027, 1, 2)),
        ("in three months", date(2027, 2, 21)),
        ("in 4-6 weeks", date(2026, 12, 19)),
        ("on 3/12/2026.", date(2026, 12, 3)),
        ("on 3rd December 2026", date(2026, 12, 3)),
        ("for 2 weeks", None),
        ("in 2 weeks or in 3 weeks", None),
        ("seen 3/12/2019", None),
        ("on 31/2/2027", None),
        ("every 2 weeks", None),
        ("soon", None),
        ("today: first enoxaparin at 18:00", LEFT),
        ("tonight at 22:00", LEFT),
        ("this evening", LEFT),
        ("tomorrow", date(2026, 11, 22)),
        ("tomorrow, transport booked today", LEFT),
        ("by 5pm", LEFT),
        ("by 17:00", LEFT),
        ("by 5pm on 3/12/2026", date(2026, 12, 3)),
        ("by 5pm on Friday", None),
        ("until 28/11/2026", None),
    ],
)
def test_a_day_is_taken_only_where_it_is_plainly_said(said, day):
    assert due_of(f"Clinic {said}", left_on=LEFT) == day


def test_a_span_counts_from_no_day_that_nobody_knows():
    assert due_of("in 2 weeks", left_on=None) is None


def test_every_line_of_a_plan_becomes_something_to_do_word_for_word():
    plan = "1. GP to check U&Es in 2 weeks. Repeat CXR.\n- Daily dressing\nActions for care home:\n• Weigh weekly"
    assert [(each.text, each.owner) for each in items(plan, left_on=LEFT)] == [
        ("GP to check U&Es in 2 weeks.", "gp"),
        ("Repeat CXR.", "other"),
        ("Daily dressing", "other"),
        ("Weigh weekly", "home"),
    ]


def test_what_a_document_says_as_an_action_stands_once_and_the_rest_of_the_plan_beside_it():
    told = {"actions": [{"text": "GP to check U&Es in 2 weeks", "owner": "gp", "due_on": "2026-12-04"}]}
    plan = {"plan_and_requested_actions": "GP to check U&Es in 2 weeks.\nBloods"}
    found = asked_for(told, plan, left_on=LEFT)
    assert [(each.text, each.due_on) for each in found] == [
        ("GP to check U&Es in 2 weeks", date(2026, 12, 4)),
        ("Bloods", None),
    ]


@pytest.mark.parametrize(
    ("said", "warns"),
    [
        ("FAST test positive: ring 999.", True),
        ("Ring 999 if lips turn blue.", True),
        ("Call 999 if chest pain tonight", True),
        ("Return to A&E if breathless within 48 hours", True),
        ("If drowsy, ring us.", True),
        ("Ring us if more confused.", True),
        ("Do not stop apixaban without asking us.", True),
        ("Apixaban must not be stopped.", True),
        ("Check blood sugar at 22:00 and ring 999 if under 3", False),
        ("Tonight: check blood sugar at 22:00 and give half dose if under 6", False),
        ("Do not stop apixaban and weigh daily; check bloods", False),
        ("Ring us on Monday.", False),
        ("Contact the clinic in 2 weeks if no letter has come", False),
        ("Give paracetamol if in pain", False),
    ],
)
def test_a_warning_is_nothing_to_tick_and_a_task_with_an_if_in_it_stays_one(said, warns):
    assert is_warning(said) is warns
    told = {"actions": [{"text": said}]}
    assert [each.text for each in asked_for(told, {}, left_on=LEFT)] == ([] if warns else [said])
    assert [each.text for each in items(said, left_on=LEFT)] == ([] if warns else [said])


def test_two_tasks_in_one_line_have_each_their_own_owner_and_day():
    line = "GP: bloods in 1 week. Home: weigh daily."
    told = {"actions": [{"text": line, "owner": "gp"}]}
    for plan in (line, "GP: bloods in 1 week; Home: weigh daily."):
        found = asked_for(told, {"plan_and_requested_actions": plan.replace(";", ".")}, left_on=LEFT)
        assert [(each.owner, each.due_on) for each in found] == [("gp", date(2026, 11, 28)), ("home", None)]
        assert [each.owner for each in items(plan, left_on=LEFT)] == ["gp", "home"]
    assert len(items("If worse, carers to ring GP.", left_on=LEFT)) == 0


@pytest.mark.parametrize(
    ("said", "changes", "trained"),
    [
        ("Stop ramipril.", True, True),
        ("Please withhold her usual Xyzzolin", True, True),
        ("GP to restart furosemide", True, True),
        ("Enoxaparin is new", True, True),
        ("Insulin reduced to 8 units", True, True),
        ("Metformin on hold until bloods are back", True, True),
        ("Do not stop apixaban", False, True),
        ("Stop ramipril, do not stop apixaban", True, True),
        ("Check blood sugar at 22:00 and give half dose if under 6", False, True),
        ("Today: first enoxaparin at 18:00.", False, True),
        ("Stop smoking", False, False),
        ("Change the dressing daily", False, False),
        ("New walking frame. Mobility reduced", False, False),
        ("GP to check U&Es", False, False),
    ],
)
def test_words_about_stopping_starting_or_giving_a_medicine_are_found(said, changes, trained):
    assert for_who_is_trained(said) is trained
    assert tells_of_change(said) is changes


def sections(**texts):
    return [Section(slug, slug, "", text) for slug, text in texts.items()]


def test_when_to_call_is_quoted_word_for_word_with_where_it_stands():
    told = plain.call_if(
        sections(
            clinical_summary="Contact with a carer who had flu. If she falls again call 999.",
            information_and_advice_given="Return to A&E if no urine.\nDrink well.",
            plan_and_requested_actions="GP to review. If drowsy, ring us.",
        )
    )
    assert [(each.text, each.slug) for each in told] == [
        ("Return to A&E if no urine.", "information_and_advice_given"),
        ("If drowsy, ring us.", "plan_and_requested_actions"),
        ("If she falls again call 999.", "clinical_summary"),
    ]
    assert plain.call_if(sections(clinical_summary="Much better.")) == []


def letter_of(world, **told) -> DischargeSummary:
    structured = json.dumps(told) if told else ""
    return DischargeSummary(resident=world.peggy, home=world.oakview, structured=structured, headings="")


def on_record(world, status, *agents):
    content = {"status": status, "items": [{"agent": agent, "code": ""} for agent in agents]}
    CurrentSection.objects.create(
        resident=world.peggy,
        section="allergies",
        version=1,
        content=content,
        author_name="A",
        written_at=world.now,
        verified_at=world.now,
        verified_by="A",
    )


@pytest.mark.django_db
def test_an_allergy_in_other_words_than_ours_is_new(world):
    on_record(world, "present", "Penicillin")
    listed = [
        {"agent": "Penicillins allergy", "status": "active"},
        {"agent": "Penicillamine", "status": "active"},
        {"agent": "Codeine", "status": "entered_in_error"},
        {"agent": "Aspirin", "status": "inactive"},
        {"agent": "No known food allergies"},
    ]
    news = plain.new_allergies(letter_of(world, allergies=listed))
    assert [each["agent"] for each in news.new] == ["Penicillamine"]
    assert [each["agent"] for each in news.known] == ["Penicillins allergy"]
    assert [each["agent"] for each in news.doubtful] == ["Aspirin"]
    assert (news.says, news.recorded) == ("listed", ("Penicillin",))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "not_said"),
        ({"allergies": []}, "not_said"),
        ({"allergies_say": "not_available"}, "not_said"),
        ({"allergies": [{"agent": "Not known"}]}, "not_said"),
        ({"allergies": [{"agent": "Codeine", "status": "entered_in_error"}]}, "not_said"),
        ({"allergies_say": "none_known"}, "none_known"),
        ({"allergies": [{"agent": "NKDA"}]}, "none_known"),
        ({"allergies": [{"agent": "No known allergies"}]}, "none_known"),
    ],
)
def test_what_is_not_said_is_never_none(world, told, says):
    on_record(world, "present", "Penicillin")
    news = plain.new_allergies(letter_of(world, **told))
    assert (news.says, news.new, news.disagrees) == (says, (), says == "none_known")


@pytest.mark.django_db
def test_whoever_is_not_known_to_have_one_has_every_listed_one_as_new(world):
    news = plain.new_allergies(letter_of(world, allergies=[{"agent": "Latex"}]))
    assert ([each["agent"] for each in news.new], news.home_says) == (["Latex"], "not_known")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"medicines": [{"dose": "5 mg"}]}, "medicines.0.name"),
        ({"medicines": [{"name": "A", "change": "gone"}]}, "medicines.0.change"),
        ({"medicines": [{"name": "A", "colour": "red"}]}, "medicines.0"),
        ({"medicines": "A"}, "medicines"),
        ({"medicines": [{"name": "A" * 501}]}, "medicines.0.name"),
        ({"allergies": [{"agent": "Nuts"}], "allergies_say": "none_known"}, "allergies_say"),
        ({"allergies_say": "listed"}, "allergies"),
        (
            {"allergies_say": "none_known", "headings": {"Allergies and adverse reactions": "Penicillin: rash"}},
            "allergies_say",
        ),
        (
            {
                "allergies_say": "none_known",
                "headings": {"allergies_and_adverse_reactions": "No known food allergy. Penicillin: rash"},
            },
            "allergies_say",
        ),
        ({"medicines": [{"name": "Ibuprofen", "change": "stopped", "do_not_stop": "yes"}]}, "medicines.0.change"),
        ({"allergies_say": "maybe"}, "allergies_say"),
    ],
)
def test_lists_that_cannot_be_are_refused_by_field(typed, field):
    with pytest.raises(BadInput) as wrong:
        typed_lists(**typed)
    assert field in wrong.value.errors


def test_lists_are_kept_with_the_names_that_documents_are_read_into():
    kept = json.loads(typed_lists(medicines=[{"name": "Ramipril", "change": "stopped"}], allergies_say="none_known"))
    assert (kept["medicines"][0]["name"], kept["medicines"][0]["change"]) == ("Ramipril", "stopped")
    assert (kept["medicines_listed"], kept["allergies"], kept["allergies_say"]) == (True, [], "none_known")
    headings = {"allergies_and_adverse_reactions": "No known drug allergies."}
    assert json.loads(typed_lists(allergies_say="none_known", headings=headings))["allergies_say"] == "none_known"
    assert typed_lists() == ""
    assert json.loads(typed_lists(medicines=[]))["medicines_listed"] is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("medicines", "words", "urgent"),
    [
        ([{"name": "Ramipril", "change": "stopped"}], "", ["stopped_medicine"]),
        ([{"name": "Ramipril", "change": "continued"}], "", []),
        ([{"name": "Ramipril"}], "", []),
        ([], "STOPPED: ramipril (AKI).", ["stopped_medicine"]),
        ([], "No medicines were stopped. NEW: doxycycline.", []),
        ([], "Ramipril 5 mg OD", []),
    ],
)
def test_a_letter_may_not_wait_only_where_it_says_that_something_was_stopped(world, medicines, words, urgent):
    letter = letter_of(world, medicines=medicines)
    letter.headings = json.dumps({"medications_and_medical_devices": words} if words else {})
    assert plain.why_urgent(letter) == urgent


@pytest.mark.django_db
def test_without_a_list_the_lines_that_speak_of_a_change_are_quoted(world):
    letter = letter_of(world)
    letter.headings = json.dumps({"medications_and_medical_devices": "NEW: doxycycline 100 mg.\nParacetamol 1 g."})
    told = plain.changes(letter)
    assert [each.text for each in told.said] == ["NEW: doxycycline 100 mg."]
    assert (told.listed, told.any) == (False, False)


@pytest.mark.django_db
def test_words_of_a_change_or_an_allergy_are_quoted_from_every_heading_and_set_nothing_as_fact(world):
    letter = letter_of(
        world, medicines=[{"name": "Doxycycline", "change": "started"}], actions=[{"text": "Hold metformin"}]
    )
    letter.headings = json.dumps(
        {
            "plan_and_requested_actions": "Tonight: bloods. Stop ramipril. Allergic to latex.",
            "clinical_summary": "Reaction to trimethoprim. Doxycycline was started.",
            "medications_and_medical_devices": "Doxycycline 100 mg: started",
        }
    )
    told = plain.changes(letter)
    assert [each.text for each in told.elsewhere] == ["Doxycycline was started.", "Stop ramipril.", "Hold metformin"]
    assert told.stopped == ()
    assert plain.why_urgent(letter) == []
    assert {each.text for each in plain.allergy_words(letter)} == {"Allergic to latex.", "Reaction to trimethoprim."}
    assert plain.new_allergies(letter).new == ()


@pytest.mark.django_db
def test_safety_alerts_are_whole_and_an_infection_is_flagged(world):
    letter = letter_of(world)
    letter.headings = json.dumps({"safety_alerts": "MRSA positive: isolate for 5 days.\nFalls risk."})
    [(section, infection)] = plain.alerts(letter)
    assert (section.text, infection) == ("MRSA positive: isolate for 5 days.\nFalls risk.", True)
    letter.headings = json.dumps({"safety_alerts": "Falls risk."})
    assert [infection for _, infection in plain.alerts(letter)] == [False]
