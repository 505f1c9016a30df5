"""Hand-overs through the API: code and square, who the person was, seal, signature, and the wall of a ward."""

import base64
import io
import uuid

import pytest
from PIL import Image

from tests.api.test_calls import handoff, pack, problem

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def glass() -> str:
    picture, written = Image.new("L", (60, 20), "white"), io.BytesIO()
    picture.paste(0, (5, 5, 50, 8))
    picture.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def test_the_code_comes_with_what_its_square_says(api, world, settings):
    transfer = pack(api, world).json()["id"]
    told = api("carer").post(f"transfers/{transfer}/handover-code").json()
    assert told["address"] == f"{settings.PUBLIC_URL}/h/{transfer}/{told['code']}"


def test_what_was_checked_seal_and_code_stand_on_the_timeline(api, world):
    transfer = pack(api, world).json()["id"]
    code = api("carer").post(f"transfers/{transfer}/handover-code").json()["code"]
    more = {"handover_code": code, "identity": {"wristband": True, "photo": False}, "seal": "1234"}
    [result] = api("crew").post("facts", handoff(world, "RDEM9", **more)).json()["results"]
    assert (result["outcome"], result["flags"]) == ("created", [])
    line = api("carer").get(f"transfers/{transfer}").json()["timeline"][-1]
    assert line["content"] == {"identity": {"wristband": True}, "seal": "1234", "code": "right"}


def test_a_hospital_that_takes_the_bag_unchecked_is_flagged_and_not_refused(api, world):
    pack(api, world)
    [result] = api("ward").post("facts", handoff(world, "RDEM1")).json()["results"]
    assert (result["outcome"], "identity_not_checked" in result["flags"]) == ("created", True)


def test_a_signature_is_kept_named_in_the_hand_over_and_seen_by_the_parties(api, world):
    transfer = pack(api, world).json()["id"]
    api("crew").post("facts", handoff(world, "RDEM9"))
    known = str(uuid.uuid4())
    body = {"id": known, "name": "Sam Field", "role": "Paramedic", "picture": glass()}
    first = api("crew").post(f"transfers/{transfer}/signatures", body)
    again = api("crew").post(f"transfers/{transfer}/signatures", body)
    assert (first.status_code, first.json()) == (201, again.json())
    assert api("carer").get(f"transfers/{transfer}/signatures").json()["results"] == [first.json()]
    picture = api("ward").get(f"transfers/{transfer}/signatures/{known}")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert api("northgate").get(f"transfers/{transfer}/signatures/{known}").status_code == 404
    assert api("northgate").post(f"transfers/{transfer}/signatures", body).status_code == 404
    assert problem(api("crew").post(f"transfers/{transfer}/signatures", {"name": "Sam", "picture": "%%"}))[0] == 422


def test_a_ward_gets_its_square_and_the_hand_over_its_place(api, world):
    place = api("discharge").post("places", {"name": "Ward 4B"})
    assert (place.status_code, place.json()["organisation"]) == (201, "RDEM1")
    rows = api("discharge").get("places").json()["results"]
    assert place.json() in rows
    transfer = pack(api, world).json()["id"]
    api("ward").post("facts", handoff(world, "RDEM1", place_token=place.json()["address"]))
    assert api("ward").get(f"transfers/{transfer}").json()["holder"]["place"] == "Ward 4B"
    new = api("discharge").post(f"places/{place.json()['id']}/qr").json()
    assert new["address"] != place.json()["address"]
    assert api("ward").get("places").status_code == 403
    assert api("manager").post(f"places/{place.json()['id']}/qr").status_code == 404


def test_a_bag_that_goes_to_another_ward_of_the_same_hospital_is_told_as_a_hand_over_to_itself(api, world):
    transfer = pack(api, world).json()["id"]
    api("ward").post("facts", handoff(world, "RDEM1", place="A&E"))
    before = api("carer").get(f"transfers/{transfer}").json()["holder"]
    [result] = api("ward").post("facts", handoff(world, "RDEM1", place="Ward 6")).json()["results"]
    after = api("carer").get(f"transfers/{transfer}").json()["holder"]
    assert (result["outcome"], before["place"]) == ("created", "A&E")
    assert after == before | {"place": "Ward 6"}
