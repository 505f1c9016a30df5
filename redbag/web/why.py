"""Why they are going: what the crew asks first, then what can follow. Nothing on the page is compulsory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib import messages
from django.db import transaction as database
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.organisations.models import Kind
from redbag.summaries.actions import read_summary
from redbag.summaries.models import Observation
from redbag.summaries.observing import record_observation
from redbag.transfers.actions import REASON_FIELDS, add_to_transfer
from redbag.transfers.lines import REASON_LABELS
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web.drafts import forget
from redbag.web.going import journey, neighbours, page, stamp
from redbag.web.observations import any_signs, named, signs_of, typed_signs
from redbag.web.score import say_saved
from redbag.web.typed import text

FIRST = ("What worries you?", "What happened, and since when")
CARES = {
    "action": ("What have you done?", "Position, medicines, oxygen, first aid"),
    "response": ("Did it help?", "Better, the same or worse"),
    "examination": ("What do you see?", "Skin, breathing, pain, awake or not, injuries"),
    "shared": ("Whom have you told?", "GP, 111, manager: who and when"),
}
ON_PAGE = tuple(name for name in REASON_FIELDS if name not in ("advised", "watch_for"))
WORDS = ("ask", "return_when", "destination_place", "destination_text")
TODAY = ("last_doses", "last_ate", "capacity_today", "infection_today", "in_charge")
ASKED = ("ask", "return_when")
DECIDES = ("Yes", "No", "Not sure")
MOST_CONTACTS = 3


@never_cache
def why(request: HttpRequest, transfer_id) -> HttpResponse:
    """Why they are going, in five short boxes, with vital signs and where to."""
    transfer = journey(request, transfer_id)
    if request.method != "POST":
        closed = transfer.stage == Stage.CLOSED
        return redirect("web:going_ready", transfer.pk) if closed else _page(request, transfer, {}, {})
    if transfer.stage == Stage.CLOSED:
        finished = {"concern": "This journey is finished, so nothing was saved. Your words are still here: copy them."}
        return _page(request, transfer, finished, {}, status=409)
    kept = _kept_words(transfer)
    clash = {name: words for name, words in kept.items() if _clashes(request.POST, name, words)}
    if clash:
        return _page(request, transfer, {}, clash, status=409)
    try:
        signs = _keep(request, transfer, kept, now=timezone.now())
    except BadInput as wrong:
        errors = {name.removeprefix("reason."): words for name, words in wrong.errors.items()}
        return _page(request, transfer, errors, {}, status=422)
    forget(request, "why", transfer.pk)
    if signs is None:
        messages.success(request, "Saved.")
    else:
        say_saved(request, transfer.resident, signs, now=timezone.now())
    return redirect("web:going_ready" if "crew" in request.POST else "web:going_still_right", transfer.pk)


def _kept_words(transfer: Transfer) -> dict[str, str]:
    """Every text of the page as it is kept now."""
    words = {name: transfer.reason.get(name, "") for name in ON_PAGE}
    words |= {name: getattr(transfer, name) for name in WORDS}
    return words | {"destination": transfer.destination.ods_code if transfer.destination else ""}


def _clashes(posted: Mapping, name: str, kept: str) -> bool:
    """Whether this writer changed a text that somebody else changed too, and differently."""
    before, typed = text(posted, f"was-{name}"), text(posted, name)
    return f"was-{name}" in posted and typed != before and kept not in (before, typed)


@database.atomic
def _keep(request: HttpRequest, transfer: Transfer, kept: Mapping, *, now: datetime) -> Observation | None:
    """Keep what this writer changed, and the vital signs when there are any, which it answers; all of it or nothing."""
    typed = {name: text(request.POST, name) for name in kept}
    changed = {name: words for name, words in typed.items() if words != text(request.POST, f"was-{name}")}
    values: dict = {"reason": {name: changed[name] for name in ON_PAGE if name in changed}}
    values |= {name: changed[name] for name in WORDS if name in changed}
    values["lines"] = _told_now(request, transfer, now)
    if "destination" in changed:
        hospitals = {place.ods_code: place for place in neighbours(transfer.home, Kind.HOSPITAL)}
        values["destination"] = hospitals.get(changed["destination"])
    taken = None
    if any_signs(request.POST):
        signs = typed_signs(request.POST, now=now)
        taken, _ = record_observation(actor=request.actor, resident=transfer.resident, values=signs, now=now)
    add_to_transfer(actor=request.actor, transfer=transfer, values=values, now=now)
    return taken


def _told_now(request: HttpRequest, transfer: Transfer, now: datetime) -> dict[str, str]:
    """The line about the family for everybody who was ticked as told now."""
    ticked = [each["who"] for each in _family(request, transfer.resident.contacts) if each["checked"]]
    return {"family_told": f"{', '.join(ticked)}: told {stamp(now)} by {request.actor.name}"} if ticked else {}


def _family(request: HttpRequest, contacts: Sequence[Mapping]) -> list[dict]:
    """Who can be ticked as told now: the first contacts, but nobody who must not be told; else the family as one."""
    may = [row for row in contacts if row.get("name") and not row.get("do_not_tell")][:MOST_CONTACTS]
    ticked = request.POST.getlist("told")
    names = [", ".join(filter(None, (row["name"], row.get("relation")))) for row in may] or ["Family"]
    notes = [row.get("note") or "" for row in may] or [""]
    return [
        {"value": str(place), "who": who, "note": note, "checked": str(place) in ticked}
        for place, (who, note) in enumerate(zip(names, notes, strict=True))
    ]


def _page(request: HttpRequest, transfer: Transfer, errors: dict, clash: dict, *, status: int = 200) -> HttpResponse:
    kept = _kept_words(transfer)
    posted = request.method == "POST"
    typed = {name: text(request.POST, name) for name in kept} if posted else kept
    was = {name: text(request.POST, f"was-{name}") for name in kept} if posted else kept
    if clash:  # what this writer left alone stands as it is kept now, or saving again would wipe it
        typed = {name: kept[name] if words == was[name] else words for name, words in typed.items()}
    if not posted and not typed["in_charge"]:
        typed = {**typed, "in_charge": request.actor.name}
    now = timezone.now()
    summary = read_summary(resident=transfer.resident, now=now)
    contacts = transfer.resident.contacts
    context = {
        "summary": summary,
        "first": {"label": FIRST[0], "hint": FIRST[1]},
        "boxes": [
            {"name": name, "label": label, "hint": hint, "value": typed[name], "error": errors.get(name)}
            for name, (label, hint) in CARES.items()
        ],
        "typed": typed,
        "was": kept if clash else was,
        "errors": errors,
        "named": named(errors),
        "clash": [{"label": _label(name), "words": words} for name, words in clash.items()],
        "family": _family(request, contacts),
        "not_told": [row["name"] for row in contacts if row.get("name") and row.get("do_not_tell")],
        "decides": [{"value": v, "text": v, "checked": v == typed["capacity_today"]} for v in _decides(typed)],
        "open": _open(typed, errors, posted),
        **_usual(summary),
        **_where_to(transfer, typed),
        **signs_of(transfer.resident, now=now, posted=request.POST, errors=errors, summary=summary),
        "signs_typed": any_signs(request.POST),
    }
    return page(request, transfer, "going_why", context, status=status)


def _label(name: str) -> str:
    return REASON_LABELS.get(name, name.replace("_", " "))


def _decides(typed: Mapping) -> list[str]:
    """The answers offered to *can they decide today?*, and what is written there in other words."""
    other = typed["capacity_today"]
    return [*DECIDES, *([other] if other and other not in DECIDES else [])]


def _open(typed: Mapping, errors: Mapping, posted: bool) -> dict[str, bool]:
    """Which folded parts are drawn open: those with words in them that somebody typed, or with a fault."""
    written = {name for name, words in typed.items() if words and (name != "in_charge" or posted)}
    parts = {"today": TODAY, "asks": ASKED, "place": ("destination_place", "destination_text")}
    told = {part: any(name in written or name in errors for name in names) for part, names in parts.items()}
    return {**told, "signs": bool(set(errors) - set(typed))}


def _usual(summary: Sequence[Mapping]) -> dict:
    """What is usual for them, as a hint beside what is asked of today."""
    content = {section["name"]: section["content"] for section in summary}
    return {"usual": {"capacity": content["normal"]["capacity"], "infection": content["conditions"]["infection"]}}


def _where_to(transfer: Transfer, typed: Mapping) -> dict:
    hospitals = neighbours(transfer.home, Kind.HOSPITAL)
    return {
        "hospitals": [{"value": "", "text": "Not known yet"}]
        + [{"value": h.ods_code, "text": h.name, "selected": h.ods_code == typed["destination"]} for h in hospitals],
        "places": sorted({place.name for hospital in hospitals for place in hospital.places.all()}),
    }
