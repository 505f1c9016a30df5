"""What crew and ward read first: the order, the lines that protect, what is missing, and what never leaves the home."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from redbag.documents.models import Document
from redbag.residents.actions import change_resident
from redbag.summaries.actions import write_sections
from redbag.transfers.emergency import emergency
from tests.api.conftest import Caller
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell
from tests.web.test_vital_signs import HIGH, observed

pytestmark = pytest.mark.django_db
SECRET = "marmalade"
FULL = {
    "allergies": {"status": "present", "items": [{"agent": "Penicillin", "reaction": "rash"}]},
    "resuscitation": {
        "recommendation": "do_not_attempt",
        "papers": [{"kind": "ReSPECT", "where": "Red folder", "review_on": "2026-05-03"}],
        "limits": "No intensive care",
    },
    "plan": {
        "prefers": "home",
        "hospital_for": "A broken bone",
        "ring": [{"who": "Hospice line", "phone": "01632 960700"}],
    },
    "medicines": {
        "items": [
            {"name": "Levothyroxine"},
            {"name": "Gliclazide", "time_critical": True},
            {"name": "Madopar", "time_critical": True, "last_given": "22:00"},
        ]
    },
    "conditions": {
        "blood_thinner": "Apixaban",
        "insulin": "None",
        "seizures": "None",
        "oxygen_target": "88 to 92 %",
        "scale2_by": "Dr Rao, 2 Nov",
        "infection": "MRSA in 2024",
        "devices": "Pacemaker",
    },
    "normal": {
        "mobility": "Walks with a frame",
        "speech": "Clear",
        "confusion": "Knows her family",
        "communication": "Speak to her left ear",
        "capacity": "Yes, most things",
    },
    "care": {"swallowing": "Thickened drinks", "lifting": "Two people", "risk_to_crew": "May hit out"},
    "passport": {"which": "autism", "adjustments": "A quiet room", "liaison": "Sam Lee 01632 960701"},
    "stay": {"kind": "respite", "ask": "her niece Joy"},
    "legal": {"dols_state": "authorised", "attorneys": [{"name": "Ann Jones", "kind": "Attorney for health"}]},
    "safeguarding": {"speak_first": "yes", "detail": SECRET, "incident": SECRET, "told": SECRET, "candour": SECRET},
}
REASON = {
    "concern": "Fell by the bed",
    "last_seen_well": "23:30",
    "last_ate": "Tea at 17:00",
    "capacity_today": "Cannot decide just now",
    "infection_today": "Loose stools since noon",
    "in_charge": "Ana Ruiz",
    "family_told": "daughter, at 02:50 by Ana",
}


def wrote(world, contents):
    seen = {row.section: row.version for row in world.peggy.current_sections.all()}
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen=seen, now=world.now)


def known(world, *contacts):
    change_resident(
        actor=world.actor("senior"), resident=world.peggy, values={"contacts": list(contacts)}, now=world.now
    )
    world.peggy.refresh_from_db()


def opened(world, client):
    return client.get(f"/b/{world.token(world.bag)}").content.decode()


def api(world, who):
    return Caller(world.people[who])


def in_order(words, order):
    places = [words.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    wrong = [(order[n], order[n + 1]) for n in range(len(order) - 1) if places[n] > places[n + 1]]
    assert wrong == []


def test_everything_that_protects_stands_in_its_order(world, browser_of):
    wrote(world, FULL)
    known(world, {"name": "Ann Jones", "relation": "daughter", "phone": "01632 960555"})
    pack(world, reason=REASON, ask="Is it broken?", return_when="She can stand")
    words = opened(world, browser_of("crew"))
    order = [
        "JONES, Margaret (Mrs)",
        "Preferred name <b>Peggy",
        "03-Mar-1936 (90y)",
        "not verified",
        "Penicillin (rash)",
    ]
    order += ["Do NOT attempt CPR", "Applies to CPR only: give all other care", "ReSPECT: Red folder"]
    order += ["Nobody wrote who signed", "e-flag--risk_to_crew", "e-flag--speak_first", "e-flag--learning"]
    order += ["e-flag--blood_thinner", "e-flag--infection_today", 'e-flag--infection"', "e-flag--dols"]
    order += ["we know little. Ask her niece"]
    order += [
        "Fell by the bed",
        "Last seen well:</b> 23:30",
        "Is it broken?",
        "She can stand",
        "NEWS2",
        "<dt>Blood thinner</dt><dd>Apixaban",
    ]
    order += ["88 to 92 %. SpO2 scale 2 set by Dr Rao", "<dd>Loose stools since noon", "<dd>MRSA in 2024"]
    order += ["No intensive care"]
    order += [
        "What the plan says",
        "A broken bone",
        "Hospice line, 01632 960700",
        "Normal for them",
        "frame",
        "left ear",
    ]
    order += [
        "Can decide today?",
        "Cannot decide just now",
        "<dd>Autism. A quiet room",
        "Sam Lee",
        "Thickened",
        "Tea at 17:00",
    ]
    order += [
        "must not be late",
        "Madopar",
        "Gliclazide",
        "Two people",
        "<dd>May hit out",
        "Pacemaker",
        "eview was due 3 May 2026; ask a clinician",
        "Ann Jones, Attorney",
    ]
    order += ["Authorised at Oakview only", "The hospital must decide for itself", "Not recorded", 'id="ring"']
    order += ["Before you share anything"]
    order += ["Ana Ruiz, in charge at Oakview", "Ann Jones, daughter", "Family told: daughter, at 02:50 by Ana"]
    in_order(words, [*order, "I have this bag"])
    assert "Yes, most things" not in words


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "NOT KNOWN: check before giving anything"),
        ({"status": "not_known"}, "NOT KNOWN: check before giving anything"),
        ({"status": "none_known"}, "No known allergies"),
        ({"status": "present", "items": [{"agent": "Latex"}]}, "Latex"),
    ],
)
@pytest.mark.parametrize("who", ["crew", "ward"])
def test_allergies_are_never_blank_and_each_state_looks_different(world, browser_of, who, content, says):
    if content:
        wrote(world, {"allergies": content})
    taken_by_crew(world)
    words = opened(world, browser_of(who))
    box = re.search(r'<div class="e-alert e-alert--(\w+)"><h2>Allergies</h2><p>(.*?)</p>', words)
    assert box[2] == says
    assert box[1] == (content.get("status") or "not_known")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "No decision known: attempt CPR"),
        ({"recommendation": "attempt"}, "Attempt CPR (decided)"),
        ({"recommendation": "do_not_attempt"}, "Do NOT attempt CPR"),
    ],
)
def test_what_to_do_when_the_heart_stops_is_never_blank(world, browser_of, content, says):
    if content:
        wrote(world, {"resuscitation": content})
    pack(world)
    words = opened(world, browser_of("crew"))
    assert f"<h2>If heart or breathing stops</h2><p>{says}" in words
    assert ("give all other care" in words) is (says == "Do NOT attempt CPR")
    assert ("Ask the home where the form is" in words) is (says == "Do NOT attempt CPR")


def test_what_nobody_wrote_takes_no_room_and_is_named_at_the_end(world, browser_of):
    pack(world)
    words = opened(world, browser_of("crew"))
    gaps = re.search(r'<div class="e-gaps">.*?<p>(.*?)\. Nobody wrote', words)[1].split("; ")
    assert gaps[:5] == [
        "Allergies",
        "A decision about CPR",
        "Why they are going",
        "When they were last seen well",
        "Vital signs (not taken today)",
    ]
    assert {"Medicines", "Whether the family has been told", "Swallowing, food and drink"} <= set(gaps)
    assert "Blood thinner" in gaps[5]
    for heading in ("<dt>Blood thinner", "Normal for them", "What the plan says", "<dt>Lifting", "<dt>Devices"):
        assert heading not in words
    assert "Last seen well:</b> not recorded" in words
    assert "has not said why yet" in words


def test_where_nothing_is_missing_nothing_is_said_of_it(world, browser_of):
    wrote(world, FULL)
    page = emergency(transfer=pack(world, reason=REASON), now=world.now)
    assert page.not_recorded == ["Vital signs (not taken today)"]
    one_less = {**FULL["conditions"], "blood_thinner": ""}
    wrote(world, {"conditions": one_less})
    assert "Blood thinner or not" in emergency(transfer=pack_again(world), now=world.now).not_recorded


def pack_again(world):
    return world.peggy.transfers.select_related("home", "resident").get()


@pytest.mark.parametrize("who", ["crew", "ward"])
def test_a_plan_of_comfort_care_shows_vital_signs_and_no_score(world, browser_of, who):
    observed(world, hours=1, **HIGH)
    transfer = taken_by_crew(world)
    assert "12 <small>high" in opened(world, browser_of(who))
    wrote(world, {"plan": {"comfort_care": "yes"}})
    words = opened(world, browser_of(who))
    assert "omfort care" in words
    assert "26 a minute" in words
    for mark in ("12 <small>", "e-score", "▲", "Far from normal"):
        assert mark not in words
    page = emergency(transfer=transfer, now=world.now)
    assert (page.news2.score, page.news2.band, page.news2.at_least) == (None, "", "")


def test_of_safeguarding_one_line_leaves_the_home_and_never_a_word_more(world, browser_of):
    wrote(world, FULL)
    transfer = in_hospital(world, reason=REASON)
    crew, ward, home, token = browser_of("crew"), browser_of("ward"), browser_of("carer"), world.token(world.bag)
    outside = {
        "crew's page": crew.get(f"/b/{token}"),
        "ward's page": ward.get(f"/b/{token}"),
        "journey as the ward": ward.get(f"/transfers/{transfer.pk}"),
        "journey as the crew": crew.get(f"/transfers/{transfer.pk}"),
        "card": crew.get(f"/transfers/{transfer.pk}/read-out"),
        "scan": api(world, "ward").get(f"scan/{token}"),
        "scan of the crew": api(world, "crew").get(f"scan/{token}"),
        "transfer": api(world, "ward").get(f"transfers/{transfer.pk}"),
        "spoken": api(world, "ward").get(f"transfers/{transfer.pk}/spoken"),
        "snapshot": api(world, "ward").get(f"transfers/{transfer.pk}/snapshot"),
    }
    for name, answer in outside.items():
        words = answer.content.decode()
        assert answer.status_code == 200, name
        assert SECRET not in words, name
        assert ("nurse in charge before sharing" in words) is (name not in ("transfer", "snapshot")), name
    assert "safeguarding" not in outside["snapshot"].content.decode()
    assert SECRET in home.get(f"/residents/{world.peggy.pk}/sections/safeguarding").content.decode()


def test_whoever_must_not_be_told_is_named_and_never_offered_as_a_number(world, browser_of):
    wrote(world, {"legal": {"attorneys": [{"name": "rex  jones", "kind": "Attorney", "phone": "01632 960998"}]}})
    known(
        world,
        {"name": "Rex Jones", "relation": "son", "phone": "01632 960999", "do_not_tell": True},
        {"name": "Una Jones", "relation": "sister", "phone": "01632 960997", "do_not_release": True},
        {"name": "Ann Jones", "relation": "daughter", "phone": "01632 960555"},
    )
    transfer = in_hospital(world)
    token = world.token(world.bag)
    for answer in (
        browser_of("crew").get(f"/b/{token}"),
        browser_of("ward").get(f"/b/{token}"),
        browser_of("ward").get(f"/transfers/{transfer.pk}"),
        browser_of("crew").get(f"/transfers/{transfer.pk}/read-out"),
        api(world, "crew").get(f"scan/{token}"),
        api(world, "ward").get(f"scan/{token}"),
    ):
        words = answer.content.decode()
        assert "Do not tell" in words
        assert "Rex Jones, son" in words
        assert "Do not release to" in words
        assert "Una Jones, sister" in words
        assert "01632 960555" in words
        for number in ("01632 960999", "01632 960998", "01632 960997"):
            assert number not in words
    frozen = api(world, "ward").get(f"transfers/{transfer.pk}/snapshot").content.decode()
    assert "rex  jones" in frozen
    assert not any(number in frozen for number in ("01632 960999", "01632 960998", "01632 960997"))


def test_nobody_told_is_said_so_beside_the_number(world):
    known(world, {"name": "Ann Jones", "phone": "01632 960555", "note": "Not after 10 pm"})
    page = emergency(transfer=pack(world), now=world.now)
    assert [number.who for number in page.numbers] == ["Oakview: the nurse or carer in charge", "Ann Jones"]
    assert page.numbers[1].note == "Not told, as far as anybody wrote down. Not after 10 pm"


def test_an_attorney_is_rung_when_no_contact_has_a_number(world):
    wrote(world, {"legal": {"attorneys": [{"name": "Bo Lee", "kind": "Attorney for health", "phone": "01632 960444"}]}})
    page = emergency(transfer=pack(world), now=world.now)
    assert [(each.who, each.phone) for each in page.numbers[1:]] == [("Bo Lee, Attorney for health", "01632 960444")]


@pytest.mark.parametrize(
    ("legal", "says"),
    [
        (
            {"dols_state": "authorised", "dols": "until 3 May"},
            ["Authorised at Oakview only. until 3 May"],
        ),
        ({"dols_state": "applied"}, ["Applied for by Oakview, not authorised yet", "decide for itself", "not told of"]),
        ({"dols_state": "none", "dols": "ended"}, []),
        ({}, []),
    ],
)
def test_liberty_safeguards_are_said_to_hold_at_the_home_only(world, legal, says):
    wrote(world, {"legal": legal})
    lines = {line.name: line.words for line in emergency(transfer=pack(world), now=world.now).legal}
    assert ("dols" in lines) is bool(says)
    assert all(part in lines["dols"] for part in says)


def test_what_was_added_after_leaving_stands_before_why(world, browser_of):
    transfer = taken_by_crew(world, reason=REASON)
    browser_of("carer").post(f"/transfers/{transfer.pk}/add", {"reason-watch_for": "Took two aspirin"})
    for who in ("crew", "ward"):
        in_order(opened(world, browser_of(who)), ["heart or breathing", "Added 50 minutes after", "aspirin", "Fell by"])


def test_the_ward_and_the_journey_say_what_is_new_since_last_time(world, browser_of, at):
    first = pack(world)
    tell(world, "carer", first, minutes=30, kind="outcome", outcome="not_taken")
    tell(world, "carer", first, minutes=31, kind="outcome", outcome="closed")
    wrote(world, {"conditions": {"blood_thinner": "Apixaban"}})
    transfer = pack(world, minutes=3000)
    tell(world, "ward", transfer, minutes=3030, kind="handoff", to="RDEM1")
    at(3040)
    for words in (
        opened(world, browser_of("ward")),
        browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode(),
        browser_of("carer").get(f"/transfers/{transfer.pk}").content.decode(),
    ):
        in_order(words, ["New since last time", "1 thing differs from 21 Nov 2026", "Blood thinner</b> New: Apixaban"])
    answer = api(world, "ward").get(f"transfers/{transfer.pk}").json()["changes_since_last"]
    assert answer["transfer"] == str(first.pk)
    assert [each["words"] for each in answer["changes"]] == ["new: Apixaban"]
    assert api(world, "carer").get(f"transfers/{first.pk}").json()["changes_since_last"] is None


def test_the_fullest_crews_page_with_all_it_loads_is_under_50_kilobytes(world, browser_of):
    wrote(world, FULL)
    pack(world, reason=REASON)
    words = opened(world, browser_of("crew"))
    loaded = set(re.findall(r'(?:src|href)="/static/([^"]+)"', words))
    size = len(words.encode()) + sum(Path(finders.find(name)).stat().st_size for name in loaded)
    # What keeps the page for a dead spot is asked for by start.js afterwards, once for each device.
    assert loaded == {"redbag/mark.svg", "redbag/scan.css", "redbag/emergency.css", "redbag/start.js"}
    assert size < 40_000  # which leaves room for the photo


def test_a_paper_with_a_review_to_come_is_not_called_due(world):
    wrote(
        world, {"resuscitation": {"recommendation": "attempt", "papers": [{"kind": "ADRT", "review_on": "2026-11-22"}]}}
    )
    transfer = pack(world)
    assert emergency(transfer=transfer, now=world.now).review_due == ""
    assert "review was due 22 Nov 2026" in emergency(transfer=transfer, now=world.now + timedelta(days=3)).review_due


def test_the_photo_of_the_person_stands_beside_the_name_unless_it_is_restricted(world, browser_of):
    taken_by_crew(world)
    crew, ward = browser_of("crew"), browser_of("ward")
    assert "e-photo" not in opened(world, crew) + opened(world, ward)
    photo = Document.objects.create(
        resident=world.peggy,
        kind="photo",
        content_type="image/jpeg",
        file="x",
        digest="x",
        size=1,
        pages=1,
        restricted=True,
        added_at=world.now,
    )
    assert "e-photo" not in opened(world, crew) + opened(world, ward)
    Document.objects.filter(pk=photo.pk).update(restricted=False)
    for words in (opened(world, crew), opened(world, ward)):
        assert 'alt="Photo of JONES, Margaret (Mrs)"' in words


def test_a_last_dose_of_an_earlier_day_says_when_it_was_written_and_todays_doses_are_asked_for(world, browser_of):
    wrote(world, FULL)
    transfer = pack(world, reason={"last_doses": "Madopar 06:00"})
    today = emergency(transfer=transfer, now=world.now)
    later = emergency(transfer=transfer, now=world.now + timedelta(days=2))
    assert [row["last_given"] for row in today.time_critical] == ["22:00", ""]
    assert [row["last_given"] for row in later.time_critical] == ["22:00, written 21 Nov 2026: ask", ""]
    assert "Last doses given today: <b>Madopar 06:00</b>" in opened(world, browser_of("crew"))


def test_the_flags_stand_under_cpr_only_those_that_hold_each_once(world, browser_of):
    wrote(world, {"plan": {"comfort_care": "yes"}, "conditions": {"insulin": "None known.", "seizures": "Yes: weekly"}})
    wrote(world, {"care": {"risk_to_crew": "No"}})
    transfer = taken_by_crew(world)
    for who in ("crew", "ward"):
        words = opened(world, browser_of(who))
        strip = re.search(r'<ul class="e-flags".*?</ul>', words)[0]
        assert re.findall(r"e-flag--(\w+)", strip) == ["comfort_care", "seizures"]
        in_order(words, ["If heart or breathing stops", "e-flags", "Why they are going", "<dd>Yes: weekly"])
    assert [flag.said for flag in emergency(transfer=transfer, now=world.now).flags] == [
        "Comfort care (end of life)",
        "Seizures: Yes: weekly",
    ]
    told = api(world, "crew").get(f"scan/{world.token(world.bag)}").json()["patient"]
    assert [flag["name"] for flag in told["flags"]] == ["comfort_care", "seizures"]
    assert "documents" not in told


@pytest.mark.parametrize("words", ["Stopped last week, was apixaban", "No longer on warfarin; apixaban", "not sure"])
def test_whatever_is_more_than_a_plain_no_is_flagged_in_its_own_words(world, words):
    wrote(world, {"conditions": {"blood_thinner": words}})
    assert [each.words for each in emergency(transfer=pack(world), now=world.now).flags] == [words]


def a_form_of(world, kind):
    return Document.objects.create(
        resident=world.peggy,
        kind=kind,
        content_type="image/jpeg",
        file="x",
        digest="x",
        size=1,
        pages=1,
        added_at=world.now,
    )


def test_a_form_that_does_not_fit_the_decision_is_said_under_it_and_the_decision_stands(world, browser_of):
    wrote(world, {"resuscitation": {"recommendation": "attempt"}})
    a_form_of(world, "dnacpr")
    transfer = in_hospital(world)
    says = "A DNACPR form is held (among the papers and pictures): read it and ask a clinician"
    for words in (
        opened(world, browser_of("crew")),
        opened(world, browser_of("ward")),
        browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode(),
        browser_of("crew").get(f"/transfers/{transfer.pk}/read-out").content.decode(),
        browser_of("carer").get(f"/residents/{world.peggy.pk}").content.decode(),
    ):
        in_order(words, ["If heart or breathing stops", "Attempt CPR (decided)", says])
        assert "Do NOT attempt" not in words


def test_a_decision_without_signer_is_said_and_asks_a_senior_of_the_home(world, browser_of):
    papers = [{"kind": "DNACPR", "where": "In the bag, front pocket"}]
    wrote(world, {"resuscitation": {"recommendation": "do_not_attempt", "papers": papers}})
    pack(world)
    words = opened(world, browser_of("crew"))
    in_order(words, ["Do NOT attempt CPR", "DNACPR: In the bag, front pocket</p>", "Nobody wrote who signed"])
    page = browser_of("carer").get(f"/residents/{world.peggy.pk}").content.decode()
    assert "A senior must check the form" in page


def test_papers_and_pictures_are_one_tap_near_the_top_for_the_ward_and_with_a_decision_for_the_crew(world, browser_of):
    transfer = taken_by_crew(world)
    link = f'href="/transfers/{transfer.pk}#papers">Papers and pictures ('
    crew, ward = browser_of("crew"), browser_of("ward")
    assert link not in opened(world, ward) + opened(world, crew)
    a_form_of(world, "this_is_me")
    assert f"{link}1)" in opened(world, ward)
    assert link not in opened(world, crew)
    a_form_of(world, "respect")
    for who in (ward, crew):
        in_order(opened(world, who), ["If heart or breathing stops", f"{link}2)", "Why they are going"])
        assert 'id="papers"' in who.get(f"/transfers/{transfer.pk}").content.decode()


def test_before_the_crew_has_the_bag_no_link_leads_to_papers_it_cannot_open_yet(world, browser_of):
    a_form_of(world, "respect")
    transfer, crew, ward = pack(world), browser_of("crew"), browser_of("ward")
    assert crew.get(f"/transfers/{transfer.pk}").status_code == 404
    words = opened(world, crew)
    assert f"/transfers/{transfer.pk}#papers" not in words
    assert "Papers and pictures (1): they open when you have the bag" in words
    assert f"/transfers/{transfer.pk}#papers" in opened(world, ward)
    assert 'id="papers"' in ward.get(f"/transfers/{transfer.pk}").content.decode()


def test_when_only_the_last_meal_is_known_no_heading_says_that_something_is_normal(world, browser_of):
    pack(world, reason={"last_ate": "Tea at 17:00"})
    words = opened(world, browser_of("crew"))
    in_order(words, ["<h2>Food and drink</h2>", "Tea at 17:00"])
    assert "<h2>Normal for them" not in words


def test_the_ward_reads_where_the_bag_is_when_it_is_not_there_to_be_taken(world, browser_of, at):
    transfer, ward = pack(world), browser_of("ward")
    words = opened(world, ward)
    assert "The bag is still at <b>Oakview</b>" in words
    assert "Is the bag with you?" not in words
    in_order(words, ["The bag is here already", "We have this bag"])
    in_order(words, ["JONES, Margaret", "A red bag comes with a patient"])
    tell(world, "ward", transfer, minutes=30, kind="handoff", to="RDEM1")
    tell(world, "carer", transfer, minutes=40, kind="handoff", to="VDEM1")
    words = opened(world, ward)
    assert "The bag is back at <b>Oakview</b>" in words
    in_order(words, ["The bag is here after all", "We have this bag"])
    assert "s-big--go" not in words[: words.find("What came with them")]


def test_a_journey_without_a_bag_is_told_without_the_word_bag(world, browser_of, at):
    transfer = pack(world, no_bag=True)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    ward = browser_of("ward").get(f"/transfers/{transfer.pk}").content.decode()
    assert ">We have them</button>" in ward
    assert f"{world.lifeline.name} has taken over" in ward
    assert "Ready to go, without a bag" in ward
    for words in ("this bag", "Service has the bag", "had the bag", "Bag packed"):
        assert words not in ward
