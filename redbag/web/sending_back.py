"""*This letter is about somebody else*: the home sends it back, or the hospital that sent it calls it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges.sending_back import may_be_sent_back, send_back
from redbag.errors import BadInput
from redbag.organisations.access import Permission, require
from redbag.web.discharges import note_view, their_summary
from redbag.web.typed import text


@never_cache
def send_back_letter(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Say why a letter that a hospital sent is not this patient's; it goes back to the hospital at once."""
    summary, now = their_summary(request, summary_id), timezone.now()
    at_home = request.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    if not at_home:
        require(request.actor, Permission.WRITE_DISCHARGE, summary.organisation_id)
    may_be_sent_back(summary)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            theirs = send_back(actor=request.actor, summary=summary, reason=text(request.POST, "reason"), now=now)
        except BadInput as wrong:
            errors = wrong.errors
        else:
            if at_home:
                messages.warning(
                    request, f"Sent back. Now ring {summary.hospital}, and say what was done because of it."
                )
                return redirect("web:discharge", summary_id=summary.pk)
            messages.warning(request, f"Called back. Ring {summary.home}, and ask what was done because of it.")
            return redirect("web:held_summary", held_summary_id=theirs.pk)
    note_view("discharge", request, summary, now)
    seen = {"summary": summary, "at_home": at_home, "errors": errors, "reason": text(request.POST, "reason")}
    return render(request, "pages/discharges/send_back.html", seen, status=422 if errors else 200)
