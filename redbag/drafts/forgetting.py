"""Drafts go by themselves."""

from collections.abc import Collection
from datetime import datetime, timedelta

from redbag.drafts.models import Draft

KEPT = timedelta(days=7)


def forget_drafts(*, now: datetime, but: Collection[str]) -> None:
    """Remove drafts nobody has touched for a week, except those about anything of which the id is in `but`."""
    old = Draft.objects.filter(saved_at__lt=now - KEPT)
    spared = [pk for pk, place in old.values_list("pk", "place") if but and set(place.split("/")).intersection(but)]
    old.exclude(pk__in=spared).delete()
