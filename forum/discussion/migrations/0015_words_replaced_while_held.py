"""Revisions know that they were replaced while their post was held."""

from django.db import migrations, models

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ("discussion", "0014_locked_threads_and_withheld_words"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.AddField(
            model_name="revision",
            name="replaced_while_held",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
