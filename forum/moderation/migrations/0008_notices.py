"""Notices of illegal content, orders of authorities, and appeals of whoever gave notice."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('moderation', '0007_role_assignments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('received', 'Received'), ('decided', 'Decided')], default='received', max_length=10)),
                ('url', models.CharField(max_length=1000)),
                ('explanation', models.TextField()),
                ('category', models.CharField(choices=[('ANIMAL_WELFARE', 'Animal welfare'), ('CONSUMER_INFORMATION', 'Consumer information'), ('CYBER_VIOLENCE', 'Cyber violence'), ('CYBER_VIOLENCE_AGAINST_WOMEN', 'Cyber violence against women'), ('DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'Violation of data protection or privacy'), ('ILLEGAL_OR_HARMFUL_SPEECH', 'Illegal or harmful speech'), ('INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'Infringement of intellectual property'), ('NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'Negative effects on civic discourse or elections'), ('NOT_SPECIFIED_NOTICE', 'Not specified'), ('OTHER_VIOLATION_TC', 'Another breach of the rules of the site'), ('PROTECTION_OF_MINORS', 'Protection of minors'), ('RISK_FOR_PUBLIC_SECURITY', 'Risk for public security'), ('SCAMS_AND_FRAUD', 'Scams and fraud'), ('SELF_HARM', 'Self-harm'), ('UNSAFE_AND_PROHIBITED_PRODUCTS', 'Unsafe or prohibited products'), ('VIOLENCE', 'Violence')], max_length=48)),
                ('law', models.CharField(blank=True, max_length=500)),
                ('offence_against_children', models.BooleanField(default=False)),
                ('trusted_flagger', models.CharField(blank=True, max_length=80)),
                ('is_trusted', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('email_digest', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(blank=True, max_length=35)),
                ('token', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('forgotten_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('act', 'To act against illegal content (article 9)'), ('inform', 'To provide information (article 10)')], max_length=6)),
                ('member_state', models.CharField(choices=[('AT', 'AT'), ('BE', 'BE'), ('BG', 'BG'), ('CY', 'CY'), ('CZ', 'CZ'), ('DE', 'DE'), ('DK', 'DK'), ('EE', 'EE'), ('ES', 'ES'), ('FI', 'FI'), ('FR', 'FR'), ('GR', 'GR'), ('HR', 'HR'), ('HU', 'HU'), ('IE', 'IE'), ('IS', 'IS'), ('IT', 'IT'), ('LI', 'LI'), ('LT', 'LT'), ('LU', 'LU'), ('LV', 'LV'), ('MT', 'MT'), ('NL', 'NL'), ('NO', 'NO'), ('PL', 'PL'), ('PT', 'PT'), ('RO', 'RO'), ('SE', 'SE'), ('SI', 'SI'), ('SK', 'SK')], max_length=2)),
                ('authority', models.CharField(max_length=200)),
                ('category', models.CharField(choices=[('ANIMAL_WELFARE', 'Animal welfare'), ('CONSUMER_INFORMATION', 'Consumer information'), ('CYBER_VIOLENCE', 'Cyber violence'), ('CYBER_VIOLENCE_AGAINST_WOMEN', 'Cyber violence against women'), ('DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'Violation of data protection or privacy'), ('ILLEGAL_OR_HARMFUL_SPEECH', 'Illegal or harmful speech'), ('INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'Infringement of intellectual property'), ('NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'Negative effects on civic discourse or elections'), ('NOT_SPECIFIED_NOTICE', 'Not specified'), ('OTHER_VIOLATION_TC', 'Another breach of the rules of the site'), ('PROTECTION_OF_MINORS', 'Protection of minors'), ('RISK_FOR_PUBLIC_SECURITY', 'Risk for public security'), ('SCAMS_AND_FRAUD', 'Scams and fraud'), ('SELF_HARM', 'Self-harm'), ('UNSAFE_AND_PROHIBITED_PRODUCTS', 'Unsafe or prohibited products'), ('VIOLENCE', 'Violence')], max_length=48)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('effected_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-received_at', '-id'],
            },
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['created_at'], name='decision_by_time'),
        ),
        migrations.AddField(
            model_name='notice',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='notices', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='notice',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='notices', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='notice',
            name='notifier',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='discussion.revision'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='appeals', to='moderation.notice'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(fields=('decision', 'notice'), name='appeal_once_a_notice'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('notice__isnull', False), ('party', 'notifier')), models.Q(models.Q(('party', 'notifier'), _negated=True), ('notice', None)), _connector='OR'), name='appeal_notice_of_a_notifier'),
        ),
        migrations.AddField(
            model_name='order',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='discussion.post'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['case'], name='notice_waiting'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['created_at'], name='notice_by_time'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['email_digest'], name='notice_by_address'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('email', ''), _negated=True), fields=['decided_at'], name='notice_with_address'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'decided'])), name='notice_state_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE'])), name='notice_category_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('explanation', ''), _negated=True), name='notice_says_why'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decision', None), ('state', 'received')), models.Q(('decided_at__isnull', False), ('decision__isnull', False), ('state', 'decided')), _connector='OR'), name='notice_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('offence_against_children', True), ('forgotten_at__isnull', False), models.Q(('name', ''), _negated=True), _connector='OR'), name='notice_says_who'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('forgotten_at', None), models.Q(('email', ''), ('email_digest', ''), ('name', '')), _connector='OR'), name='notice_forgotten_whole'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('token', ''), _negated=True), fields=('revision', 'token'), name='notice_once'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['received_at'], name='order_by_time'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['act', 'inform'])), name='order_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['ANIMAL_WELFARE', 'CONSUMER_INFORMATION', 'CYBER_VIOLENCE', 'CYBER_VIOLENCE_AGAINST_WOMEN', 'DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'ILLEGAL_OR_HARMFUL_SPEECH', 'INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'NOT_SPECIFIED_NOTICE', 'OTHER_VIOLATION_TC', 'PROTECTION_OF_MINORS', 'RISK_FOR_PUBLIC_SECURITY', 'SCAMS_AND_FRAUD', 'SELF_HARM', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE'])), name='order_category_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('member_state__in', ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IS', 'IT', 'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'))), name='order_member_state_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at', None), ('acknowledged_at__gte', models.F('received_at')), _connector='OR'), models.Q(('effected_at', None), ('effected_at__gte', models.F('received_at')), _connector='OR')), name='order_times_in_order'),
        ),
    ]
