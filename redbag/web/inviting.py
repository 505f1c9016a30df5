"""A manager invites somebody by e-mail, sends an invitation again, or takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.accounts.invitations import invite, invite_again, withdraw
from redbag.accounts.joining_models import Invitation
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Permission, require
from redbag.organisations.actions import ROLES_BY_KIND
from redbag.organisations.models import Kind, Organisation, Role
from redbag.web import homes
from redbag.web.typed import text

FIELDS = ("name", "email", "role")


def invite_person(request: HttpRequest) -> HttpResponse:
    """Who is invited, to do what; a letter with a link goes to their e-mail address."""
    home = homes.chosen(request, Permission.MANAGE_ENDPOINTS)
    typed = {name: text(request.POST, name) for name in FIELDS}
    trained, errors = "medicines_trained" in request.POST, {}
    if request.method == "POST":
        try:
            invite(actor=request.actor, organisation=home, medicines_trained=trained, now=timezone.now(), **typed)
            messages.success(request, f"An invitation is on its way to {typed['email']}. It can be used for 7 days.")
            return redirect("web:people")
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"email": str(refused)}
    context = _context(request, home, typed, trained) | {"errors": errors}
    return render(request, "pages/people/invite.html", context, status=422 if errors else 200)


def invite_again_person(request: HttpRequest, invitation_id) -> HttpResponse:
    """Send it again, with a new link for seven days."""
    invitation = _find(request, invitation_id)
    invite_again(actor=request.actor, invitation=invitation, now=timezone.now())
    messages.success(request, f"A new link is on its way to {invitation.email}. The one before no longer works.")
    return redirect("web:people")


def withdraw_invitation(request: HttpRequest, invitation_id) -> HttpResponse:
    """Take it back: its link opens nothing any more."""
    invitation = _find(request, invitation_id)
    withdraw(actor=request.actor, invitation=invitation, now=timezone.now())
    messages.success(request, f"The invitation of {invitation.name} is taken back.")
    return redirect("web:people")


def _find(request: HttpRequest, invitation_id) -> Invitation:
    rows = Invitation.objects.visible_to(request.actor).select_related("organisation")
    invitation = get_object_or_404(rows, pk=invitation_id)
    require(request.actor, Permission.MANAGE_ENDPOINTS, invitation.organisation)
    return invitation


def _context(request: HttpRequest, home: Organisation, typed: dict[str, str], trained: bool) -> dict[str, object]:
    roles = [Role(each) for each in ROLES_BY_KIND[Kind(home.kind)]]
    return {
        "typed": {**typed, "medicines_trained": trained},
        "gives_medicines": home.kind == Kind.CARE_HOME,
        "roles": [{"value": each.value, "text": each.label, "checked": each == typed["role"]} for each in roles],
        "homes": homes.choices(request, Permission.MANAGE_ENDPOINTS),
    }
