"""The sections of the health summary as the home writes, checks and reads them."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from redbag.journal.models import Entry
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, write_sections


def words(response):
    return " ".join(response.content.decode().split())


def address(name, *args):
    return reverse(f"web:{name}", args=args)


@pytest.fixture
def write(world):
    """Write sections of Peggy, some time ago."""

    def written(who="carer", ago=timedelta(0), **contents):
        now = timezone.now() - ago
        seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=now)}
        write_sections(actor=world.actor(who), resident=world.peggy, contents=contents, seen=seen, now=now)

    return written


@pytest.fixture
def page(world, browser_of):
    """The resident's page, as the carer reads it."""
    return lambda: words(browser_of("carer").get(address("resident", world.peggy.pk)))


@pytest.fixture
def send(world, browser_of):
    """Send the form of a section of Peggy's."""

    def sent(section, **typed):
        data = {"version": "0"} | {name.replace("__", "-"): value for name, value in typed.items()}
        return browser_of("carer").post(address("section", world.peggy.pk, section), data)

    return sent


def content_of(world, name):
    summary = read_summary(resident=world.peggy, now=timezone.now())
    return next(each["content"] for each in summary if each["name"] == name)


def part(text, start, end):
    """The page from one mark to the next."""
    return text[text.index(start) :].partition(end)[0]


def card(text, name):
    return part(text, f'id="{name}" aria-labelledby', "</section>")


def strip(text):
    return part(text, 'class="rb-strip"', "</section>")


def test_a_date_is_typed_as_people_write_it_and_kept_as_typed_when_it_is_none(world, send):
    wrong = send("scores", weighed_on="31/2/2026", weight="54,5")
    assert wrong.status_code == 422
    assert "Enter a real date, like 3/5/2026." in words(wrong)
    assert 'value="31/2/2026"' in wrong.content.decode()
    assert 'value="54,5"' in wrong.content.decode()
    assert send("scores", weighed_on="3 May 2026", weight="54,5").status_code == 302
    kept = content_of(world, "scores")
    assert (kept["weighed_on"], kept["weight"]) == ("2026-05-03", "54.5")


def test_everything_that_is_wrong_is_told_at_once(world, send):
    Resident.objects.filter(pk=world.peggy.pk).update(date_of_birth=date(1990, 1, 1))
    html = send("scores", weighed_on="soon", weight="545", cfs="6").content.decode()
    for field in ("weighed_on", "weight", "cfs"):
        assert f'href="#{field}"' in html


def test_what_is_wrong_in_a_row_stands_beside_its_box(send):
    answer = send(
        "resuscitation",
        papers__count="2",
        papers__0__kind="DNACPR",
        papers__1__kind="ReSPECT",
        papers__1__review_on="soon",
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="papers-1-review_on-error"' in html
    assert 'href="#papers-1-review_on"' in html
    assert 'value="soon"' in html


def test_an_offered_word_gets_its_code_by_itself_and_free_words_stay_free(world, send):
    answer = send(
        "allergies",
        status="present",
        items__count="2",
        items__0__agent="PENICILLIN",
        items__1__agent="Strawberries",
    )
    assert answer.status_code == 302
    rows = content_of(world, "allergies")["items"]
    assert [(row["agent"], row["code"]) for row in rows] == [("PENICILLIN", "91936005"), ("Strawberries", "")]


def test_words_are_offered_while_typing(world, browser_of):
    html = browser_of("carer").get(address("section", world.peggy.pk, "allergies")).content.decode()
    assert '<datalist id="items-agent-words">' in html
    assert 'list="items-agent-words"' in html
    assert '<option value="Latex">' in html


def test_a_list_starts_with_one_empty_row_and_a_filled_one_with_none_to_spare(world, browser_of, write):
    client = browser_of("carer")
    form = address("section", world.peggy.pk, "medicines")
    assert 'name="items-count" value="1"' in client.get(form).content.decode()
    write(medicines={"items": [{"name": "Senna"}, {"name": "Ramipril"}]})
    assert 'name="items-count" value="2"' in client.get(form).content.decode()


def test_a_row_is_taken_away_without_saving_and_the_rest_stays_as_typed(world, send):
    answer = send(
        "medicines",
        items__count="2",
        items__0__name="Senna",
        items__1__name="Ramipril",
        items__1__dose="5 mg",
        drop="items-0",
    )
    html = answer.content.decode()
    assert 'value="Senna"' not in html
    assert 'name="items-0-name" type="text" value="Ramipril"' in html
    assert 'value="5 mg"' in html
    assert content_of(world, "medicines")["items"] == []


def test_today_as_usual_fills_only_what_is_empty_and_saves_nothing(world, send):
    html = send(
        "needs", eating__usual="slight", drinking__usual="slight", drinking__now="severe", as_usual="yes"
    ).content.decode()
    eating = part(html, 'name="eating-now"', "</select>")
    drinking = part(html, 'name="drinking-now"', "</select>")
    assert '<option value="slight" selected>' in eating
    assert '<option value="severe" selected>' in drinking
    assert content_of(world, "needs")["eating"]["now"] == ""


def test_help_they_need_shows_usual_beside_today_and_what_differs_in_word_and_shape(page, write):
    write(
        needs={
            "eating": {"usual": "slight", "now": "severe", "note": "since Sunday"},
            "drinking": {"usual": "slight", "now": "slight"},
            "moving": {"usual": "severe", "now": "moderate"},
        }
    )
    shown = card(page(), "needs")
    assert '<th scope="col">Today</th>' in shown
    assert "▲ Needs more help than usual" in shown
    assert "▼ Needs less help than usual" in shown
    assert shown.count("help than usual") == 2
    assert "since Sunday" in shown


def test_help_they_needed_on_another_day_is_not_called_todays(page, write):
    write(ago=timedelta(days=3), needs={"eating": {"usual": "slight", "now": "severe"}})
    shown = card(page(), "needs")
    assert '<th scope="col">When last checked</th>' in shown
    assert '<th scope="col">Today</th>' not in shown


def test_medicines_that_must_not_be_late_come_first_with_their_last_dose_word_for_word(page, write):
    dose = "25/100, ONE tablet <with> water"
    write(
        medicines={
            "items": [
                {"name": "Senna", "dose": "2 tablets", "last_given": "22:00"},
                {"name": "Co-careldopa", "dose": dose, "time_critical": True, "last_given": "08:05 by Ana"},
                {"name": "Apixaban", "time_critical": True},
            ]
        }
    )
    shown = card(page(), "medicines")
    assert shown.index("Co-careldopa") < shown.index("Senna")
    assert shown.index("<strong>Apixaban") < shown.index("Senna")
    assert shown.count("Must not be late") == 2
    assert "25/100, ONE tablet &lt;with&gt; water" in shown
    assert "Last given: 08:05 by Ana" in shown
    assert "Last given: not written down" in shown


def test_a_paper_whose_review_is_past_is_said_and_nothing_is_hidden_or_called_expired(page, write):
    paper = {"kind": "DNACPR", "where": "blue folder", "signed_by": "Dr Shah", "review_on": "2020-05-03"}
    write(resuscitation={"recommendation": "do_not_attempt", "papers": [paper]})
    shown = page()
    assert "Do NOT attempt CPR" in strip(shown)
    assert "Applies to CPR only: give all other care" in strip(shown)
    assert "DNACPR: blue folder. Signed by Dr Shah." in strip(shown)
    assert "Review was due 3 May 2020; ask a clinician" in strip(shown)
    assert "expired" not in shown.lower()


def test_the_home_is_told_of_an_authorised_dols_until_the_dols_team_knows(page, write):
    write(legal={"dols_state": "authorised"})
    shown = page()
    assert "tell the DoLS team" in part(shown, 'id="to-do"', "</section>")
    assert "at this care home only; the hospital must decide for itself" in card(shown, "legal")
    write(legal={"dols_state": "authorised", "dols_told": "Ana, 14:00"})
    assert "tell the DoLS team" not in page()


def test_an_objection_is_shown_with_what_it_changes_and_blocks_nothing(page, write):
    write(legal={"objection": "Does not want the son told", "objection_effect": "Ring the daughter only"})
    shown = page()
    assert "Objection: Does not want the son told. What it changes: Ring the daughter only" in strip(shown)
    assert "Peggy is going to hospital" in shown


def test_speak_first_is_on_the_strip_without_detail(page, write):
    write(safeguarding={"speak_first": "yes", "detail": "bruise on the left arm"})
    shown = page()
    assert "Speak to the nurse in charge before sharing with anybody" in strip(shown)
    assert "bruise" not in strip(shown)
    assert "incident form, safeguarding team told, duty of candour" in part(shown, 'id="to-do"', "</section>")


def test_a_learning_disability_is_on_the_strip_with_what_to_do_differently(page, write):
    write(passport={"which": "learning_disability", "adjustments": "A quiet room", "passport": "in the bag"})
    assert "Learning disability. A quiet room. Hospital passport: in the bag" in strip(page())


def test_of_a_respite_resident_the_page_says_that_we_know_little_whom_to_ask_and_what_first(world, page, write):
    Resident.objects.filter(pk=world.peggy.pk).update(created_at=timezone.now() - timedelta(days=400))
    assert "We know little" not in page()
    write(stay={"kind": "respite", "since": "2026-11-03", "from_where": "her flat", "ask": "Sue, 01632 960 111"})
    panel = part(page(), 'id="little"', "</section>")
    assert "Here for a short stay, since 3 Nov 2026. Came from: her flat." in panel
    assert 'href="tel:01632960111"' in panel
    assert address("section", world.peggy.pk, "allergies") in panel
    write(allergies={"status": "none_known"})
    assert address("section", world.peggy.pk, "allergies") not in part(page(), 'id="little"', "</section>")
    write(stay={"kind": "permanent"})
    assert "We know little" not in page()


def test_somebody_added_this_week_counts_as_new_until_somebody_says_how_they_live_here(world, page, write):
    Resident.objects.filter(pk=world.peggy.pk).update(created_at=timezone.now() - timedelta(days=3))
    assert "We know little about Peggy Jones" in page()
    write(stay={"kind": "permanent"})
    assert "We know little" not in page()


def test_a_section_says_its_age_and_what_is_not_filled_in_by_name(world, page, write):
    write(who="senior", ago=timedelta(days=40), care={"lifting": "two people"})
    shown = card(page(), "care")
    assert "○ Old: still right?" in shown
    assert "by Senior Tester (40 days ago)" in shown
    assert "<strong>Not filled in:</strong> Swallowing, food and drink, Continence, catheter" in shown
    write(care={"lifting": "two people"})
    assert "Old: still right?" not in card(page(), "care")


@pytest.mark.parametrize("born", [date(1990, 1, 1), date(1936, 3, 3)])
def test_the_frailty_scale_is_refused_where_it_was_not_made_for_and_the_answer_is_kept(world, send, write, born):
    Resident.objects.filter(pk=world.peggy.pk).update(date_of_birth=born)
    if born.year == 1936:
        write(passport={"which": "autism"})
    answer = send("scores", cfs="6", weight="60")
    assert answer.status_code == 422
    assert "The Clinical Frailty Scale is not made for people" in words(answer)
    assert re.search('<option value="6" selected[ >]', words(answer))
    assert send("scores", cfs="not_known", weight="60").status_code == 302


def test_the_frailty_scale_is_taken_for_people_it_was_made_for(world, send):
    assert send("scores", cfs="6").status_code == 302
    assert content_of(world, "scores")["cfs"] == "6"


def test_a_frailty_score_from_before_is_told_not_to_fit(page, write):
    write(scores={"cfs": "6"})
    assert "not made for people" not in page()
    write(passport={"which": "learning_disability"})
    assert "The Clinical Frailty Scale is not made for people with a learning disability or autism" in card(
        page(), "scores"
    )


def test_must_is_shown_with_its_parts_and_no_total_while_anything_is_missing(page, write):
    write(scores={"weight": "45", "height": "160"})
    shown = card(page(), "scores")
    assert "MUST not complete, already high risk" in shown
    assert "17.6" in shown
    write(scores={"weight": "45", "height": "160", "weight_loss": "5_to_10", "no_intake": "no"})
    assert "▲ MUST 3: high risk" in card(page(), "scores")


def test_the_history_tells_every_version_with_author_and_what_it_changed(world, browser_of, write):
    write(medicines={"items": [{"name": "Senna", "dose": "1 tablet"}]})
    write(who="senior", medicines={"items": [{"name": "Senna", "dose": "2 tablets"}]})
    write(medicines={"items": [{"name": "Senna", "dose": "2 tablets"}, {"name": "Apixaban"}]})
    client = browser_of("carer")
    shown = words(client.get(address("section_history", world.peggy.pk, "medicines")))
    listed = shown[shown.index('<ol class="rb-list">') :]
    assert listed.index("Apixaban") < listed.index("Senior Tester") < listed.index("Written for the first time")
    compared = client.get(address("section_history", world.peggy.pk, "medicines"), {"from": "3", "to": "1"})
    both = part(words(compared), 'id="compared"', "</section>")
    assert "<del>Senna, dose: 1 tablet</del>" in both
    assert "<ins>Senna, dose: 2 tablets</ins>" in both
    assert "+ Added" in both
    assert "Senior" not in both
    entry = Entry.objects.get(action="viewed.section_history")
    assert (entry.resident_id, entry.actor_id) == (world.peggy.pk, world.people["carer"].pk)


def test_a_history_that_is_long_is_read_page_by_page(world, browser_of, write):
    for number in range(1, 24):
        write(normal={"mobility": f"walks {number} steps"})
    client = browser_of("carer")
    shown = words(client.get(address("section_history", world.peggy.pk, "normal")))
    assert "walks 3 steps" in shown  # what the oldest shown one changed
    assert "?before=4" in shown
    older = words(client.get(address("section_history", world.peggy.pk, "normal"), {"before": "4"}))
    assert "Written for the first time" in older
    assert client.get(address("section_history", world.peggy.pk, "normal"), {"before": "x"}).status_code == 200
    assert client.get(address("section_history", world.peggy.pk, "nothing")).status_code == 404


def test_who_was_overtaken_reads_what_is_different_in_words(world, browser_of, write):
    write(normal={"mobility": "walks with a frame"})
    write(who="senior", normal={"mobility": "needs a wheelchair"})
    posted = {"version": "1", "mobility": "walks alone"}
    shown = words(browser_of("carer").post(address("section", world.peggy.pk, "normal"), posted))
    assert "<del>needs a wheelchair</del>" in shown
    assert "<ins>walks alone</ins>" in shown


@pytest.mark.parametrize("who", ["crew", "ward", "millbrook", "auditor"])
def test_nobody_else_reads_what_a_section_said_before(world, browser_of, write, who):
    write(normal={"mobility": "walks with a frame"})
    answer = browser_of(who).get(address("section_history", world.peggy.pk, "normal"))
    assert answer.status_code == 404
    assert "frame" not in words(answer)
