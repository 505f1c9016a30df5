"""Calls about vital signs: kept with their NEWS2, and read back."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import observations_shapes as shapes
from redbag.api.door import Door, json_object
from redbag.api.shapes import Moment
from redbag.journal.recording import record_view
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, observations_of, record_observation, result_of, rounded, standing_of

MOST = 50


class ObservationsCall(Door):
    def found(self, pk) -> Resident:
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        return resident

    @extend_schema(responses=shapes.ObservationsShape)
    def get(self, request, pk):
        """The last vital signs (50 at most), newest first, each with what NEWS2 may say of it."""
        resident = self.found(pk)
        record_view(
            "observations", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident
        )
        told = standing_of(resident)
        rows = observations_of(resident)[:MOST]
        return Response({"results": [_row(each, told) for each in rows], "no_score": told.no_score(at=self.now)})

    @extend_schema(request=shapes.ObservationNew, responses={201: shapes.ScoreShape})
    def post(self, request, pk):
        """Keep vital signs; answers their NEWS2 (RCP 2017). `score` is null when not full, or none is told."""
        resident = self.found(pk)
        values = dict(json_object(request))
        if "taken_at" in values:
            values["taken_at"] = Moment().run_validation(values["taken_at"])
        observation, result = record_observation(
            actor=self.actor, resident=resident, values=values, now=self.now, baseline=values.get("baseline") is True
        )
        kept = {"kept": rounded(values.get("temperature"), observation.temperature) or None}
        return Response(_score(observation, result, standing_of(resident)) | kept, status=201)


def _row(row: Observation, told: Standing) -> dict:
    readings = {name: getattr(row, name) for name in news2.PARAMETERS} | {"acvpu": row.acvpu or None}
    readings["temperature"] = _number(row.temperature)
    when: dict = {"taken_at": row.taken_at, "by": row.by_name, "baseline": row.is_baseline, "readings": readings}
    result = result_of(row, told)
    return when | (_score(row, result, told) if result else {"id": row.pk, "score": None})


def _number(temperature: Decimal | None) -> float | None:
    return None if temperature is None else float(temperature)


def _score(row: Observation, result: news2.Result, told: Standing) -> dict:
    codes = news2.codes(result.scale)
    return {
        "id": row.pk,
        "score": result.score,
        "complete": result.complete,
        "missing": result.missing,
        "band": result.band,
        "at_least": result.at_least,
        "red_parameters": result.red_parameters,
        "points": result.points,
        "scale": result.scale,
        "scale_words": told.scale_words(result.scale) if row.spo2 is not None else "",
        "refused": result.refused or None,
        "hidden": result.hidden or None,
        "snomed": codes,
        "snomed_to_confirm": [name for name, code in codes.items() if code in news2.SNOMED_TO_CONFIRM],
        "advice": f"{news2.RESPONSE.get(result.band or result.at_least or '', '')} {news2.ALWAYS}".strip(),
        "acknowledgement": news2.ACKNOWLEDGEMENT,
    }
