"""The flat rows that measures count, made of a household as it is loaded by the rules that count everything else."""

from datetime import datetime

from django.db import transaction

from redbag.counting.belongings import Search
from redbag.counting.catching_up import catch_up
from redbag.counting.counting import Rows, rows_of
from redbag.counting.followed import Followed, follow_for_counting
from redbag.counting.journeys import VERSION
from redbag.counting.letters import Letter
from redbag.counting.material import Material, Person, about_transfer
from redbag.counting.models import Mark
from redbag.counting.paperwork import papers_of
from redbag.discharges.models import DischargeSummary
from redbag.management.national.chunks import Household, Told
from redbag.management.national.places import Nation

EVERYBODY = 100_000


def count(made: Household, *, now: datetime) -> Rows:
    """The rows of everybody in the home and of all their journeys."""
    people = {life.row.pk: Person([life.row], destroyed=False) for life in made.lives}
    journeys: dict = {}
    papers, searches, letters, used_at = {}, {}, {}, {}
    for each in made.told:
        transfer = each.story.transfer
        followed = _followed(each, people[transfer.resident_id])
        journeys.setdefault(transfer.resident_id, []).append(followed)
        if each.frozen is not None and (followed.moments.departed or followed.journey.left_at):
            papers[transfer.pk] = papers_of(each.frozen.content)
        searches[transfer.pk] = [
            Search(item=str(case.item), outcome=case.outcome, value_pence=case.value_pence) for case in each.after.cases
        ]
        letters[transfer.pk] = _letters(each)
        if each.after.reconciled:
            used_at[transfer.pk] = each.after.reconciled[0].used_at
    material = Material(
        people=list(people.values()),
        journeys=journeys,
        papers=papers,
        searches=searches,
        letters=letters,
        letters_alone=(),
        used_at=used_at,
        transfers=list(letters),
        summaries=[letter.summary for own in letters.values() for letter in own],
    )
    return rows_of(material, now=now)


def leave_nothing_waiting(nation: Nation, *, anew: bool) -> None:
    """Say that everything loaded is counted, and count whoever else the journal tells of.

    Where nothing was loaded anew, and counting has begun by itself, it is left alone.
    """
    now = nation.asked.now
    with transaction.atomic():
        _, first = Mark.objects.get_or_create(pk=1)
        if not (anew or first):
            return
        mark = Mark.objects.select_for_update().get(pk=1)
        if mark.version != VERSION or mark.through is not None:
            mark.entry, mark.counted_at, mark.version, mark.through, mark.faulty = 0, now, VERSION, None, []
            mark.save()
    catch_up(now=now, at_most=EVERYBODY)


def _followed(each: Told, person: Person) -> Followed:
    story = each.story
    assert story.journey is not None
    return follow_for_counting(about=about_transfer(story.transfer, person), journey=story.journey, told=story.told)


def _letters(each: Told) -> list[Letter]:
    read = {row.summary_id: row.at for row in each.after.read}
    return [
        Letter(
            summary=row.pk,
            sent_at=row.sent_at,
            hospital=row.organisation_id,
            read_at=read.get(row.pk),
            current=row.state == DischargeSummary.State.SENT,
        )
        for row in each.after.letters
        if row.sent_at
    ]
