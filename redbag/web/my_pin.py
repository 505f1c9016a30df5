"""My sign-in: the PIN for shared tablets, which only its owner sets, and only after more than a PIN."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts.pins import has_pin, remove_pin, set_pin
from redbag.errors import BadInput
from redbag.web.entering import PROVED, SECOND_STEP, came_by_pin, is_fresh, proof_to_change
from redbag.web.typed import onward


@never_cache
@sensitive_post_parameters("pin", "again")
def my_pin(request: HttpRequest) -> HttpResponse:
    """Set, change or take away one's own PIN. Who came by PIN, or a while ago, shows first who they are."""
    now, errors, person = timezone.now(), {}, request.actor.user
    by_pin, proof = came_by_pin(request), proof_to_change(person) if person else PROVED
    may = person is not None and not by_pin and is_fresh(request, proof, now=now)
    if request.method == "POST" and may:
        try:
            if "remove" in request.POST:
                remove_pin(actor=request.actor, now=now)
                messages.success(request, "Your PIN is gone. On shared tablets you sign in with your e-mail.")
            else:
                told = {name: request.POST.get(name, "") for name in ("pin", "again")}
                set_pin(actor=request.actor, now=now, **told)
                messages.success(request, "Your PIN is set. On shared tablets tap your name and type it.")
            return redirect(onward(request, reverse("web:my_pin")))
        except BadInput as wrong:
            errors = wrong.errors
    seen = {"may": may, "by_pin": by_pin, "person": person, "has_pin": person is not None and has_pin(person)}
    seen["by_code"] = proof == SECOND_STEP
    return render(request, "pages/tablets/my_pin.html", {**seen, "errors": errors}, status=422 if errors else 200)
