"""Adding somebody who may be here already."""

import pytest

pytestmark = pytest.mark.embedded


def test_the_answer_names_who_has_the_same_name_and_birth_date(world, api):
    old = world.peggy
    values = {"home": world.oakview.ods_code, "first_name": old.first_name, "last_name": old.last_name}
    values["date_of_birth"] = old.date_of_birth.isoformat()
    answer = api("carer").post("residents", values)
    assert answer.status_code == 201
    assert answer.json()["possible_duplicates"] == [str(old.pk)]
    alone = api("carer").post("residents", {**values, "first_name": "Ada"})
    assert alone.json()["possible_duplicates"] == []
