"""Signed checkpoints of the journal; the one way in which a personal part may go."""

import django.db.models.deletion
from django.db import migrations, models

from redbag.migrations._append_only import lift_from, stand_on

TABLES = ("redbag_destruction", "redbag_checkpoint")
PERSONAL = "redbag_personal"
TOLD = (
    "SELECT 1 FROM redbag_destruction d JOIN redbag_entry e ON e.id = d.told_in_id "
    "WHERE d.entry_id = OLD.entry_id AND e.action = 'personal.destroyed'"
)


def stand(apps, schema_editor):
    """From now on a personal part goes when a journal entry tells that it was destroyed, and in no other way."""
    stand_on(TABLES)(apps, schema_editor)
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute(f"DROP TRIGGER {PERSONAL}_refuses_delete")
        schema_editor.execute(
            f"CREATE TRIGGER {PERSONAL}_refuses_delete BEFORE DELETE ON {PERSONAL} WHEN NOT EXISTS ({TOLD}) "
            f"BEGIN SELECT RAISE(ABORT, '{PERSONAL} is append-only'); END"
        )
        return
    schema_editor.execute(
        "CREATE FUNCTION redbag_destroyed_and_told() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF EXISTS ({TOLD}) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        params=None,
    )
    schema_editor.execute(f"DROP TRIGGER {PERSONAL}_append_only ON {PERSONAL}")
    schema_editor.execute(
        f"CREATE TRIGGER {PERSONAL}_append_only BEFORE UPDATE OR TRUNCATE ON {PERSONAL} "
        "FOR EACH STATEMENT EXECUTE FUNCTION redbag_append_only()"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {PERSONAL}_destroyed_and_told BEFORE DELETE ON {PERSONAL} "
        "FOR EACH ROW EXECUTE FUNCTION redbag_destroyed_and_told()"
    )


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {PERSONAL}_destroyed_and_told ON {PERSONAL}")
        schema_editor.execute("DROP FUNCTION redbag_destroyed_and_told()")
    lift_from((PERSONAL,))(apps, schema_editor)
    stand_on((PERSONAL,))(apps, schema_editor)
    lift_from(TABLES)(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("redbag", "0019_letters_on_paper")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("journal", models.CharField(max_length=64)),
                ("seal", models.BigIntegerField()),
                ("chained", models.CharField(max_length=64)),
                ("entries", models.BigIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=88)),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="checkpoint_by_day")],
            },
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="destruction",
                        serialize=False,
                        to="redbag.entry",
                    ),
                ),
                (
                    "told_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="redbag.entry"
                    ),
                ),
            ],
        ),
        migrations.RunPython(stand, lift),
    ]
