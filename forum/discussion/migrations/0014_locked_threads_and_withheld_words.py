"""Threads are locked, and the words of notes withheld, by moderators."""

from django.db import migrations, models

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0013_fill_marks_and_waits'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.AddField(
            model_name='article',
            name='locks',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='locked_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='revision',
            name='withheld_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
