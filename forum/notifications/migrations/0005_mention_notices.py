from django.conf import settings
from django.db import migrations, models


def forget_mentions(apps, schema_editor):
    """What the kinds before know nothing of cannot stay."""
    for model in ("Notification", "NoticeSetting"):
        apps.get_model("notifications", model).objects.filter(kind="mention").delete()


class Migration(migrations.Migration):
    """People are told when they are mentioned."""

    dependencies = [
        ('discussion', '0009_imported_posts'),
        ('notifications', '0004_outbox_backoff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='noticesetting',
            name='notice_setting_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_kind_known',
        ),
        migrations.AlterField(
            model_name='noticesetting',
            name='kind',
            field=models.CharField(choices=[('reply', 'A reply'), ('mention', 'A mention of you'), ('followed', 'A response where you follow'), ('decision', 'A decision about your post'), ('outcome', 'The outcome of your flag'), ('passage', 'A passage you marked')], max_length=10),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('reply', 'A reply'), ('mention', 'A mention of you'), ('followed', 'A response where you follow'), ('decision', 'A decision about your post'), ('outcome', 'The outcome of your flag'), ('passage', 'A passage you marked')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='noticesetting',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'mention', 'followed', 'decision', 'outcome', 'passage'])), name='notice_setting_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'mention', 'followed', 'decision', 'outcome', 'passage'])), name='notification_kind_known'),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_mentions),
    ]
