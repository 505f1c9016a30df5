"""Who works here: the list, somebody new without e-mail, another role, somebody who leaves."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts.adding import add_person
from redbag.accounts.invitations import open_invitations
from redbag.deliveries.phones import let_go
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Permission, require
from redbag.organisations.actions import ROLES_BY_KIND, rules_of, set_medicines_training
from redbag.organisations.models import Kind, Membership, Role, User
from redbag.organisations.posts import change_role, leave_on
from redbag.web import homes
from redbag.web.typed import text


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role here, and those who left."""
    managed = homes.places(request.actor, Permission.MANAGE_ENDPOINTS)
    invited = open_invitations(managed)
    places = [
        {
            "home": place,
            "decides": place.kind == Kind.CARE_HOME,
            "invited": [each for each in invited if each.organisation_id == place.pk],
            "now": place.memberships.filter(ended_at=None).select_related("user").order_by("user__name"),
            "left": place.memberships.exclude(ended_at=None)
            .select_related("user", "ended_by")
            .order_by("-ended_at")[:50],
        }
        for place in managed
    ]
    return render(request, "pages/people/people.html", {"places": places, "now": timezone.now()})


@sensitive_post_parameters("password")
def add(request: HttpRequest) -> HttpResponse:
    """Give somebody a role here; whoever is new gets a first password."""
    home = homes.chosen(request, Permission.MANAGE_ENDPOINTS)
    typed = {name: text(request.POST, name) for name in ("name", "email", "role")}
    errors: dict[str, str] = {}
    trained = "medicines_trained" in request.POST
    if request.method == "POST":
        try:
            password = request.POST.get("password", "")
            now = timezone.now()
            with transaction.atomic():
                made = add_person(actor=request.actor, organisation=home, password=password, now=now, **typed)
                if trained:
                    set_medicines_training(actor=request.actor, membership=made, trained=True, now=now)
            messages.success(request, _how_they_sign_in(made.user, new=made.user.created_at == now))
            return redirect("web:people")
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"role" if refused.code == "role_does_not_fit" else "email": str(refused)}
    roles = ROLES_BY_KIND[Kind(home.kind)]
    context = {
        "typed": {**typed, "medicines_trained": trained},
        "gives_medicines": home.kind == Kind.CARE_HOME,
        "errors": errors,
        "roles": [
            {"value": role.value, "text": role.label, "checked": role == typed["role"]} for role in map(Role, roles)
        ],
        "homes": homes.choices(request, Permission.MANAGE_ENDPOINTS),
    }
    return render(request, "pages/people/add.html", context, status=422 if errors else 200)


def _how_they_sign_in(person: User, *, new: bool) -> str:
    if new:
        return f"{person.name} can sign in now. Tell them the first password yourself."
    return f"{person.name} works here now. They sign in with the password they have."


def medicines_training(request: HttpRequest, membership_id) -> HttpResponse:
    """Somebody is trained in medicines here, or is not any more."""
    membership = _here(request, membership_id)
    trained = text(request.POST, "trained") == "yes"
    set_medicines_training(actor=request.actor, membership=membership, trained=trained, now=timezone.now())
    words = "is trained in medicines" if trained else "is no longer listed as trained in medicines"
    messages.success(request, f"{membership.user.name} {words}.")
    return redirect("web:people")


def role(request: HttpRequest, membership_id) -> HttpResponse:
    """Somebody does something else here from now on."""
    membership = _here(request, membership_id)
    require(request.actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            changed = change_role(
                actor=request.actor, membership=membership, role=text(request.POST, "role"), now=timezone.now()
            )
            messages.success(request, f"{membership.user.name} is {changed.get_role_display().lower()} here now.")
            return redirect("web:people")
        except BadInput as wrong:
            errors = wrong.errors
    roles = [Role(each) for each in ROLES_BY_KIND[Kind(membership.organisation.kind)]]
    now = text(request.POST, "role") or membership.role
    context = {
        "membership": membership,
        "roles": [{"value": each.value, "text": each.label, "checked": each == now} for each in roles],
        "errors": errors,
    }
    return render(request, "pages/people/role.html", context, status=422 if errors else 200)


def leave(request: HttpRequest, membership_id) -> HttpResponse:
    """Somebody no longer works here: at once, or after a last day; asked once, because their sessions end."""
    membership = _here(request, membership_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _leaves(request, membership)
        except BadInput as wrong:
            errors = wrong.errors
    require(request.actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    typed = text(request.POST, "leaves_on") or (membership.leaves_on.isoformat() if membership.leaves_on else "")
    context = {"membership": membership, "typed": typed, "errors": errors}
    return render(request, "pages/people/leave.html", context, status=422 if errors else 200)


def _leaves(request: HttpRequest, membership: Membership) -> HttpResponse:
    when, name, now = text(request.POST, "when"), membership.user.name, timezone.now()
    if when in ("day", "stays"):
        day = _day(text(request.POST, "leaves_on")) if when == "day" else None
        leave_on(actor=request.actor, membership=membership, day=day, now=now)
        last = f"{day:%-d %b %Y} is the last day of {name} here." if day else f"{name} stays."
        messages.success(request, last)
        return redirect("web:people")
    named = rules_of(membership.organisation).escalate_to_id == membership.user_id
    let_go(actor=request.actor, membership=membership, now=now)
    messages.success(request, f"{name} no longer works here.")
    if named and rules_of(membership.organisation).escalate_to_id is None:
        messages.warning(request, "Nobody hears of what is late now. Choose somebody in Due times and quiet hours.")
    return redirect("web:people")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadInput({"leaves_on": "Choose their last day."}) from None


def _here(request: HttpRequest, membership_id) -> Membership:
    own = [post.organisation for post in request.actor.posts]
    return get_object_or_404(Membership, organisation__in=own, pk=membership_id)
