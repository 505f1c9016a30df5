"""How long ago each part of the service showed that it is alive."""

from datetime import datetime

from redbag.journal.models import Entry, Heartbeat, Seal


def ages(*, now: datetime) -> dict[str, float]:
    """Seconds since each part's last heartbeat, and the age of the oldest entry not yet sealed (0 when none)."""
    ages = {each.part: round((now - each.at).total_seconds(), 1) for each in Heartbeat.objects.all()}
    last = Seal.objects.order_by("-number").values_list("entry_id", flat=True).first() or 0
    oldest = Entry.objects.filter(pk__gt=last).order_by("pk").values_list("at", flat=True).first()
    ages["unsealed_age"] = round((now - oldest).total_seconds(), 1) if oldest else 0.0
    return ages
