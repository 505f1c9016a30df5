"""Letters that came by mail: what waits, whose each one is, and the address to which mail is forwarded."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import mail_settling
from redbag.discharges.files import file_of
from redbag.discharges.mailboxes import address_of, mailboxes_of, open_mailbox
from redbag.discharges.models import LetterCopy, MailedLetter
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Kind
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.web import homes
from redbag.web.about_letter import about_letter, values_of
from redbag.web.drafts import forget
from redbag.web.letter_pages import picture_of
from redbag.web.typed import text
from redbag.web.whose_letter import people_to_tap

MOST, MOST_STAYS, MOST_COPIES = 100, 6, 10
HALF_COPIED = "The copy of a hospital letter is not finished"
SHOWN_FOR = timedelta(days=30)


def their_letter(request: HttpRequest, mailed_id: UUID) -> MailedLetter:
    """A letter that came to their home by mail; 404 otherwise."""
    rows = MailedLetter.objects.visible_to(request.actor).select_related("home", "summary")
    return get_object_or_404(rows, pk=mailed_id)


def letters_waiting(actor: Actor) -> list[tuple[str, str, str]]:
    """What the board says of letters nobody has filed yet: about whom or what, the words, and the address."""
    copies = LetterCopy.objects.visible_to(actor).exclude(pages="").select_related("resident").order_by("changed_at")
    rows = [
        (each.resident.called, HALF_COPIED, reverse("web:letter_copy", args=[each.pk])) for each in copies[:MOST_COPIES]
    ]
    if count := MailedLetter.objects.visible_to(actor).filter(settled_at=None).count():
        words = "1 letter waits: say whose it is" if count == 1 else f"{count} letters wait: say whose they are"
        rows.append(("Letters that came by mail", words, reverse("web:mailed_letters")))
    return rows


@never_cache
def mailed_letters(request: HttpRequest) -> HttpResponse:
    """What came by mail and waits, what was done with the others, and the address to forward to."""
    now, rows = timezone.now(), MailedLetter.objects.visible_to(request.actor).select_related("home", "summary")
    settled = rows.filter(settled_at__gt=now - SHOWN_FOR).order_by("-settled_at")
    record_view("mailed_letters", None, actor=request.actor, at=now, organisation=request.actor.home())
    places = homes.places(request.actor, Permission.COPY_LETTERS)
    boxes = {home: address_of(box) for home, box in mailboxes_of(places).items()}
    seen = {
        "waiting": list(rows.filter(settled_at=None).order_by("received_at")[:MOST]),
        "settled": list(settled[:MOST]),
        "places": [{"home": each, "address": boxes.get(each.pk, "")} for each in places],
        "several": len(places) > 1,
    }
    return render(request, "pages/copied/mailed_letters.html", seen)


def change_mailbox(request: HttpRequest) -> HttpResponse:
    """The manager opens an address for the home's mail, or changes it because too many know it."""
    home = homes.chosen(request, Permission.SET_HOUSE_RULES)
    if home.kind != Kind.CARE_HOME:
        raise BadInput({"home": "Only a care home has an address for letters."})
    open_mailbox(actor=request.actor, home=home, now=timezone.now())
    messages.success(request, "The address is new from now on. Mail to an earlier one is not taken any more.")
    return redirect("web:mailed_letters" if request.actor.may(Permission.COPY_LETTERS, home.pk) else "web:house_rules")


@never_cache
def mailed_letter(request: HttpRequest, mailed_id: UUID) -> HttpResponse:
    """Read it, then say whose it is: first the person, then what on the letter shows it."""
    letter, now = their_letter(request, mailed_id), timezone.now()
    require(request.actor, Permission.COPY_LETTERS, letter.home_id)
    person = _person(request, letter)
    record_view("mailed_letter", letter, actor=request.actor, at=now, organisation=letter.home_id, resident=person)
    if request.method != "POST" or person is None:
        return _page(request, letter, person, _usual(request, person), {})
    values = values_of(request)
    stay = _stay(request, person)
    try:
        summary = mail_settling.file_mailed(
            actor=request.actor, letter=letter, resident=person, transfer=stay, values=values, now=now
        )
    except BadInput as wrong:
        return _page(request, letter, person, values | {"stay": str(stay.pk) if stay else ""}, wrong.errors)
    forget(request, "mailed_letter", letter.pk)
    messages.success(request, f"Kept with {person.called}. Nobody has taken it on yet: read it now.")
    return redirect("web:discharge", summary.pk)


def _person(request: HttpRequest, letter: MailedLetter) -> Resident | None:
    """Whose it is said to be, among those of the home it came to."""
    asked = text(request.POST, "resident") or text(request.GET, "resident")
    if not asked:
        return None
    try:
        rows = Resident.objects.visible_to(request.actor).select_related("home")
        return get_object_or_404(rows, pk=UUID(asked), home=letter.home_id)
    except ValueError:
        raise Http404 from None


def _stays(request: HttpRequest, person: Resident) -> list[Transfer]:
    rows = Transfer.objects.visible_to(request.actor, now=timezone.now()).filter(resident=person, home=person.home_id)
    return list(rows.select_related("destination").order_by("-packed_at")[:MOST_STAYS])


def _stay(request: HttpRequest, person: Resident) -> Transfer | None:
    asked = text(request.POST, "stay")
    return next((each for each in _stays(request, person) if str(each.pk) == asked), None)


def _usual(request: HttpRequest, person: Resident | None) -> dict:
    stay = next(iter(_stays(request, person)), None) if person else None
    going = stay.destination if stay else None
    return {"stay": str(stay.pk) if stay else "", "hospital": going.ods_code if going else ""}


def _page(
    request: HttpRequest, letter: MailedLetter, person: Resident | None, values: dict, errors: dict
) -> HttpResponse:
    seen = {"letter": letter, "reasons": mail_settling.REASONS.items(), "resident": None, "errors": errors}
    if person is not None:
        seen |= {**about_letter(person, values, errors), "stays": _stays(request, person)}
    elif letter.settled_at is None and letter.file:
        seen |= people_to_tap(request, [letter.home_id], lambda pk: f"?resident={pk}")
    return render(request, "pages/copied/mailed_letter.html", seen, status=422 if errors else 200)


def put_aside(request: HttpRequest, mailed_id: UUID) -> HttpResponse:
    """It is no letter, or nobody's here: put it aside with a reason."""
    letter, now = their_letter(request, mailed_id), timezone.now()
    reason, note = text(request.POST, "reason"), text(request.POST, "note")
    require(request.actor, Permission.COPY_LETTERS, letter.home_id)
    try:
        mail_settling.put_aside(actor=request.actor, letter=letter, reason=reason, note=note, now=now)
    except BadInput as wrong:
        return _page(request, letter, None, {}, wrong.errors)
    if reason == "not_ours":
        messages.warning(request, "Removed here. Now delete it in NHSmail too, and tell whoever sent it.")
    else:
        messages.success(request, "Put aside. The mail itself is still where it came from.")
    return redirect("web:mailed_letters")


def mailed_page(request: HttpRequest, mailed_id: UUID, number: int) -> HttpResponse:
    """One page of it as a picture."""
    letter = their_letter(request, mailed_id)
    _note_look(request, letter)
    return picture_of(letter, number)


@never_cache
def mailed_file(request: HttpRequest, mailed_id: UUID) -> HttpResponse:
    """The PDF itself; 404 when there was none in the mail or it was put aside."""
    letter = their_letter(request, mailed_id)
    if not letter.file:
        raise Http404
    _note_look(request, letter)
    answer = HttpResponse(file_of(letter), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="letter-by-mail.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _note_look(request: HttpRequest, letter: MailedLetter) -> None:
    now, home = timezone.now(), letter.home_id
    record_view("mailed_letter", letter, actor=request.actor, at=now, organisation=home)
