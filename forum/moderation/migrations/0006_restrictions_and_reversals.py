"""Restrictions say why, decisions are turned back, cases tell of appeals; templates. Part by hand."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers


def protect(apps, schema_editor):
    triggers.install(schema_editor)


def lift(apps, schema_editor):
    triggers.remove(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('moderation', '0005_grounds_of_removals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.CreateModel(
            name='ReasonTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_slug', models.SlugField(blank=True, max_length=60)),
                ('title', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['rule_slug', 'title'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_removal_says_why',
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_action_known',
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_kind_known',
        ),
        migrations.AddField(
            model_name='case',
            name='appealed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('keep', 'Keep'), ('remove', 'Remove'), ('restore', 'Restore'), ('hide-note', 'Hide the note, keep its tag'), ('show-note', 'Show the note again'), ('retag', 'Change the tag'), ('ask-revision', 'Ask the author to revise'), ('lock', 'Lock the thread'), ('unlock', 'Unlock the thread'), ('escalate', 'Escalate'), ('reverse', 'Turn back a decision')], max_length=20),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('flagged', 'Flagged'), ('noticed', 'Notice of illegal content'), ('held', 'Held'), ('hidden', 'Hidden automatically'), ('edited', 'Text edited'), ('claimed', 'Claimed'), ('taken-over', 'Claim taken over'), ('released', 'Claim released'), ('skipped', 'Skipped'), ('decided', 'Decided'), ('escalated', 'Escalated'), ('reopened', 'Reopened'), ('undone', 'Decision taken back'), ('appealed', 'Appealed'), ('appeal-decided', 'Appeal decided'), ('reviewed', 'Reviewed a second time'), ('notified', 'People told'), ('sanctioned', 'Sanctioned'), ('approved', 'Sanction approved'), ('acknowledged', 'Warning acknowledged'), ('lifted', 'Sanction lifted'), ('role-given', 'Role given'), ('role-taken', 'Role taken'), ('rule-changed', 'Rule changed'), ('template-changed', 'Template of a reason changed'), ('words-changed', 'Word list changed'), ('exported', 'Record exported')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('appealed_at__isnull', False)), fields=['appealed_at', 'id'], name='case_appealed'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('party', 'author')), fields=('decision',), name='appeal_by_author_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['keep', 'remove', 'restore', 'hide-note', 'show-note', 'retag', 'ask-revision', 'lock', 'unlock', 'escalate', 'reverse'])), name='decision_action_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__in', ('remove', 'hide-note', 'retag', 'ask-revision', 'lock')), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('rule__isnull', False), models.Q(('legal_ground', ''), _negated=True), _connector='OR')), _connector='OR'), name='decision_restriction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'reverse'), _negated=True), ('overrides__isnull', False), _connector='OR'), name='decision_reversal_names_what'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'flagged', 'noticed', 'held', 'hidden', 'edited', 'claimed', 'taken-over', 'released', 'skipped', 'decided', 'escalated', 'reopened', 'undone', 'appealed', 'appeal-decided', 'reviewed', 'notified', 'sanctioned', 'approved', 'acknowledged', 'lifted', 'role-given', 'role-taken', 'rule-changed', 'template-changed', 'words-changed', 'exported'])), name='event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='reasontemplate',
            constraint=models.UniqueConstraint(fields=('rule_slug', 'title'), name='reason_template_once'),
        ),
        migrations.RunPython(protect, lift),
    ]
