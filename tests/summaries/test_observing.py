"""Who is scored at all, who set scale 2, and what is kept of vital signs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.errors import BadInput
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, still_right, write_sections
from redbag.summaries.news2 import COMFORT_CARE, PREGNANCY, SCALE_2_UNSIGNED, UNDER_16
from redbag.summaries.observing import record_observation, rounded, standing_of

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FULL = {"respiratory_rate": 26, "spo2": 90, "on_oxygen": True, "systolic_bp": 120, "pulse": 95}
FULL |= {"acvpu": "C", "temperature": "37.0"}


def write(world, **contents):
    seen = {each["name"]: each["version"] for each in read_summary(resident=world.peggy, now=world.now)}
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=contents, seen=seen, now=world.now)


def take(world, **changes):
    return record_observation(
        actor=world.actor("carer"), resident=world.peggy, values=FULL | changes, now=world.now + timedelta(days=1)
    )


def under_16(world):
    Resident.objects.filter(pk=world.peggy.pk).update(date_of_birth=date(2012, 5, 1))
    world.peggy.refresh_from_db()


UNSCORED = {
    "under 16": (under_16, UNDER_16),
    "pregnancy": (lambda world: write(world, conditions={"pregnant": "yes"}), PREGNANCY),
    "comfort care": (lambda world: write(world, plan={"comfort_care": "yes"}), COMFORT_CARE),
}


@pytest.mark.parametrize("case", UNSCORED)
def test_readings_are_kept_without_a_score_where_none_is_told(world, case):
    arrange, words = UNSCORED[case]
    arrange(world)
    row, result = take(world)
    assert (row.score, row.band, row.respiratory_rate, row.acvpu) == (None, "", 26, "C")
    assert (result.score, result.refused or result.hidden) == (None, words)


@pytest.mark.parametrize("answer", ["no", "not_known"])
def test_any_other_answer_leaves_the_score(world, answer):
    write(world, conditions={"pregnant": answer}, plan={"comfort_care": answer})
    assert take(world)[1].score == 12


def test_whoever_set_scale_2_is_asked_and_it_never_blocks(world):
    take(world, spo2_scale=2)
    assert standing_of(world.peggy).scale_words(2) == SCALE_2_UNSIGNED
    take(world, spo2_scale=2, scale2_by="Dr Osei, respiratory clinic, 3 May 2026")
    assert standing_of(world.peggy).scale_words(2) == "Scale 2, set by: Dr Osei, respiratory clinic, 3 May 2026"
    assert "but scale 2 is recorded (Dr Osei" in standing_of(world.peggy).scale_words(1)
    take(world, spo2_scale=2, scale2_by="somebody else")
    assert "Dr Osei" in standing_of(world.peggy).scale_words(2)


def test_naming_who_set_scale_2_does_not_say_that_the_other_conditions_were_checked(world):
    write(world, conditions={"diagnoses": "COPD"})
    take(world, spo2_scale=2, scale2_by="Dr Osei")
    row = world.peggy.current_sections.get(section="conditions")
    assert (row.content["diagnoses"], row.content["scale2_by"], row.version) == ("COPD", "Dr Osei", 2)
    assert row.verified_at == world.now
    assert [each.version for each in world.peggy.section_versions.order_by("version")] == [1, 2]


def test_a_name_for_scale_2_is_not_kept_of_a_set_on_scale_1(world):
    take(world, scale2_by="Dr Osei")
    assert standing_of(world.peggy).scale2_by == ""


def test_a_temperature_is_kept_at_one_decimal_and_that_is_said(world):
    row, _ = take(world, temperature="36.85")
    assert rounded("36.85", row.temperature) == "Temperature 36.85 was kept as 36.9."
    assert rounded("36.9", row.temperature) == rounded(36.9, row.temperature) == rounded("", None) == ""


@pytest.mark.parametrize("told", ["--5", "²", "٣", "5-", "1234567", "- 5", True, 88.5])
def test_what_is_no_whole_number_is_told_in_words(world, told):
    with pytest.raises(BadInput) as wrong:
        take(world, pulse=told)
    assert wrong.value.errors == {"pulse": "Use a whole number."}


def test_naming_who_set_scale_2_does_not_pass_for_a_check_of_conditions_nobody_filled(world):
    take(world, spo2_scale=2, scale2_by="Dr Osei")
    section = next(e for e in read_summary(resident=world.peggy, now=world.now) if e["name"] == "conditions")
    assert (section["version"], section["verified_at"], section["verified_by"], section["due"]) == (1, None, None, True)
    assert section["content"]["scale2_by"] == "Dr Osei"


def test_naming_who_set_scale_2_leaves_the_last_check_of_the_conditions_as_it_was(world):
    write(world, conditions={"diagnoses": "COPD"})
    take(world, spo2_scale=2, scale2_by="Dr Osei")
    section = next(e for e in read_summary(resident=world.peggy, now=world.now) if e["name"] == "conditions")
    assert (section["version"], section["verified_at"]) == (2, world.now)
    assert section["content"]["diagnoses"] == "COPD"


def test_scale_2_is_signed_where_earlier_versions_stand_without_a_current_section(world):
    write(world, conditions={"diagnoses": "COPD"})
    world.peggy.current_sections.all().delete()
    take(world, spo2_scale=2, scale2_by="Dr Osei")
    assert [each.version for each in world.peggy.section_versions.order_by("version")] == [1, 2]
    assert standing_of(world.peggy).scale2_by == "Dr Osei"


def test_a_section_is_checked_only_once_the_resident_is_held(world):
    write(world, conditions={"diagnoses": "COPD"})
    with CaptureQueriesContext(connection) as asked:
        still_right(actor=world.actor("carer"), resident=world.peggy, section="conditions", now=world.now)
    said = [each["sql"] for each in asked]
    held = next(i for i, sql in enumerate(said) if sql.startswith('UPDATE "redbag_resident"'))
    read = next(i for i, sql in enumerate(said) if 'FROM "redbag_currentsection"' in sql)
    assert held < read
