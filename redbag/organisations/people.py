"""Who works somewhere."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from redbag.organisations.models import Membership


def working_at(organisations: Iterable[UUID]) -> QuerySet[Membership]:
    """Everybody who has a post now at one of these organisations, with who they are."""
    return Membership.objects.filter(organisation__in=list(organisations), ended_at=None).select_related(
        "user", "organisation"
    )
