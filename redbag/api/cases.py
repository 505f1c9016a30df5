"""Calls about what is not found yet, and about pictures of single belongings."""

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from redbag.api import cases_shapes as shapes
from redbag.api.documents import Anything
from redbag.api.door import Door, json_object
from redbag.documents import answering
from redbag.documents.pictures import smaller
from redbag.documents.uploads import read_chosen
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.packs.case_letter import letter_of
from redbag.transfers.case_models import Case
from redbag.transfers.case_words import Told, asked_words, trace
from redbag.transfers.case_work import CHANGES, ELSEWHERE, add_step, change_case, is_inside
from redbag.transfers.contents import Item
from redbag.transfers.facts import can_be_kept
from redbag.transfers.item_photos import keep_photo, may_photograph, photos_of, picture_of, remove_photo
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell
from redbag.vault import read_file

STATES = ("open", "settled")
SMALL_SIDE = 240
JOINED = ("transfer__home", "transfer__resident", "transfer__bag", "asked", "owner")


def case_row(door: Door, case: Case) -> dict:
    """A case as its home sees it, or as whoever is asked does."""
    way, inside = trace(case, tell(case.transfer)), is_inside(door.actor, case.transfer)
    steps = case.steps.order_by("at")
    row = {
        "id": case.pk,
        "transfer": case.transfer_id,
        "item": case.item,
        "category": case.category,
        "description": case.description,
        "marks": way.item.marks if way.item else "",
        "opened_at": case.opened_at,
        "opened_by": case.opened_by,
        "last_seen": _told(way.last_seen),
        "since": [_told(each) for each in way.since],
        "asked": case.asked.ods_code if case.asked else None,
        "asked_words": asked_words(case),
        "outcome": case.outcome or None,
        "closed_at": case.closed_at,
        "steps": [
            {"id": each.pk, "kind": each.kind, "words": each.words, "at": each.at, "by": each.by_name}
            for each in steps
            if inside or each.kind in ELSEWHERE
        ],
    }
    return row | (_for_the_home(door, case) if inside else {})


def _for_the_home(door: Door, case: Case) -> dict:
    overdue = case.closed_at is None and case.due_on < timezone.localdate(door.now)
    kept = {"owner": case.owner_id, "owner_name": case.owner_name, "value_pence": case.value_pence}
    return {**kept, "due_on": case.due_on, "overdue": overdue}


def _told(told: Told | None) -> dict | None:
    return {"words": told.words, "at": told.at, "by": told.by} if told else None


class CasesCall(Door):
    @extend_schema(
        responses=shapes.CasesShape,
        parameters=[OpenApiParameter("state", str, enum=STATES), OpenApiParameter("transfer", OpenApiTypes.UUID)],
    )
    def get(self, request):
        """What is not found yet and what came of it, newest first; of every journey the caller may read."""
        rows = Case.objects.visible_to(self.actor, now=self.now).select_related(*JOINED)
        if state := self.choice("state", STATES):
            rows = rows.open() if state == "open" else rows.exclude(closed_at=None)
        if asked := request.query_params.get("transfer"):
            rows = rows.filter(transfer=_uuid("transfer", asked))
        page = self.page(rows, lambda case: case_row(self, case), order=("-opened_at", "pk"))
        if shown := {str(row["transfer"]) for row in page.data["results"]}:
            people = Transfer.objects.visible_to(self.actor, now=self.now).filter(pk__in=shown).values_list("resident")
            where = self.actor.first_place()
            residents = sorted({resident for (resident,) in people})
            record_view("cases", None, actor=self.actor, at=self.now, organisation=where, residents=residents)
        return page


def _uuid(name: str, told: object) -> UUID:
    try:
        return UUID(str(told))
    except ValueError:
        raise BadInput({name: "Send a UUID."}) from None


class CaseDoor(Door):
    def case(self, pk) -> Case:
        """The case, if it is of a journey the caller may read."""
        return self.find(Case.objects.visible_to(self.actor, now=self.now).select_related(*JOINED), pk)


class CaseCall(CaseDoor):
    @extend_schema(responses=shapes.CaseShape)
    def get(self, request, pk):
        """One case; the home sees everything, whoever is asked the question and the answers."""
        case = self.case(pk)
        where, resident = self.actor.first_place(), case.transfer.resident_id
        record_view("case", case, actor=self.actor, at=self.now, organisation=where, resident=resident)
        return Response(case_row(self, case))

    @extend_schema(request=shapes.CaseChange, responses=shapes.CaseShape)
    def patch(self, request, pk):
        """Hand a case over, set its day or value, put right whom to ask, settle it, or open it again."""
        case = self.case(pk)
        self.allow(case.transfer.home)
        body = json_object(request)
        values = {name: body[name] for name in CHANGES if name in body}
        if wrong := {name: "Send text that can be kept." for name in ("asked_text", "why") if not _text(values, name)}:
            raise BadInput(wrong)
        if "due_on" in values:
            values["due_on"] = _day(values["due_on"])
        change_case(actor=self.actor, case=case, values=values, now=self.now)
        return Response(case_row(self, self.case(pk)))


def _text(values: dict, name: str) -> bool:
    told = values.get(name, "")
    return isinstance(told, str) and can_be_kept(told)


def _day(told: object):
    try:
        return parse_date(told) if isinstance(told, str) else None
    except ValueError:
        return None


class CaseStepsCall(CaseDoor):
    @extend_schema(request=shapes.CaseStepNew, responses={201: shapes.CaseShape})
    def post(self, request, pk):
        """Write down what the home did, or answer as whoever is asked: here, not_here, sent_back with words."""
        case, body = self.case(pk), json_object(request)
        if not _text(body, "words"):
            raise BadInput({"words": "Send text that can be kept."})
        step_id = _uuid("id", body.get("id") or uuid4())
        said = {"kind": str(body.get("kind") or ""), "words": body.get("words") or ""}
        add_step(actor=self.actor, case=case, step_id=step_id, now=self.now, **said)
        return Response(case_row(self, case), status=201)


class CaseLetterCall(CaseDoor):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The letter to whoever had it last, as PDF; making it is a step of the case."""
        case = self.case(pk)
        self.allow(case.transfer.home)
        shown = {"Content-Disposition": 'inline; filename="not-found-yet.pdf"'}
        content = letter_of(actor=self.actor, case=case, now=self.now)
        return HttpResponse(content, content_type="application/pdf", headers=shown)


class ItemPhotoCall(Door):
    parser_classes = [MultiPartParser, Anything]

    def thing(self, pk, item) -> tuple[Transfer, Item]:
        rows = Transfer.objects.visible_to(self.actor, now=self.now).select_related("home", "resident")
        transfer = self.find(rows, pk)
        found = next((each for each in tell(transfer).items if each.id == str(item)), None)
        if found is None:
            raise NotFound
        return transfer, found

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY}, parameters=[OpenApiParameter("small", bool)])
    def get(self, request, pk, item):
        """The picture of one thing on a journey; 404 when there is none."""
        transfer, thing = self.thing(pk, item)
        photo = photos_of(transfer, [thing]).get(thing.id)
        if photo is None:
            raise NotFound
        where, who = self.actor.first_place(), transfer.resident_id
        record_view("transfer", transfer, actor=self.actor, at=self.now, organisation=where, resident=who)
        small = request.query_params.get("small") == "true"
        return answering.picture_answer(
            lambda: smaller(read_file(photo.file), side=SMALL_SIDE) if small else read_file(photo.file)
        )

    @extend_schema(
        request={
            "multipart/form-data": shapes.ItemPhotoNew,
            **dict.fromkeys(("image/jpeg", "image/png", "image/webp"), OpenApiTypes.BINARY),
        },
        responses={201: shapes.ItemPhotoShape},
    )
    def post(self, request, pk, item):
        """Keep a picture of one thing, sent as a form with `file` or as the whole body; the one before is put away."""
        transfer, thing = self.thing(pk, item)
        may_photograph(self.actor, transfer)
        whole = isinstance(request.data, bytes)
        file = request.data if whole else read_chosen(request.FILES.get("file"))
        photo = keep_photo(actor=self.actor, transfer=transfer, item=thing, jpeg=picture_of(file), now=self.now)
        return Response({"item": thing.id, "taken_at": photo.taken_at, "by": photo.by_name}, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request, pk, item):
        """Take the picture of one thing off the journey."""
        transfer, thing = self.thing(pk, item)
        remove_photo(actor=self.actor, transfer=transfer, item=thing, now=self.now)
        return Response(status=204)
