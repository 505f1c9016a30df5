"""PostgreSQL itself refuses rows about residents to whoever has no right to them; see `redbag.rows`."""

from django.db import migrations

ALL = "(SELECT current_setting('redbag.everything', true) = 'on')"
PLACES = "(SELECT coalesce(nullif(current_setting('redbag.organisations', true), ''), '{}')::uuid[])"
JOURNEYS = "(SELECT coalesce(nullif(current_setting('redbag.transfers', true), ''), '{}')::uuid[])"


def mine(column: str) -> str:
    return f"{column} = ANY ({PLACES}::uuid[])"


def with_its(table: str, column: str, of: str) -> str:
    """Opens where the row that it hangs on opens: the policy of that row's table counts here too."""
    return f"EXISTS (SELECT 1 FROM redbag_{of} WHERE redbag_{of}.id = redbag_{table}.{column})"


OPENS = {
    "transfer": f"{mine('home_id')} OR {mine('destination_id')} OR id = ANY ({JOURNEYS}::uuid[]) OR EXISTS (SELECT 1"
    f" FROM redbag_party WHERE redbag_party.transfer_id = redbag_transfer.id AND {mine('redbag_party.organisation_id')})",
    "resident": f"{mine('home_id')} OR EXISTS (SELECT 1 FROM redbag_transfer"
    " WHERE redbag_transfer.resident_id = redbag_resident.id) OR EXISTS (SELECT 1 FROM redbag_dischargesummary"
    f" WHERE redbag_dischargesummary.resident_id = redbag_resident.id AND {mine('redbag_dischargesummary.organisation_id')})",
    "dischargesummary": f"{mine('home_id')} OR {mine('organisation_id')} OR "
    + with_its("dischargesummary", "transfer_id", "transfer"),
    "merge": with_its("merge", "kept_id", "resident") + " OR " + with_its("merge", "other_id", "resident"),
    **{
        table: with_its(table, "resident_id", "resident")
        for table in (
            *("document", "sectionversion", "currentsection", "observation", "bodymap", "itemphoto", "putright"),
            "objection",
        )
    },
    **{
        table: with_its(table, "transfer_id", "transfer")
        for table in (
            *("fact", "snapshot", "swap", "wrongcode", "readymark", "planned", "homeanswer", "signature"),
            *("case", "death", "release", "note", "sheet", "paper", "visitor", "breakglass"),
        )
    },
    **{
        table: mine("home_id")
        for table in (
            *("lettercopy", "mailedletter", "folder", "returnanswer", "reconciliation", "keeping", "keptlonger"),
            *("hold", "ending", "endedrecord", "recordrequest", "recordexport"),
        )
    },
    "passage": with_its("passage", "export_id", "recordexport"),
    "casestep": with_its("casestep", "case_id", "case"),
    "reader": with_its("reader", "sheet_id", "sheet"),
    "acknowledgement": with_its("acknowledgement", "summary_id", "dischargesummary"),
    "followup": with_its("followup", "summary_id", "dischargesummary"),
    "line": with_its("line", "reconciliation_id", "reconciliation"),
    "decision": with_its("decision", "line_id", "line"),
    "secondcheck": with_its("secondcheck", "reconciliation_id", "reconciliation"),
}


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, opens in OPENS.items():
        schema_editor.execute(f"ALTER TABLE redbag_{table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE redbag_{table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY {table}_opens_to_its_own ON redbag_{table} USING ({ALL} OR {opens})")


def open_up(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in OPENS:
        schema_editor.execute(f"DROP POLICY {table}_opens_to_its_own ON redbag_{table}")
        schema_editor.execute(f"ALTER TABLE redbag_{table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE redbag_{table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("redbag", "0028_signed_out_everywhere")]
    operations = [migrations.RunPython(guard, open_up)]
