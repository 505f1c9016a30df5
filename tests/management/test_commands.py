"""What the commands print and how they end."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings

from redbag.bags.models import Bag
from redbag.discharges.models import DischargeSummary
from redbag.journal.models import Entry
from redbag.journal.sealing import seal_pending
from redbag.management.commands.seed_demo import build
from redbag.management.demo.staff import ACCOUNTS
from redbag.organisations.models import Key, Organisation
from redbag.residents.models import Resident
from redbag.summaries.alerts import allergy_line, cpr_line
from redbag.summaries.models import Observation
from redbag.transfers.models import Fact, HeldFact, Party, Transfer
from redbag.transfers.stages import Stage
from tests.web.journeys import in_hospital, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
TABLES = (Organisation, Resident, Bag, Transfer, Fact, Entry, DischargeSummary)


WHO_LIVES_THERE = {
    ("plan", "comfort_care", "yes"),
    ("stay", "kind", "respite"),
    ("stay", "kind", "new"),
    ("passport", "which", "learning_disability"),
    ("legal", "dols_state", "authorised"),
    ("safeguarding", "speak_first", "yes"),
    ("conditions", "scale2_by", "Dr Amara Osei, respiratory consultant, St Mary's, 14 April 2026"),
}


def flat(content):
    """The plain answers of a section."""
    return [(name, value) for name, value in content.items() if isinstance(value, str)]


def run(*command, **options):
    """How a command ended (its exit status) and what it printed."""
    out = StringIO()
    try:
        call_command(*command, stdout=out, stderr=StringIO(), **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def counts():
    return [model.objects.count() for model in TABLES]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_world_has_everybody_and_every_stage_and_seeding_it_again_changes_nothing():
    call_command("seed_demo", stdout=StringIO())

    for email, *_ in ACCOUNTS:
        page = Client().post("/sign-in", {"email": email, "password": "red-bag-demo"})
        assert (email, page.status_code, page["Location"]) == (email, 302, "/")
    assert set(Transfer.objects.values_list("stage", flat=True)) == set(Stage.values)
    flags = {flag for transfer in Transfer.objects.all() for flag in transfer.flags}
    assert flags >= {"late", "clock_corrected", "missing_items", "unconfirmed", "unexpected"}
    assert set(DischargeSummary.objects.values_list("state", flat=True)) == {"sent", "superseded"}
    assert DischargeSummary.objects.filter(state="sent", acknowledgement=None).exists()
    assert DischargeSummary.objects.exclude(acknowledgement=None).exists()
    assert HeldFact.objects.count() == 0
    for ods in ("VDEM1", "VDEM2"):
        assert Bag.objects.filter(home__ods_code=ods, state="available", labels__voided_at=None).exists()
    summaries = [
        {row.section: row.content for row in resident.current_sections.all()}
        for resident in Resident.objects.prefetch_related("current_sections")
    ]
    assert {allergy_line(each.get("allergies", {}))[0] for each in summaries} == {"present", "none_known", "not_known"}
    assert {cpr_line(each["resuscitation"])[0] for each in summaries} == {"attempt", "do_not_attempt", "not_known"}
    told = {(each, name, value) for one in summaries for each in one for name, value in flat(one[each])}
    assert told >= WHO_LIVES_THERE
    contacts = [row for resident in Resident.objects.all() for row in resident.contacts]
    assert any(row["do_not_tell"] and row["do_not_release"] for row in contacts)
    assert all(resident.usual_items for resident in Resident.objects.all())
    assert {len(one) >= 10 for one in summaries} == {True}
    assert Observation.objects.filter(score=None).exists()
    assert run("replay_custody")[0] == 0

    before = counts()
    call_command("seed_demo", stdout=StringIO())
    assert counts() == before


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_world_is_made_in_the_first_minutes_of_a_day_too():
    world = build(now=datetime(2026, 11, 23, 0, 10, tzinfo=UTC))
    assert {len(each) for each in world.residents.values()} == {20}


@override_settings(DEMO=False)
@pytest.mark.parametrize("options", [[], ["--reset"]])
def test_outside_a_demo_nothing_is_seeded_and_nothing_removed(world, options):
    before = counts()
    with pytest.raises(CommandError):
        call_command("seed_demo", *options)
    assert counts() == before


def test_the_last_line_is_the_new_key_and_it_opens_the_door_once_issued(world):
    _, printed = run("issue_key", organisation="vdem1", role="carer", name="Care system")
    key = printed.splitlines()[-1]

    known = Client().get("/api/v1/residents", headers={"Authorization": f"Bearer {key}"})
    unknown = Client().get("/api/v1/residents", headers={"Authorization": f"Bearer {key}x"})
    assert (known.status_code, unknown.status_code) == (200, 401)
    assert key not in str(list(Key.objects.values()))


@pytest.mark.parametrize(
    "asked",
    [{"organisation": "VNONE"}, {"role": "crew"}, {"name": " "}, {"role": "king"}],
    ids=["no such organisation", "a role the home does not have", "no name", "no such role"],
)
def test_a_key_that_would_fit_nowhere_is_not_issued(world, asked):
    with pytest.raises(CommandError):
        call_command("issue_key", **({"organisation": "VDEM1", "role": "carer", "name": "Care system"} | asked))
    assert Key.objects.count() == 0


def test_a_journal_in_order_is_counted_and_ends_with_nought(world):
    in_hospital(world)
    sealed = seal_pending(now=world.now)
    tell(world, "ward", Transfer.objects.get(), minutes=60, kind="opened")
    assert run("verify_journal") == (0, f"{sealed} sealed, 1 not yet sealed.\n")


def test_every_transfer_says_what_its_facts_say(world):
    in_hospital(world)
    assert run("replay_custody") == (0, "1 transfers replayed, 0 differ from their facts.\n")


DAMAGE = {
    "stage": lambda transfer: Transfer.objects.update(stage=Stage.PACKED),
    "holder_id": lambda transfer: Transfer.objects.update(holder=transfer.home),
    "flags": lambda transfer: Transfer.objects.update(flags=["late"]),
    "missing_items": lambda transfer: Transfer.objects.update(missing_items=3),
    "parties": lambda transfer: Party.objects.filter(organisation__ods_code="RDEM9").update(holding=True),
    "bag": lambda transfer: Bag.objects.filter(pk=transfer.bag_id).update(state="available"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_row_is_found_and_mended(world, what):
    transfer = in_hospital(world)
    keep = {model: list(model.objects.order_by("pk").values()) for model in (Transfer, Party, Bag)}
    DAMAGE[what](transfer)

    status, printed = run("replay_custody")
    assert (status, printed.splitlines()[0]) == (1, f"{transfer.pk}: {what}")
    assert run("replay_custody", "--fix")[0] == 0
    assert run("replay_custody")[0] == 0
    for model, rows in keep.items():
        now = list(model.objects.order_by("pk").values())
        loose = {"changes", "id"} if model is Party else {"changes"}
        assert [[v for k, v in row.items() if k not in loose] for row in now] == [
            [v for k, v in row.items() if k not in loose] for row in rows
        ]
    assert Entry.objects.filter(action="transfer.mended", subject_id=transfer.pk).count() == 1


def test_a_bag_that_a_person_marked_is_left_alone(world):
    transfer = in_hospital(world)
    Bag.objects.filter(pk=transfer.bag_id).update(state="quarantined")
    assert run("replay_custody")[0] == 0


def test_national_data_is_as_large_as_asked_and_true_to_its_facts(db):
    asked = {"homes": 3, "residents": 20, "transfers": 30, "seed": 5}
    assert run("seed_national", **asked)[0] == 0

    homes = Organisation.objects.filter(kind="care_home")
    assert (homes.count(), Resident.objects.count(), Transfer.objects.count()) == (3, 20, 30)
    assert run("replay_custody")[0] == 0

    with pytest.raises(CommandError):
        call_command("seed_national", **asked)


def test_organisations_are_loaded_from_a_file_and_loading_again_renews_them(world, tmp_path):
    file = tmp_path / "homes.csv"
    file.write_text("ods_code,name,kind,area,phone\nVNEW1,Ash Lodge,care_home,QDEM1,01632 960001\n", encoding="utf-8")
    call_command("load_organisations", str(file), stdout=StringIO())
    file.write_text("ods_code,name,kind,area,phone\nVNEW1,Ash House,care_home,QDEM1,01632 960001\n", encoding="utf-8")
    call_command("load_organisations", str(file), stdout=StringIO())

    [home] = Organisation.objects.filter(ods_code="VNEW1")
    assert (home.name, home.area) == ("Ash House", world.area)
