"""What the papers say of skin, of whom nobody may tell, and of whatever a section may hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.packs import drawing, typesetting
from redbag.packs.chapters import _section, pack_words
from redbag.packs.gathering import gather
from redbag.packs.sheets import sheet_of
from redbag.packs.wording import summary_words
from redbag.summaries.fields import LEVELS, Field
from redbag.summaries.models import BodyMap, CurrentSection
from redbag.summaries.sections import SECTIONS
from redbag.transfers.models import Transfer
from tests.packs.test_papers import in_order, words, write
from tests.transfers.test_since_last import DAYS, been, told, with_contacts, wrote
from tests.web.journeys import pack, taken_by_crew

pytestmark = pytest.mark.django_db
KINDS = ("summary", "pack")
ULCER = {
    "id": "a",
    "kind": "pressure",
    "category": "2",
    "side": "back",
    "x": 500,
    "y": 480,
    "where": "lower back",
    "note": "",
    "first_seen": "2026-11-02",
}


def look(world, *, minutes, checked=True, marks=(), why="", moment="home"):
    at = world.now + timedelta(minutes=minutes)
    BodyMap.objects.create(
        resident=world.peggy,
        moment=moment,
        checked=checked,
        marks=list(marks),
        why_not=why,
        seen_at=at,
        recorded_at=at,
        by_name="Ana Tester",
    )


def printed(world, transfer, kind, *, minutes=300):
    return words(drawing.paper_of(transfer=transfer, kind=kind, now=world.now + timedelta(minutes=minutes)))


@pytest.mark.parametrize("moment", ["home", "leaving"])
def test_marks_stay_on_paper_with_their_day_when_a_later_look_was_not_taken(world, moment):
    look(world, minutes=-240, marks=[ULCER])
    look(world, minutes=-5, checked=False, why="in pain", moment=moment)
    transfer = pack(world)
    text = printed(world, transfer, "pack")
    in_order(
        text[text.index("Skin Seen") :],
        "Seen 20 Nov 2026, 22:50 by Ana Tester",
        "NOT looked at on 21 Nov 2026, 02:45: in pain",
        "pressure area category 2, lower back",
    )
    summary = printed(world, transfer, "summary")
    in_order(
        summary, "Skin: 1 mark: see Skin in the full pack. Seen 20 Nov 2026, 22:50", "NOT looked at on 21 Nov 2026"
    )


def test_a_look_that_was_taken_later_leaves_no_word_of_the_one_that_was_not(world):
    look(world, minutes=-60, checked=False, why="asleep", moment="leaving")
    look(world, minutes=-30, marks=[ULCER])
    text = printed(world, pack(world), "pack")
    assert "pressure area category 2" in text
    assert "NOT looked at" not in text


def test_without_any_map_the_look_that_was_not_taken_is_said(world):
    look(world, minutes=-5, checked=False, why="in pain", moment="leaving")
    text = printed(world, pack(world), "pack")
    in_order(text, "NOT looked at on 21 Nov 2026, 02:45: in pain", "No body map. It does not mean")


def test_what_is_mapped_at_home_after_they_left_is_not_on_the_paper_of_the_journey(world):
    look(world, minutes=-30, marks=[ULCER])
    transfer = taken_by_crew(world)
    look(world, minutes=60, marks=[])
    assert "pressure area category 2" in printed(world, transfer, "pack")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"do_not_tell": True}, "Do not tell: Dave Jones"),
        ({"do_not_release": True}, "Do not release to: Dave Jones"),
        ({"do_not_tell": True, "do_not_release": True}, "Do not tell or do not release to: Dave Jones"),
    ],
)
def test_of_whom_nobody_may_tell_the_name_is_printed_and_neither_number_nor_note(world, flags, said):
    number, note = "07700 900123", "works nights at the bakery"
    dave = {"name": "Dave Jones", "relation": "son", "phone": number, "note": note}
    world.peggy.contacts = [dave | flags, {"name": "Sue", "phone": "07700 900456", "note": "ring first"}]
    world.peggy.save(update_fields=["contacts"])
    write(world, legal={"attorneys": [{"name": "dave  jones", "kind": "Health and welfare", "phone": number}]})
    transfer = pack(world)
    for kind in KINDS:
        text = printed(world, transfer, kind).replace("\xa0", " ")
        assert said in text
        assert number not in text
        assert note not in text
        assert "07700 900456" in text
        assert "ring first" in text


def test_who_is_kept_from_is_named_even_when_somebody_who_may_be_rung_has_the_same_number(world):
    world.peggy.contacts = [
        {"name": "Sue", "phone": "07700 900456"},
        {"name": "Dave", "phone": "07700 900456", "do_not_tell": True},
    ]
    world.peggy.save(update_fields=["contacts"])
    assert printed(world, pack(world), "summary").count("Do not tell: Dave") == 2


def test_a_number_frozen_before_its_owner_was_kept_from_is_not_printed(world):
    taken = pack(world)
    Transfer.objects.filter(pk=taken.pk).update(stage="CLOSED", closed_at=world.now)
    dave = {"name": "Dave", "relation": "son", "phone": "07700 900123"}
    world.peggy.contacts = [dave]
    world.peggy.save(update_fields=["contacts"])
    transfer = pack(world, minutes=60)
    assert "new: Dave, son, 07700 900123" in printed(world, transfer, "pack")
    world.peggy.contacts = [dave | {"do_not_tell": True}]
    world.peggy.told_at = world.now + timedelta(minutes=400)
    world.peggy.save(update_fields=["contacts", "told_at"])
    text = printed(world, transfer, "pack", minutes=401)
    assert "new: Dave, son" in text
    assert "07700 900123" not in text


def test_a_row_with_nothing_but_a_code_is_printed(world):
    holds(world, "allergies", {"status": "present", "items": [{"code": "91936005"}]})
    transfer = pack(world)
    assert "91936005" in printed(world, transfer, "pack")


def holds(world, name, content):
    """A section holds what was let in at any time, through any door."""
    told = {"author_name": "Ana", "written_at": world.now, "verified_at": world.now, "verified_by": "Ana"}
    CurrentSection.objects.create(resident=world.peggy, section=name, version=1, content=content, **told)


LINES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60)


def answers(field: Field):
    """Anything that a field may hold when it is kept."""
    kinds = {
        "choice": lambda: st.sampled_from(["not_known", *(key for key, _ in field.choices)]),
        "rows": lambda: st.lists(
            st.fixed_dictionaries({each.name: answers(each) for each in field.columns}), max_size=3
        ),
        "tick": st.booleans,
        "date": lambda: st.one_of(st.just(""), st.dates().map(str)),
        "number": lambda: st.from_regex(r"\A(|[0-9]{1,3}(\.[0-9])?)\Z"),
        "levels": lambda: st.fixed_dictionaries({"usual": LEVEL, "now": LEVEL, "note": LINES}),
    }
    return kinds.get(field.kind, lambda: LINES)()


LEVEL = st.sampled_from(["", *(key for key, _ in LEVELS)])
CONTENTS = st.fixed_dictionaries(
    {each.name: st.fixed_dictionaries({field.name: answers(field) for field in each.fields}) for each in SECTIONS}
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(contents=CONTENTS)
def test_whatever_the_sections_hold_both_papers_are_drawn(world, contents):
    CurrentSection.objects.filter(resident=world.peggy).delete()
    for name, content in contents.items():
        holds(world, name, content)
    transfer = world.peggy.transfers.first() or pack(world)
    known = gather(transfer=transfer, sheet=sheet_of(transfer, now=world.now), now=world.now)
    first = typesetting.summary(lambda step: summary_words(known, step))
    assert first.content.startswith(b"%PDF")
    assert typesetting.pack(pack_words(known, first.step), first.step).content.startswith(b"%PDF")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_table_of_any_section_is_without_columns(data):
    section = data.draw(st.sampled_from(SECTIONS))
    content = {field.name: data.draw(answers(field)) for field in section.fields}
    told = {"name": section.name, "title": section.title, "content": content, "version": 1, "due": False}
    told |= {"verified_at": None, "verified_by": "Ana", "author": "Ana"}
    for table in _section(told)["tables"]:
        assert table["head"]
        assert table["rows"]
        assert {len(row) for row in table["rows"]} == {len(table["head"])}


@pytest.mark.parametrize("flag", ["do_not_tell", "do_not_release"])
def test_of_whom_nobody_may_tell_since_nothing_but_the_name_is_told_anywhere(world, browser_of, api, at, flag):
    dave = {"name": "Dave", "relation": "son", "phone": "07700 900123", "note": "works nights"}
    with_contacts(world, 0, dave)
    attorney = {"name": "dave", "kind": "Health and welfare", "phone": "07700 900124", "seen": "Ana, May"}
    wrote(world, legal={"attorneys": [attorney]})
    been(world)
    with_contacts(world, 400, dave | {flag: True})
    wrote(world, minutes=401, legal={"attorneys": [attorney | {"phone": "07700 900125"}]})
    second = pack(world, minutes=DAYS)
    words = {"do_not_tell": "do not tell", "do_not_release": "do not release to"}[flag]
    assert [each for each in told(second) if each[0] in ("person", "legal")] == [
        ("person", "Contact", f"new: Dave, {words}"),
        ("person", "Contact", "no longer: Dave"),
    ]
    at(DAYS + 10)
    pages = [second.snapshots.get().content]
    pages += [browser_of(who).get(f"/transfers/{second.pk}").content.decode() for who in ("carer", "ward")]
    pages += [str(api("ward").get(f"transfers/{second.pk}").json())]
    for page in pages:
        assert "Dave" in page
        assert not [each for each in ("07700 900123", "07700 900124", "07700 900125") if each in page]
