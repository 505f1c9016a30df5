"""What the page of a letter shows: to the home what must be seen first, to the hospital how it fares."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core import signing
from django.utils import timezone

from redbag.discharges import plain
from redbag.discharges.allergy_news import AllergyNews
from redbag.discharges.asking import asked_for
from redbag.discharges.following_up import left_on, still_to_do
from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.discharges.same_tasks import real_tasks
from redbag.discharges.taking_on import may_wait_no_longer, nobodys, trained_colleagues
from redbag.incoming.headings import Section
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Role
from redbag.reconciliations.models import Reconciliation
from redbag.reconciliations.standing import standing_of

FIRST_READ = ("medications_and_medical_devices", "plan_and_requested_actions", "allergies_and_adverse_reactions")
SALT = "letter opened"
State = DischargeSummary.State


def in_reading_order(sections: list[Section]) -> list[Section]:
    """Every section: medicines, plan and allergies first, all others as the standard has them."""
    return sorted(sections, key=lambda each: _place(each.slug))


def opened_by(actor: Actor, summary: DischargeSummary) -> str:
    """What the page puts into its form to say that this person had it open."""
    return signing.dumps([str(summary.pk), str(actor.user_id)], salt=SALT)


def was_opened(told: str, actor: Actor, summary: DischargeSummary) -> bool:
    """Whether this person had the page of this letter open."""
    try:
        return bool(signing.loads(told, salt=SALT) == [str(summary.pk), str(actor.user_id)])
    except signing.BadSignature:
        return False


def everyone_sees(summary: DischargeSummary, *, actor: Actor, now: datetime) -> dict:
    """The letter itself, how it came, who has read it, what stands before and after it."""
    acknowledgement = getattr(summary, "acknowledgement", None)
    theirs = DischargeSummary.objects.visible_to(actor, now=now).sent()
    added = theirs.filter(follows=summary.pk, relation=DischargeSummary.Relation.APPENDS)
    return {
        "summary": summary,
        "transfer": summary.transfer,
        "acknowledgement": acknowledgement,
        "role": dict(Role.choices).get(acknowledgement.role, acknowledgement.role) if acknowledgement else "",
        "sections": in_reading_order(summary.sections()),
        "missing": summary.missing(),
        "not_understood": summary.read().get("not_understood") or [],
        "added_later": list(added.order_by("sent_at")),
        "ward_phone": "" if summary.hospital_name else summary.organisation.phone,
    }


def the_home_sees(summary: DischargeSummary, *, actor: Actor, now: datetime) -> dict:
    """What comes first for a home: allergies, resuscitation, what goes on, what changed, what to do, when to call."""
    allergies = plain.new_allergies(summary)
    return {
        "urgent": may_wait_no_longer(summary),
        "allergies": allergies,
        **_it_says(summary, allergies),
        **_how_far(summary, actor),
        **what_to_do(summary, now=now),
        **_whose_job(summary, actor),
    }


def _it_says(summary: DischargeSummary, allergies: AllergyNews) -> dict:
    """What comes first of a letter, sent or not: all of it the letter's own words."""
    marked, sentences = plain.do_not_stop(summary)
    return {
        "allergies_said": _said_of_allergies(summary) if allergies.says == "not_said" else [],
        "allergy_words": plain.allergy_words(summary),
        "alerts": plain.alerts(summary),
        "resuscitation": plain.resuscitation(summary),
        "do_not_stop": marked,
        "do_not_stop_said": sentences,
        "changes": plain.changes(summary),
        "call_if": plain.call_if(in_reading_order(plain.everything(summary))),
    }


def the_home_will_see(summary: DischargeSummary) -> dict:
    """What comes first for a home, of a letter that is not sent yet: only what the letter itself says.

    Nothing tells the hospital which of its allergies the home has on record.
    """
    allergies = plain.new_allergies(summary)
    return {
        "allergies_say": allergies.says,
        "allergies_listed": sorted([*allergies.new, *allergies.known], key=_agent),
        "allergies_doubtful": sorted(allergies.doubtful, key=_agent),
        **_it_says(summary, allergies),
        "asked": asked_for(summary.read(), summary.texts(), left_on=left_on(summary)),
    }


def what_to_do(summary: DischargeSummary, *, now: datetime) -> dict:
    """What this letter asks for by when, what is done, and what earlier versions asked for that nobody has done."""
    follow_ups, today = list(summary.follow_ups.order_by("position")), timezone.localdate(now)
    waiting = sorted((each for each in real_tasks(follow_ups) if each.done_at is None), key=_when)
    return {
        "do_undated": [each for each in waiting if not each.due_on],
        "do_today": [each for each in waiting if each.due_on and each.due_on <= today],
        "do_later": [each for each in waiting if each.due_on and each.due_on > today],
        "done": [each for each in follow_ups if each.done_at is not None],
        "from_before": list(still_to_do(summary)) if summary.state == State.SENT else [],
        "nobodys": nobodys(waiting),
        "today": today,
    }


def _how_far(summary: DischargeSummary, actor: Actor) -> dict:
    """How far the comparison of its medicines has come, in words."""
    comparison = Reconciliation.objects.visible_to(actor).filter(summary=summary).first()
    if comparison is not None:
        return {"compared": True, "medicines_stand": standing_of(comparison).words}
    if plain.medicines_of(summary) or summary.read().get("medicines_listed"):
        return {"compared": False, "medicines_stand": "nobody has compared them yet."}
    return {"compared": False, "medicines_stand": "nobody has typed the list of this letter yet."}


def _whose_job(summary: DischargeSummary, actor: Actor) -> dict:
    may = actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id) and actor.user is not None
    take_on = may and summary.state == State.SENT and getattr(summary, "acknowledgement", None) is None
    return {
        "take_on": take_on,
        "opened_now": opened_by(actor, summary) if take_on else "",
        "trained": trained_colleagues(summary.home),
        "you_are_trained": actor.trained_at(summary.home_id),
    }


def _said_of_allergies(summary: DischargeSummary) -> list[Section]:
    return [each for each in summary.sections() if each.slug == "allergies_and_adverse_reactions"]


def _agent(allergy: Mapping[str, str]) -> str:
    return allergy["agent"].casefold()


def _place(slug: str) -> int:
    return FIRST_READ.index(slug) if slug in FIRST_READ else len(FIRST_READ)


def _when(follow_up: FollowUp) -> tuple[date, int]:
    """By its day, those without one last."""
    return follow_up.due_on or date.max, follow_up.position
