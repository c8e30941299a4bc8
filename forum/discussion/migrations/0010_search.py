import django.db.models.deletion
from django.db import migrations, models

from forum.discussion.search import tables


def install(apps, schema_editor):
    tables.install(schema_editor)


def remove(apps, schema_editor):
    tables.remove(schema_editor)


class Migration(migrations.Migration):
    """Words can be searched. What is on the site already: ``annotations`` 0004, which knows notes."""

    dependencies = [("discussion", "0009_imported_posts")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="discussion.post",
                    ),
                ),
                ("heading", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
