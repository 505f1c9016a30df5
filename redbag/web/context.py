"""What every page knows."""

from django.conf import settings

from redbag.organisations.access import Permission
from redbag.organisations.models import Kind
from redbag.web.tablet_lock import locks_after


def everywhere(request) -> dict:
    """The signed-in actor, what they may do anywhere (`may.write_bags`), and which house they belong to.

    A visitor is nobody here: `visiting` is the journey that they were let in to.
    """
    actor = getattr(request, "actor", None)
    visiting = actor.only_transfer if actor else None
    actor = None if visiting else actor
    granted = set().union(*(post.grants for post in actor.posts)) if actor else set()
    return {
        "actor": actor,
        "visiting": visiting,
        "may": {permission.name.lower(): permission in granted for permission in Permission},
        "is_home": bool(actor) and actor.works_in(Kind.CARE_HOME),
        "is_hospital": bool(actor) and actor.works_in(Kind.HOSPITAL),
        "is_crew": bool(actor) and actor.works_in(Kind.AMBULANCE),
        "demo": settings.DEMO,
        "locks_after": locks_after(request),
        "caution": settings.CAUTION,
    }
