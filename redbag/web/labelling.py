"""Labels on bags and tags on things: a torn label is replaced, a spare one put on, a denture pot tagged."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags.actions import print_labels, reissue_label
from redbag.bags.claiming import blank_in, claim_blank
from redbag.bags.layouts import LAYOUTS
from redbag.bags.models import Bag, State, Tag
from redbag.bags.tagging import make_tag, thing_of, void_tag
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Permission, require
from redbag.residents.belongings import CATEGORIES
from redbag.web.bag_life import find
from redbag.web.telling import new_form
from redbag.web.typed import form_id, text


def reissue(request: HttpRequest, bag_id) -> HttpResponse:
    """The label is torn or lost: make it void and make a new one. Pressing twice makes one."""
    each = find(request, bag_id)
    require(request.actor, Permission.PRINT_LABELS, each.home)
    errors, reason = {}, text(request.POST, "reason")
    if request.method == "POST":
        instead_of = text(request.POST, "instead_of")
        try:
            reissue_label(actor=request.actor, bag=each, reason=reason, instead_of=instead_of, now=timezone.now())
            messages.success(request, "The old label no longer counts. Print the new one and put it on the bag.")
            return redirect("web:bag", each.pk)
        except BadInput as wrong:
            errors = wrong.errors
    context = {"bag": each, "reason": reason, "errors": errors}
    return render(request, "pages/bags/reissue.html", context, status=422 if errors else 200)


def claim(request: HttpRequest) -> HttpResponse:
    """*Put this label on a bag*: a label printed ahead goes on a new bag, or on one whose label is lost."""
    code = text(request.POST, "label") or text(request.GET, "code")[:300]
    errors: dict[str, str] = {}
    typed = {name: text(request.POST, name) for name in ("tracker", "bag")}
    label = None
    try:
        label = blank_in(code, actor=request.actor) if code else None
        if request.method == "POST" and label is not None:
            now = timezone.now()
            bag = _told_bag(request, typed["bag"])
            bag, _ = claim_blank(actor=request.actor, text=code, tracker=typed["tracker"], bag=bag, now=now)
            messages.success(request, f"This label is now on bag {bag.tracker}. Stick it on the bag.")
            return redirect("web:bag", bag.pk)
    except BadInput as wrong:
        errors = wrong.errors
    except Refused as refused:
        errors = {"tracker" if refused.code == "tracker_taken" else "label": str(refused)}
    if request.method == "POST" and not errors and label is None:
        errors = {"label": "Scan the label, or type the code that is on it."}
    own = Bag.objects.visible_to(request.actor).exclude(state__in=(State.BLANK, State.RETIRED))
    own = own.filter(home=label.bag.home) if label else own.none()
    context = {"label": label, "code": code, "bags": own.order_by("tracker"), "typed": typed, "errors": errors}
    return render(request, "pages/labels/claim.html", context, status=422 if errors else 200)


def _told_bag(request: HttpRequest, told: str) -> Bag | None:
    if not told:
        return None
    try:
        return get_object_or_404(Bag.objects.visible_to(request.actor), pk=told)
    except ValueError:
        raise BadInput({"bag": "Choose a bag."}) from None


def tags(request: HttpRequest, bag_id) -> HttpResponse:
    """The small tags of a bag: what each hangs on, and a new one."""
    each = find(request, bag_id)
    require(request.actor, Permission.WRITE_BAGS, each.home)
    errors: dict[str, str] = {}
    typed = {name: text(request.POST, name) for name in ("category", "words")}
    if request.method == "POST":
        try:
            if "void" in request.POST:
                own = each.tags.filter(voided_at=None)
                void_tag(actor=request.actor, tag=_tag(own, request.POST["void"]), now=timezone.now())
                messages.success(request, "The tag is off the list. Who scans it is still led to the bag.")
            else:
                make_tag(actor=request.actor, bag=each, **typed, now=timezone.now())
                messages.success(request, "The tag is made. Print it, and stick it on.")
            return redirect("web:bag_tags", each.pk)
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"category": str(refused)}
    context = _tags_shown(request, each) | {"typed": typed, "errors": errors}
    return render(request, "pages/bags/tags.html", context, status=422 if errors else 200)


def _tags_shown(request: HttpRequest, bag: Bag) -> dict:
    kept = bag.tags.filter(voided_at=None).order_by("issued_at")
    return {
        "bag": bag,
        "tags": [{"tag": tag, "what": thing_of(tag)} for tag in kept],
        "categories": list(CATEGORIES.items()),
        "layouts": [(name, stock.title) for name, stock in LAYOUTS.items() if stock.tag],
        "may_print": request.actor.may(Permission.PRINT_LABELS, bag.home_id),
        "form": new_form(),
    }


def _tag(own, told: str) -> Tag:
    try:
        return get_object_or_404(own, pk=told)
    except ValueError:
        raise BadInput({"category": "Choose a tag of this bag."}) from None


def print_tags(request: HttpRequest, bag_id) -> HttpResponse:
    """Have the tags of a bag printed, all that are ticked; pressing twice prints once."""
    each = find(request, bag_id)
    require(request.actor, Permission.PRINT_LABELS, each.home)
    chosen = set(request.POST.getlist("tags"))
    try:
        job = print_labels(
            actor=request.actor,
            home=each.home,
            tags=[tag for tag in each.tags.filter(voided_at=None).order_by("issued_at") if str(tag.pk) in chosen],
            layout=text(request.POST, "layout"),
            reason=text(request.POST, "reason"),
            now=timezone.now(),
            id=form_id(request.POST),
        )
    except BadInput as wrong:
        context = _tags_shown(request, each) | {"errors": wrong.errors, "reason": text(request.POST, "reason")}
        return render(request, "pages/bags/tags.html", context, status=422)
    return redirect("web:label_job", job.pk)
