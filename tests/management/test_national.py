"""The made-up nation: the same every time, whole after a run that was cut short, true to its facts, and counted."""

import os
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from django.db import models, transaction
from django.test import Client, override_settings

from redbag.bags.models import Bag, Label
from redbag.counting.catching_up import Fresh, catch_up
from redbag.counting.counting import count
from redbag.counting.journeys import VERSION
from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss, CountedResident, Mark
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.management.national import loading
from redbag.management.national.asked import Asked
from redbag.management.national.chunks import HOMES
from redbag.management.national.loading import Unwelcome, load
from redbag.management.national.staff import ACCOUNTS, GROUP
from redbag.organisations.models import Membership, Organisation, Place, User
from redbag.reconciliations.models import Reconciliation
from redbag.residents.models import Resident
from redbag.transfers.case_models import Case
from redbag.transfers.death_models import Death
from redbag.transfers.models import Fact, Party, Snapshot, Transfer

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
COUNTED = (CountedJourney, CountedHandover, CountedLoss, CountedLetter, CountedResident)
TOLD = (Organisation, Place, Resident, Bag, Transfer, Fact, Party, Snapshot, DischargeSummary, Acknowledgement)
TABLES = (*TOLD, Reconciliation, Case, Death, Membership, *COUNTED)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKED = Asked(homes=45, residents=90, transfers=260, seed=7, now=NOW)


class Killed(Exception):
    """What ends a run in the middle."""


def rows(*tables: type[models.Model]) -> dict[str, list[dict]]:
    """Every row, without the numbers that the database gives."""
    found = {}
    for table in tables:
        names = [field.attname for field in table._meta.concrete_fields if not isinstance(field, models.AutoField)]
        found[table.__name__] = sorted(table.objects.values(*names), key=str)
    return found


def undone(run):
    """What a run gives; the database is afterwards as it was before."""
    with transaction.atomic():
        answer = run()
        transaction.set_rollback(True)
    return answer


def quietly(_):
    """Hears how far it has come."""


def load_whole():
    load(asked=ASKED, processes=1, tell=quietly)
    return rows(*TABLES), labels()


def labels():
    """By what each label is found: a secret of its own."""
    return set(Label.objects.values_list("token_digest", flat=True))


def test_a_run_that_was_killed_goes_on_and_ends_as_one_that_ran_through(monkeypatch):
    whole, secrets = undone(load_whole)
    assert [len(whole[name]) for name in ("Resident", "Transfer", "CountedJourney")] == [90, 260, 260]
    assert all(whole.values())

    load_one, loaded = loading._load, []

    def dies_at_the_second(nation, number, chunk):
        if number == 1:
            raise Killed
        loaded.append(number)
        return load_one(nation, number, chunk)

    with monkeypatch.context() as patched:
        patched.setattr(loading, "_load", dies_at_the_second)
        with pytest.raises(Killed):
            load(asked=ASKED, processes=1, tell=quietly)
    assert (loaded, Organisation.objects.filter(kind="care_home").count()) == ([0], HOMES)

    later = Asked(homes=45, residents=90, transfers=260, seed=7, now=NOW.replace(hour=15))
    load(asked=later, processes=1, tell=quietly)
    assert rows(*TABLES) == whole
    assert labels().isdisjoint(secrets)


def test_a_run_that_was_killed_after_its_last_home_ends_as_one_that_ran_through(monkeypatch):
    few = Asked(homes=12, residents=12, transfers=12, seed=7, now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(loading, "employ", Mock(side_effect=Killed))
        with pytest.raises(Killed):
            load(asked=few, processes=1, tell=quietly)
    with pytest.raises(Unwelcome, match="here already"):
        load(asked=few, processes=1, tell=quietly)
    assert set(User.objects.values_list("email", flat=True)) == {email for email, *_ in ACCOUNTS}
    assert Mark.objects.filter(version=VERSION, through=None, counted_at=NOW).exists()
    assert CountedJourney.objects.count() == 12


def test_a_process_that_is_killed_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(loading, "connection", Mock())
    monkeypatch.setattr(loading, "PATIENCE", 0.1)
    monkeypatch.setattr(loading, "_work", lambda *_: os._exit(9))
    with pytest.raises(RuntimeError, match="killed"):
        list(loading._side_by_side(Mock(), [[]], 1))


def test_counted_rows_are_those_that_the_facts_give_and_nothing_is_waiting():
    load(asked=ASKED, processes=1, tell=quietly)
    assert catch_up(now=NOW) == Fresh(NOW, 0)
    loaded = rows(*COUNTED)
    for table in COUNTED:
        table.objects.all().delete()
    count(Resident.objects.values_list("pk", flat=True), now=NOW)
    assert rows(*COUNTED) == loaded


def test_other_data_is_never_mixed_in_and_who_is_there_is_told(world):
    with override_settings(DEMO=False), pytest.raises(Unwelcome, match="real residents"):
        load(asked=ASKED, processes=1, tell=quietly)
    load(asked=ASKED, processes=1, tell=quietly)
    with pytest.raises(Unwelcome, match="here already"):
        load(asked=ASKED, processes=1, tell=quietly)
    with pytest.raises(Unwelcome, match="45 homes, 90 residents, 260 transfers, seed 7"):
        load(asked=Asked(homes=45, residents=90, transfers=261, seed=7, now=NOW), processes=1, tell=quietly)
    assert (
        Fact.objects.filter(transfer__home__area__area__ods_code="QNENG").values("transfer").distinct().count() == 260
    )


@pytest.mark.parametrize("demo", [True, False])
def test_people_sign_in_to_it_in_a_demo_alone(demo):
    with override_settings(DEMO=demo):
        load(asked=Asked(homes=12, residents=12, transfers=12, seed=7, now=NOW), processes=1, tell=quietly)
    assert set(User.objects.values_list("email", flat=True)) == ({email for email, *_ in ACCOUNTS} if demo else set())
    if demo:
        page = Client().post("/sign-in", {"email": "auditor@nation.example", "password": "red-bag-demo"})
        assert (page.status_code, page["Location"]) == (302, "/")
        posts = Membership.objects.values_list("user__email", "organisation__ods_code")
        assert ("auditor@nation.example", "QNENG") in posts
        assert sum(email == "group@homes.example" for email, _ in posts) == GROUP
