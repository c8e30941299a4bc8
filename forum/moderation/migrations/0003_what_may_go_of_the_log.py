"""The log lets go of what an erased account takes along: its name, and texts. Written by hand."""

from django.db import migrations

from forum.moderation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_append_only")]

    # Backwards they stay: the code that made the earlier ones is not there any more.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
