"""Where cases stand in the queue; who flagged, weighed; hiding by itself. Part by hand."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers


def lift(apps, schema_editor):
    triggers.remove(schema_editor)


def protect(apps, schema_editor):
    triggers.install(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0001_initial'),
        ('discussion', '0013_fill_marks_and_waits'),
        ('moderation', '0008_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.CreateModel(
            name='CaseReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('abuse', 'It attacks a person'), ('spam', 'It is spam or advertising'), ('off-topic', 'It has nothing to do with the article'), ('misleading', 'It misleads or invents facts'), ('illegal', 'It is against the law'), ('mis-tagged', 'Its tag does not fit'), ('other', 'Something else')], max_length=10)),
                ('queue', models.CharField(blank=True, choices=[('reported', 'Reported'), ('held', 'Held'), ('appealed', 'Appealed'), ('escalated', 'Escalated'), ('decided', 'Decided'), ('', 'None')], max_length=9)),
                ('rank', models.BigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_action_known',
        ),
        migrations.AddField(
            model_name='case',
            name='article',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='discussion.post'),
        ),
        migrations.AddField(
            model_name='case',
            name='author',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='course',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='courses.course'),
        ),
        migrations.AddField(
            model_name='case',
            name='kind',
            field=models.CharField(choices=[('article', 'Articles'), ('comment', 'Responses'), ('annotation', 'Notes'), ('reply', 'Replies to notes')], default='comment', editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='case',
            name='points',
            field=models.FloatField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='case',
            name='queue',
            field=models.CharField(blank=True, choices=[('reported', 'Reported'), ('held', 'Held'), ('appealed', 'Appealed'), ('escalated', 'Escalated'), ('decided', 'Decided'), ('', 'None')], default='reported', editable=False, max_length=9),
        ),
        migrations.AddField(
            model_name='case',
            name='rank',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='case',
            name='rule',
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='case',
            name='waits_since',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='flag',
            name='agreed',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='flag',
            name='disagreed',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='flag',
            name='trust',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('keep', 'Keep'), ('remove', 'Remove'), ('restore', 'Restore'), ('hide-note', 'Hide the note, keep its tag'), ('show-note', 'Show the note again'), ('retag', 'Change the tag'), ('ask-revision', 'Ask the author to revise'), ('lock', 'Lock the thread'), ('unlock', 'Unlock the thread'), ('escalate', 'Escalate'), ('reverse', 'Turn back a decision'), ('hide', 'Hide until a moderator has looked')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['queue', 'rank', 'id'], name='case_in_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['queue', 'kind', 'rank', 'id'], name='case_of_kind'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['article', 'queue', 'rank', 'id'], name='case_of_article'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['course', 'queue', 'rank', 'id'], name='case_of_course'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['author', 'queue', 'rank', 'id'], name='case_of_author'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['rule', 'queue', 'rank', 'id'], name='case_by_rule'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('queue__in', ['reported', 'held', 'appealed', 'escalated', 'decided', ''])), name='case_queue_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['article', 'comment', 'annotation', 'reply'])), name='case_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['keep', 'remove', 'restore', 'hide-note', 'show-note', 'retag', 'ask-revision', 'lock', 'unlock', 'escalate', 'reverse', 'hide'])), name='decision_action_known'),
        ),
        migrations.AddField(
            model_name='casereason',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reasons', to='moderation.case'),
        ),
        migrations.AddIndex(
            model_name='casereason',
            index=models.Index(fields=['reason', 'queue', 'rank', 'case'], name='case_reason_in_queue'),
        ),
        migrations.AddConstraint(
            model_name='casereason',
            constraint=models.UniqueConstraint(fields=('case', 'reason'), name='case_reason_once'),
        ),
        migrations.RunPython(protect, lift),
    ]
