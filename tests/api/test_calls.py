"""Every call of the API answers as the contract says."""

import hashlib
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from redbag.api.models import Answer
from redbag.api.tasks import forget_answers
from redbag.bags import printing
from redbag.organisations.actions import issue_key
from redbag.residents.nhs_numbers import generate
from redbag.transfers.scanning import look_up

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert body["status"] == response.status_code
    return response.status_code, body["code"]


def now_text(minutes=0):
    return (timezone.now() + timedelta(minutes=minutes)).isoformat()


def pack(api, world, **more):
    body = {"resident": str(world.peggy.pk), "bag": str(world.bag.pk), "destination": "RDEM1", **more}
    return api("carer").post("transfers", body)


def handoff(world, to, **more):
    fact = {"id": str(uuid.uuid4()), "kind": "handoff", "token": world.token(world.bag), "to": to}
    return {"sent_at": now_text(), "facts": [{**fact, "occurred_at": now_text(), **more}]}


def test_signing_in_gives_two_tokens_and_says_who_and_where(api, world):
    answer = api().post("session", {"email": "CARER@test.example", "password": "red-bag-demo"})
    body = answer.json()
    assert answer.status_code == 201
    assert body["user"]["name"] == "Carer Tester"
    assert [(each["organisation"], each["role"]) for each in body["memberships"]] == [("VDEM1", "carer")]
    assert body["token"] != body["facts_token"]


def test_a_wrong_password_says_no_more_than_that(api, world):
    for email in ("carer@test.example", "nobody@test.example"):
        assert problem(api().post("session", {"email": email, "password": "wrong"})) == (401, "wrong_password")


def test_ten_wrong_passwords_ask_this_account_to_wait_and_no_other(api, world):
    for _ in range(10):
        api().post("session", {"email": "crew@test.example", "password": "wrong"})
    waiting = api().post("session", {"email": "crew@test.example", "password": "red-bag-demo"})
    assert problem(waiting) == (429, "too_often")
    assert int(waiting["Retry-After"]) > 0
    assert api().post("session", {"email": "ward@test.example", "password": "red-bag-demo"}).status_code == 201


def test_signing_out_ends_the_token_but_not_the_facts_still_to_be_sent(api, world):
    carer = api("carer")
    assert carer.call("DELETE", "session").status_code == 204
    assert problem(carer.get("me")) == (401, "not_signed_in")
    later = api()
    later.headers = {"Authorization": f"Bearer {carer.facts_token}"}
    assert later.post("facts", handoff(world, "RDEM9")).json()["results"][0]["outcome"] == "quarantined"


def test_a_facts_token_may_only_send_facts(api, world):
    caller = api()
    caller.headers = {"Authorization": f"Bearer {api('carer').facts_token}"}
    assert problem(caller.get("residents")) == (403, "not_allowed")
    assert problem(caller.get("me")) == (403, "not_allowed")


def test_an_organisations_key_acts_with_its_role(api, world):
    caller = api()
    key = issue_key(organisation=world.lifeline, role="crew", name="Dispatch", now=timezone.now())
    caller.headers = {"Authorization": f"Bearer {key}"}
    assert caller.get("me").json()["memberships"][0]["role"] == "crew"
    pack(api, world)
    [result] = caller.post("facts", handoff(world, "RDEM9")).json()["results"]
    assert (result["outcome"], result["stage"]) == ("created", "WITH_CREW")


def test_a_resident_is_added_read_and_changed(api, world):
    made = api("carer").post(
        "residents",
        {
            "first_name": "Siân",
            "last_name": "Ŵyn",
            "date_of_birth": "1940-02-29",
            "nhs_number": generate(77)[:3] + " " + generate(77)[3:6] + "-" + generate(77)[6:],
        },
    )
    assert (made.status_code, made.json()["home"], made.json()["nhs_number"]) == (201, "VDEM1", generate(77))
    path = f"residents/{made.json()['id']}"
    changed = api("carer").call("PATCH", path, {"preferred_name": "Shan"})
    assert changed.json()["preferred_name"] == "Shan"
    assert api("carer").get(path).json() == changed.json()
    assert problem(api("millbrook").get(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nhs_number", "943 476 5918"),
        ("nhs_number", "9999999999"),
        ("date_of_birth", "1936-02-30"),
        ("date_of_birth", "2999-01-01"),
        ("first_name", "  "),
    ],
)
def test_a_wrong_field_is_named(api, world, field, value):
    body = {"first_name": "A", "last_name": "B", "date_of_birth": "1936-01-01", field: value}
    answer = api("carer").post("residents", body)
    assert problem(answer) == (422, "bad_input")
    assert list(answer.json()["errors"]) == [field]


def test_the_same_nhs_number_again_says_whose_it_is_at_home_and_nothing_elsewhere(api, world):
    body = {"first_name": "A", "last_name": "B", "date_of_birth": "1936-01-01", "nhs_number": world.peggy.nhs_number}
    again = api("carer").post("residents", body)
    assert problem(again) == (409, "nhs_number_known")
    assert again.json()["resident"] == str(world.peggy.pk)
    elsewhere = api("millbrook").post("residents", body)
    assert (elsewhere.status_code, elsewhere.json()["flags"]) == (201, ["nhs_number_elsewhere"])
    assert str(world.peggy.pk) not in elsewhere.content.decode()


def test_a_list_goes_on_page_by_page(api, world):
    first = api("carer").get("residents?limit=1").json()
    assert [each["last_name"] for each in first["results"]] == ["Dale"]
    second = api("carer").get(first["next"].split("/api/v1/")[1]).json()
    assert ([each["last_name"] for each in second["results"]], second["next"]) == (["Jones"], None)


def test_the_summary_is_replaced_section_by_section(api, world):
    path = f"residents/{world.peggy.pk}/summary"
    empty = api("carer").get(path)
    assert empty.json()["sections"]["allergies"]["content"]["status"] == "not_known"
    allergies = {"status": "present", "items": [{"agent": "Penicillin", "reaction": "Rash", "severity": ""}]}
    body = {"sections": {"allergies": {"content": allergies}}}
    assert problem(api("carer").call("PUT", path, body)) == (428, "if_match_missing")
    written = api("carer").call("PUT", path, body, If_Match=empty["ETag"])
    told = written.json()["sections"]["allergies"]["content"]
    assert (told["status"], told["items"][0]["agent"], told["items"][0]["reaction"]) == (
        "present",
        "Penicillin",
        "Rash",
    )
    assert written.json()["sections"]["allergies"]["author"] == "Carer Tester"
    other = {"sections": {"about_me": {"content": {"important": "My cat"}}}}
    assert api("senior").call("PUT", path, other, If_Match=empty["ETag"]).status_code == 200
    late = api("senior").call("PUT", path, body, If_Match=empty["ETag"])
    assert problem(late) == (412, "changed_meanwhile")
    assert late.json()["sections"] == ["allergies"]


def test_what_was_read_can_be_sent_back_as_it_is(api, world):
    path = f"residents/{world.peggy.pk}/summary"
    read = api("carer").get(path)
    assert api("carer").call("PUT", path, read.json(), If_Match=read["ETag"]).status_code == 200


def test_news2_comes_back_with_its_points_and_never_from_half_a_set(api, world):
    path = f"residents/{world.peggy.pk}/observations"
    whole = {
        "respiratory_rate": 22,
        "spo2": 93,
        "spo2_scale": 1,
        "on_oxygen": False,
        "systolic_bp": 105,
        "pulse": 112,
        "acvpu": "A",
        "temperature": 38.4,
    }
    told = api("carer").post(path, whole).json()
    assert (told["score"], told["complete"], told["band"], told["scale"]) == (8, True, "high", 1)
    assert told["points"] == {
        "respiratory_rate": 2,
        "spo2": 2,
        "on_oxygen": 0,
        "systolic_bp": 1,
        "pulse": 2,
        "acvpu": 0,
        "temperature": 1,
    }
    half = api("carer").post(path, {"pulse": 112}).json()
    assert (half["score"], half["complete"], half["band"]) == (None, False, None)
    assert problem(api("carer").post(path, {"pulse": 9999})) == (422, "bad_input")


def test_bags_and_their_labels(api, world):
    made = api("carer").post("bags", {"tracker": "OAK-9"}).json()
    assert (made["state"], made["home"], len(made["token"])) == ("available", "VDEM1", 26)
    assert "token" not in api("carer").get(f"bags/{made['id']}").json()
    assert api("carer").get(f"bags/{made['id']}/label").json()["token"] == made["token"]
    assert problem(api("carer").post(f"bags/{made['id']}/reissue", {"reason": "torn"})) == (403, "not_allowed")
    assert problem(api("millbrook_manager").post(f"bags/{made['id']}/reissue", {"reason": "torn"})) == (
        404,
        "not_found",
    )
    fresh = api("senior").post(f"bags/{made['id']}/reissue", {"reason": "torn"}).json()
    assert fresh["token"] != made["token"]
    assert api("carer").get(f"scan/{made['token']}").json()["voided"] is True


def test_labels_are_printed_in_the_background(api, world):
    asked = api("senior").post("labels", {"bags": [str(world.bag.pk)], "blanks": 2, "layout": "L7160", "reason": "new"})
    assert (asked.status_code, asked.json()["state"], asked.json()["total"]) == (202, "waiting", 3)
    path = f"labels/{asked.json()['id']}"
    assert problem(api("senior").get(path + "/file")) == (409, "not_ready")
    printing.draw(asked.json()["id"], now=timezone.now)
    assert api("senior").get(path).json()["state"] == "done"
    assert b"".join(api("senior").get(path + "/file").streaming_content).startswith(b"%PDF")
    assert problem(api("millbrook_manager").get(path)) == (404, "not_found")
    assert problem(api("carer").post("labels", {"blanks": 1, "layout": "L7160", "reason": "new"})) == (
        403,
        "not_allowed",
    )


def test_a_transfer_from_packing_to_the_story(api, world):
    identity = str(uuid.uuid4())
    items = [{"category": "glasses", "description": "Brown", "quantity": 1}, {"category": "clothes", "where": "bag"}]
    reason = {"concern": "Fell", "action": "999", "response": "", "examination": "", "shared": ""}
    packed = pack(api, world, id=identity, items=items, reason=reason)
    body = packed.json()
    assert (packed.status_code, body["id"], body["stage"]) == (201, identity, "PACKED")
    assert all(uuid.UUID(item["id"]) for item in body["items"])
    assert len(body["handover_code"]) == 6
    assert pack(api, world, id=identity, items=items, reason=reason).status_code == 200
    assert problem(pack(api, world, id=identity))[0] == 409
    assert problem(pack(api, world)) == (409, "transfer_open")
    api("crew").post("facts", handoff(world, "RDEM9", place="Bay 1"))
    told = api("carer").get(f"transfers/{identity}").json()
    assert [line["kind"] for line in told["timeline"]] == ["pack", "handoff"]
    assert told["timeline"][1]["organisation"] == "RDEM9"
    assert (told["holder"]["organisation"], told["holder"]["confirmed"]) == ("RDEM9", True)
    assert told["awaiting"] == "the hospital"


def test_the_snapshot_is_what_its_hash_says(api, world):
    told = pack(api, world).json()
    snapshot = api("carer").get(f"transfers/{told['id']}/snapshot")
    assert hashlib.sha256(snapshot.content).hexdigest() == told["snapshot_hash"]
    assert problem(api("northgate").get(f"transfers/{told['id']}/snapshot"))[0] == 404


def test_who_sees_a_transfer(api, world):
    path = f"transfers/{pack(api, world).json()['id']}"
    seen = {
        who: api(who).get(path).status_code
        for who in ("carer", "ward", "discharge", "crew", "northgate", "millbrook", "auditor", "administrator")
    }
    assert seen == {
        "carer": 200,
        "ward": 200,
        "discharge": 200,
        "crew": 404,
        "northgate": 404,
        "millbrook": 404,
        "auditor": 404,
        "administrator": 404,
    }
    api("crew").post("facts", handoff(world, "RDEM9"))
    assert api("crew").get(path).status_code == 200
    assert problem(api("auditor").get("transfers")) == (403, "not_allowed")


def test_a_hand_over_code_is_for_those_who_may_give_the_bag(api, world):
    path = f"transfers/{pack(api, world).json()['id']}/handover-code"
    assert len(api("carer").post(path).json()["code"]) == 6
    assert problem(api("ward").post(path)) == (403, "not_allowed")


def test_only_a_bad_envelope_is_refused(api, world):
    one = handoff(world, "RDEM9")["facts"][0]
    for body in (
        {"facts": [one]},
        {"sent_at": now_text(), "facts": []},
        {"sent_at": now_text(), "facts": [one] * 101},
        {"sent_at": "2026-11-21T02:50:00", "facts": [one]},
        "not json",
        [],
    ):
        assert problem(api("crew").post("facts", body)) == (422, "bad_input")
    fine = api("crew").post("facts", {"sent_at": now_text(), "facts": [{"id": "x"}] * 100})
    assert (fine.status_code, len(fine.json()["results"]), fine.json()["results"][0]["id"]) == (200, 100, "x")
    assert problem(api().post("facts", handoff(world, "RDEM9"))) == (401, "not_signed_in")


def test_a_scan_opens_what_the_caller_may_see(api, world):
    token = world.token(world.bag)
    pack(api, world)
    seen = {
        who: api(who).get(f"scan/{token}").json()["view"]
        for who in ("carer", "crew", "ward", "northgate", "millbrook", "auditor")
    }
    assert seen == {
        "carer": "home",
        "crew": "emergency",
        "ward": "clinical",
        "northgate": "found",
        "millbrook": "found",
        "auditor": "found",
    }
    stranger = api("northgate").get(f"scan/{token}").content.decode()
    assert "Jones" not in stranger
    assert "Margaret" not in stranger
    unknown = api("carer").get(f"scan/{'A' * 26}").json()
    assert (unknown["view"], unknown["known"]) == ("found", False)


def test_a_signed_in_scan_takes_at_most_nine_statements(api, world, django_assert_max_num_queries):
    token = world.token(world.bag)
    pack(api, world)
    ward = api("ward")
    with django_assert_max_num_queries(9):
        assert ward.get(f"scan/{token}").json()["view"] == "clinical"


def test_a_hand_off_through_the_api_takes_at_most_eleven_statements(api, world, django_assert_max_num_queries):
    pack(api, world)
    crew, body = api("crew"), handoff(world, "RDEM9")
    with django_assert_max_num_queries(11 + 2):  # with SAVEPOINT and its release
        assert crew.post("facts", body).json()["results"][0]["outcome"] == "created"


def test_a_post_with_an_idempotency_key_happens_once(api, world):
    body = {"tracker": "OAK-77"}
    first = api("carer").post("bags", body, Idempotency_Key="k1")
    again = api("carer").post("bags", body, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert problem(api("carer").post("bags", {"tracker": "OAK-78"}, Idempotency_Key="k1")) == (422, "key_used_before")
    assert problem(api("carer").post("bags", body)) == (409, "tracker_taken")


def test_a_call_that_failed_may_be_sent_again_with_its_key(api, world):
    assert problem(api("carer").post("bags", {"tracker": ""}, Idempotency_Key="k2"))[0] == 422
    assert problem(api("carer").post("bags", {"tracker": ""}, Idempotency_Key="k2"))[0] == 422


def test_endpoints_and_deliveries_are_the_managers(api, world):
    made = api("manager").post("endpoints", {"kind": "webhook", "address": "http://127.0.0.1:9/hook", "events": []})
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in api("manager").get("endpoints").json()["results"][0]
    assert problem(api("carer").get("endpoints")) == (403, "not_allowed")
    tested = api("manager").post(f"endpoints/{made.json()['id']}/test")
    assert (tested.status_code, tested.json()["state"]) == (202, "DUE")
    [delivery] = api("manager").get("deliveries?state=DUE").json()["results"]
    assert delivery["id"] == tested.json()["id"]
    assert problem(api("millbrook_manager").post(f"deliveries/{delivery['id']}/replay")) == (404, "not_found")
    assert api("manager").post(f"deliveries/{delivery['id']}/replay").status_code == 202


def test_an_address_that_is_none_and_a_method_that_is_none_answer_as_problems(api, world):
    assert problem(api("carer").get("nothing/here"))[0] == 404
    assert problem(api("carer").call("DELETE", "residents"))[0] == 405
    assert problem(api("carer").call("POST", "residents", "<xml/>", content_type="application/xml"))[0] == 415


def test_a_browsers_session_needs_its_csrf_token(api, world, client):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people["carer"])
    assert browser.get("/api/v1/me").status_code == 200
    refused = browser.post("/api/v1/bags", {"tracker": "X"}, content_type="application/json")
    assert refused.status_code == 403


def test_reports_come_as_json_csv_and_xlsx_over_days_in_london(api, world):
    manager = api("manager")
    names = [each["name"] for each in manager.get("reports").json()["results"]]
    assert "turn-round" in names
    told = manager.get(f"reports/{names[0]}?from=2026-11-01&to=2026-11-21").json()
    assert (told["from"], told["to"]) == ("2026-11-01", "2026-11-21")
    assert manager.get(f"reports/{names[0]}?format=csv")["Content-Type"].startswith("text/csv")
    assert manager.get(f"reports/{names[0]}?format=xlsx").content.startswith(b"PK")
    assert problem(manager.get(f"reports/{names[0]}?from=21/11/2026")) == (422, "bad_input")
    assert problem(manager.get("reports/nonsense"))[0] == 404
    assert problem(manager.get(f"reports/{names[0]}?organisation=VDEM2"))[0] == 404
    assert api("auditor").get(f"reports/{names[0]}?organisation=VDEM2").status_code == 200
    assert problem(api("carer").get("reports")) == (403, "not_allowed")


def test_the_journal_and_who_looked(api, world):
    api("carer").get(f"residents/{world.peggy.pk}")
    rows = api("manager").get(f"journal?subject={world.peggy.pk}").json()["results"]
    assert [row["action"] for row in rows] == ["viewed.resident"]
    looked = api("manager").get(f"residents/{world.peggy.pk}/access-log").json()["results"]
    assert [(row["who"], row["page"]) for row in looked] == [
        ("Manager Tester", "the journal"),
        ("Carer Tester", "the resident's page"),
    ]
    assert problem(api("carer").get(f"residents/{world.peggy.pk}/access-log")) == (403, "not_allowed")
    assert problem(api("millbrook_manager").get(f"residents/{world.peggy.pk}/access-log"))[0] == 404
    assert api("auditor").get(f"residents/{world.peggy.pk}/access-log").status_code == 200
    assert api("millbrook_manager").get(f"journal?subject={world.peggy.pk}").json()["results"] == []


def test_answers_are_kept_for_a_week(api, world):
    api("carer").post("bags", {"tracker": "OAK-81"}, Idempotency_Key="old")
    api("carer").post("bags", {"tracker": "OAK-82"}, Idempotency_Key="new")
    Answer.objects.filter(key="old").update(at=timezone.now() - timedelta(days=8))
    forget_answers()
    assert [each.key for each in Answer.objects.all()] == ["new"]


def test_what_cannot_be_read_is_refused_in_words_and_never_breaks(api, world):
    odd = {"first_name": "A", "last_name": "a\0b", "date_of_birth": "1936-01-01"}
    assert problem(api("carer").post("residents", odd)) == (422, "bad_input")
    for path in ("session", "facts", "residents"):
        assert problem(api("carer").call("POST", path, "[" * 100_000)) == (422, "bad_input")
    for path in ("transfers?cursor=cD14", "transfers?stage=packed", "bags?state=zz", "transfers?resident=zz"):
        assert problem(api("carer").get(path))[0] in (404, 422), path
    late = {"pulse": 80, "taken_at": "0001-01-01T00:00:00+14:00"}
    assert problem(api("carer").post(f"residents/{world.peggy.pk}/observations", late)) == (422, "bad_input")
    assert problem(api("carer").post(f"residents/{world.peggy.pk}/observations", {})) == (422, "bad_input")
    body = {"sent_at": "9999-12-31T23:59:59+00:00", "facts": [{}]}
    assert problem(api("crew").post("facts", body)) == (422, "bad_input")


def test_anybody_may_ask_what_a_label_is_and_learns_nothing_of_the_person(api, world):
    pack(api, world)
    found = api().get(f"scan/{world.token(world.bag)}")
    assert (found.status_code, found.json()["view"], found.json()["home"]["name"]) == (200, "found", "Oakview")
    assert "patient" not in found.json()


def test_what_is_the_homes_but_not_for_this_role_answers_403(api, world):
    job = api("senior").post("labels", {"blanks": 1, "layout": "L7160", "reason": "new"}).json()
    assert problem(api("carer").get(f"labels/{job['id']}")) == (403, "not_allowed")
    made = api("manager").post("endpoints", {"kind": "email", "address": "a@oakview.example", "events": []}).json()
    assert problem(api("carer").post(f"endpoints/{made['id']}/test")) == (403, "not_allowed")
    assert problem(api("carer").call("DELETE", f"endpoints/{made['id']}")) == (403, "not_allowed")
    assert api("manager").call("DELETE", f"endpoints/{made['id']}").status_code == 204
    assert api("manager").get("endpoints").json()["results"] == []


def test_a_device_that_lost_its_battery_still_tells_what_happened(world, api):
    transfer = pack(api, world).json()["id"]
    fact = {"id": str(uuid.uuid4()), "kind": "opened", "transfer": transfer, "occurred_at": "1970-01-01T00:04:30Z"}
    answer = api("carer").post("facts", {"sent_at": "1970-01-01T00:04:30+00:00", "facts": [fact]})
    [result] = answer.json()["results"]
    assert (answer.status_code, result["outcome"], result["flags"]) == (200, "created", ["clock_corrected"])


def test_two_items_with_one_id_are_refused_by_name_and_none_is_lost(world, api):
    same = str(uuid.uuid4())
    answer = pack(api, world, items=[{"id": same, "category": "phone"}, {"id": same, "category": "glasses"}])
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["items.1.id"])


def test_another_home_that_has_the_bag_reads_what_a_ward_reads_and_a_day_later_nothing(api, world):
    pack(api, world)
    token = world.token(world.bag)
    assert api("millbrook").get(f"scan/{token}").json()["view"] == "found"
    api("carer").post("facts", handoff(world, "VDEM2"))
    scan = api("millbrook").get(f"scan/{token}").json()
    assert (scan["view"], "resident" in scan, "patient" in scan) == ("clinical", False, True)
    api("carer").post("facts", handoff(world, "VDEM1"))
    assert api("millbrook").get(f"scan/{token}").json()["view"] == "clinical"
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        look = look_up(text=token, actor=world.actor("millbrook"), now=timezone.now())
    assert (look.view, look.transfer) == ("found", None)


def test_a_crew_is_sent_no_emergency_after_a_death(api, world):
    transfer = pack(api, world).json()["id"]
    api("crew").post("facts", handoff(world, "RDEM9"))
    token = world.token(world.bag)
    assert "patient" in api("crew").get(f"scan/{token}").json()
    died = {"id": str(uuid.uuid4()), "kind": "outcome", "outcome": "died", "transfer": transfer}
    sent = {"sent_at": now_text(), "facts": [{**died, "occurred_at": now_text()}]}
    assert api("ward").post("facts", sent).json()["results"][0]["outcome"] == "created"
    assert "patient" not in api("crew").get(f"scan/{token}").json()
    assert "patient" in api("ward").get(f"scan/{token}").json()
