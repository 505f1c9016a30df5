"""A summary knows its home and resident itself, because it may come without a journey."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    summaries = apps.get_model("redbag", "DischargeSummary").objects.exclude(transfer=None)
    journeys = apps.get_model("redbag", "Transfer").objects.filter(pk=OuterRef("transfer"))
    summaries.update(home=Subquery(journeys.values("home")), resident=Subquery(journeys.values("resident")))


class Migration(migrations.Migration):
    dependencies = [("redbag", "0014_the_way_home")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
