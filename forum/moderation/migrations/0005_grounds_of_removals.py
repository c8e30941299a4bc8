"""Removals so far rested on a rule of the site; statements of reasons say so. Written by hand."""

from django.db import migrations

from forum.moderation import triggers


def fill(apps, schema_editor):
    triggers.remove(schema_editor)
    removals = apps.get_model("moderation", "Decision").objects.filter(action="remove")
    removals.update(ground="incompatible", category="OTHER_VIOLATION_TC")
    triggers.install(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_the_desk")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
