"""Body maps and readers of printed sheets refuse UPDATE and DELETE too; attorneys become rows of their own."""

from django.db import migrations

from redbag.migrations._append_only import lift_from, stand_on

TABLES = ("redbag_bodymap", "redbag_reader")
stand, lift = stand_on(TABLES), lift_from(TABLES)


def attorneys_as_rows(apps, schema_editor):
    """The words of *attorney* become the first row of *attorneys*; older versions of the section stay as they were."""
    for row in apps.get_model("redbag", "CurrentSection").objects.filter(section="legal"):
        words = row.content.pop("attorney", "")
        if words and not row.content.get("attorneys"):
            row.content["attorneys"] = [{"name": words, "kind": "", "seen": "", "phone": ""}]
        row.save(update_fields=["content"])


def _in_words(attorney):
    """Everything a row says: name, kind, seen and phone."""
    return ", ".join(filter(None, (attorney.get(name) for name in ("name", "kind", "seen", "phone"))))


def attorneys_as_words(apps, schema_editor):
    for row in apps.get_model("redbag", "CurrentSection").objects.filter(section="legal"):
        rows = row.content.pop("attorneys", [])
        row.content["attorney"] = "; ".join(_in_words(each) for each in rows)
        row.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("redbag", "0003_hospital_pack")]
    operations = [migrations.RunPython(stand, lift), migrations.RunPython(attorneys_as_rows, attorneys_as_words)]
