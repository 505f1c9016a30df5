"""Packs for an inspector: made once, kept a week, handed out to few, and known again while the journal lasts."""

import hashlib
import json
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from redbag.errors import BadInput, Gone, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.organisations.models import Membership, Organisation
from redbag.reports import inspection_actions
from redbag.reports import inspection_making as making
from redbag.reports.inspection_actions import ask_for_days, ask_for_journey, check, hand_out
from redbag.reports.inspection_models import InspectionPack
from redbag.retention.holdings import BY_TABLE
from redbag.vault import keep_file, read_file
from tests.reports.test_inspection import text_of, unspaced
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


def days(world, who="senior"):
    day = timezone.localdate(world.now)
    return ask_for_days(actor=world.actor(who), home=world.oakview, first=day, last=day, now=world.now)


def make(pack, at):
    made = making.make(pack.pk, now=lambda: at)
    pack.refresh_from_db()
    return made


@pytest.fixture
def two(world):
    """Peggy at St Mary's, and Arthur packed for it on the same day; Nora of Millbrook too."""
    return [in_hospital(world), pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)]


@pytest.fixture
def made(world, two):
    """A pack of both journeys of Oakview, made."""
    asked = days(world)
    assert make(asked, world.now + timedelta(hours=2))
    return asked


def test_a_pack_of_days_holds_a_cover_and_every_journey_of_the_home(world, two, made):
    told = json.loads(read_file(made.data))
    assert [each["journey"]["id"] for each in told["journeys"]] == [str(each.pk) for each in two]
    assert [each for each in told["cover"]["figures"] if each[0] in ("Journeys", "Hand-overs")] == [
        ["Journeys", "2"],
        ["Hand-overs", "2"],
    ]
    said = text_of(read_file(made.paper))
    for words in ("Inspection pack: Oakview", "JONES, Margaret (Mrs)", "DALE, Arthur", f"Page {made.pages} of"):
        assert words in said
    assert hashlib.sha256(read_file(made.data)).hexdigest() in unspaced(said)


def test_a_worker_that_dies_costs_the_journey_it_was_telling_and_nothing_else(world, two, monkeypatch):
    asked, told, real = days(world), [], making.story_of

    def dies_at_the_second(transfer, **more):
        told.append(transfer.pk)
        if len(told) == 2:
            raise KeyboardInterrupt
        return real(transfer, **more)

    monkeypatch.setattr(making, "story_of", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        make(asked, world.now)
    assert not make(asked, world.now + timedelta(minutes=1))  # somebody may be at it still
    assert InspectionPack.objects.waiting(now=world.now + timedelta(minutes=6)) == [asked.pk]
    assert make(asked, world.now + timedelta(minutes=6))
    assert told == [two[0].pk, two[1].pk, two[1].pk]
    assert (asked.state, asked.done, asked.total) == ("done", 2, 2)
    assert sorted(default_storage.listdir(f"inspection/{asked.pk}")[1]) == ["data", "paper"]


def test_who_lost_the_right_meanwhile_gets_nothing(world, two):
    asked = days(world)
    Membership.objects.filter(user=world.people["senior"]).update(role="carer")
    assert not make(asked, world.now)
    assert (asked.state, asked.paper) == ("failed", "")


@pytest.mark.parametrize("failed", [False, True])
def test_when_somebody_in_it_is_destroyed_before_it_is_ready_nothing_of_anybody_stays(world, two, monkeypatch, failed):
    asked, real = days(world), making.story_of

    def destroyed_meanwhile(transfer, **more):
        if transfer.pk == two[1].pk:
            if failed:
                raise NotAllowed("Who asked has left.")
            destroy_peggy(asked)
        return real(transfer, **more)

    monkeypatch.setattr(making, "story_of", destroyed_meanwhile)
    assert not make(asked, world.now)
    if failed:
        destroy_peggy(asked)
    assert making.forget_packs(now=world.now + timedelta(minutes=6)) == 1
    assert default_storage.listdir(f"inspection/{asked.pk}")[1] == []
    assert making.forget_packs(now=world.now + timedelta(days=8)) == 0


def destroy_peggy(asked):
    """What is done to a pack when a record in it is destroyed."""
    part = asked.parts.get(position=1)
    default_storage.delete(part.file)
    asked.parts.filter(pk=part.pk).update(**BY_TABLE["InspectionPart"].empties)
    InspectionPack.objects.filter(pk=asked.pk).update(**BY_TABLE["InspectionPack"].empties)


def test_a_forgetting_that_was_killed_goes_on(world, made, monkeypatch):
    over = world.now + timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(making, "throw_away", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            making.forget_packs(now=over)
    assert making.forget_packs(now=over) == 1
    assert default_storage.listdir(f"inspection/{made.pk}")[1] == []


def test_a_crew_fetches_no_pack_of_somebody_who_died_since(world):
    journey, crew = in_hospital(world), world.actor("crew")
    asked = ask_for_journey(actor=crew, transfer=journey, now=world.now + timedelta(minutes=45))
    assert make(asked, world.now + timedelta(minutes=45))
    hand_out(actor=crew, pack=asked, form="paper", now=world.now + timedelta(minutes=46))
    tell(world, "ward", journey, minutes=50, kind="outcome", outcome="died")
    with pytest.raises(NotAllowed):
        hand_out(actor=crew, pack=asked, form="paper", now=world.now + timedelta(minutes=55))


def test_more_journeys_than_a_worker_can_set_in_type_are_refused(world, two, monkeypatch):
    monkeypatch.setattr(inspection_actions, "MOST", 1)
    with pytest.raises(BadInput) as refused:
        days(world)
    assert "Choose fewer days" in refused.value.errors["from"]


def test_a_sixth_pack_waits_until_one_is_ready(world, two):
    for _ in range(4):
        days(world)
    ask_for_journey(actor=world.actor("senior"), transfer=two[0], now=world.now)
    for ask in (days, lambda _: ask_for_journey(actor=world.actor("senior"), transfer=two[0], now=world.now)):
        with pytest.raises(Refused, match="5 packs are being made"):
            ask(world)
    assert days(world, "manager")
    assert make(InspectionPack.objects.filter(first_day=None).get(), world.now)
    assert days(world)


def test_packs_that_cannot_be_made_keep_nobody_waiting_for_the_end_of_a_lease(world, two, monkeypatch):
    asked = [days(world) for _ in range(5)]
    with monkeypatch.context() as broken:
        broken.setattr(making, "story_of", Mock(side_effect=RuntimeError))
        for _ in range(6):
            assert not any(make(each, world.now) for each in asked)
    assert {each.state for each in asked} == {"failed"}
    assert days(world)


@pytest.mark.postgres
def test_who_asks_is_counted_in_turn_without_holding_up_what_they_record_meanwhile(world, two):
    with CaptureQueriesContext(connection) as asked:
        days(world)
    (lock,) = [each["sql"] for each in asked.captured_queries if "redbag_user" in each["sql"] and "FOR " in each["sql"]]
    assert lock.endswith("FOR NO KEY UPDATE")


def test_days_without_a_journey_and_programs_are_refused(world, two):
    long_ago = timezone.localdate(world.now) - timedelta(days=30)
    with pytest.raises(BadInput):
        ask_for_days(actor=world.actor("senior"), home=world.oakview, first=long_ago, last=long_ago, now=world.now)
    for who in ("carer", "ward", "crew", "auditor", "millbrook_manager"):
        with pytest.raises(NotAllowed):
            days(world, who)


def test_who_asked_and_who_manages_the_home_get_it_and_every_making_and_fetch_is_written_down(world, made):
    visible = {
        who
        for who in ("carer", "senior", "manager", "ward", "crew", "auditor", "administrator", "millbrook_manager")
        if InspectionPack.objects.visible_to(world.actor(who)).exists()
    }
    assert visible == {"senior", "manager"}
    handed = hand_out(actor=world.actor("manager"), pack=made, form="paper", now=world.now)
    assert hashlib.sha256(handed.content).hexdigest() == made.paper_digest
    fetched = Entry.objects.get(action="exported.inspection_pack")
    assert set(fetched.mentions.values_list("resident_id", flat=True)) == {world.peggy.pk, world.arthur.pk}
    told = Entry.objects.get(action="inspection.made")
    assert (told.facts["paper_digest"], told.facts["journeys"]) == (made.paper_digest, 2)


def test_what_is_kept_is_held_against_its_digest_before_it_is_handed_out_and_goes_after_a_week(world, made):
    actor = world.actor("senior")
    InspectionPack.objects.filter(pk=made.pk).update(paper=keep_file("inspection/other", b"%PDF another"))
    made.refresh_from_db()
    with pytest.raises(Refused, match="is not what was made"):
        hand_out(actor=actor, pack=made, form="paper", now=world.now)
    assert making.forget_packs(now=world.now + timedelta(days=7)) == 0
    assert making.forget_packs(now=world.now + timedelta(days=7, hours=3)) == 1
    made.refresh_from_db()
    with pytest.raises(Gone):
        hand_out(actor=actor, pack=made, form="data", now=world.now)
    assert default_storage.listdir(f"inspection/{made.pk}")[1] == []
    assert [each.about for each in check(actor=actor, digest=made.paper_digest, now=world.now)] == [
        "2 journeys from Oakview that began 21 Nov 2026 to 21 Nov 2026"
    ]


def test_a_pack_is_known_again_by_its_digest_and_one_that_was_changed_is_not(world, made):
    senior, auditor = world.actor("senior"), world.actor("auditor")
    for digest, form in ((made.paper_digest, "paper"), (made.data_digest[:12], "data")):
        (known,) = check(actor=senior, digest=digest, now=world.now)
        assert (known.pack.pk, known.form, known.by, known.faults) == (made.pk, form, "Senior Tester", ())
    (outside,) = check(actor=auditor, digest=made.paper_digest, now=world.now)
    told = (outside.by, outside.about, outside.pages)  # an auditor is told of no name, and nothing that counts journeys
    assert told == ("somebody", "journeys from Oakview that began 21 Nov 2026 to 21 Nov 2026", None)
    nation = Organisation.objects.create(ods_code="QNAT1", name="The nation", kind="area")
    Organisation.objects.filter(pk=world.area.pk).update(area=nation)
    Membership.objects.filter(user=world.people["auditor"]).update(organisation=nation)
    assert check(actor=world.actor("auditor"), digest=made.paper_digest, now=world.now)
    assert check(actor=senior, digest="0" * 64, now=world.now) == []
    assert check(actor=world.actor("millbrook_manager"), digest=made.paper_digest, now=world.now) == []
    InspectionPack.objects.filter(pk=made.pk).update(paper_digest="1" * 64)
    (changed,) = check(actor=senior, digest="1" * 64, now=world.now)
    assert changed.faults == ("the journal wrote down another SHA-256 when it was made",)


def test_on_pages_a_ward_makes_a_pack_of_its_own_view_fetches_it_and_checks_it(world, two, client):
    client.force_login(world.people["ward"])
    address = f"/transfers/{two[0].pk}/inspection"
    page = client.get(address).content.decode()
    assert "St Mary&#x27;s Hospital, A&amp;E has the bag" in page
    assert "Who looked" not in page
    at = client.post(f"{address}/pack")["Location"]
    asked = InspectionPack.objects.get()
    assert asked.paper_digest in client.get(at).content.decode()
    paper = client.get(f"{at}/paper")
    assert paper["Content-Type"] == "application/pdf"
    answer = client.post("/inspection/check", {"file": SimpleUploadedFile("a.pdf", paper.content)})
    assert "This file was made here" in answer.content.decode()
    answer = client.post("/inspection/check", {"file": SimpleUploadedFile("a.pdf", paper.content + b" ")})
    assert "No such pack is known" in answer.content.decode()
    assert client.post("/inspection/check", {"digest": "abc"}).status_code == 422
    assert client.post("/inspection", {"from": "2026-11-01", "to": "2026-11-22"}).status_code == 403
    client.force_login(world.people["manager"])
    assert client.get(at).status_code == 404  # the ward's own pack


def test_on_pages_a_senior_asks_for_days_and_sees_how_far_it_is(world, two, client):
    client.force_login(world.people["senior"])
    wrong = client.post("/inspection", {"from": "2026-11-22", "to": "2026-11-01"})
    assert (wrong.status_code, "must not be after" in wrong.content.decode()) == (422, True)
    at = client.post("/inspection", {"from": "2026-11-21", "to": "2026-11-21"})["Location"]
    assert "0 of 2" in client.get(at).content.decode()
    make(InspectionPack.objects.get(), timezone.now())
    page = client.get(at).content.decode()
    assert "Ready" in page
    assert "Fetch the data (JSON)" in page


def test_the_api_offers_what_the_pages_offer(world, two, client):
    client.force_login(world.people["senior"])
    story = client.get(f"/api/v1/transfers/{two[0].pk}/inspection").json()
    assert story["journal"]["proof"]["faults"] == []
    made = client.post(f"/api/v1/transfers/{two[0].pk}/inspection-packs", content_type="application/json")
    assert (made.status_code, made.json()["state"], made.json()["faults"]) == (201, "done", 0)
    typed = json.dumps({"from": "2026-11-21", "to": "2026-11-21"})
    asked = client.post("/api/v1/inspection-packs", typed, content_type="application/json")
    assert (asked.status_code, asked.json()["total"]) == (202, 2)
    with CaptureQueriesContext(connection) as asked_first:
        assert len(client.get("/api/v1/inspection-packs").json()["results"]) == 2
    client.post(f"/api/v1/transfers/{two[1].pk}/inspection-packs", content_type="application/json")
    with CaptureQueriesContext(connection) as asked_then:
        assert [each["about"] for each in client.get("/api/v1/inspection-packs").json()["results"]] == [
            f"journey {str(two[1].pk)[:8].upper()} from Oakview",
            "2 journeys from Oakview that began 21 Nov 2026 to 21 Nov 2026",
            f"journey {str(two[0].pk)[:8].upper()} from Oakview",
        ]
    assert len(asked_then) == len(asked_first)
    data = client.get(f"/api/v1/inspection-packs/{made.json()['id']}/data")
    sha = hashlib.sha256(data.content).hexdigest()
    known = client.post("/api/v1/inspection-packs/check", json.dumps({"sha256": sha}), content_type="application/json")
    assert [(each["which"], each["sha256"]) for each in known.json()["results"]] == [("data", sha)]
    short = client.post("/api/v1/inspection-packs/check", "{}", content_type="application/json")
    assert short.status_code == 422
