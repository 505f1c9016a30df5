"""The health summary through the API: errors by field, codes, scores, what it said before."""

import pytest

from redbag.journal.models import Entry


@pytest.fixture
def path(world):
    return f"residents/{world.peggy.pk}/summary"


@pytest.fixture
def put(api, path):
    """Replace sections as the carer."""

    def replace(**sections):
        body = {"sections": {name: {"content": content} for name, content in sections.items()}}
        return api("carer").call("PUT", path, body, If_Match="*")

    return replace


def test_every_kind_of_field_is_kept_and_answered(put):
    answer = put(
        needs={"eating": {"usual": "slight", "now": "severe", "note": "since Sunday"}},
        scores={"weight": "54,5", "height": "160", "weighed_on": "3/5/2026"},
        medicines={"items": [{"name": "Insulin", "time_critical": True}]},
    )
    assert answer.status_code == 200
    told = answer.json()["sections"]
    assert told["needs"]["content"]["eating"] == {"usual": "slight", "now": "severe", "note": "since Sunday"}
    assert told["scores"]["content"]["weight"] == "54.5"
    assert told["scores"]["content"]["weighed_on"] == "2026-05-03"
    assert told["medicines"]["content"]["items"][0]["time_critical"] is True
    assert told["medicines"]["reminders"] == ["When was the last dose given? Insulin"]
    assert told["about_me"]["version"] == 0


def test_errors_name_the_field_in_a_row_its_number_and_column(put):
    answer = put(
        needs={"eating": {"usual": "a bit"}},
        scores={"weight": "545"},
        resuscitation={"papers": [{"kind": "DNACPR"}, {"review_on": "soon"}]},
    )
    assert answer.status_code == 422
    assert sorted(answer.json()["errors"]) == ["needs.eating", "resuscitation.papers.1.review_on", "scores.weight"]


def test_a_frailty_score_is_refused_by_its_field(put):
    answer = put(passport={"which": "autism"}, scores={"cfs": "6"})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["scores.cfs"]
    assert put(passport={"which": "none"}, scores={"cfs": "6"}).status_code == 200


def test_codes_follow_what_was_chosen_and_typed(put):
    told = put(allergies={"status": "none_known"}).json()["sections"]["allergies"]
    assert told["codes"] == {"status": "716186003"}
    told = put(allergies={"status": "present", "items": [{"agent": "Penicillin"}]}).json()["sections"]["allergies"]
    assert told["codes"] == {}
    assert told["content"]["items"][0]["code"] == "91936005"


def test_must_comes_with_its_parts_and_without_a_total_until_it_is_complete(put):
    must = put(scores={"weight": "45", "height": "160"}).json()["sections"]["scores"]["must"]
    assert (must["total"], must["band"], must["already_high"], must["bmi"]) == (None, None, True, "17.6")
    whole = {"weight": "60", "height": "160", "weight_loss": "5_to_10", "no_intake": "no"}
    must = put(scores=whole).json()["sections"]["scores"]["must"]
    assert (must["total"], must["band"]) == (1, "medium")
    assert [part["points"] for part in must["parts"]] == [0, 1, 0]


def test_a_section_is_said_to_be_still_right(api, put, path):
    assert api("carer").post(f"{path}/care/still-right").status_code == 409
    put(care={"lifting": "two people"})
    answer = api("senior").post(f"{path}/care/still-right")
    assert answer.status_code == 200
    assert answer.json()["verified_by"] == "Senior Tester"
    assert api("carer").post(f"{path}/nothing/still-right").status_code == 404


def test_what_a_section_said_before_is_read_and_journalled(api, put, path):
    for steps in ("1 step", "2 steps", "3 steps"):
        put(normal={"mobility": steps})
    versions = api("carer").get(f"{path}/normal/versions").json()
    assert [each["version"] for each in versions["results"]] == [3, 2, 1]
    assert versions["results"][0]["changes"] == [{"label": "Moving about", "before": "2 steps", "after": "3 steps"}]
    first = api("carer").get(f"{path}/normal/versions?limit=2").json()
    assert [each["version"] for each in first["results"]] == [3, 2]
    assert first["results"][1]["changes"][0]["before"] == "1 step"
    assert first["next"]
    told = api("carer").get(f"{path}/normal/differences?from=3&to=1").json()
    assert told == {
        "older": 1,
        "newer": 3,
        "changes": [{"label": "Moving about", "before": "1 step", "after": "3 steps"}],
    }
    assert api("carer").get(f"{path}/normal/differences?from=3&to=9").status_code == 422
    assert Entry.objects.filter(action="viewed.section_history").exists()


@pytest.mark.parametrize("who", ["millbrook", "crew", "ward"])
def test_nobody_else_reads_or_checks_a_section(api, put, path, who):
    put(normal={"mobility": "1 step"})
    for call in (f"{path}/normal/versions", f"{path}/normal/differences?from=1&to=1"):
        assert api(who).get(call).status_code == 404
    assert api(who).post(f"{path}/normal/still-right").status_code == 404


def test_the_etag_of_a_summary_nobody_has_written_can_be_sent_back(world, api):
    path = f"residents/{world.peggy.pk}/summary"
    etag = api("carer").get(path)["ETag"]
    assert etag == '"nothing"'
    change = {"sections": {"allergies": {"status": "none_known"}}}
    assert api("carer").call("PUT", path, change, If_Match=etag).status_code == 200
    assert api("carer").call("PUT", path, change, If_Match=etag).status_code == 412
