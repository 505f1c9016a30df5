"""The API keeps vital signs and tells their NEWS2 as the pages do."""

import pytest

from redbag.summaries.actions import write_sections
from redbag.summaries.news2 import COMFORT_CARE, PREGNANCY

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
WHOLE = {
    "respiratory_rate": 22,
    "spo2": 93,
    "on_oxygen": False,
    "systolic_bp": 105,
    "pulse": 112,
    "acvpu": "A",
    "temperature": 38.44,
}


def path(world):
    return f"residents/{world.peggy.pk}/observations"


def write(world, **contents):
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen={}, now=world.now)


def test_each_parameter_comes_with_its_code(api, world):
    told = api("carer").post(path(world), WHOLE).json()
    assert told["snomed"] == {
        "score": "1104051000000101",
        "respiratory_rate": "1104301000000104",
        "spo2": "1104311000000102",
        "on_oxygen": "1104331000000105",
        "systolic_bp": "1104341000000101",
        "pulse": "1104351000000103",
        "acvpu": "1104361000000100",
        "temperature": "1104371000000107",
    }
    assert (told["snomed_to_confirm"], told["kept"]) == ([], "Temperature 38.44 was kept as 38.4.")
    assert set(told["points"]) == set(told["snomed"]) - {"score"}


def test_scale_2_says_who_set_it_or_that_nobody_wrote_it(api, world):
    told = api("carer").post(path(world), WHOLE | {"spo2_scale": 2}).json()
    assert told["scale_words"] == "Scale 2; nobody wrote who set it: ask a clinician."
    assert told["snomed_to_confirm"] == ["spo2"]
    told = api("carer").post(path(world), WHOLE | {"spo2_scale": 2, "scale2_by": "Dr Osei, 3 May"}).json()
    assert told["scale_words"] == "Scale 2, set by: Dr Osei, 3 May"


@pytest.mark.parametrize(
    ("contents", "field", "words"),
    [
        ({"conditions": {"pregnant": "yes"}}, "refused", PREGNANCY),
        ({"plan": {"comfort_care": "yes"}}, "hidden", COMFORT_CARE),
    ],
    ids=["pregnancy", "comfort care"],
)
def test_no_score_comes_with_its_reason_and_the_readings_are_kept(api, world, contents, field, words):
    before = api("carer").post(path(world), WHOLE).json()
    assert (before["score"], before["refused"], before["hidden"]) == (8, None, None)
    write(world, **contents)
    told = api("carer").post(path(world), WHOLE).json()
    assert (told["score"], told["band"], told["at_least"], told["points"]) == (None, None, None, {})
    assert told[field] == words
    listed = api("carer").get(path(world)).json()
    assert [each["score"] for each in listed["results"]] == [None, None]
    assert [each["readings"]["pulse"] for each in listed["results"]] == [112, 112]
    assert listed["no_score"] == words


def test_the_last_sets_are_read_back_newest_first_and_only_at_their_home(api, world):
    for hours, pulse in ((3, 70), (1, 112)):
        moment = f"2026-01-0{4 - hours}T08:00:00+00:00"
        api("carer").post(path(world), WHOLE | {"pulse": pulse, "taken_at": moment})
    listed = api("carer").get(path(world)).json()
    assert [each["readings"]["pulse"] for each in listed["results"]] == [112, 70]
    assert [each["score"] for each in listed["results"]] == [8, 6]
    assert api("millbrook").get(path(world)).status_code == 404
    assert api("ward").get(path(world)).status_code == 404
