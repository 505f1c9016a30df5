"""The one way in which words on an append-only row may go: emptied, for a record whose destruction two people agreed."""

from django.db import migrations

from redbag.migrations._append_only import lift_from, stand_on

TABLES = ("redbag_endedrecord", "redbag_keptlonger", "redbag_putright")
OF_TRANSFER = "SELECT resident_id FROM redbag_transfer WHERE id = {key}"
OF_LETTER = (
    "SELECT COALESCE(s.resident_id, t.resident_id) FROM redbag_dischargesummary s "
    "LEFT JOIN redbag_transfer t ON t.id = s.transfer_id WHERE s.id = {key}"
)
OF_SHEET = (
    "SELECT t.resident_id FROM redbag_sheet s JOIN redbag_transfer t ON t.id = s.transfer_id WHERE s.id = {key}"
)
OF_CASE = "SELECT t.resident_id FROM redbag_case c JOIN redbag_transfer t ON t.id = c.transfer_id WHERE c.id = {key}"
OF_MEDICINES = "SELECT resident_id FROM redbag_reconciliation WHERE id = {key}"
OF_LINE = (
    "SELECT r.resident_id FROM redbag_line l JOIN redbag_reconciliation r ON r.id = l.reconciliation_id "
    "WHERE l.id = {key}"
)
ITSELF = "{key}"
# The column that leads to a row's resident, how, and which columns may be emptied, each in which way.
EMPTIED = {
    "redbag_sectionversion": ("resident_id", ITSELF, {"content": "{}"}),
    "redbag_bodymap": ("resident_id", ITSELF, {"marks": "[]", "why_not": ""}),
    "redbag_fact": (
        "transfer_id",
        OF_TRANSFER,
        {
            **{"to_name": "", "from_name": "", "reason": "", "to_text": "numbered", "place": "numbered"},
            **{"items": "rewritten", "content": "rewritten"},
        },
    ),
    "redbag_snapshot": ("transfer_id", OF_TRANSFER, {"content": ""}),
    "redbag_reader": ("sheet_id", OF_SHEET, {"name": "", "role": "", "organisation": ""}),
    "redbag_swap": ("transfer_id", OF_TRANSFER, {"reason": ""}),
    "redbag_casestep": ("case_id", OF_CASE, {"words": ""}),
    "redbag_acknowledgement": ("summary_id", OF_LETTER, {"did": ""}),
    "redbag_decision": ("line_id", OF_LINE, {"asked_name": "", "answer": "", "gives": ""}),
    "redbag_secondcheck": ("reconciliation_id", OF_MEDICINES, {"clinician": "", "note": ""}),
    "redbag_readymark": ("transfer_id", OF_TRANSFER, {"note": ""}),
    "redbag_planned": ("transfer_id", OF_TRANSFER, {"note": ""}),
    "redbag_homeanswer": ("transfer_id", OF_TRANSFER, {"because": ""}),
    "redbag_returnanswer": ("resident_id", ITSELF, {"about": "", "about_key": "", "note": ""}),
    "redbag_keptlonger": ("resident_id", ITSELF, {"because": ""}),
    "redbag_putright": ("resident_id", ITSELF, {"why": ""}),
}
# Whether the destruction of a record was agreed by two people and no hold stands on it, or on the home.
ENDS = (
    "SELECT 1 FROM redbag_ending e JOIN redbag_resident r ON r.id = e.resident_id OR r.merged_into_id = e.resident_id "
    "WHERE e.state = 'agreed' AND r.id = ({resident}) AND NOT EXISTS (SELECT 1 FROM redbag_hold h "
    "WHERE h.lifted_at IS NULL AND ((h.resident_id IS NULL AND h.home_id = e.home_id) OR h.resident_id IN "
    "(SELECT o.id FROM redbag_resident o WHERE o.id = e.resident_id OR o.merged_into_id = e.resident_id)))"
)


def _emptied(column: str, how: str, postgresql: bool) -> str:
    """The condition under which a column's new value says nothing any more."""
    if how == "rewritten":  # an exchange of every word for a number, which no condition can tell
        return "TRUE" if postgresql else "1"
    if how == "numbered":
        return f"(NEW.{column} = '' OR NEW.{column} LIKE '(removed%')"
    cast = "::jsonb" if postgresql and how in ("{}", "[]") else ""
    return f"NEW.{column} = '{how}'{cast}"


def stand(apps, schema_editor):
    stand_on(TABLES)(apps, schema_editor)
    for table, (key, path, columns) in EMPTIED.items():
        if schema_editor.connection.vendor == "postgresql":
            _stand_on_postgresql(schema_editor, table, key, path, columns)
        else:
            _stand_on_sqlite(schema_editor, table, key, path, columns)


def _stand_on_postgresql(schema_editor, table, key, path, columns):
    resident = path.format(key="of")
    schema_editor.execute(
        f"CREATE FUNCTION {table}_ends(of uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ "
        f"SELECT EXISTS ({ENDS.format(resident=resident)}) $$",
        params=None,
    )
    names = ", ".join(f"'{each}'" for each in columns)
    gone = " AND ".join(_emptied(each, how, True) for each, how in columns.items())
    schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    schema_editor.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION redbag_append_only()"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_only_emptied BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT COALESCE({gone} AND "
        f"to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}] AND {table}_ends(OLD.{key}), FALSE)) "
        "EXECUTE FUNCTION redbag_append_only()",
        params=None,
    )


def _stand_on_sqlite(schema_editor, table, key, path, columns):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        every = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    same = [f"NEW.{each} IS OLD.{each}" for each in every if each not in columns]
    gone = [_emptied(each, how, False) for each, how in columns.items()]
    ends = ENDS.format(resident=path.format(key=f"OLD.{key}"))
    schema_editor.execute(f"DROP TRIGGER {table}_refuses_update")
    schema_editor.execute(
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} "
        f"WHEN NOT COALESCE({' AND '.join([*gone, *same])} AND EXISTS ({ends}), 0) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        params=None,
    )


def lift(apps, schema_editor):
    for table in EMPTIED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_only_emptied ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_ends(uuid)")
        lift_from((table,))(apps, schema_editor)
        stand_on((table,))(apps, schema_editor)
    lift_from(TABLES)(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("redbag", "0026_letters_about_second_steps")]
    operations = [migrations.RunPython(stand, lift)]
