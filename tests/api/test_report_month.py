"""What stands out of a month, over the API."""

import pytest

from tests.web.journeys import in_hospital

pytestmark = pytest.mark.django_db


def test_a_program_reads_what_stands_out_of_a_month_and_what_leads_behind_it(world, api):
    in_hospital(world)
    told = api("manager").get("reports/month?month=2026-11").json()
    assert (told["month"], told["journeys"], told["back"], told["waiting"]) == ("2026-11", 1, 0, 0)
    assert told["first"] == [
        {
            "words": "1 of 1 journey left with papers that lacked something or were not looked at in time.",
            "to_do": "Look which part is missing most, and fill it in before the next journey.",
            "measure": "paperwork",
            "row": "headline",
            "which": "rest",
            "beside": "what-travelled",
        }
    ]
    assert told["still_open"] == {"not_found": 0, "overdue": 0, "letters": 0, "oldest_letter": None}
    assert [each["measure"] for each in told["well"]] == ["missing-items", "away-too-long", "unconfirmed"]


def test_a_month_to_come_and_one_of_somebody_else_is_not_found(world, api):
    assert api("manager").get("reports/month?month=2031-01").status_code == 404
    assert api("manager").get("reports/month?organisation=VDEM2").status_code == 404
    assert api("auditor").get("reports/month").status_code == 403
