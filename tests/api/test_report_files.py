"""Reports as files, and the month's by e-mail, for programs."""

import pytest
from django.utils import timezone

from redbag.reports.file_making import make_file
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db]


def test_programs_do_what_the_pages_do(world, api):
    in_hospital(world)
    call = api("manager")
    asked = call.post("reports/files", {"what": "journeys", "format": "csv", "from": "2026-11-01", "to": "2026-11-30"})
    assert (asked.status_code, asked.json()["state"], asked.json()["named"]) == (202, "waiting", True)
    address = f"reports/files/{asked.json()['id']}"
    assert call.get(f"{address}/file").status_code == 409
    make_file(asked.json()["id"], now=timezone.now)
    assert call.get(address).json()["percent"] == 100
    assert b"Oakview" in b"".join(call.get(f"{address}/file").streaming_content)
    assert [row["id"] for row in call.get("reports/files").json()["results"]] == [asked.json()["id"]]
    assert api("senior").get(address).status_code == 404
    assert call.post("reports/files", {"what": "journeys", "format": "pdf"}).json()["errors"].keys() == {"format"}
    told = call.post("reports/monthly", {"day": 3})
    assert (told.status_code, told.json()["organisation"], told.json()["day"]) == (201, "VDEM1", 3)
    assert call.call("DELETE", f"reports/monthly/{told.json()['id']}").status_code == 204
    assert call.get("reports/monthly").json()["results"][0]["ended_why"] == "asked"
