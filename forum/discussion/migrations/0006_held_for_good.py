from django.db import migrations

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


class Migration(migrations.Migration):
    """What others hang on cannot become an article, nor move; nothing hangs on itself; the words of
    a note are a response's under the same article.

    On the way back the triggers stay as they are: they refuse nothing that the code before wrote.
    """

    dependencies = [
        ("discussion", "0005_what_others_hang_on"),
    ]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
