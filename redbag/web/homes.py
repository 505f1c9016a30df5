"""For which home a page is meant, when somebody works at several."""

from django.http import Http404, HttpRequest

from redbag.errors import NotAllowed
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation


def places(actor: Actor, permission: Permission) -> list[Organisation]:
    """The organisations where a role of theirs grants this, in the order they joined."""
    granted = set(actor.organisations_with(permission))
    return list(
        {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}.values()
    )


def chosen(request: HttpRequest, permission: Permission) -> Organisation:
    """The organisation that the form names by its ODS code, else the first; NotAllowed when there is none.

    A form that names one that is not theirs is answered with 404: nothing is done at another home than was meant.
    """
    known = places(request.actor, permission)
    if not known:
        raise NotAllowed(f"Your role may not {permission}.")
    asked = request.POST.get("home") or request.GET.get("home")
    found = next((place for place in known if place.ods_code == asked), None)
    if found is None and request.POST.get("home"):
        raise Http404
    return found or known[0]


def choices(request: HttpRequest, permission: Permission) -> list[dict]:
    """The homes to choose from, for a select; empty when there is only one."""
    known = places(request.actor, permission)
    now = chosen(request, permission).ods_code
    return (
        [{"value": p.ods_code, "text": p.name, "selected": p.ods_code == now} for p in known] if len(known) > 1 else []
    )
