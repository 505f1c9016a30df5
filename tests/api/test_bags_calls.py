"""What the pages about bags and labels offer, the API offers too."""

import pytest

from redbag.bags import printing
from redbag.bags.codes import shown
from redbag.bags.models import Label, PrintJob, State
from tests.web.journeys import taken_by_crew

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def test_a_bag_is_set_aside_freed_cleaned_and_its_steps_are_listed(world, api):
    where = f"bags/{world.bag.pk}/steps"
    carer = api("carer")
    assert sorted(carer.post(where, {"step": "set_aside"}).json()["errors"]) == ["reason", "until"]
    aside = carer.post(where, {"step": "set_aside", "reason": "C. diff", "until": "2099-11-24"})
    assert (aside.status_code, aside.json()["state"]) == (201, "quarantined")
    assert carer.post(where, {"step": "free", "reason": "x"}).status_code == 403
    assert api("senior").post(where, {"step": "free", "reason": "IPC agreed"}).json()["state"] == "cleaning"
    assert carer.post(where, {"step": "ready"}).json()["state"] == "available"
    assert carer.post(where, {"step": "find"}).status_code == 409
    rows = carer.get(where).json()["results"]
    assert [row["after"] for row in rows] == ["available", "cleaning", "quarantined"]
    assert (rows[2]["reason"], rows[2]["until"], rows[2]["by"]) == ("C. diff", "2099-11-24", "Carer Tester")


def test_only_a_manager_disposes_and_never_alone(world, api):
    where = f"bags/{world.bag.pk}/steps"
    said = {"step": "dispose", "reason": "torn", "authorised_by": "Jo Hall, IPC nurse"}
    assert api("senior").post(where, said).status_code == 403
    assert api("manager").post(where, said | {"authorised_by": "Manager Tester"}).status_code == 422
    assert api("manager").post(where, said).json()["state"] == "retired"


def test_a_tracker_number_is_changed(world, api):
    assert api("carer").call("PATCH", f"bags/{world.bag.pk}", {"tracker": "OAK-2"}).status_code == 409
    changed = api("carer").call("PATCH", f"bags/{world.bag.pk}", {"tracker": "OAK-12"})
    assert changed.json()["tracker"] == "OAK-12"


def test_the_same_idempotency_key_prints_once_and_prints_are_listed(world, api):
    said = {"bags": [str(world.bag.pk)], "layout": "zebra300", "reason": "new bags"}
    first = api("senior").post("labels", said, Idempotency_Key="press-1")
    second = api("senior").post("labels", said, Idempotency_Key="press-1")
    assert first.json() == second.json()
    job = PrintJob.objects.get()
    printing.draw(str(job.pk), now=lambda: world.now)
    file = api("senior").get(f"labels/{job.pk}/file")
    assert file["Content-Type"].startswith("text/plain")
    assert b"".join(file.streaming_content).startswith(b"^XA")
    api("senior").post("labels", said | {"reason": "torn"}, Idempotency_Key="press-2")
    [again, before] = api("senior").get("labels").json()["results"]
    assert (again["reason"], again["reprints"], before["reprints"]) == ("torn", 1, 0)
    assert before["asked_by"] == "Senior Tester"
    prints = api("senior").get(f"bags/{world.bag.pk}/prints").json()["results"]
    assert [row["reprint"] for row in prints] == [True, False]
    assert api("millbrook_manager").get("labels").json()["results"] == []
    assert api("carer").get("labels").status_code == 403


def test_a_spare_label_is_put_on_a_bag(world, api):
    api("senior").post("labels", {"blanks": 1, "layout": "L7160", "reason": "spares"})
    code = shown(Label.objects.get(bag__state=State.BLANK).code)
    assert api("carer").post("labels/claim", {"label": code}).json()["errors"].keys() == {"tracker"}
    claimed = api("carer").post("labels/claim", {"label": code, "bag": str(world.bag.pk)})
    assert (claimed.status_code, claimed.json()["tracker"]) == (201, "OAK-1")
    assert shown(claimed.json()["short_code"]) == code
    again = api("carer").post("labels/claim", {"label": code, "tracker": "OAK-9"})
    assert (again.status_code, again.json()["code"]) == (409, "not_blank")


def test_a_tag_is_made_scanned_and_taken_off(world, api):
    made = api("carer").post(f"bags/{world.bag.pk}/tags", {"category": "glasses"}).json()
    assert api("carer").get(f"scan/{made['short_code']}").json()["bag"]["tracker"] == "OAK-1"
    assert api("millbrook").get(f"bags/{world.bag.pk}/tags").status_code == 404
    asked = {"tags": [made["id"]], "layout": "tag62", "reason": "new case"}
    assert api("senior").post("labels", asked).status_code == 202
    assert api("millbrook_manager").post("labels", asked).status_code == 404
    gone = api("carer").call("DELETE", f"bags/{world.bag.pk}/tags/{made['id']}")
    assert gone.status_code == 204
    assert api("carer").get(f"bags/{world.bag.pk}/tags").json()["results"] == []


def test_a_late_bag_is_listed_and_chased_once(world, api):
    transfer = taken_by_crew(world)
    [late] = api("carer").get("bags/overdue").json()["results"]
    assert (late["tracker"], late["chased_at"]) == ("OAK-1", None)
    first = api("carer").post(f"transfers/{transfer.pk}/chase")
    second = api("carer").post(f"transfers/{transfer.pk}/chase")
    assert (first.status_code, first.json()["sent"]) == (201, True)
    assert (second.status_code, second.json()["sent"]) == (200, False)
    assert api("carer").get("bags/overdue").json()["results"][0]["chased_by"] == "Carer Tester"
    assert api("millbrook").get("bags/overdue").json()["results"] == []
