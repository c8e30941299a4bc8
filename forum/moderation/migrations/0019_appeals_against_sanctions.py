"""Appeals are against a decision or against a sanction."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_appeals(apps, schema_editor):
    """What the table before has no place for cannot stay."""
    apps.get_model("moderation", "Appeal").objects.filter(decision=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0018_close_what_was_withdrawn'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appeal',
            name='appeal_party_known',
        ),
        migrations.RemoveConstraint(
            model_name='appeal',
            name='appeal_not_upheld_has_result',
        ),
        migrations.AddField(
            model_name='appeal',
            name='sanction',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='appeals', to='moderation.sanction'),
        ),
        migrations.AlterField(
            model_name='appeal',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='appeals', to='moderation.decision'),
        ),
        migrations.AlterField(
            model_name='appeal',
            name='party',
            field=models.CharField(choices=[('author', 'The author'), ('flagger', 'Who flagged it'), ('notifier', 'Who gave notice of it'), ('person', 'Who has the sanction')], max_length=8),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('outcome', ''), ('sanction__isnull', False)), fields=['filed_at'], name='appeal_of_people_waiting'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(fields=('sanction',), name='appeal_once_a_sanction'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('party', 'person'), _negated=True), ('decision__isnull', False), ('sanction', None)), models.Q(('decision', None), ('party', 'person'), ('sanction__isnull', False)), _connector='OR'), name='appeal_against_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['author', 'flagger', 'notifier', 'person'])), name='appeal_party_known'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['', 'upheld']), ('result', None)), models.Q(('outcome__in', ['overturned', 'varied']), ('result__isnull', False)), models.Q(('result', None), ('sanction__isnull', False)), _connector='OR'), name='appeal_not_upheld_has_result'),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_appeals),
    ]
