"""Appeals, bulks, claims; statements of reasons; one log for cases and people. Part by hand."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers

#: What was protected before, and how.
EARLIER = {
    "moderation_decision": triggers.TABLES["moderation_decision"],
    "moderation_caseevent": triggers.Log((("actor_id", "actor_name"),), ("detail",)),
}


def lift_earlier(apps, schema_editor):
    triggers.remove(schema_editor, EARLIER)


def protect_earlier(apps, schema_editor):
    triggers.install(schema_editor, EARLIER)


def protect(apps, schema_editor):
    triggers.install(schema_editor)


def lift(apps, schema_editor):
    triggers.remove(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0013_fill_marks_and_waits'),
        ('moderation', '0003_what_may_go_of_the_log'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift_earlier, protect_earlier),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('author', 'The author'), ('flagger', 'Who flagged it'), ('notifier', 'Who gave notice of it')], max_length=8)),
                ('appellant_name', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('filed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Upheld: it stays as decided'), ('overturned', 'Overturned: it is turned back'), ('varied', 'Varied: something else was decided')], max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('decided_by_name', models.CharField(blank=True, max_length=80)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moderator_name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_kind_known',
        ),
        migrations.RenameModel(old_name='CaseEvent', new_name='Event'),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('flagged', 'Flagged'), ('noticed', 'Notice of illegal content'), ('held', 'Held'), ('hidden', 'Hidden automatically'), ('edited', 'Text edited'), ('claimed', 'Claimed'), ('taken-over', 'Claim taken over'), ('released', 'Claim released'), ('skipped', 'Skipped'), ('decided', 'Decided'), ('escalated', 'Escalated'), ('reopened', 'Reopened'), ('undone', 'Decision taken back'), ('appealed', 'Appealed'), ('appeal-decided', 'Appeal decided'), ('reviewed', 'Reviewed a second time'), ('notified', 'People told'), ('sanctioned', 'Sanctioned'), ('approved', 'Sanction approved'), ('acknowledged', 'Warning acknowledged'), ('lifted', 'Sanction lifted'), ('role-given', 'Role given'), ('role-taken', 'Role taken'), ('rule-changed', 'Rule changed'), ('words-changed', 'Word list changed'), ('exported', 'Record exported')], max_length=20),
        ),
        migrations.AlterField(
            model_name='event',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='events', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='event',
            name='subject',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='event',
            name='subject_name',
            field=models.CharField(blank=True, default='', max_length=80),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_action_known',
        ),
        migrations.AddField(
            model_name='case',
            name='claim_expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='claimed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='claims', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='basis',
            field=models.CharField(choices=[('review', 'On review'), ('appeal', 'On an appeal'), ('undo', 'Taken back'), ('revert', 'Reverted'), ('automatic', 'Automatically')], default='review', max_length=10),
        ),
        migrations.AddField(
            model_name='decision',
            name='category',
            field=models.CharField(blank=True, choices=[('ANIMAL_WELFARE', 'Animal welfare'), ('CONSUMER_INFORMATION', 'Consumer information'), ('CYBER_VIOLENCE', 'Cyber violence'), ('CYBER_VIOLENCE_AGAINST_WOMEN', 'Cyber violence against women'), ('DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'Violation of data protection or privacy'), ('ILLEGAL_OR_HARMFUL_SPEECH', 'Illegal or harmful speech'), ('INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'Infringement of intellectual property'), ('NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'Negative effects on civic discourse or elections'), ('NOT_SPECIFIED_NOTICE', 'Not specified'), ('OTHER_VIOLATION_TC', 'Another breach of the rules of the site'), ('PROTECTION_OF_MINORS', 'Protection of minors'), ('RISK_FOR_PUBLIC_SECURITY', 'Risk for public security'), ('SCAMS_AND_FRAUD', 'Scams and fraud'), ('SELF_HARM', 'Self-harm'), ('UNSAFE_AND_PROHIBITED_PRODUCTS', 'Unsafe or prohibited products'), ('VIOLENCE', 'Violence')], max_length=48),
        ),
        migrations.AddField(
            model_name='decision',
            name='detected_automatically',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='decision',
            name='effect',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='decision',
            name='ground',
            field=models.CharField(blank=True, choices=[('incompatible', 'It is against the rules of the site'), ('illegal', 'It is against the law')], max_length=12),
        ),
        migrations.AddField(
            model_name='decision',
            name='legal_ground',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='decision',
            name='overrides',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='overridden_by', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='rule',
            name='category',
            field=models.CharField(choices=[('ANIMAL_WELFARE', 'Animal welfare'), ('CONSUMER_INFORMATION', 'Consumer information'), ('CYBER_VIOLENCE', 'Cyber violence'), ('CYBER_VIOLENCE_AGAINST_WOMEN', 'Cyber violence against women'), ('DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'Violation of data protection or privacy'), ('ILLEGAL_OR_HARMFUL_SPEECH', 'Illegal or harmful speech'), ('INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'Infringement of intellectual property'), ('NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'Negative effects on civic discourse or elections'), ('NOT_SPECIFIED_NOTICE', 'Not specified'), ('OTHER_VIOLATION_TC', 'Another breach of the rules of the site'), ('PROTECTION_OF_MINORS', 'Protection of minors'), ('RISK_FOR_PUBLIC_SECURITY', 'Risk for public security'), ('SCAMS_AND_FRAUD', 'Scams and fraud'), ('SELF_HARM', 'Self-harm'), ('UNSAFE_AND_PROHIBITED_PRODUCTS', 'Unsafe or prohibited products'), ('VIOLENCE', 'Violence')], default='OTHER_VIOLATION_TC', max_length=48),
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('escalated', 'Escalated'), ('decided', 'Decided')], default='open', max_length=10),
        ),
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('keep', 'Keep'), ('remove', 'Remove'), ('restore', 'Restore'), ('hide-note', 'Hide the note, keep its tag'), ('show-note', 'Show the note again'), ('retag', 'Change the tag'), ('ask-revision', 'Ask the author to revise'), ('lock', 'Lock the thread'), ('unlock', 'Unlock the thread'), ('escalate', 'Escalate')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'escalated', 'decided'])), name='case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('claimed_by', None), ('claim_expires_at__isnull', False), _connector='OR'), name='case_claim_expires'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE'])), name='rule_category_known'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='appellant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='appeals', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='appeals', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='result',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='answers_appeal', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='bulk',
            name='moderator',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulk',
            name='undoes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='undone_by', to='moderation.bulk'),
        ),
        migrations.AddField(
            model_name='decision',
            name='bulk',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='decisions', to='moderation.bulk'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['moderator', '-id'], name='decision_by_moderator'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['review', 'appeal', 'undo', 'revert', 'automatic'])), name='decision_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['', 'incompatible', 'illegal'])), name='decision_ground_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['', 'ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE'])), name='decision_category_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['keep', 'remove', 'restore', 'hide-note', 'show-note', 'retag', 'ask-revision', 'lock', 'unlock', 'escalate'])), name='decision_action_known'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['filed_at'], name='appeal_waiting'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(fields=('decision', 'appellant'), name='appeal_once'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['author', 'flagger', 'notifier'])), name='appeal_party_known'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'upheld', 'overturned', 'varied'])), name='appeal_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('decided_at', None), ('decided_by', None), ('outcome', ''), ('result', None)), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('answer', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='appeal_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['', 'upheld']), ('result', None)), models.Q(('outcome__in', ['overturned', 'varied']), ('result__isnull', False)), _connector='OR'), name='appeal_not_upheld_has_result'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'flagged', 'noticed', 'held', 'hidden', 'edited', 'claimed', 'taken-over', 'released', 'skipped', 'decided', 'escalated', 'reopened', 'undone', 'appealed', 'appeal-decided', 'reviewed', 'notified', 'sanctioned', 'approved', 'acknowledged', 'lifted', 'role-given', 'role-taken', 'rule-changed', 'words-changed', 'exported'])), name='event_kind_known'),
        ),
        migrations.RunPython(protect, lift),
    ]
