"""One decision may answer several appeals."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0011_sanctions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='appeal',
            name='result',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='answers_appeals', to='moderation.decision'),
        ),
    ]
