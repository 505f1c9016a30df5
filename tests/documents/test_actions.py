"""Papers are kept encrypted, looked at again in time, taken off and brought back; who may is asked first."""

import hashlib
from datetime import date, timedelta

import pytest
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage

from redbag.documents import actions, looking_again, previews
from redbag.documents.models import Document
from redbag.documents.reading import marked, portrait_of, portraits_of, travelling_documents
from redbag.errors import BadInput, NotAllowed
from redbag.journal.models import Entry
from redbag.vault import keep_file, read_file
from tests.discharges.documents import pdf
from tests.documents import files

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

TODAY = date(2026, 11, 21)


def test_what_is_kept_is_not_the_upload_and_nobody_reads_it_from_the_disk(add):
    upload = files.with_place()
    kept = add(file=upload)

    with default_storage.open(kept.file) as file:
        on_disk = file.read()
    assert not on_disk.startswith(b"\xff\xd8\xff")
    assert files.SECRET_PLACE.encode() not in on_disk
    plain = read_file(kept.file)
    assert plain.startswith(b"\xff\xd8\xff")
    assert plain != upload
    assert (kept.digest, kept.size) == (hashlib.sha256(plain).hexdigest(), len(plain))


def test_pictures_of_pages_and_faces_are_kept_encrypted_too(add):
    paper, photo = add(file=pdf(pages=3), kind="mar"), add(kind="photo")

    assert previews.page_picture(paper, 3).startswith(b"\xff\xd8\xff")
    assert previews.portrait_picture(photo, small=True).startswith(b"\xff\xd8\xff")

    folders = [each.file.rpartition("/")[0] for each in (paper, photo)]
    for name in (f"{folders[0]}/page-3", f"{folders[1]}/portrait-160"):
        with default_storage.open(name) as file:
            assert not file.read().startswith(b"\xff\xd8\xff")
    with default_storage.open(f"{folders[0]}/page-3", "wb") as file:
        file.write(b"\xff\xd8\xff somebody else's picture")
    with pytest.raises(InvalidToken):
        previews.page_picture(paper, 3)
    for number in (0, 4, -1):
        with pytest.raises(LookupError):
            previews.page_picture(paper, number)


@pytest.mark.parametrize(
    ("kind", "days"),
    [("this_is_me", 365), ("passport", 365), ("mar", 30), ("care_plan", 180), ("attorney", None), ("dols", None)],
)
def test_each_kind_is_looked_at_again_in_its_time(add, kind, days):
    assert add(kind=kind).look_again_on == (TODAY + timedelta(days=days) if days else None)


@pytest.mark.parametrize("kind", ["dnacpr", "respect", "adrt"])
def test_a_decision_has_no_date_but_the_one_it_states_and_is_never_called_old(add, world, kind):
    assert add(kind=kind).look_again_on is None
    stated = add(kind=kind, look_again_on="3/5/2026")

    said = looking_again.words(stated, TODAY)

    assert said == "Review was due 3 May; ask a clinician"
    assert looking_again.words(add(kind=kind), TODAY) == ""
    assert looking_again.words(add(kind=kind, look_again_on="2027-05-03"), TODAY) == (
        "The form states a review on 3 May 2027"
    )
    with pytest.raises(actions.OnlyThePaperSays):
        actions.say_still_right(actor=world.actor("carer"), document=stated, now=world.now)


def test_of_two_decisions_the_older_says_so_and_stays_in_sight(add, world):
    old = add(kind="dnacpr", dated_on="1/2/2020")
    new = add(kind="dnacpr", dated_on="1/2/2026")

    rows = marked(travelling_documents(world.peggy), TODAY)

    assert [(row.document, row.older) for row in rows] == [(new, False), (old, True)]


def test_still_right_moves_the_date_once_and_is_in_the_journal(add, world):
    chart = add(kind="mar")
    later = world.now + timedelta(days=40)

    for _ in range(2):
        chart = actions.say_still_right(actor=world.actor("carer"), document=chart, now=later)

    assert chart.look_again_on == date(2026, 12, 31) + timedelta(days=30)
    assert Entry.objects.filter(action="document.verified", subject_id=chart.pk).count() == 1


def test_the_words_of_dates_that_have_come_are_calm(add):
    chart = add(kind="mar", look_again_on="2026-05-03")

    assert looking_again.words(chart, TODAY) == "Look again was due 3 May"
    assert chart.to_look_at(TODAY)
    assert looking_again.words(add(kind="dols", look_again_on="2026-05-03"), TODAY) == (
        "The paper says it ended 3 May; ask the manager"
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "passport_photo"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"title": "x" * 151}, "title"),
        ({"dated_on": "31/2/2026"}, "dated_on"),
        ({"dated_on": "yesterday"}, "dated_on"),
        ({"dated_on": "22/11/2026"}, "dated_on"),
        ({"dated_on": "1/1/0001"}, "dated_on"),
        ({"look_again_on": "2026-13-01"}, "look_again_on"),
        ({"look_again_on": "1/2/3/4"}, "look_again_on"),
        ({"look_again_on": "1/1/9999"}, "look_again_on"),
    ],
)
def test_what_is_said_wrong_is_named_by_field_and_nothing_is_kept(add, values, field):
    with pytest.raises(BadInput) as wrong:
        add(**values)

    assert list(wrong.value.errors) == [field]
    assert not Document.objects.exists()


def test_a_file_is_needed(add):
    with pytest.raises(BadInput) as wrong:
        add(file=b"")

    assert wrong.value.errors == {"file": "Choose a file, or take a photo."}


def test_a_senior_or_whoever_added_it_takes_it_off_with_a_reason_and_brings_it_back(add, world):
    by_carer, by_senior = add("carer"), add("senior")
    carer, senior = world.actor("carer"), world.actor("senior")

    with pytest.raises(NotAllowed):
        actions.remove_document(actor=carer, document=by_senior, why="not hers", now=world.now)
    with pytest.raises(BadInput):
        actions.remove_document(actor=senior, document=by_carer, why="  ", now=world.now)
    actions.remove_document(actor=carer, document=by_carer, why="Arthur's", now=world.now)
    actions.remove_document(actor=senior, document=by_senior, why="newer form", now=world.now)
    assert travelling_documents(world.peggy) == []

    back = actions.bring_back(actor=senior, document=by_carer, now=world.now)

    assert (back.removed_at, back.removed_by_name, back.removed_why) == (None, "", "")
    assert travelling_documents(world.peggy) == [by_carer]
    assert previews.whole(by_senior)
    told = Entry.objects.filter(subject_id__in=[by_carer.pk, by_senior.pk]).values_list("action", flat=True)
    assert sorted(told) == [*["document.added"] * 2, *["document.removed"] * 2, "document.returned"]


def test_another_home_adds_nothing_and_removes_nothing(add, world):
    kept = add()

    with pytest.raises(NotAllowed):
        add("millbrook_manager")
    with pytest.raises(NotAllowed):
        actions.remove_document(actor=world.actor("millbrook_manager"), document=kept, why="x", now=world.now)
    with pytest.raises(NotAllowed):
        actions.say_still_right(actor=world.actor("crew"), document=kept, now=world.now)


def test_a_restricted_one_is_seen_by_the_nurse_in_charge_and_does_not_travel(add, world):
    kept = add("carer", kind="wound", restricted="yes")

    seen = {who: kept in Document.objects.visible_to(world.actor(who)) for who in world.people}

    assert {who for who, sees in seen.items() if sees} == {"senior", "manager"}
    counted = {who: Document.objects.hidden_from(world.actor(who)).count() for who in world.people}
    assert {who for who, count in counted.items() if count} == {"carer"}
    assert travelling_documents(world.peggy) == []
    assert not Document.objects.visible_to(None).exists()
    assert not Document.objects.hidden_from(None).exists()


def test_the_newest_photo_is_the_persons_unless_it_is_restricted_or_taken_off(add, world):
    assert portrait_of(world.peggy) is None
    first = add(kind="photo")
    second = add("senior", kind="photo", minutes=1)
    add(kind="photo", restricted="yes", minutes=2)
    add(kind="other", minutes=3)
    arthurs = add(kind="photo", resident=world.arthur)

    assert portrait_of(world.peggy) == second
    assert portraits_of([world.peggy.pk, world.arthur.pk, world.nora.pk]) == {
        world.peggy.pk: second,
        world.arthur.pk: arthurs,
    }
    actions.remove_document(actor=world.actor("senior"), document=second, why="blurred", now=world.now)
    assert portrait_of(world.peggy) == first


def test_what_was_added_after_a_journey_had_ended_is_not_for_its_readers(add, world):
    before = add()
    add(minutes=120)

    assert travelling_documents(world.peggy, until=world.now + timedelta(minutes=60)) == [before]


def test_when_the_journal_cannot_be_written_nothing_is_kept(add, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the journal is full")

    def keep(name, content):
        names.append(keep_file(name, content))
        return names[-1]

    names = []
    monkeypatch.setattr(actions, "keep_file", keep)
    kept = add()
    monkeypatch.setattr(actions, "record", broken)
    with pytest.raises(RuntimeError):
        add()
    assert Document.objects.get() == kept
    assert [default_storage.exists(name) for name in names] == [True, False]


def test_the_name_of_a_saved_file_says_nothing_of_the_person(add):
    kept = add(kind="this_is_me", title="Margaret Jones her leaflet", dated_on="3/5/2026")

    assert kept.file_name == "this-is-me-2026-05-03.jpg"


@pytest.mark.parametrize(
    ("values", "restricted"),
    [
        ({"kind": "wound"}, True),
        ({"kind": "wound", "restricted": ""}, True),
        ({"kind": "wound", "restricted": "false"}, False),
        ({"kind": "other", "restricted": "True"}, True),
        ({"kind": "other"}, False),
    ],
)
def test_a_photo_of_skin_is_restricted_unless_somebody_says_it_is_not(add, values, restricted):
    assert add(**values).restricted is restricted


def test_an_answer_that_is_neither_yes_nor_no_is_not_taken_for_no(add):
    with pytest.raises(BadInput) as wrong:
        add(restricted="perhaps")

    assert list(wrong.value.errors) == ["restricted"]


def test_whatever_happens_to_a_document_the_papers_are_drawn_anew(add, world):
    senior, kept = world.actor("senior"), add(kind="mar", look_again_on="2026-11-20")
    deeds = [
        lambda now: actions.say_still_right(actor=senior, document=kept, now=now),
        lambda now: actions.restrict_document(actor=senior, document=kept, restricted=True, now=now),
        lambda now: actions.remove_document(actor=senior, document=kept, why="x", now=now),
        lambda now: actions.bring_back(actor=senior, document=kept, now=now),
        lambda now: add(minutes=99),
    ]
    world.peggy.refresh_from_db()
    assert world.peggy.told_at == world.now

    for number, deed in enumerate(deeds, start=95):
        now = world.now + timedelta(minutes=number)
        deed(now)
        world.peggy.refresh_from_db()
        assert world.peggy.told_at == now


def test_only_seniors_and_managers_change_who_sees_a_document_and_it_is_in_the_journal(add, world):
    kept = add()
    with pytest.raises(NotAllowed):
        actions.restrict_document(actor=world.actor("carer"), document=kept, restricted=True, now=world.now)
    for restricted in (True, True, False):
        kept = actions.restrict_document(
            actor=world.actor("manager"), document=kept, restricted=restricted, now=world.now
        )

    told = Entry.objects.filter(subject_id=kept.pk).order_by("pk").values_list("action", flat=True)
    assert sorted(told) == ["document.added", "document.opened", "document.restricted"]
    assert not kept.restricted


@pytest.mark.parametrize("kind", ["dnacpr", "respect", "adrt"])
def test_a_decision_about_treatment_always_travels(add, world, kind):
    with pytest.raises(BadInput) as wrong:
        add("senior", kind=kind, restricted="true")
    assert "must travel" in wrong.value.errors["restricted"]
    kept = add("senior", kind=kind)
    with pytest.raises(BadInput):
        actions.restrict_document(actor=world.actor("senior"), document=kept, restricted=True, now=world.now)
    kept.refresh_from_db()
    assert not kept.restricted
