"""Somebody opens the link of an invitation, says who they are, and joins; and is out once they work nowhere."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRefresh

from redbag.accounts.invitations import Vouched, accept, has_account, invitation_with
from redbag.accounts.joining_models import Invitation
from redbag.accounts.providers import providers
from redbag.errors import BadInput, Refused
from redbag.organisations.models import Membership
from redbag.web import problems
from redbag.web.entering import after_first_proof, enter
from redbag.web.typed import text

KEPT_AS, VOUCHED = "joining", "vouched"
VOUCHED_LASTS = timedelta(minutes=15)
OVER = "This invitation was used, withdrawn or ran out. Ask whoever invited you to send a new one."
SHUT_OUT = (
    "Nobody lists you as working at any organisation any more, so you were signed out. If you think that is wrong, "
    "speak to your manager: they can invite you again."
)


@never_cache
def open_invitation(request: HttpRequest, link: str) -> HttpResponse:
    """The link in the letter. It uses nothing up: programs that look at mail open links too."""
    if invitation_with(link, now=timezone.now()) is None:
        return _over(request)
    request.session[KEPT_AS] = link
    request.session.pop(VOUCHED, None)
    return redirect("web:join")


@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest) -> HttpResponse:
    """Who invites to what; one's own name and password, and in. With an account it is one button."""
    now = timezone.now()
    token = request.session.get(KEPT_AS, "")
    invitation = invitation_with(token, now=now) if token else None
    if invitation is None:
        return _over(request)
    known, errors, refused = has_account(invitation), {}, ""
    if request.method == "POST":
        try:
            return _joined(request, token, now)
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refusal:
            refused = str(refusal)
    return render(
        request,
        "pages/joining/join.html",
        _context(request, invitation, known, errors, refused),
        status=422 if errors or refused else 200,
    )


def shut_out(request: HttpRequest) -> HttpResponse | None:
    """Somebody signed in who works nowhere any more is signed out and told why; None for everybody else."""
    actor = request.actor
    if not request.user.is_authenticated or actor is None or actor.user is None or actor.posts:
        return None
    if KEPT_AS in request.session or request.resolver_match.view_name == "web:sign_out":
        return None
    if request.htmx:
        return HttpResponseClientRefresh()  # the whole page says why
    logout(request)
    request.actor = None
    link = ("/sign-in", "Go to sign in")
    return problems.page(request, status=403, title="You do not work anywhere now", words=SHUT_OUT, link=link)


def vouched_for(request: HttpRequest, *, now: datetime) -> Vouched | None:
    """What another provider has just said of who is at this invitation."""
    told = request.session.get(VOUCHED)
    if told is None or now - datetime.fromisoformat(told["at"]) > VOUCHED_LASTS:
        return None
    return Vouched(issuer=told["issuer"], subject=told["subject"], name=told["name"])


def keep_vouched(request: HttpRequest, vouched: Vouched, *, counts: bool, now: datetime) -> None:
    """Remember what a provider said until they join; `counts` when its word is a second factor too."""
    request.session[VOUCHED] = {
        "issuer": vouched.issuer,
        "subject": vouched.subject,
        "name": vouched.name[:150],
        "counts": counts,
        "at": now.isoformat(),
    }


def _joined(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    signed_in = request.user.is_authenticated
    vouched = None if signed_in else vouched_for(request, now=now)
    both_steps = vouched is not None and request.session[VOUCHED]["counts"]
    membership = accept(
        token=token,
        now=now,
        actor=request.actor if signed_in else None,
        name=text(request.POST, "name"),
        password=request.POST.get("password", ""),
        vouched=vouched,
    )
    request.session.pop(KEPT_AS, None)
    request.session.pop(VOUCHED, None)
    messages.success(request, _welcome(membership))
    if signed_in:
        return redirect("web:board")
    if both_steps:
        return enter(request, membership.user, how="provider with two factors", to="/", now=now)
    how = "provider" if vouched else "password"
    return after_first_proof(request, membership.user, how=how, to="/", now=now)


def _welcome(membership: Membership) -> str:
    return f"You work at {membership.organisation.name} now, as {membership.get_role_display().lower()}."


def _context(
    request: HttpRequest, invitation: Invitation, known: bool, errors: dict[str, str], refused: str
) -> dict[str, object]:
    vouched = vouched_for(request, now=timezone.now())
    name = text(request.POST, "name") or (vouched.name if vouched else "") or invitation.name
    mine = request.user.is_authenticated and request.user.email.lower() == invitation.email.lower()
    return {
        "invitation": invitation,
        "known": known,
        "mine": mine,
        "vouched": vouched,
        "providers": providers(),
        "name": name,
        "errors": errors,
        "refused": refused,
    }


def _over(request: HttpRequest) -> HttpResponse:
    request.session.pop(KEPT_AS, None)
    link = ("/sign-in", "Go to sign in")
    return problems.page(request, status=410, title="This invitation cannot be used", words=OVER, link=link)
