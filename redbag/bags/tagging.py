"""Small tags on single things (a denture pot, a hearing-aid case) that lead back to their bag."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from redbag.bags import codes, tokens
from redbag.bags.models import Bag, State, Tag
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.belongings import CATEGORIES
from redbag.vault import seal_label

MOST_TAGS = 20
LONGEST = 40


@transaction.atomic
def make_tag(*, actor: Actor, bag: Bag, category: str, words: str = "", now: datetime) -> Tag:
    """A tag for one thing of a bag. `words` stand on it in place of the category; they must name nobody."""
    require(actor, Permission.WRITE_BAGS, bag.home)
    words = " ".join(words.split())
    errors = {}
    if category not in CATEGORIES:
        errors["category"] = "Choose what the tag is for."
    if len(words) > LONGEST:
        errors["words"] = f"Use at most {LONGEST} characters."
    if errors:
        raise BadInput(errors)
    bag = Bag.objects.select_for_update(of=("self",)).select_related("home").get(pk=bag.pk)
    if bag.state in (State.BLANK, State.RETIRED):
        raise Refused(f"Bag {bag.tracker} is not in use.", code="not_in_use")
    if bag.tags.filter(voided_at=None).count() >= MOST_TAGS:
        raise Refused(f"A bag has at most {MOST_TAGS} tags. Take one off the list first.", code="too_many_tags")
    token = tokens.new_token()
    tag = Tag.objects.create(
        bag=bag,
        category=category,
        words=words,
        token_digest=tokens.token_digest(token),
        token_sealed=seal_label(token),
        code=codes.new_code(),
        issued_at=now,
    )
    record("tag.made", bag, actor=actor, at=now, organisation=bag.home, category=category, tag=tag.pk)
    return tag


@transaction.atomic
def void_tag(*, actor: Actor, tag: Tag, now: datetime) -> None:
    """The thing or its tag is gone; the tag still leads to the bag, but is printed no more."""
    require(actor, Permission.WRITE_BAGS, tag.bag.home)
    if Tag.objects.filter(pk=tag.pk, voided_at=None).update(voided_at=now):
        record("tag.voided", tag.bag, actor=actor, at=now, organisation=tag.bag.home, tag=tag.pk)


def tags_of(homes: Collection[UUID]) -> QuerySet[Tag]:
    """The tags in use on bags of these homes, with bag and home joined."""
    return Tag.objects.filter(voided_at=None, bag__home__in=homes).select_related("bag__home")


def tag_in(text: str) -> tuple[Tag, str] | None:
    """The tag that was scanned or typed, and the code of the label its bag carries now; None when it is no tag."""
    seen = tokens.found_in(text)
    if seen is None:
        return None
    wanted = {"token_digest": tokens.token_digest(seen[1])} if seen[0] == "token" else {"code": seen[1]}
    tag = Tag.objects.select_related("bag").filter(**wanted).first()
    if tag is None:
        return None
    code = tag.bag.labels.filter(voided_at=None).values_list("code", flat=True).first()
    return (tag, codes.shown(code)) if code else None


def kinds_tagged(bag_id: UUID | None, kinds: Collection[str]) -> set[str]:
    """Of which of these kinds of things a tag in use leads to this bag."""
    if bag_id is None or not kinds:
        return set()
    rows = Tag.objects.filter(bag=bag_id, voided_at=None, category__in=kinds)
    return set(rows.values_list("category", flat=True))


def thing_of(tag: Tag) -> str:
    """What the tag hangs on, in words."""
    return tag.words or CATEGORIES.get(tag.category, "")
