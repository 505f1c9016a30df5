import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("redbag", "0008_set_aside_until")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="subject",
            field=models.UUIDField(default=uuid.uuid4),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reminder",
            name="since",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["subject", "kind"], name="reminder_by_subject"),
        ),
    ]
