"""Sign in and out."""

from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts.providers import providers
from redbag.journal.recording import record
from redbag.organisations import actions
from redbag.web import known_browser
from redbag.web.entering import after_first_proof, onward


@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    """The first page. A wrong password keeps the address; too many wrong ones ask to wait."""
    to = onward(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(to)
        return render(request, "pages/sign_in/sign_in.html", {"next": to, "providers": providers()})
    email = request.POST.get("email", "").strip()
    status, error = 422, ""
    if wait := known_browser.wait_for(request, email):
        status, error = 429, f"Too many wrong passwords. Wait {wait // 60 + 1} minutes, or ask your manager."
    elif user := actions.sign_in(email=email, password=request.POST.get("password", "")):
        response = after_first_proof(request, user, how="password", to=to, now=timezone.now())
        known_browser.was_right(request, response, email)
        return response
    else:
        known_browser.was_wrong(request, email, now=timezone.now())
        error = "The e-mail address or the password is not right."
    typed = {"next": to, "email": email, "error": error, "providers": providers()}
    return render(request, "pages/sign_in/sign_in.html", typed, status=status)


def sign_out(request):
    record("signed.out", request.user, actor=request.actor, at=timezone.now())
    logout(request)
    return redirect("web:sign_in")
