"""What was decided and answered refuses UPDATE and DELETE too; a sent summary is somebody's."""

from django.db import migrations, models
from django.db.models import Q

from redbag.migrations._append_only import lift_from, stand_on

TABLES = (
    "redbag_decision",
    "redbag_secondcheck",
    "redbag_readymark",
    "redbag_planned",
    "redbag_homeanswer",
    "redbag_returnanswer",
)
stand, lift = stand_on(TABLES), lift_from(TABLES)


class Migration(migrations.Migration):
    dependencies = [("redbag", "0015_whose_summary")]
    operations = [
        migrations.AddConstraint(
            model_name="dischargesummary",
            constraint=models.CheckConstraint(
                condition=~Q(state__in=["sent", "superseded"]) | Q(home__isnull=False, resident__isnull=False),
                name="a_sent_summary_is_known_to_be_somebodys",
            ),
        ),
        migrations.RunPython(stand, lift),
    ]
