"""What an appeal has put in place of a sanction names that one. Part by hand."""

import django.db.models.deletion
from django.db import migrations, models

from forum.moderation import triggers

#: On SQLite an altered table is a new one.
ALTERED = {"moderation_sanction": triggers.TABLES["moderation_sanction"]}


def protect(apps, schema_editor):
    triggers.install(schema_editor, ALTERED)


def lift(apps, schema_editor):
    triggers.remove(schema_editor, ALTERED)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0022_in_which_week_they_joined'),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.AddField(
            model_name='sanction',
            name='instead_of',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='instead', to='moderation.sanction'),
        ),
        migrations.RunPython(protect, lift),
    ]
