"""What was written before it could be searched is made to be found. Written by hand."""

from django.db import migrations

from annotations.search.rebuilding import rebuild


def write(apps, schema_editor):
    rebuild(apps.get_model)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0003_reattachments_stay"),
        ("discussion", "0010_search"),
    ]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
