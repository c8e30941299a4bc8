"""What a restriction rests on is whole: the law is named, and sorted. Part by hand."""

from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers

#: On SQLite an altered table is a new one.
ALTERED = {"moderation_decision": triggers.TABLES["moderation_decision"]}


def protect(apps, schema_editor):
    triggers.install(schema_editor, ALTERED)


def lift(apps, schema_editor):
    triggers.remove(schema_editor, ALTERED)


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('moderation', '0019_appeals_against_sanctions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', 'illegal'), models.Q(('legal_ground', ''), _negated=True)), models.Q(models.Q(('ground', 'illegal'), _negated=True), ('legal_ground', '')), _connector='OR'), name='decision_law_is_named'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category', ''), ('ground', '')), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('category', ''), _negated=True)), _connector='OR'), name='decision_ground_is_sorted'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__in', ('remove', 'hide-note', 'retag', 'ask-revision', 'lock')), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR'), name='decision_restriction_rests_on_something'),
        ),
        migrations.RunPython(protect, lift),
    ]
