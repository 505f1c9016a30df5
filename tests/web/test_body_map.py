"""The body map without JavaScript: what is on the skin, and the skin around a journey."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.summaries import skin
from redbag.summaries.models import BodyMap
from tests.summaries.test_marks import BLAME, mark
from tests.web.journeys import pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def words_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def url(name, *ids):
    return reverse(f"web:{name}", args=ids)


def look(world, *marks, moment="home", minutes=0, who="carer"):
    now = world.now + timedelta(minutes=minutes)
    return skin.look_at_skin(actor=world.actor(who), resident=world.peggy, moment=moment, marks=marks, now=now)


FILLED = {
    "kind": "pressure",
    "category": "2",
    "place": "sacrum",
    "seen_day": "3",
    "seen_month": "11",
    "seen_year": "2026",
    "where": "",
    "note": "20 mm",
}


def test_a_mark_is_added_from_the_list_of_places_and_stands_in_picture_and_list(world, browser_of):
    carer = browser_of("carer")
    page = carer.get(url("add_mark", world.peggy.pk))
    assert page.content.decode().count("<option") > 90
    answer = carer.post(url("add_mark", world.peggy.pk), {"id": str(uuid4()), **FILLED}, follow=True)
    words = words_of(answer)
    assert "Mark 1: pressure area category 2, sacrum, since 3 Nov 2026" in words
    assert "20 mm" in words
    assert 'aria-label="Back of the body: mark 1: pressure area category 2, sacrum, since 3 Nov 2026"' in (
        answer.content.decode()
    )
    assert 'aria-label="Front of the body: no marks"' in answer.content.decode()
    (kept,) = skin.latest_map(world.peggy).marks
    assert (kept["side"], kept["x"], kept["y"], kept["where"]) == ("back", 500, 489, "sacrum")


def test_sending_a_mark_twice_is_one_mark_and_one_look(world, browser_of):
    carer, form = browser_of("carer"), {"id": str(uuid4()), **FILLED}
    for _ in range(2):
        carer.post(url("add_mark", world.peggy.pk), form)
    assert [len(row.marks) for row in BodyMap.objects.all()] == [1]


def test_what_is_wrong_stands_beside_its_box_and_nothing_typed_is_lost(world, browser_of):
    wrong = {**FILLED, "kind": "", "place": "", "seen_month": "13", "note": "dry and clean"}
    answer = browser_of("carer").post(url("add_mark", world.peggy.pk), wrong)
    assert answer.status_code == 422
    words = words_of(answer)
    for told in (
        "Tap the picture, or choose a place from the list.",
        "Choose what it is",
        "Enter a real date, such as 3 11 2026",
    ):
        assert words.count(told) == 2
    assert "dry and clean" in words
    assert not BodyMap.objects.exists()


def test_the_point_that_was_tapped_is_kept_while_it_lies_in_the_place_chosen(world, browser_of):
    carer = browser_of("carer")
    tapped = {**FILLED, "side": "back", "x": "515", "y": "495"}
    carer.post(url("add_mark", world.peggy.pk), {"id": str(uuid4()), **tapped})
    carer.post(url("add_mark", world.peggy.pk), {"id": str(uuid4()), **tapped, "place": "left heel"})
    first, second = skin.latest_map(world.peggy).marks
    assert (first["x"], first["y"], first["where"]) == (515, 495, "sacrum")
    assert (second["x"], second["y"], second["where"]) == (380, 964, "left heel")


def test_a_mark_is_changed_and_one_that_is_gone_stays_in_the_history(world, browser_of):
    carer = browser_of("carer")
    sore = mark("pressure", "sacrum", category="1")
    look(world, sore)
    address = url("change_mark", world.peggy.pk, sore["id"])
    assert 'value="20"' not in carer.get(address).content.decode()
    words = words_of(carer.post(address, FILLED, follow=True))
    assert "Pressure area category 1, sacrum: now pressure area category 2, sacrum, since 3 Nov 2026" in words
    words = words_of(carer.post(address, {"gone": "yes"}, follow=True))
    assert "No longer there: pressure area category 2, sacrum" in words
    assert "no marks" in words
    assert carer.get(address).status_code == 404
    assert BodyMap.objects.count() == 3


def test_yes_nothing_new_confirms_the_same_marks_in_one_tap(world, browser_of):
    carer = browser_of("carer")
    look(world, mark(), minutes=-3000)
    page = carer.get(url("body_map", world.peggy.pk))
    assert "Yes, nothing new" in words_of(page)
    form = re.search(r'name="form" value="([^"]+)"', page.content.decode())[1]
    for _ in range(2):
        answer = carer.post(url("look_at_skin", world.peggy.pk), {"answer": "same", "form": form}, follow=True)
    assert "✓ Looked at 03:50 by Carer Tester: 1 mark" in words_of(answer)
    first, second = skin.looks(world.peggy)
    assert first.marks == second.marks


def test_no_needs_a_word_why_and_leaves_the_map_as_it_was(world, browser_of):
    carer = browser_of("carer")
    look(world, mark())
    address = url("look_at_skin", world.peggy.pk)
    assert carer.post(address, {"answer": "no", "why_not": " "}).status_code == 422
    words = words_of(carer.post(address, {"answer": "no", "why_not": "in pain"}, follow=True))
    assert "? Not looked at 03:50: in pain (Carer Tester)" in words
    assert "Skin last looked at 02:50 by Carer Tester: 1 mark" in words


def test_a_look_is_never_changed_nor_removed(world):
    row = look(world, mark())
    for change in (lambda: BodyMap.objects.filter(pk=row.pk).update(marks=[]), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert BodyMap.objects.get().marks == row.marks


def test_the_journal_names_the_look_by_ids_and_keeps_words_apart(world):
    look(world, mark(note="Found by her daughter Ann"))
    entry = Entry.objects.get(action="skin.looked")
    assert entry.resident_id == world.peggy.pk
    assert set(entry.facts) == {"moment", "marks"}
    assert "forearm" not in str(entry.facts)


def test_a_failing_journal_keeps_no_look(world, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(skin, "record", broken)
    with pytest.raises(RuntimeError):
        look(world, mark())
    assert not BodyMap.objects.exists()


def test_the_residents_page_has_the_small_picture_and_who_looked_when(world, browser_of):
    look(world, mark(), mark("wound", "left knee", id=str(uuid4())), who="senior")
    page = browser_of("carer").get(url("resident", world.peggy.pk))
    assert "Skin last looked at 02:50 by Senior Tester: 2 marks" in words_of(page)
    assert "mark 2: wound, left knee" in page.content.decode()


def test_another_home_reads_and_writes_nothing(world, browser_of):
    look(world, mark())
    stranger = browser_of("millbrook")
    assert stranger.get(url("body_map", world.peggy.pk)).status_code == 404
    assert stranger.post(url("look_at_skin", world.peggy.pk), {"answer": "same"}).status_code == 404
    assert stranger.post(url("add_mark", world.peggy.pk), FILLED).status_code == 404


# Around a journey


def test_before_leaving_the_ready_page_asks_and_the_answer_belongs_to_leaving(world, browser_of):
    carer = browser_of("carer")
    look(world, mark(), minutes=-3000)
    transfer = pack(world, minutes=30)
    page = carer.get(url("going_ready", transfer.pk))
    assert "Skin checked today?" in words_of(page)
    assert "bruise, left forearm, front" in words_of(page)
    answer = carer.post(
        url("look_at_skin", world.peggy.pk), {"answer": "same", "moment": "leaving", "next": page.request["PATH_INFO"]}
    )
    assert answer["Location"] == url("going_ready", transfer.pk)
    assert skin.latest_map(world.peggy).moment == "leaving"


def test_the_ward_sees_the_map_its_date_and_that_nobody_looked_on_the_day_of_leaving(world, browser_of):
    look(world, mark("pressure", "sacrum", category="2"), minutes=-60 * 24 * 19)
    transfer = taken_by_crew(world)
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    for address in (url("transfer", transfer.pk), url("label", world.token(world.bag))):
        words = words_of(browser_of("ward").get(address))
        assert "Checked on the day of leaving? No. Last looked at 2 Nov 2026 by Carer Tester" in words
        assert "pressure area category 2, sacrum" in words
        assert "Skin checked today?" not in words


def test_a_look_on_the_day_of_leaving_is_said_so(world, browser_of):
    look(world, mark(), minutes=5, moment="leaving")
    transfer = taken_by_crew(world)
    words = words_of(browser_of("crew").get(url("transfer", transfer.pk)))
    assert "Looked at on the day of leaving: 02:55 by Carer Tester" in words


def back_home(world):
    look(world, mark("bruise", "left knee", id=str(uuid4())), minutes=-60 * 24 * 19)
    transfer = taken_by_crew(world)
    tell(world, "carer", transfer, minutes=50, kind="handoff", to="VDEM1")
    assert transfer.stage == "BACK_HOME"
    return transfer


def test_on_return_the_page_asks_to_look_and_says_what_differs_to_home_and_ward_alike(world, browser_of, at):
    transfer, carer = back_home(world), browser_of("carer")
    assert "Back home: please look at the skin" in words_of(carer.get(url("transfer", transfer.pk)))
    look(world, mark("pressure", "sacrum", category="2"), moment="return", minutes=55)
    seen = "Seen on return 03:45; not on the home's map of 2 Nov 2026: pressure area category 2, sacrum"
    gone = "On the home's map of 2 Nov 2026; not seen on return 03:45: bruise, left knee"
    home, hospital = (words_of(browser_of(who).get(url("transfer", transfer.pk))) for who in ("carer", "crew"))
    for words in (home, hospital):
        assert seen in words
        assert gone in words
        told = words[words.index(" Skin ") : words.index("Discharge summary")].casefold()
        assert not [blame for blame in BLAME if blame in told]
    assert "Think about:" in home
    assert url("section", world.peggy.pk, "safeguarding") in (carer.get(url("transfer", transfer.pk)).content.decode())
    assert "Think about" not in hospital
    assert "duty of candour" not in hospital


def test_the_bag_that_is_back_leads_to_the_skin(world, browser_of):
    transfer, carer = back_home(world), browser_of("carer")
    page = carer.get(url("label", world.token(world.bag))).content.decode()
    (link,) = re.findall(r'href="([^"]+)">Look at the skin now', page)
    words = words_of(carer.get(unescape(link)))
    assert "Back home: please look at the skin" in words
    carer.post(url("add_mark", world.peggy.pk), {"id": str(uuid4()), "moment": "return", **FILLED})
    assert "not on the home's map of 2 Nov 2026: pressure area category 2, sacrum" in (
        words_of(carer.get(url("transfer", transfer.pk)))
    )


def test_nothing_new_on_return_prompts_nothing(world, browser_of):
    transfer, carer = back_home(world), browser_of("carer")
    carer.post(url("look_at_skin", world.peggy.pk), {"answer": "same"})
    assert skin.latest_map(world.peggy).moment == "return"
    words = words_of(carer.get(url("transfer", transfer.pk)))
    assert "the same as on the home's map of 2 Nov 2026" in words
    assert "Think about" not in words


def test_what_is_seen_later_at_home_is_not_the_hospitals_to_read(world, browser_of):
    transfer = back_home(world)
    look(world, mark("wound", "left heel", id=str(uuid4())), minutes=58)
    assert "left heel" in words_of(browser_of("carer").get(url("body_map", world.peggy.pk)))
    assert "left heel" not in words_of(browser_of("crew").get(url("transfer", transfer.pk)))
