from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('redbag', '0010_pulse'),
    ]

    operations = [
        migrations.AddField(
            model_name='death',
            name='done',
            field=models.JSONField(default=dict),
        ),
    ]
