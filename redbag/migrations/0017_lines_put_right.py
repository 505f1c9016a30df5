"""Where the list after a stay comes from, lines that were put right, and what exactly a decision gives."""

from django.db import migrations, models

import redbag.vault
from redbag.migrations._append_only import lift_from, stand_on

stand, lift = stand_on(("redbag_decision",)), lift_from(("redbag_decision",))


class Migration(migrations.Migration):
    dependencies = [("redbag", "0016_last_words_append_only")]
    operations = [
        migrations.RunPython(lift, stand),  # a table that SQLite makes anew comes without its triggers
        migrations.AddField("decision", "gives", redbag.vault.SealedTextField(blank=True)),
        migrations.RunPython(stand, lift),
        migrations.AddField("line", "set_aside_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("reconciliation", "after_from", models.CharField(blank=True, max_length=200)),
    ]
