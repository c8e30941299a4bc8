from django.db import migrations

from forum.moderation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor)


def remove(apps, schema_editor):
    triggers.remove(schema_editor)


class Migration(migrations.Migration):
    """Decisions and the log of a case are written once; the database sees to it."""

    dependencies = [("moderation", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
