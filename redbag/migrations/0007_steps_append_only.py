"""What was done with a bag, with a case, and with the bag of a journey refuses UPDATE and DELETE too."""

from django.db import migrations

from redbag.migrations._append_only import lift_from, stand_on

TABLES = ("redbag_bagstep", "redbag_casestep", "redbag_swap")
stand, lift = stand_on(TABLES), lift_from(TABLES)


class Migration(migrations.Migration):
    dependencies = [("redbag", "0006_custody")]
    operations = [migrations.RunPython(stand, lift)]
