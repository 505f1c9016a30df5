"""Wrong data put right, and what somebody says is wrong: both stand beside the section until they are seen to."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.retention.models import Objection, PutRight
from redbag.summaries.models import SectionVersion
from redbag.summaries.sections import BY_NAME

LONGEST = 500


class NothingBefore(Refused):
    code = "nothing_before"


def beside(resident: Resident) -> dict[str, dict]:
    """What stands beside each section: objections nobody has seen to, and the last correction."""
    found: dict[str, dict] = defaultdict(lambda: {"objections": [], "put_right": None})
    for each in Objection.objects.standing().filter(resident=resident).order_by("at"):
        found[each.section]["objections"].append(each)
    for each in PutRight.objects.filter(resident=resident).order_by("at"):
        found[each.section]["put_right"] = each
    return dict(found)


@transaction.atomic
def put_right(*, actor: Actor, resident: Resident, section: str, why: str, now: datetime) -> PutRight:
    """Say that the newest version of a section corrects what was wrong in the one before; once for each version."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home_id)
    _refuse_empty({"why": why})
    Resident.objects.select_for_update().get(pk=resident.pk)
    newest = SectionVersion.objects.filter(resident=resident, section=section).order_by("-version").first()
    if newest is None or newest.version < 2:
        raise NothingBefore("Change the section first: then say that what stood before was wrong.")
    kept, made = PutRight.objects.get_or_create(
        resident=resident,
        section=section,
        version=newest.version,
        defaults={"why": why.strip(), "at": now, "by": actor.user, "by_name": actor.name},
    )
    if made:
        _record("section.put_right", kept, resident, actor, now, version=newest.version)
    return kept


@transaction.atomic
def object_to(*, actor: Actor, resident: Resident, section: str, words: str, said_by: str, now: datetime) -> Objection:
    """Write down what the person, or somebody for them, says is wrong in a section."""
    require(actor, Permission.WRITE_RESIDENTS, resident.home_id)
    if section not in BY_NAME:
        raise BadInput({"section": "There is no such section."})
    _refuse_empty({"words": words, "said_by": said_by})
    kept = Objection.objects.create(
        resident=resident,
        section=section,
        words=words.strip(),
        said_by=said_by.strip(),
        said_on=timezone.localdate(now),
        at=now,
        by=actor.user,
        by_name=actor.name,
    )
    _record("section.objected", kept, resident, actor, now)
    return kept


@transaction.atomic
def settle_objection(*, actor: Actor, objection: Objection, how: str, now: datetime) -> None:
    """Say how an objection was seen to: put right, or why it stays as it is."""
    require(actor, Permission.WRITE_RESIDENTS, objection.resident.home_id)
    _refuse_empty({"how": how})
    objection = Objection.objects.select_for_update(of=("self",)).select_related("resident").get(pk=objection.pk)
    if objection.settled_at:
        return
    objection.settled_at, objection.settled_by_name, objection.settled_how = now, actor.name, how.strip()
    objection.save(update_fields=["settled_at", "settled_by_name", "settled_how"])
    _record("section.objection_settled", objection, objection.resident, actor, now)


def _refuse_empty(told: dict[str, str]) -> None:
    errors = {name: f"Write it down, in at most {LONGEST} letters." for name, said in told.items() if not said.strip()}
    errors |= {name: f"Use at most {LONGEST} letters." for name, said in told.items() if len(said) > LONGEST}
    if errors:
        raise BadInput(errors)


def _record(action: str, subject, resident: Resident, actor: Actor, now: datetime, **facts) -> None:
    record(
        action,
        subject,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        section=subject.section,
        **facts,
    )
