"""Letters on paper: their pages while they are photographed, the date they bear, the filled-in return note."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import redbag.vault


class Migration(migrations.Migration):
    dependencies = [
        ("redbag", "0018_why_urgent"),
    ]

    operations = [
        migrations.AddField(
            model_name="dischargesummary",
            name="dated_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dischargesummary",
            name="return_note",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="LetterCopy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("return_note", models.BooleanField(default=False)),
                ("pages", redbag.vault.SealedTextField(blank=True)),
                ("begun_by_name", models.CharField(max_length=150)),
                ("changed_at", models.DateTimeField()),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="redbag.organisation"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="redbag.dischargesummary",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_copies", to="redbag.resident"
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="redbag.transfer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["changed_at"], name="letter_copy_by_age")],
            },
        ),
    ]
