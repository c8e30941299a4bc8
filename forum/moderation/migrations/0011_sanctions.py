"""Sanctions, notes about people, flags that are set aside; how grave a breach is. Part by hand."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers

#: Of the rules that came with a new site until now.
SEVERITIES = {"civility": 2, "honest-claims": 2, "lawful": 4, "privacy": 3}


def weigh(apps, schema_editor):
    rules = apps.get_model("moderation", "Rule").objects
    for slug, severity in SEVERITIES.items():
        rules.filter(slug=slug).update(severity=severity)


def protect(apps, schema_editor):
    triggers.install(schema_editor)


def lift(apps, schema_editor):
    triggers.remove(schema_editor, ["moderation_sanction", "moderation_personnote"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_sanctioned_people'),
        ('courses', '0001_initial'),
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('moderation', '0010_fill_the_queue'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FlagSetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flagger_name', models.CharField(max_length=80)),
                ('reason', models.CharField(choices=[('abuse', 'It attacks a person'), ('spam', 'It is spam or advertising'), ('off-topic', 'It has nothing to do with the article'), ('misleading', 'It misleads or invents facts'), ('illegal', 'It is against the law'), ('mis-tagged', 'Its tag does not fit'), ('other', 'Something else')], max_length=10)),
                ('note', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PersonNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_name', models.CharField(max_length=80)),
                ('author_name', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Sanction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_name', models.CharField(max_length=80)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('warn', 'Warning'), ('premoderate', 'Pre-moderation'), ('mute-flags', 'Flags set aside'), ('silence', 'Silence'), ('suspend', 'Suspension'), ('ban', 'Ban')], max_length=12)),
                ('scope', models.CharField(choices=[('site', 'The whole site'), ('course', 'One course'), ('article', 'One article')], default='site', max_length=8)),
                ('moderator_name', models.CharField(max_length=80)),
                ('reason', models.TextField()),
                ('note', models.TextField(blank=True)),
                ('ground', models.CharField(choices=[('incompatible', 'It is against the rules of the site'), ('illegal', 'It is against the law')], default='incompatible', max_length=12)),
                ('category', models.CharField(choices=[('ANIMAL_WELFARE', 'Animal welfare'), ('CONSUMER_INFORMATION', 'Consumer information'), ('CYBER_VIOLENCE', 'Cyber violence'), ('CYBER_VIOLENCE_AGAINST_WOMEN', 'Cyber violence against women'), ('DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'Violation of data protection or privacy'), ('ILLEGAL_OR_HARMFUL_SPEECH', 'Illegal or harmful speech'), ('INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'Infringement of intellectual property'), ('NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'Negative effects on civic discourse or elections'), ('NOT_SPECIFIED_NOTICE', 'Not specified'), ('OTHER_VIOLATION_TC', 'Another breach of the rules of the site'), ('PROTECTION_OF_MINORS', 'Protection of minors'), ('RISK_FOR_PUBLIC_SECURITY', 'Risk for public security'), ('SCAMS_AND_FRAUD', 'Scams and fraud'), ('SELF_HARM', 'Self-harm'), ('UNSAFE_AND_PROHIBITED_PRODUCTS', 'Unsafe or prohibited products'), ('VIOLENCE', 'Violence')], default='OTHER_VIOLATION_TC', max_length=48)),
                ('legal_ground', models.CharField(blank=True, max_length=500)),
                ('misuse', models.CharField(blank=True, choices=[('content', 'Frequently posts what is manifestly illegal'), ('flags', 'Frequently flags what is manifestly in order')], max_length=8)),
                ('misuse_number', models.PositiveIntegerField(null=True)),
                ('misuse_of', models.PositiveIntegerField(null=True)),
                ('gravity', models.TextField(blank=True)),
                ('intent', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('approved_by_name', models.CharField(blank=True, max_length=80)),
                ('approved_at', models.DateTimeField(null=True)),
                ('lifted_by_name', models.CharField(blank=True, max_length=80)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_reason', models.TextField(blank=True)),
                ('overturned', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='rule',
            name='severity',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 9)), name='rule_severity_known'),
        ),
        migrations.AddField(
            model_name='flagsetaside',
            name='flagger',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='flags_set_aside', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='flagsetaside',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='discussion.revision'),
        ),
        migrations.AddField(
            model_name='personnote',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='personnote',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes_about', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sanction',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sanction',
            name='article',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='discussion.article'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='course',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='courses.course'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='sanctions', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='lifted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sanction',
            name='moderator',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sanction',
            name='pending',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='meanwhile', to='moderation.sanction'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sanctions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sanction',
            name='replaces',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='replaced_by', to='moderation.sanction'),
        ),
        migrations.AddField(
            model_name='sanction',
            name='rule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='moderation.rule'),
        ),
        migrations.AddField(
            model_name='flagsetaside',
            name='sanction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='flags', to='moderation.sanction'),
        ),
        migrations.AddConstraint(
            model_name='personnote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='person_note_says_something'),
        ),
        migrations.AddIndex(
            model_name='sanction',
            index=models.Index(fields=['created_at'], name='sanction_by_time'),
        ),
        migrations.AddIndex(
            model_name='sanction',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['-id'], name='sanction_not_lifted'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.UniqueConstraint(fields=('person', 'number'), name='sanction_number_once'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['warn', 'premoderate', 'mute-flags', 'silence', 'suspend', 'ban'])), name='sanction_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article', None), ('course', None), ('scope', 'site')), models.Q(('article', None), ('course__isnull', False), ('scope', 'course')), models.Q(('article__isnull', False), ('course', None), ('scope', 'article')), _connector='OR'), name='sanction_one_scope'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['suspend', 'ban']), _negated=True), ('scope', 'site'), _connector='OR'), name='sanction_of_the_account_site_wide'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('kind__in', ['warn', 'ban'])), models.Q(('expires_at__isnull', False), ('kind__in', ['mute-flags', 'silence', 'suspend'])), ('kind', 'premoderate'), _connector='OR'), name='sanction_expiry_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at', None), ('expires_at__gt', models.F('created_at')), _connector='OR'), name='sanction_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sanction_says_why'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('rule__isnull', False), models.Q(models.Q(('ground', 'illegal')), models.Q(('legal_ground', ''), _negated=True)), _connector='OR'), name='sanction_rests_on_something'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['incompatible', 'illegal'])), name='sanction_ground_known'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE'])), name='sanction_category_known'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gravity', ''), ('intent', ''), ('misuse', ''), ('misuse_number', None), ('misuse_of', None)), models.Q(models.Q(('gravity', ''), _negated=True), models.Q(('intent', ''), _negated=True), ('misuse__in', ['content', 'flags']), ('misuse_number__gt', 0), ('misuse_of__gte', models.F('misuse_number'))), _connector='OR'), name='sanction_misuse_whole'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_at', None), ('kind', 'warn'), _connector='OR'), name='sanction_warnings_are_acknowledged'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None), ('approved_by_name', '')), models.Q(models.Q(('approved_by_name', ''), _negated=True), ('approved_at__isnull', False), ('kind', 'ban')), _connector='OR'), name='sanction_bans_are_approved'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), ('moderator', None), models.Q(('approved_by', models.F('moderator')), _negated=True), _connector='OR'), name='sanction_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None), ('lifted_by_name', ''), ('lifted_reason', ''), ('overturned', False)), models.Q(models.Q(('lifted_by_name', ''), _negated=True), models.Q(('lifted_reason', ''), _negated=True), ('lifted_at__isnull', False)), _connector='OR'), name='sanction_lifted_whole'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('pending', None), ('kind', 'suspend'), _connector='OR'), name='sanction_pending_suspends'),
        ),
        migrations.AddConstraint(
            model_name='flagsetaside',
            constraint=models.UniqueConstraint(fields=('flagger', 'revision'), name='flag_set_aside_once'),
        ),
        migrations.AddConstraint(
            model_name='flagsetaside',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['abuse', 'spam', 'off-topic', 'misleading', 'illegal', 'mis-tagged', 'other'])), name='flag_set_aside_reason_known'),
        ),
        migrations.RunPython(weigh, migrations.RunPython.noop),
        migrations.RunPython(protect, lift),
    ]
