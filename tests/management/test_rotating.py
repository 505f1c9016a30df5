"""Keys are changed while the service runs: everything is read and found afterwards, and the old key opens nothing."""

import os
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from redbag.management import rotating
from redbag.residents.actions import change_resident
from redbag.residents.models import INDEX, Resident
from redbag.vault import SealedTextField, blind_index, keep_file, read_file, seal, seal_label, unseal, unseal_label

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("own_files")]
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def new_key():
    return Fernet.generate_key().decode()


def add_keys(settings):
    """New first keys; answers what the rings are without the old ones."""
    settings.DATA_KEYS = [new_key(), *settings.DATA_KEYS]
    settings.LABEL_KEYS = [new_key(), *settings.LABEL_KEYS]
    return settings.DATA_KEYS[:1], settings.LABEL_KEYS[:1]


def drop_old_keys(settings):
    settings.DATA_KEYS, settings.LABEL_KEYS = settings.DATA_KEYS[:1], settings.LABEL_KEYS[:1]


def sealed_models():
    return [each.model for each in rotating.tables() if each.sealed]


def anything(column, number):
    """A value of its own for one column of a row that nobody made by an action."""
    if isinstance(column, SealedTextField):
        return f"said in {column.name}"
    if column.name.endswith("_sealed"):
        return seal_label(f"token {number}")
    if isinstance(column, models.ForeignKey):
        return anything(column.target_field, number)
    made = {
        models.UUIDField: uuid.uuid4,
        models.JSONField: dict,
        models.BooleanField: bool,
        models.DateTimeField: lambda: NOW,
        models.DateField: lambda: date(2026, 3, 3),
        models.DecimalField: lambda: 1,
        models.FloatField: lambda: 1,
        models.IntegerField: lambda: number,
        models.BinaryField: bytes,
        models.CharField: lambda: f"{number}"[: column.max_length],
        models.TextField: lambda: f"{number}",
    }
    return next(make for kind, make in made.items() if isinstance(column, kind))()


def without_constraints(model):
    """Until the end of the test's transaction: rows are made here from the columns alone."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            return
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
            [model._meta.db_table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}"')


@pytest.fixture
def a_row_everywhere(db):
    """A row in every table with a sealed column, every such column filled; undone before foreign keys are asked."""
    with transaction.atomic():
        made = []
        for number, model in enumerate(sealed_models(), start=1000):
            without_constraints(model)
            values = {
                each.attname: None if each.null and not rotating._is_sealed(each) else anything(each, number)
                for each in model._meta.concrete_fields
                if not isinstance(each, models.AutoField)
            }
            row = model(**values)
            if isinstance(row, Resident):
                row.nhs_number_index = blind_index(row.nhs_number, purpose=INDEX)
            model._base_manager.bulk_create([row])
            made.append(row)
        yield made
        transaction.set_rollback(True)
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def texts():
    """(table, column, text) of everything in the database that looks sealed, in whatever column it stands."""
    for model in apps.get_app_config("redbag").get_models():
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.CharField | models.TextField | models.JSONField):
                continue
            table, name = model._meta.db_table, column.column
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT CAST("{name}" AS TEXT) FROM "{table}" WHERE CAST("{name}" AS TEXT) LIKE %s', ["%gAAAA%"]
                )
                for (text,) in cursor.fetchall():
                    yield table, name, text


def opens(text):
    for read in (unseal, unseal_label):
        try:
            return bool(read(text))
        except InvalidToken:
            continue
    return False


def test_every_sealed_column_of_every_table_is_readable_when_the_old_keys_are_gone(a_row_everywhere, settings):
    before = [
        {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields} for row in a_row_everywhere
    ]
    add_keys(settings)
    with pytest.raises(CommandError, match="not under the first key"):
        call_command("rotate_keys", check=True)
    call_command("rotate_keys", batch=1)
    call_command("rotate_keys", check=True)
    drop_old_keys(settings)
    found = list(texts())
    assert len(found) >= sum(len(each.sealed) for each in rotating.tables())
    assert [(table, column) for table, column, text in found if not opens(text)] == []
    for row, was in zip(a_row_everywhere, before, strict=True):
        now = type(row)._base_manager.get(pk=row.pk)
        sealed = [each.attname for each in row._meta.concrete_fields if isinstance(each, SealedTextField)]
        assert {name: getattr(now, name) for name in sealed} == {name: was[name] for name in sealed}


def test_a_run_that_was_killed_is_run_again(a_row_everywhere, settings):
    add_keys(settings)
    told = []

    def die_in_the_middle(count):
        told.append(count.place)
        if len(told) == len(sealed_models()) // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(check=False, told=die_in_the_middle)
    half = sum(rotating.rotate_table(each, check=True).older for each in rotating.tables())
    assert 0 < half < len(sealed_models())
    call_command("rotate_keys")
    assert [rotating.rotate_table(each, check=False).moved for each in rotating.tables() if each.sealed] == [0] * len(
        sealed_models()
    ), "what is done is left alone"
    drop_old_keys(settings)
    assert all(opens(text) for _, _, text in texts())


def test_a_table_that_refuses_changes_refuses_them_again_afterwards(world, settings):
    change_resident(actor=world.actor("senior"), resident=world.peggy, values={"preferred_name": "Meg"}, now=world.now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    add_keys(settings)
    call_command("rotate_keys")
    for statement in ("UPDATE redbag_personal SET content = ''", "DELETE FROM redbag_personal"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_resident_is_found_by_the_number_before_during_and_after(world, settings):
    number = world.peggy.nhs_number
    add_keys(settings)
    assert Resident.objects.numbered(number).get() == world.peggy
    call_command("rotate_keys")
    drop_old_keys(settings)
    assert Resident.objects.numbered(number).get() == world.peggy
    world.peggy.refresh_from_db()
    assert world.peggy.nhs_number == number


def test_what_was_written_meanwhile_stands(world, settings, monkeypatch):
    add_keys(settings)
    table = next(each for each in rotating.tables() if each.model is Resident)
    exchange = rotating._exchange

    def somebody_is_faster(table, row, change, count):
        Resident.objects.filter(pk=world.peggy.pk).update(nhs_number="9000000009")
        return exchange(table, row, change, count)

    monkeypatch.setattr(rotating, "_exchange", somebody_is_faster)
    rotating.rotate_table(table, check=False)
    world.peggy.refresh_from_db()
    assert world.peggy.nhs_number == "9000000009"


def test_a_number_that_was_moved_from_one_resident_to_another_is_told(world, settings, capsys):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE redbag_resident SET nhs_number = (SELECT nhs_number FROM redbag_resident WHERE first_name = %s) "
            "WHERE first_name = %s",
            [world.arthur.first_name, world.peggy.first_name],
        )
    with pytest.raises(CommandError):
        call_command("rotate_keys", check=True)
    key = world.peggy.pk if connection.vendor == "postgresql" else world.peggy.pk.hex
    assert f"redbag_resident.nhs_number of {key} is not what it is found by" in capsys.readouterr().err


def test_files_and_the_services_own_keys_are_sealed_again(settings, tmp_path, monkeypatch):
    settings.REDBAG_DATA = tmp_path
    (tmp_path / "vapid.key").write_text(seal("a private key"))
    name = keep_file("test-rotation/letter", b"words")
    path = Path(default_storage.path(name))
    monkeypatch.setattr(rotating, "default_storage", type("Here", (), {"location": str(path.parent)}))
    add_keys(settings)
    left_behind = keep_file("test-rotation/letter.0f.tmp", b"a copy of a run that was killed")
    os.utime(default_storage.path(left_behind), (0, 0))
    assert rotating.rotate_files(check=True).older == 3
    synced = []
    monkeypatch.setattr("redbag.vault.os.fsync", synced.append)
    assert rotating.rotate_files(check=False).moved == 3
    assert (len(synced), default_storage.exists(left_behind)) == (2, False)
    assert rotating.rotate_files(check=False).moved == 0
    drop_old_keys(settings)
    assert read_file(name) == b"words"
    assert unseal((tmp_path / "vapid.key").read_text()) == "a private key"
    path.write_bytes(b"not sealed")
    assert rotating.rotate_files(check=True).unreadable == [f"{path} opens with none of the keys"]
    path.unlink()


def test_two_rings_with_one_key_are_refused(settings):
    settings.LABEL_KEYS = [new_key(), settings.DATA_KEYS[0]]
    with pytest.raises(CommandError, match="share a key"):
        call_command("rotate_keys")
