"""Appeals and their answers, and second looks, are written once, each whole. Part by hand."""

from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor, triggers.REDRESS)


def remove(apps, schema_editor):
    triggers.remove(schema_editor, triggers.REDRESS)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0020_what_decisions_rest_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appeal',
            name='appeal_decided_whole',
        ),
        migrations.RemoveConstraint(
            model_name='secondreview',
            name='review_said_whole',
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('outcome', '')), models.Q(('answer', '')), models.Q(('decided_at', None)), models.Q(('decided_by', None)), ('decided_by_name', ''), ('result', None)), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('answer', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='appeal_decided_whole'),
        ),
        migrations.AddConstraint(
            model_name='secondreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('action', '')), models.Q(('agrees', None)), models.Q(('reviewed_at', None)), models.Q(('reviewer', None)), ('note', ''), ('reviewer_name', ''), ('rule', None)), models.Q(models.Q(('action', ''), _negated=True), models.Q(('reviewer_name', ''), _negated=True), ('agrees__isnull', False), ('reviewed_at__isnull', False)), _connector='OR'), name='review_said_whole'),
        ),
        migrations.RunPython(install, remove),
    ]
