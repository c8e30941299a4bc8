import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_followed(apps, schema_editor):
    """What the kinds before know nothing of cannot stay."""
    apps.get_model("notifications", "Notification").objects.filter(kind="followed").delete()


class Migration(migrations.Migration):
    """People follow discussions, and say how they want each kind of notice by e-mail."""

    dependencies = [
        ("discussion", "0008_subscriptions"),
        ("notifications", "0002_passage_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "A reply"),
                            ("followed", "A response where you follow"),
                            ("decision", "A decision about your post"),
                            ("outcome", "The outcome of your flag"),
                            ("passage", "A passage you marked"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("at_once", "At once"),
                            ("daily", "Once a day, together"),
                            ("weekly", "Once a week, together"),
                            ("never", "Never"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_kind_known",
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reply", "A reply"),
                    ("followed", "A response where you follow"),
                    ("decision", "A decision about your post"),
                    ("outcome", "The outcome of your flag"),
                    ("passage", "A passage you marked"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reply", "followed", "decision", "outcome", "passage"])
                ),
                name="notification_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="noticesetting",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notice_settings",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesetting",
            constraint=models.UniqueConstraint(
                fields=("person", "kind"), name="notice_setting_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reply", "followed", "decision", "outcome", "passage"])
                ),
                name="notice_setting_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticesetting",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["at_once", "daily", "weekly", "never"])),
                name="notice_setting_how_known",
            ),
        ),
        # Last, so that it is first on the way back.
        migrations.RunPython(migrations.RunPython.noop, forget_followed),
    ]
