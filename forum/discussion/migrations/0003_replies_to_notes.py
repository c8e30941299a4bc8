import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


def remove(apps, schema_editor):
    hanging.remove(schema_editor)


class Migration(migrations.Migration):
    """Notes can be replied to, in threads of their own.

    The way back is open as long as nobody has replied: a comment without a number has no place
    in the table as it was, and the database refuses rather than lose it.
    """

    dependencies = [
        ('courses', '0001_initial'),
        ('discussion', '0002_note_from_comment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='post',
            name='post_only_comments_are_numbered',
        ),
        migrations.AddField(
            model_name='post',
            name='note',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='replies', to='discussion.post'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('note__isnull', False)), fields=['note'], name='post_replies'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'comment'), ('note', None), ('number__isnull', False)), models.Q(models.Q(('kind', 'comment'), ('note', None), _negated=True), ('number', None)), _connector='OR'), name='post_only_responses_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('note', None), ('kind', 'comment'), _connector='OR'), name='post_only_comments_reply_to_notes'),
        ),
        migrations.RunPython(install, remove),
    ]
