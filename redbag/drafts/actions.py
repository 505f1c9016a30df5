"""Words somebody has typed and not saved yet are kept for them, and only for them.

The journal holds what changed in a record; a draft changes none, so nothing of it is journalled.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from redbag.accounts.tablet_models import Sitting
from redbag.drafts.models import Draft
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.organisations.access import Actor
from redbag.organisations.models import User

PLACE = re.compile(r"[a-z_]{1,40}(/[A-Za-z0-9_-]{1,60}){0,3}")
NEVER = re.compile(r"^csrf|password|^(?:pin|again|colleague_pin)$", re.IGNORECASE)
BASIS = re.compile(r"version|seen|was-.+")
MOST_CHARACTERS = 400_000
MOST_FIELDS = 2000
MOST_DRAFTS = 200


class SavedMeanwhile(Refused):
    """The form was saved after the page that sends this was opened: its words are older than what is saved."""

    code = "saved_meanwhile"


@dataclass(frozen=True)
class Kept:
    """The fields of a form by name, each with its values, and when they were kept."""

    fields: dict[str, list[str]]
    at: datetime


@transaction.atomic
def keep_draft(*, actor: Actor, place: str, fields: object, opened: datetime, now: datetime) -> None:
    """Keep the fields of a form as their writer left them, in place of what was kept before.

    `fields` is `{name: [value, ...]}`. Raises BadInput for anything else or too much, and SavedMeanwhile when the form
    was saved after `opened`. Secrets are never kept. What the first words were based on stays until they are saved.
    """
    owner = _owned(actor)
    if not PLACE.fullmatch(place):
        raise BadInput({"place": "There is no such form."})
    fields = _checked(fields)
    content = json.dumps(fields)
    if len(content) > MOST_CHARACTERS:
        raise BadInput({"fields": "This is too much to keep as a draft. Save it."})
    _one_after_the_other(actor)
    draft = Draft.objects.filter(**owner, place=place).first()
    if draft is not None and not draft.content and draft.saved_at >= opened:
        raise SavedMeanwhile("This form was saved meanwhile, in another window.")
    if draft is None and Draft.objects.filter(**owner).exclude(content="").count() >= MOST_DRAFTS:
        raise BadInput({"place": "Too many forms are begun. Save or throw away some of them."})
    if draft is not None and draft.content:
        content = json.dumps(fields | basis_of(json.loads(draft.content), among=fields))
    Draft.objects.update_or_create(**owner, place=place, defaults={"content": content, "saved_at": now})


def basis_of(fields: Mapping[str, list[str]], *, among: Iterable[str]) -> dict[str, list[str]]:
    """What says on which text the words of a form were first typed: its version, its mark, and each text as it was.

    Words put over a newer text without this would wipe what a colleague has saved meanwhile.
    """
    return {name: fields[name] for name in among if name in fields and BASIS.fullmatch(name)}


@transaction.atomic
def drop_draft(*, actor: Actor, place: str, now: datetime) -> None:
    """The form was saved: its draft is gone, and words that are still on their way from the old page are not kept."""
    if owner := whose(actor):
        _one_after_the_other(actor)
        Draft.objects.update_or_create(**owner, place=place, defaults={"content": "", "saved_at": now})


def throw_away(*, actor: Actor, place: str) -> None:
    """The writer does not want the words any more."""
    Draft.objects.filter(**_owned(actor), place=place).exclude(content="").delete()


@transaction.atomic
def hand_on(*, earlier: Iterable[Sitting], to: Sitting) -> None:
    """What agency staff typed in earlier shifts and did not save is kept for the new one, the newest of each form."""
    kept: set[str] = set()
    for draft in Draft.objects.select_for_update().filter(sitting__in=list(earlier)).order_by("-saved_at"):
        if draft.content and draft.place not in kept:
            Draft.objects.filter(pk=draft.pk).update(sitting=to)
        kept.add(draft.place)


def draft_of(*, actor: Actor, place: str) -> Kept | None:
    """What this person typed there and has not saved; nobody else's, ever."""
    owner = whose(actor)
    draft = Draft.objects.filter(**owner, place=place).exclude(content="").first() if owner else None
    return Kept(fields=json.loads(draft.content), at=draft.saved_at) if draft else None


def standing_of(*, actor: Actor, place: str) -> tuple[Kept | None, datetime | None]:
    """What this person typed there and has not saved, else when they last saved it, if that was a few days ago at most.

    One statement, as a page may hold several forms.
    """
    owner = whose(actor)
    row = Draft.objects.filter(**owner, place=place).first() if owner else None
    if row is None or not row.content:
        return None, row.saved_at if row else None
    return Kept(fields=json.loads(row.content), at=row.saved_at), None


def whose(actor: Actor | None) -> dict[str, Any]:
    """Whose drafts an actor has: a user's, or those of agency staff at a shared tablet; empty for anybody else."""
    if actor is not None and actor.sitting_id is not None:
        return {"sitting_id": actor.sitting_id}
    return {"owner_id": actor.user.pk} if actor is not None and actor.user is not None else {}


def _one_after_the_other(actor: Actor) -> None:
    """Hold the writer's lock, so that of two windows of one person the second knows what the first has done."""
    if actor.user is not None:
        User.objects.select_for_update().get(pk=actor.user.pk)
    else:
        Sitting.objects.select_for_update(of=("self",)).get(pk=actor.sitting_id)


def _owned(actor: Actor) -> dict[str, Any]:
    owner = whose(actor)
    if not owner or actor.facts_only:
        raise NotAllowed("Only a person has drafts.")
    return owner


def _checked(fields: object) -> dict[str, list[str]]:
    if not isinstance(fields, Mapping) or not 0 < len(fields) <= MOST_FIELDS:
        raise BadInput({"fields": "Send an object of fields, at least one and at most 2000."})
    if not all(_are_texts(each) for each in fields.values()):
        raise BadInput({"fields": "Send an object of fields, each with a list of its values."})
    return {str(name): values for name, values in fields.items() if not NEVER.search(str(name))}


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)
