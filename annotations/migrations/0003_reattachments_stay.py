"""The log of placing by hand is append-only. Written by hand."""

from django.db import migrations

from annotations.append_only import TABLES
from forum.moderation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0002_quotations_and_reattachments"),
    ]

    operations = [migrations.RunPython(install, remove)]
