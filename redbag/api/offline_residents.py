"""The emergency pages that a tablet of a home keeps sealed, for when nothing else works."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import offline_shapes as shapes
from redbag.api.door import Door
from redbag.api.offline import tablet_of
from redbag.api.offline_resident_shapes import OfflineResidentsShape
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Organisation
from redbag.packs.folders import residents_of
from redbag.packs.freshness import known_of
from redbag.packs.gathering import portrait_as_kept
from redbag.packs.signs import lasting_vital_lines
from redbag.residents.models import Resident
from redbag.residents.similar_names import similar
from redbag.summaries.alerts import CPR_NO_ONLY
from redbag.templatetags.redbag import birthday
from redbag.transfers.at_home import before_going, emergency_at_home, plan_before_going
from redbag.transfers.emergency import Emergency
from redbag.transfers.receivers import receivers

PAGE = "pages/offline/_resident.html"
SHAPE = "first"  # changes when the answer says more of the same people: what a tablet kept before is then old


class OfflineResidentsCall(Door):
    @extend_schema(parameters=shapes.HEADERS, responses=OfflineResidentsShape)
    def get(self, request):
        """Every resident's emergency page, for a tablet made ready at their home; 304 while nothing new was told."""
        home = self._home()
        people = list(residents_of(home).select_related("home")) if home else []
        versions = known_of(residents_of(home), with_signs=True) if home else {}
        headers = {"ETag": _etag(home, versions, self.now), "Cache-Control": "no-store"}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return Response(status=304, headers=headers)
        if people:
            named = [each.pk for each in people]
            record_view("offline_residents", None, actor=self.actor, at=self.now, organisation=home, residents=named)
        alike = similar({each.pk: (each.preferred_name or each.first_name, each.last_name) for each in people})
        told = [{**_resident(person, versions[person.pk], self.now), "alike": person.pk in alike} for person in people]
        near = receivers(before_going(people[0], now=self.now))[1:] if people else []
        ods = home.ods_code if home else None
        answer = {"as_of": self.now, "organisation": ods, "near": [_near(each) for each in near], "residents": told}
        return Response(answer, headers=headers)

    def _home(self) -> Organisation | None:
        """The home whose tablet calls, if the caller reads its residents; no other device keeps them."""
        tablet = tablet_of(self)
        reads = tablet is not None and self.actor.may(Permission.READ_RESIDENTS, tablet.organisation_id)
        return tablet.organisation if reads and tablet else None


def _near(place: Organisation) -> dict:
    return {"organisation": place.ods_code, "name": place.name, "kind": place.kind}


def _etag(home: Organisation | None, versions: Mapping, now: datetime) -> str:
    """By what is known and by the day: what a page says of dates to come depends on it."""
    told = [
        SHAPE,
        str(home and home.pk),
        str(timezone.localdate(now)),
        *(f"{pk} {known}" for pk, known in versions.items()),
    ]
    return f'"{hashlib.sha256(repr(sorted(told)).encode()).hexdigest()}"'


def _resident(person: Resident, version: str, now: datetime) -> dict:
    page = emergency_at_home(resident=person, now=now)
    signs: Sequence[dict] = lasting_vital_lines(page)
    photo = portrait_as_kept(person)
    return {
        "id": person.pk,
        "name": person.called,
        "room": person.room,
        "born": birthday(person.date_of_birth),
        "version": version,
        "true_at": now,
        "photo": f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}" if photo else "",
        "first": _first(page),
        "html": render_to_string(PAGE, {"page": page, "at_rest": True, "signs": signs}),
    }


def _first(page: Emergency) -> dict:
    """What stands above every step of a journey: allergies, CPR, and what the plan says of hospital."""
    content = next(section["content"] for section in page.summary if section["name"] == "plan")
    (allergy, allergy_words), (cpr, cpr_words) = page.allergies, page.cpr
    return {
        "allergies": {"state": allergy, "words": allergy_words},
        "cpr": {"state": cpr, "words": cpr_words, "only": CPR_NO_ONLY if cpr == "do_not_attempt" else ""},
        "check": page.decision_check,
        "comfort": content.get("comfort_care") == "yes",
        "plan": plan_before_going(content, limits=page.limits),
    }
