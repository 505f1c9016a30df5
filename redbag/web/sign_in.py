"""Sign in and out."""

from django.contrib.auth import login, logout
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.journal.recording import record
from redbag.organisations import actions, throttling
from redbag.organisations.access import actor_for


@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    """The first page. A wrong password keeps the address; too many wrong ones ask to wait."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    onward = asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else "/"
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(onward)
        return render(request, "pages/sign_in/sign_in.html", {"next": onward})
    email = request.POST.get("email", "").strip()
    status, error = 422, ""
    if wait := throttling.take_password(email):
        status, error = 429, f"Too many wrong passwords. Wait {wait // 60 + 1} minutes, or ask your manager."
    elif user := actions.sign_in(email=email, password=request.POST.get("password", "")):
        throttling.forget(email)
        login(request, user)
        record("signed.in", user, actor=actor_for(user, ()), at=timezone.now())
        return redirect(onward)
    else:
        error = "The e-mail address or the password is not right."
    typed = {"next": onward, "email": email, "error": error}
    return render(request, "pages/sign_in/sign_in.html", typed, status=status)


def sign_out(request):
    record("signed.out", request.user, actor=request.actor, at=timezone.now())
    logout(request)
    return redirect("web:sign_in")
