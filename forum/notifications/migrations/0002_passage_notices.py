from django.conf import settings
from django.db import migrations, models


def forget_passages(apps, schema_editor):
    """What the kinds before know nothing of cannot stay."""
    apps.get_model("notifications", "Notification").objects.filter(kind="passage").delete()


class Migration(migrations.Migration):
    """Authors are told what became of passages they marked."""

    dependencies = [
        ('discussion', '0002_note_from_comment'),
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_kind_known',
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('reply', 'A reply'), ('decision', 'A decision about your post'), ('outcome', 'The outcome of your flag'), ('passage', 'A passage you marked')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'decision', 'outcome', 'passage'])), name='notification_kind_known'),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_passages),
    ]
