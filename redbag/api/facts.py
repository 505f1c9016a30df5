"""Calls of whoever stands beside the bag: scan it, say what happened."""

from dataclasses import asdict, replace

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door, json_object
from redbag.api.facts_shapes import FactsAnswer, ScanShape
from redbag.api.packing_shapes import FactsSent
from redbag.api.parsing import JsonOfFacts
from redbag.api.problems import Unprocessable
from redbag.api.residents import resident_row
from redbag.api.transfers import transfer_told
from redbag.bags import codes
from redbag.bags.tagging import tag_in
from redbag.transfers import scanning, story
from redbag.transfers.attempts import note_scan
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.intake import Result, take_in
from redbag.transfers.next_steps import is_quiet

MOST_FACTS = 100


class ScanCall(Door):
    @extend_schema(responses=ScanShape)
    def get(self, request, text):
        """What this caller may see of the bag with this token or short code."""
        look = scanning.look_up(text=text, actor=self.actor, now=self.now)
        if not look.known and (tag := tag_in(text)):  # a small tag leads to its bag
            look = scanning.look_up(text=tag[1], actor=self.actor, now=self.now)
        note_scan(look=look, text=text, actor=self.actor, now=self.now)
        told: dict = {"view": look.view, "known": look.known, "voided": look.voided, "bag": None, "home": None}
        if look.bag is not None:
            told["bag"] = {"tracker": look.bag.tracker, "short_code": codes.normalise(look.code)}
            told["home"] = {"name": look.bag.home.name, "phone": look.bag.home.phone}
            if look.view == scanning.HOME:
                told["bag"] |= {"id": look.bag.pk, "state": look.bag.state}
        if look.transfer is not None:
            tale = story.tell(look.transfer)
            told["transfer"] = transfer_told(self, look.transfer, tale)
            facts = [line.fact for line in tale.lines]
            first = emergency(transfer=look.transfer, now=self.now, facts=facts)
            if look.view != scanning.EMERGENCY or not is_quiet(look.transfer):
                told["patient"] = patient_row(first)
            if look.view == scanning.HOME:
                told["resident"] = resident_row(look.transfer.resident)
            if look.view in (scanning.HOME, scanning.CLINICAL):
                told["summary"] = {section["name"]: section for section in first.summary}
        return Response(told)


def patient_row(first: Emergency) -> dict:
    """The crew's first screen as data; contents and the whole summary stand elsewhere in the answer."""
    row = asdict(replace(first, items=(), summary=(), documents=()))
    del row["items"], row["summary"], row["documents"]
    for line in ("allergies", "cpr"):
        state, words = row[line]
        row[line] = {"state": state, "words": words}
    return row


class FactsCall(Door):
    parser_classes = [JsonOfFacts]

    @extend_schema(request=FactsSent, responses=FactsAnswer)
    def post(self, request):
        """Keep what happened: one result per fact, in the order sent. No fact is refused, none counts twice."""
        body = json_object(request)
        errors = {}
        facts = body.get("facts")
        if not isinstance(facts, list) or not 1 <= len(facts) <= MOST_FACTS:
            errors["facts"] = f"Send a list of 1 to {MOST_FACTS} facts."
        try:
            sent_at = shapes.DeviceMoment().run_validation(body.get("sent_at"))
        except shapes.s.ValidationError:
            errors["sent_at"] = "Send the time of sending as ISO 8601 with its offset."
        if errors:
            raise Unprocessable(errors)
        if typed := scanning.typed_codes(facts):
            scanning.ask_to_wait(self.actor)
        results = take_in(actor=self.actor.telling(), sent_at=sent_at, facts=facts, now=self.now)
        unknown = [result for result in results if result.reason == "unknown_token" and result.id in typed]
        scanning.count_wrong_codes(self.actor, len(unknown))
        return Response({"received_at": self.now, "results": [result_row(result) for result in results]})


def result_row(result: Result) -> dict:
    """What became of one fact."""
    row = {
        "id": result.id,
        "outcome": result.outcome,
        "flags": list(result.flags),
        "reason": result.reason,
        "transfer": result.transfer,
        "stage": result.stage,
    }
    return row | ({"errors": dict(result.errors)} if result.errors else {})
