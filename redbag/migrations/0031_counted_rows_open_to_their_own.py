"""PostgreSQL opens counted rows to the places they speak of, and to the area; see `redbag.rows`."""

from django.db import migrations

ALL = "(SELECT current_setting('redbag.everything', true) = 'on')"
PLACES = "(SELECT coalesce(nullif(current_setting('redbag.organisations', true), ''), '{}')::uuid[])"
COLUMNS = ("home", "area", "hospital", "ambulance")
TABLES = {
    "countedjourney": COLUMNS,
    "countedhandover": COLUMNS,
    "countedloss": COLUMNS,
    "countedletter": COLUMNS,
    "countedresident": COLUMNS[:2],
}


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in TABLES.items():
        mine = " OR ".join(f"{column} = ANY ({PLACES}::uuid[])" for column in columns)
        schema_editor.execute(f"ALTER TABLE redbag_{table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE redbag_{table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY {table}_opens_to_its_own ON redbag_{table} USING ({ALL} OR {mine})")


def open_up(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP POLICY {table}_opens_to_its_own ON redbag_{table}")
        schema_editor.execute(f"ALTER TABLE redbag_{table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE redbag_{table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("redbag", "0030_counted")]
    operations = [migrations.RunPython(guard, open_up)]
