import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def follow_discussions_alone(apps, schema_editor):
    """What the release before knows nothing of cannot stay."""
    follows = apps.get_model("discussion", "Subscription").objects
    follows.filter(models.Q(root__isnull=False) | models.Q(author__isnull=False)).delete()


class Migration(migrations.Migration):
    """People follow threads, and one another."""

    dependencies = [
        ('discussion', '0010_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subscription',
            name='root',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='discussion.post'),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='post',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='discussion.post'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('author', 'person'), name='subscription_person_once'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), ('post__isnull', False)), models.Q(('author__isnull', False), ('post', None), ('root', None)), _connector='OR'), name='subscription_to_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('author', models.F('person')), _negated=True), name='subscription_to_another'),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, follow_discussions_alone),
    ]
