"""Figures that a home brings from before it had red bags; they refuse UPDATE and DELETE."""

import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from redbag.migrations._append_only import lift_from, stand_on

TABLES = ("redbag_baseline",)
stand, lift = stand_on(TABLES), lift_from(TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('redbag', '0031_counted_rows_open_to_their_own'),
    ]

    operations = [
        migrations.CreateModel(
            name='Baseline',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('year', models.SmallIntegerField()),
                ('month', models.SmallIntegerField()),
                ('residents', models.DecimalField(decimal_places=1, max_digits=5)),
                ('attendances', models.PositiveIntegerField()),
                ('admissions', models.PositiveIntegerField()),
                ('stay_days', models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                ('items_lost', models.PositiveIntegerField(null=True)),
                ('taken_back', models.BooleanField(default=False)),
                ('file_digest', models.CharField(max_length=64)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('kept_at', models.DateTimeField()),
                ('kept_by_name', models.CharField(max_length=150)),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
                ('puts_right', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='put_right_by', to='redbag.baseline')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'year', 'month'], name='baseline_by_month')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('puts_right', None)), fields=('organisation', 'year', 'month'), name='a_months_first_figures_are_kept_once'), models.CheckConstraint(condition=models.Q(('month__gte', 1), ('month__lte', 12), ('year__gte', 2000), ('year__lte', 2200)), name='figures_are_of_a_month_there_is'), models.CheckConstraint(condition=models.Q(('residents__gt', Decimal('0'))), name='figures_are_of_a_home_with_residents'), models.CheckConstraint(condition=models.Q(('puts_right', None), models.Q(('puts_right', models.F('id')), _negated=True), _connector='OR'), name='figures_put_right_others_than_themselves'), models.CheckConstraint(condition=models.Q(('taken_back', False), ('puts_right__isnull', False), _connector='OR'), name='only_kept_figures_are_taken_back')],
            },
        ),
        migrations.RunPython(stand, lift),
    ]
