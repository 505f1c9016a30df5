"""What every page knows."""

from django.conf import settings

from redbag.organisations.access import GRANTS, Permission
from redbag.organisations.models import Kind


def everywhere(request) -> dict:
    """The signed-in actor, what they may do anywhere (`may.write_bags`), and which house they belong to."""
    actor = getattr(request, "actor", None)
    granted = set().union(*(GRANTS[post.role] for post in actor.posts)) if actor else set()
    return {
        "actor": actor,
        "may": {permission.name.lower(): permission in granted for permission in Permission},
        "is_home": bool(actor) and actor.works_in(Kind.CARE_HOME),
        "is_hospital": bool(actor) and actor.works_in(Kind.HOSPITAL),
        "is_crew": bool(actor) and actor.works_in(Kind.AMBULANCE),
        "demo": settings.DEMO,
    }
