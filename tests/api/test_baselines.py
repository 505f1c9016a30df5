"""A home's figures from before, by a program: kept, read, taken back, and held beside what happens now."""

import pytest

from redbag.reports.baseline_models import Baseline

pytestmark = pytest.mark.django_db
ROW = {"month": "2024-04", "residents": 41.5, "attendances": 4, "admissions": "3"}
CSV = "Month,Average residents,A&E attendances,Emergency admissions\n2024-04,41.5,4,3\n"


def test_months_are_kept_read_put_right_and_taken_back(api):
    manager = api("manager")
    first = manager.post("baselines", {"rows": [ROW, {**ROW, "month": "May 2024", "items_lost": 2}]})
    assert (first.status_code, first.json()["new"], first.json()["months"]) == (201, 2, ["2024-04", "2024-05"])
    second = manager.call(
        "POST", "baselines?organisation=VDEM1", CSV.replace("41.5,4", "42.0,5"), content_type="text/csv"
    )
    assert (second.json()["new"], second.json()["put_right"]) == (0, 1)
    rows = manager.get("baselines?organisation=VDEM1").json()["results"]
    told = [(row["month"], row["residents"], row["attendances"], row["items_lost"], row["state"]) for row in rows]
    assert told == [
        ("2024-05", 41.5, 4, 2, "counts"),
        ("2024-04", 42.0, 5, None, "counts"),
        ("2024-04", 41.5, 4, None, "put right later"),
    ]
    back = manager.post("baselines/take-back", {"id": rows[1]["id"]})
    assert (back.status_code, back.json()["state"]) == (200, "taken back")
    assert Baseline.objects.standing().count() == 1


def test_errors_name_the_line_or_the_row_and_nothing_is_kept(api):
    manager = api("manager")
    by_row = manager.post("baselines", {"rows": [ROW, "x", {**ROW, "month": "2024-05", "attendances": "four"}]})
    assert (by_row.status_code, by_row["Content-Type"]) == (422, "application/problem+json")
    assert set(by_row.json()["errors"]) == {"rows.1", "rows.2.attendances"}
    by_line = manager.call("POST", "baselines", CSV + "2024-05,,4,3\n", content_type="text/csv").json()["errors"]
    assert by_line == {
        "line 3, residents": "Nothing is here. Write 0 if there were none. If you do not know, take the whole line out."
    }
    assert manager.post("baselines", {"rows": "all"}).json()["errors"].keys() == {"rows"}
    assert manager.call("POST", "baselines", "PK\x03\x04", content_type="text/csv").status_code == 422
    assert not Baseline.objects.exists()


def test_what_is_unlikely_is_asked_and_kept_after_a_yes(api):
    manager, odd = api("manager"), {"rows": [{**ROW, "admissions": 6}]}
    asked = manager.post("baselines", odd)
    assert (asked.status_code, asked.json()["code"]) == (409, "unlikely")
    assert [each["key"] for each in asked.json()["questions"]] == ["2024-04-admissions"]
    looked = manager.post("baselines", {**odd, "check": True})
    assert (looked.status_code, looked.json()["new"]) == (200, 0)
    assert manager.post("baselines", {**odd, "yes": ["2024-04-admissions"]}).status_code == 201


def test_another_homes_figures_are_neither_read_nor_changed(api):
    kept = api("manager").post("baselines", {"rows": [ROW]})
    assert kept.status_code == 201
    other = api("millbrook_manager")
    assert other.get("baselines").json()["results"] == []
    assert other.get("baselines?organisation=VDEM1").status_code == 404
    assert other.post("baselines/take-back", {"id": str(Baseline.objects.get().pk)}).status_code == 404
    assert other.post("baselines", {"organisation": "VDEM1", "rows": [ROW]}).status_code == 404
    assert api("senior").post("baselines", {"rows": [ROW]}).status_code == 403
    assert api("discharge").post("baselines", {"rows": [ROW]}).status_code == 422


def test_the_comparison_says_both_sides_and_of_how_many_homes(api):
    told = api("auditor").get("baselines/comparison").json()
    assert [each["name"] for each in told["measures"]] == ["admissions-baseline-year", "attendances-baseline-year"]
    assert (told["homes"], told["of_homes"], told["observational"]) == ([], 2, True)
    assert told["measures"][0]["change"] == {"percent": None, "low": None, "high": None, "more_than_chance": False}
