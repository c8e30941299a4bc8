import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def count_given_up_as_gone(apps, schema_editor):
    """The release before would send what this one has given up."""
    notices = apps.get_model("notifications", "Notification").objects.exclude(given_up_at=None)
    notices.update(emailed_at=models.F("given_up_at"), given_up_at=None)


class Migration(migrations.Migration):
    """What did not leave is tried again later and later, and by one process at a time."""

    dependencies = [
        ('discussion', '0009_imported_posts'),
        ('notifications', '0003_settings_and_followed_discussions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_outbox',
        ),
        migrations.AddField(
            model_name='notification',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='notification',
            name='claim',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='error',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='notification',
            name='given_up_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='next_attempt_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('emailed_at', None), ('given_up_at', None)), fields=['id'], name='notification_outbox'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('claim__isnull', False)), fields=['claim'], name='notification_in_hand'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('emailed_at', None), ('given_up_at', None), _connector='OR'), name='notification_left_or_given_up'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('claim', None), models.Q(('emailed_at', None), ('given_up_at', None)), _connector='OR'), name='notification_in_hand_while_waiting'),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, count_given_up_as_gone),
    ]
