"""What moderators decide about people is a kind of notice of its own."""

from django.conf import settings
from django.db import migrations, models


def tell_apart(apps, schema_editor):
    """They have been told as decisions about posts until now."""
    notices = apps.get_model("notifications", "Notification").objects
    notices.filter(kind="decision", key__startswith="sanction:").update(kind="sanction")


def tell_together(apps, schema_editor):
    notices = apps.get_model("notifications", "Notification").objects
    notices.filter(kind="sanction").update(kind="decision")


class Migration(migrations.Migration):

    dependencies = [
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('notifications', '0005_mention_notices'),
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
            field=models.CharField(choices=[('reply', 'A reply'), ('mention', 'A mention of you'), ('followed', 'A response where you follow'), ('decision', 'A decision about your post'), ('outcome', 'The outcome of your flag'), ('passage', 'A passage you marked'), ('sanction', 'A sanction, or an appeal against one')], max_length=10),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('reply', 'A reply'), ('mention', 'A mention of you'), ('followed', 'A response where you follow'), ('decision', 'A decision about your post'), ('outcome', 'The outcome of your flag'), ('passage', 'A passage you marked'), ('sanction', 'A sanction, or an appeal against one')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='noticesetting',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'mention', 'followed', 'decision', 'outcome', 'passage', 'sanction'])), name='notice_setting_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'mention', 'followed', 'decision', 'outcome', 'passage', 'sanction'])), name='notification_kind_known'),
        ),
        migrations.RunPython(tell_apart, tell_together),
    ]
