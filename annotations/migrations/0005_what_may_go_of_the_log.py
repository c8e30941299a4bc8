"""The log of placing by hand lets go of what an erased account takes along. Written by hand."""

from django.db import migrations

from annotations.append_only import TABLES
from forum.moderation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0004_search_what_is_there"),
    ]

    # Backwards they stay: the code that made the earlier ones is not there any more.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
