"""How long records are kept: holds, endings, the destruction log, requests for one's own record."""

import django.db.models.deletion
import redbag.vault
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('redbag', '0022_joining'),
    ]

    operations = [
        migrations.CreateModel(
            name='EndedRecord',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('resident_ref', models.UUIDField()),
                ('rule', models.CharField(max_length=30)),
                ('due_on', models.DateField()),
                ('proposed_at', models.DateTimeField()),
                ('proposed_by_name', models.CharField(max_length=150)),
                ('agreed_at', models.DateTimeField()),
                ('agreed_by_name', models.CharField(max_length=150)),
                ('destroyed_at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ended_records', to='redbag.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Keeping',
            fields=[
                ('resident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='keeping', serialize=False, to='redbag.resident')),
                ('left_on', models.DateField(blank=True, null=True)),
                ('died_on', models.DateField(blank=True, null=True)),
                ('last_contact_on', models.DateField(blank=True, null=True)),
                ('mental_health', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField()),
                ('told_by_name', models.CharField(max_length=150)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='KeptLonger',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateField()),
                ('because', redbag.vault.SealedTextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=150)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_longer', to='redbag.resident')),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('section', models.CharField(max_length=30)),
                ('words', redbag.vault.SealedTextField(blank=True)),
                ('said_by', redbag.vault.SealedTextField(blank=True)),
                ('said_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=150)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by_name', models.CharField(blank=True, max_length=150)),
                ('settled_how', redbag.vault.SealedTextField(blank=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='redbag.resident')),
            ],
        ),
        migrations.CreateModel(
            name='RecordRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_by', redbag.vault.SealedTextField(blank=True)),
                ('standing', models.CharField(choices=[('self', 'The resident'), ('attorney', 'Attorney or deputy'), ('executor', 'Executor, after a death'), ('solicitor', 'Solicitor, for the resident'), ('other', "Somebody else, with the resident's agreement")], max_length=10)),
                ('identity_seen', redbag.vault.SealedTextField(blank=True)),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('extended_why', redbag.vault.SealedTextField(blank=True)),
                ('extended_at', models.DateTimeField(blank=True, null=True)),
                ('noted_at', models.DateTimeField()),
                ('noted_by_name', models.CharField(max_length=150)),
                ('outcome', models.CharField(blank=True, choices=[('sent', 'Sent'), ('refused', 'Refused'), ('withdrawn', 'They do not want it any more')], max_length=10)),
                ('outcome_words', redbag.vault.SealedTextField(blank=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by_name', models.CharField(blank=True, max_length=150)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_requests', to='redbag.resident')),
            ],
        ),
        migrations.CreateModel(
            name='RecordExport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting to be gathered'), ('look', 'Somebody must look through it'), ('making', 'Being made'), ('ready', 'Ready to be sent'), ('forgotten', 'Thrown away'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('asked_by_name', models.CharField(max_length=150)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('raw', models.CharField(blank=True, max_length=200)),
                ('paper', models.CharField(blank=True, max_length=200)),
                ('data', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('kept_until', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='redbag.recordrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Ending',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('proposed', 'A second manager must agree'), ('withdrawn', 'Given up'), ('agreed', 'Being destroyed'), ('emptied', 'Its files are being removed'), ('done', 'Destroyed'), ('stopped', 'Stopped: it may not be destroyed')], default='proposed', max_length=10)),
                ('rule', models.CharField(max_length=30)),
                ('due_on', models.DateField()),
                ('proposed_at', models.DateTimeField()),
                ('proposed_by_name', models.CharField(max_length=150)),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_by_name', models.CharField(blank=True, max_length=150)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_by_name', models.CharField(blank=True, max_length=150)),
                ('stopped_why', models.CharField(blank=True, max_length=300)),
                ('counts', models.JSONField(default=dict)),
                ('files', models.JSONField(default=list)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='redbag.organisation')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='endings', to='redbag.resident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'agreed', 'emptied'])), fields=('resident',), name='a_record_is_proposed_for_destruction_once'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'withdrawn', 'stopped']), models.Q(('agreed_by__isnull', False), models.Q(('agreed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='two_people_destroy_a_record')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_by', redbag.vault.SealedTextField(blank=True)),
                ('reference', redbag.vault.SealedTextField(blank=True)),
                ('reason', redbag.vault.SealedTextField(blank=True)),
                ('placed_at', models.DateTimeField()),
                ('placed_by_name', models.CharField(max_length=150)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_by_name', models.CharField(blank=True, max_length=150)),
                ('lifted_why', redbag.vault.SealedTextField(blank=True)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='redbag.organisation')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='redbag.resident')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lifted_at', None)), fields=['home', 'resident'], name='hold_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by_name', '')), models.Q(('lifted_at__isnull', False), models.Q(('lifted_by_name', ''), _negated=True)), _connector='OR'), name='a_hold_is_lifted_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='PutRight',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('section', models.CharField(max_length=30)),
                ('version', models.PositiveIntegerField()),
                ('why', redbag.vault.SealedTextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=150)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='put_right', to='redbag.resident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('resident', 'section', 'version'), name='a_version_puts_right_once')],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('place', models.CharField(max_length=200)),
                ('heading', models.CharField(max_length=150)),
                ('text', redbag.vault.SealedTextField()),
                ('names', redbag.vault.SealedTextField(blank=True)),
                ('why_looked_at', models.CharField(max_length=30)),
                ('first', models.BooleanField(default=False)),
                ('decision', models.CharField(blank=True, choices=[('', 'Not looked at'), ('show', 'Show it'), ('names', 'Leave the names out'), ('all', 'Leave all of it out')], max_length=6)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by_name', models.CharField(blank=True, max_length=150)),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='redbag.recordexport')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('export', 'place'), name='a_place_is_looked_at_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='recordrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_request_is_closed_with_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='recordrequest',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('received_on'))), name='a_request_is_due_after_it_came'),
        ),
    ]
