import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """How people want each kind of notice by e-mail; as it was, at once, where they say nothing."""

    dependencies = [
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
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_settings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="notice_setting_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["reply", "decision", "outcome", "passage"])
                        ),
                        name="notice_setting_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["at_once", "daily", "weekly", "never"])),
                        name="notice_setting_how_known",
                    ),
                ],
            },
        ),
    ]
