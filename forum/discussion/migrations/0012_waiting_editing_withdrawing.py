from django.db import migrations, models

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


class Migration(migrations.Migration):
    """Posts say what they wait for and when they were withdrawn, revisions what readers are told of
    an edit, articles who may respond.

    The table of posts is altered, which on SQLite takes its triggers, on the way here and on the
    way back.
    """

    dependencies = [
        ("discussion", "0011_following_threads_and_people"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.AddField(
            model_name="article",
            name="policy",
            field=models.CharField(
                choices=[
                    ("site", "As on the whole site"),
                    ("guests", "Guests as well, with an e-mail address"),
                    ("members", "People with an account only"),
                ],
                default="site",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="premoderated",
            field=models.BooleanField(default=False, verbose_name="read by a moderator first"),
        ),
        migrations.AddField(
            model_name="post",
            name="held_for",
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="post",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="mark",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "nothing"), (1, "edited"), (2, "edited later")], default=0
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("policy__in", ["site", "guests", "members"])),
                name="article_policy_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    ("held_for", ""),
                    _connector="OR",
                ),
                name="post_published_waits_for_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__in", [0, 1, 2])), name="revision_mark_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 1), ("mark", 0), _connector="OR"),
                name="revision_first_is_no_edit",
            ),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
