"""Words that are not saved yet are kept for their writer, sealed, for a week."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.drafts import actions
from redbag.drafts.models import Draft
from redbag.errors import BadInput, NotAllowed
from redbag.journal.models import Entry
from redbag.organisations.access import Actor
from redbag.retention.tasks import forget_drafts as forget

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PLACE = "why/5e0c"


def keep(world, words="She fell at two", *, who="carer", minutes=0, opened=0, place=PLACE, **more):
    actions.keep_draft(
        actor=world.actor(who),
        place=place,
        fields={"concern": [words], **more},
        opened=world.now + timedelta(minutes=opened),
        now=world.now + timedelta(minutes=minutes),
    )


def kept(world, who="carer"):
    draft = actions.draft_of(actor=world.actor(who), place=PLACE)
    return draft and draft.fields["concern"]


def test_the_newest_words_are_kept_and_only_their_writer_reads_them(world):
    keep(world, "She fell")
    keep(world, "She fell at two", minutes=1)
    keep(world, "Somebody else’s words", who="senior")
    assert kept(world) == ["She fell at two"]
    assert kept(world, "senior") == ["Somebody else’s words"]
    assert [kept(world, who) for who in ("manager", "ward", "millbrook")] == [None, None, None]
    assert Draft.objects.count() == 2


def test_the_database_and_the_journal_hold_no_word_of_it(world):
    keep(world, "zebra")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM redbag_draft")
        (sealed,) = cursor.fetchone()
    assert "zebra" not in sealed
    assert not Entry.objects.exists()


def test_secrets_are_never_kept(world):
    keep(world, csrfmiddlewaretoken=["x"], password=["x"], new_password=["x"])
    assert set(actions.draft_of(actor=world.actor("carer"), place=PLACE).fields) == {"concern"}


def test_what_was_saved_has_no_draft_and_late_words_from_the_old_page_do_not_bring_it_back(world):
    keep(world, minutes=1)
    actions.drop_draft(actor=world.actor("carer"), place=PLACE, now=world.now + timedelta(minutes=2))
    assert kept(world) is None
    with pytest.raises(actions.SavedMeanwhile):
        keep(world, "late", opened=1, minutes=3)
    assert kept(world) is None
    keep(world, "new", opened=4, minutes=5)
    assert kept(world) == ["new"]


def test_what_was_thrown_away_can_be_put_back(world):
    keep(world)
    actions.throw_away(actor=world.actor("carer"), place=PLACE)
    assert kept(world) is None
    keep(world)
    assert kept(world) == ["She fell at two"]


@pytest.mark.parametrize("place", ["", "Why/1", "why//1", "../etc", "why/" + "x" * 61, "a/b/c/d/e", "why/1\n"])
def test_a_form_that_cannot_be_is_refused(world, place):
    with pytest.raises(BadInput):
        keep(world, place=place)


@pytest.mark.parametrize(
    "fields", [None, [], {}, {"a": "text"}, {"a": [1]}, {"a": [None]}, {str(n): [""] for n in range(2001)}]
)
def test_anything_but_fields_with_lists_of_words_is_refused(world, fields):
    now = world.now
    with pytest.raises(BadInput):
        actions.keep_draft(actor=world.actor("carer"), place=PLACE, fields=fields, opened=now, now=now)


def test_too_much_is_refused_and_what_was_kept_stays(world):
    keep(world, "short")
    with pytest.raises(BadInput):
        keep(world, "x" * 400_001)
    assert kept(world) == ["short"]


def test_somebody_can_begin_only_so_many_forms(world, monkeypatch):
    monkeypatch.setattr(actions, "MOST_DRAFTS", 2)
    for number in range(2):
        keep(world, place=f"why/{number}")
    with pytest.raises(BadInput):
        keep(world, place="why/2")
    keep(world, "more", place="why/1")


def test_a_program_has_no_drafts(world):
    nobody = Actor(name="A program", posts=())
    with pytest.raises(NotAllowed):
        actions.keep_draft(actor=nobody, place=PLACE, fields={"a": ["b"]}, opened=world.now, now=world.now)
    assert actions.draft_of(actor=nobody, place=PLACE) is None


def test_words_nobody_touched_for_a_week_are_forgotten(world):
    keep(world)
    with time_machine.travel(world.now + timedelta(days=6, hours=23), tick=False):
        forget()
    assert kept(world) == ["She fell at two"]
    with time_machine.travel(world.now + timedelta(days=7, minutes=1), tick=False):
        forget()
    assert not Draft.objects.exists()


def test_saving_and_keeping_wait_for_one_another(world):
    for act in (
        lambda: keep(world),
        lambda: actions.drop_draft(actor=world.actor("carer"), place=PLACE, now=world.now),
    ):
        with CaptureQueriesContext(connection) as asked:
            act()
        said = [each["sql"] for each in asked if "redbag_user" in each["sql"] or "redbag_draft" in each["sql"]]
        assert 'FROM "redbag_user"' in said[0], "the writer's lock comes first"
        assert connection.vendor != "postgresql" or "FOR UPDATE" in said[0]
