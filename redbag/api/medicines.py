"""Calls about medicines before and after a stay: the comparison, decisions, the second check, the new MAR chart."""

import json
from datetime import datetime
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import medicines_shapes as shapes
from redbag.api.discharges import own_summaries
from redbag.api.door import Door, json_object
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.reconciliations import actions
from redbag.reconciliations.beginning import begin, put_right
from redbag.reconciliations.beside import other_letters
from redbag.reconciliations.choices import Choice
from redbag.reconciliations.deciding import decide, decide_as_before, decide_unchanged
from redbag.reconciliations.keeping import require_trained
from redbag.reconciliations.lists import after_of, as_row, before_of
from redbag.reconciliations.models import Decision, Line, Reconciliation, SecondCheck
from redbag.reconciliations.standing import Decided, Standing, earlier_of, standing_of, taken_over

NOT_BEGUN = "Not compared yet. Do not change the MAR chart yet."
FROZEN = ("before", "after", "differences", "why", "flags", "do_not_stop", "must_not_be_late")


def medicines_row(standing: Standing, *, now: datetime) -> dict:
    """A comparison with its lines, what is due next, and how far it has come."""
    kept = standing.reconciliation
    over = taken_over(standing, earlier_of(kept.summary))
    return {
        "id": kept.pk,
        "discharge_summary": kept.summary_id,
        "begun": True,
        "complete": standing.complete,
        "set_aside": bool(standing.set_aside),
        "words": standing.words,
        "before_from": kept.before_from,
        "after_from": kept.after_from,
        "other_letters": [each.pk for each in other_letters(kept.summary, now=now)],
        "lines": [_line(each, over.get(each.line.pk, "")) for each in standing.lines],
        "next_doses": [
            {"line": each.line.pk, "at": each.last.next_due_at, "medicine": each.name}
            for each in standing.due_next()
            if each.last
        ],
        "second_check": _check(standing.check),
        "used_at": kept.used_at,
        "used_by": kept.used_by_name,
    }


def _not_begun(summary: DischargeSummary, *, now: datetime) -> dict:
    before, after = before_of(summary), after_of(summary)
    return {
        "id": None,
        "discharge_summary": summary.pk,
        "begun": False,
        "complete": False,
        "set_aside": summary.state == DischargeSummary.State.SUPERSEDED,
        "words": NOT_BEGUN,
        "before_from": before.words,
        "after_from": "",
        "before": [as_row(each) for each in before.listed],
        "after": None if after is None else [as_row(each) for each in after],
        "other_letters": [each.pk for each in other_letters(summary, now=now)],
        "lines": [],
        "next_doses": [],
        "second_check": None,
        "used_at": None,
        "used_by": "",
    }


def _line(each: Decided, as_before: str) -> dict:
    both = each.compared
    told = {name: both[name] for name in FROZEN}
    decisions = [_decision(decision) for decision in each.decisions]
    told |= {"decided": each.settled, "as_before": as_before, "decisions": decisions}
    return {"id": each.line.pk, "kind": each.line.kind, **told}


def _decision(kept: Decision) -> dict:
    names = ("number", "way", "outcome", "asked", "asked_name", "asked_at", "answer", "next_due_at", "role", "at")
    told = {name: getattr(kept, name) for name in names}
    return {"id": kept.pk, **told, "gives": json.loads(kept.gives) if kept.gives else None, "by": kept.by_name}


def _check(check: SecondCheck | None) -> dict | None:
    if check is None:
        return None
    clinician = json.loads(check.clinician) if check.clinician else None
    told = {"id": check.pk, "by": check.by_name, "by_phone": check.by_phone, "clinician": clinician}
    return {**told, "note": check.note, "at": check.at}


class MedicinesDoor(Door):
    def said(self, shape) -> dict:
        """What was sent, in this shape, or 422."""
        told = shape(data=json_object(self.request))
        told.is_valid(raise_exception=True)
        return told.validated_data

    def comparison(self, pk, *, trained: bool = True) -> Reconciliation:
        """The comparison, if it is of the caller's home; unless told otherwise only for the trained, else 403."""
        found = Reconciliation.objects.visible_to(self.actor).select_related("summary", "home", "resident")
        kept = self.find(found, pk)
        self.allow(kept.home)
        if trained:
            require_trained(self.actor, kept.home)
        return kept

    def line(self, pk) -> Line:
        """The line, if it is of the caller's home, for the trained; else 403."""
        found = Line.objects.visible_to(self.actor).select_related("reconciliation__summary", "reconciliation__home")
        kept = self.find(found, pk)
        self.allow(kept.reconciliation.home)
        require_trained(self.actor, kept.reconciliation.home)
        return kept

    def looked(self, summary: DischargeSummary) -> None:
        """Write down who looked at the medicines of whom."""
        home, resident = summary.home_id, summary.resident_id
        record_view("medicines", summary, actor=self.actor, at=self.now, organisation=home, resident=resident)

    def shown(self, reconciliation: Reconciliation, status: int = 200) -> Response:
        """The comparison as it is now; who looked is written down."""
        kept = Reconciliation.objects.visible_to(self.actor).get(pk=reconciliation.pk)
        self.looked(kept.summary)
        return Response(medicines_row(standing_of(kept), now=self.now), status=status)


class MedicinesCall(MedicinesDoor):
    @extend_schema(responses=shapes.MedicinesShape)
    def get(self, request, pk):
        """Medicines before and after the stay of a letter; both lists as they are while it is not begun."""
        summary = self._summary(pk)
        kept = Reconciliation.objects.visible_to(self.actor).filter(summary=summary).first()
        if kept is not None:
            return self.shown(kept)
        self.looked(summary)
        return Response(_not_begun(summary, now=self.now))

    @extend_schema(request=shapes.MedicinesNew, responses={201: shapes.MedicinesShape})
    def post(self, request, pk):
        """Lay both lists side by side, once; `medicines` where the letter lists none one by one."""
        summary = self._summary(pk)
        rows = self.said(shapes.MedicinesNew).get("medicines")
        return self.shown(begin(actor=self.actor, summary=summary, rows=rows, now=self.now), 201)

    def _summary(self, pk) -> DischargeSummary:
        summary = self.find(own_summaries(self), pk)
        self.allow(summary.home_id)
        return summary


class TypedAgainCall(MedicinesDoor):
    @extend_schema(request=shapes.TypedAgain, responses=shapes.MedicinesShape)
    def post(self, request, pk):
        """Put right what was typed from the letter; lines that come out the same keep their decisions."""
        kept = self.comparison(pk, trained=False)
        rows = self.said(shapes.TypedAgain)["medicines"]
        put_right(actor=self.actor, reconciliation=kept, rows=rows, now=self.now)
        return self.shown(kept)


class DecisionCall(MedicinesDoor):
    @extend_schema(request=shapes.DecisionNew, responses={201: shapes.MedicinesShape})
    def post(self, request, pk):
        """Decide one line, as a person who is trained in medicines; 409 when somebody decided meanwhile."""
        line = self.line(pk)
        told = self.said(shapes.DecisionNew)
        seen, outcome = told.pop("seen"), told.pop("outcome", "")
        choice = Choice(outcome=outcome, **told)
        decide(actor=self.actor, line=line, choice=choice, seen=seen, now=self.now)
        return self.shown(line.reconciliation, 201)


class AsBeforeCall(MedicinesDoor):
    @extend_schema(request=shapes.NextDueNew, responses={201: shapes.MedicinesShape})
    def post(self, request, pk):
        """Decide a line as on the version of the letter before, where it is the same word for word."""
        line = self.line(pk)
        next_due = self.said(shapes.NextDueNew).get("next_due_at")
        decide_as_before(actor=self.actor, line=line, next_due_at=next_due, now=self.now)
        return self.shown(line.reconciliation, 201)


class UnchangedCall(MedicinesDoor):
    @extend_schema(request=shapes.NextDosesNew, responses=shapes.MedicinesShape)
    def post(self, request, pk):
        """Every undecided line that is unchanged goes on as the letter says."""
        kept = self.comparison(pk)
        told = self.said(shapes.NextDosesNew).get("next_doses") or {}
        try:
            doses = {UUID(line): at for line, at in told.items()}
        except ValueError:
            raise BadInput({"next_doses": "Name each line by its id."}) from None
        decide_unchanged(actor=self.actor, reconciliation=kept, next_doses=doses, now=self.now)
        return self.shown(kept)


class SecondCheckCall(MedicinesDoor):
    @extend_schema(request=shapes.SecondCheckNew, responses={201: shapes.MedicinesShape})
    def post(self, request, pk):
        """Another trained person, or with `clinician` somebody by phone, found the decisions right."""
        kept = self.comparison(pk)
        told = self.said(shapes.SecondCheckNew)
        actions.second_check(
            actor=self.actor,
            reconciliation=kept,
            clinician=told.get("clinician"),
            words=told.get("note", ""),
            now=self.now,
        )
        return self.shown(kept, 201)


class UseCall(MedicinesDoor):
    @extend_schema(request=None, responses=shapes.MedicinesShape)
    def post(self, request, pk):
        """The new MAR chart is in use; 409 while a line is undecided or nobody has checked."""
        kept = self.comparison(pk)
        actions.use_new_mar(actor=self.actor, reconciliation=kept, now=self.now)
        return self.shown(kept)


class PutBackCall(MedicinesDoor):
    @extend_schema(request=None, responses=shapes.MedicinesShape)
    def post(self, request, pk):
        """The MAR chart changed from a letter that was taken off is as it was, and the GP knows; else 409."""
        kept = self.comparison(pk)
        actions.put_back(actor=self.actor, reconciliation=kept, now=self.now)
        return self.shown(kept)


class ListCall(MedicinesDoor):
    @extend_schema(request=shapes.ListNew, responses=shapes.MedicinesShape)
    def post(self, request, pk):
        """Write the resident's list of medicines anew from the decisions; 409 when it changed meanwhile."""
        kept = self.comparison(pk)
        seen = self.said(shapes.ListNew)["version"]
        actions.write_medicines(actor=self.actor, reconciliation=kept, seen=seen, now=self.now)
        return self.shown(kept)
