"""A forgotten password, and one's own changed."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts.passwords import OVER, ask_for_link, change_password, link_with, set_forgotten
from redbag.errors import BadInput, Refused
from redbag.organisations.throttling import TooOften, address_of
from redbag.web import problems
from redbag.web.entering import came_by_pin
from redbag.web.typed import text

KEPT_AS = "new_password"
BY_PIN = "You came in by PIN. Sign in with your e-mail to change your password."
SENT = "If there is an account with this e-mail address, a link is on its way to it. It works once, for an hour."


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password; the answer is the same whether the address is known or not."""
    email, errors, status = text(request.POST, "email"), {}, 200
    if request.method == "POST":
        try:
            ask_for_link(email=email, address=address_of(request.META), now=timezone.now())
            return render(request, "pages/passwords/sent.html", {"words": SENT})
        except BadInput as wrong:
            errors, status = wrong.errors, 422
        except TooOften as wait:
            errors, status = {"email": str(wait)}, 429
    return render(request, "pages/passwords/forgotten.html", {"email": email, "errors": errors}, status=status)


@never_cache
def open_link(request: HttpRequest, link: str) -> HttpResponse:
    """The link in the letter. It uses nothing up: programs that look at mail open links too."""
    if link_with(link, now=timezone.now()) is None:
        return _over(request)
    request.session[KEPT_AS] = link
    return redirect("web:new_password")


@never_cache
@sensitive_post_parameters("password")
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; then sign in with it."""
    token, errors = request.session.get(KEPT_AS, ""), {}
    link = link_with(token, now=timezone.now()) if token else None
    if link is None:
        return _over(request)
    if request.method == "POST":
        try:
            set_forgotten(token=token, password=request.POST.get("password", ""), now=timezone.now())
            request.session.flush()
            messages.success(request, "Your password is changed. Sign in with it.")
            return redirect("web:sign_in")
        except BadInput as wrong:
            errors = wrong.errors
        except Refused:
            return _over(request)
    context = {"email": link.user.email, "errors": errors}
    return render(request, "pages/passwords/new_password.html", context, status=422 if errors else 200)


@never_cache
@sensitive_post_parameters("old", "new")
def change(request: HttpRequest) -> HttpResponse:
    """Change one's own password, knowing the old one. Who came by PIN signs in fully first."""
    if came_by_pin(request):
        messages.info(request, BY_PIN)
        return redirect(reverse("web:sign_in", query={"full": "1", "next": request.path}))
    errors, status = {}, 200
    if request.method == "POST":
        old, new = request.POST.get("old", ""), request.POST.get("new", "")
        try:
            address = address_of(request.META)
            user = change_password(actor=request.actor, old=old, new=new, address=address, now=timezone.now())
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. You are signed out everywhere else.")
            return redirect("web:board")
        except BadInput as wrong:
            errors, status = wrong.errors, 422
        except TooOften as wait:
            errors, status = {"old": str(wait)}, 429
    return render(request, "pages/passwords/change.html", {"errors": errors}, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    request.session.pop(KEPT_AS, None)
    link = ("/forgotten", "Ask for a new link")
    return problems.page(request, status=410, title="This link cannot be used", words=OVER, link=link)
