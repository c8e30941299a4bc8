"""Roles as rows. Whoever was marked as a moderator has that role, given by the site."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils.translation import gettext

from forum.lib.interface import spoken_by_site


def give(apps, schema_editor):
    """To whoever has the flag already."""
    assignments = apps.get_model("moderation", "RoleAssignment").objects
    with spoken_by_site():
        site = gettext("The site")
    moderators = apps.get_model("accounts", "User").objects.filter(is_moderator=True)
    assignments.bulk_create(
        assignments.model(
            person=person,
            person_name=person.display_name or person.username,
            role="moderator",
            given_by_name=site,
        )
        for person in moderators
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_roles_of_moderation'),
        ('courses', '0001_initial'),
        ('discussion', '0013_fill_marks_and_waits'),
        ('moderation', '0006_restrictions_and_reversals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('moderator', 'Moderator'), ('appeals-lead', 'Appeals lead')], max_length=12)),
                ('given_by_name', models.CharField(max_length=80)),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('taken_by_name', models.CharField(blank=True, max_length=80)),
                ('taken_at', models.DateTimeField(editable=False, null=True)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='discussion.article')),
                ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='courses.course')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person_name', models.CharField(max_length=80)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='roles', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'moderation_roleassignment',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['moderator', 'appeals-lead'])), name='role_known'), models.CheckConstraint(condition=models.Q(('article', None), ('course', None), _connector='OR'), name='role_for_one_part'), models.CheckConstraint(condition=models.Q(('role', 'moderator'), models.Q(('article', None), ('course', None)), _connector='OR'), name='role_lead_for_the_site'), models.CheckConstraint(condition=models.Q(models.Q(('taken_at', None), ('taken_by', None), ('taken_by_name', '')), models.Q(models.Q(('taken_by_name', ''), _negated=True), ('taken_at__isnull', False)), _connector='OR'), name='role_taken_by_somebody'), models.UniqueConstraint(condition=models.Q(('article', None), ('course', None), ('taken_at', None)), fields=('person',), name='role_once_on_the_site'), models.UniqueConstraint(condition=models.Q(('article__isnull', False), ('taken_at', None)), fields=('person', 'article'), name='role_once_in_an_article'), models.UniqueConstraint(condition=models.Q(('course__isnull', False), ('taken_at', None)), fields=('person', 'course'), name='role_once_in_a_course')],
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
