"""What was done with a bag, with a case, and with the bag of a journey refuses UPDATE and DELETE too."""

from django.db import migrations

TABLES = ("redbag_bagstep", "redbag_casestep", "redbag_swap")


def stand(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION redbag_append_only()"
            )
            continue
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def lift(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            continue
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_{event}")


class Migration(migrations.Migration):
    dependencies = [("redbag", "0006_custody")]
    operations = [migrations.RunPython(stand, lift)]
