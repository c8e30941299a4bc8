from django.db import migrations, models

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


class Migration(migrations.Migration):
    """Posts that come from other systems say which, and none comes twice.

    The table of posts is altered, which on SQLite takes its triggers, on the way here and on the
    way back.
    """

    dependencies = [
        ("discussion", "0008_subscriptions"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.AddField(
            model_name='post',
            name='source',
            field=models.CharField(blank=True, editable=False, max_length=300, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='source_id',
            field=models.CharField(blank=True, editable=False, max_length=300, null=True),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('source__isnull', False)), fields=('source', 'source_id'), name='post_imported_once'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', None), ('source_id', None)), models.Q(('source__isnull', False), ('source_id__isnull', False)), _connector='OR'), name='post_source_has_id'),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
