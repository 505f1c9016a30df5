"""Who works here: the list, somebody new, somebody who leaves."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from redbag.deliveries.phones import let_go
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Permission, require
from redbag.organisations.actions import ROLES_BY_KIND, add_person, rules_of, set_medicines_training
from redbag.organisations.models import Kind, Membership, Role
from redbag.web import homes
from redbag.web.typed import text


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role here, and those who left."""
    places = [
        {
            "home": place,
            "decides": place.kind == Kind.CARE_HOME,
            "now": place.memberships.filter(ended_at=None).select_related("user").order_by("user__name"),
            "left": place.memberships.exclude(ended_at=None)
            .select_related("user", "ended_by")
            .order_by("-ended_at")[:50],
        }
        for place in homes.places(request.actor, Permission.MANAGE_ENDPOINTS)
    ]
    return render(request, "pages/people/people.html", {"places": places})


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
            messages.success(request, f"{typed['name']} can sign in now. Tell them the first password yourself.")
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


def medicines_training(request: HttpRequest, membership_id) -> HttpResponse:
    """Somebody is trained in medicines here, or is not any more."""
    own = [post.organisation for post in request.actor.posts]
    membership = get_object_or_404(Membership, organisation__in=own, pk=membership_id)
    trained = text(request.POST, "trained") == "yes"
    set_medicines_training(actor=request.actor, membership=membership, trained=trained, now=timezone.now())
    words = "is trained in medicines" if trained else "is no longer listed as trained in medicines"
    messages.success(request, f"{membership.user.name} {words}.")
    return redirect("web:people")


def leave(request: HttpRequest, membership_id) -> HttpResponse:
    """Somebody no longer works here: asked once, because their sessions end at once."""
    own = [post.organisation for post in request.actor.posts]
    membership = get_object_or_404(Membership, organisation__in=own, pk=membership_id)
    if request.method == "POST":
        named = rules_of(membership.organisation).escalate_to_id == membership.user_id
        let_go(actor=request.actor, membership=membership, now=timezone.now())
        messages.success(request, f"{membership.user.name} no longer works here.")
        if named and rules_of(membership.organisation).escalate_to_id is None:
            messages.warning(request, "Nobody hears of what is late now. Choose somebody in Due times and quiet hours.")
        return redirect("web:people")
    require(request.actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    return render(request, "pages/people/leave.html", {"membership": membership})
