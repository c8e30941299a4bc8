from django.db import migrations

from forum.moderation import triggers
from forum.screening.append_only import TABLES


def install(apps, schema_editor):
    triggers.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_refusals")]

    operations = [migrations.RunPython(install, remove)]
