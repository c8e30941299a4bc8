"""Close the cases of what was withdrawn while it waited, to which nobody objects."""

from django.db import migrations
from django.db.models import F

#: As the log says it of those that are closed from now on, in the language the site began in.
SAID = "Its author has withdrawn it."


def close(apps, schema_editor):
    Case = apps.get_model("moderation", "Case")
    Event = apps.get_model("moderation", "Event")
    left = Case.objects.filter(
        post__state="withdrawn", state__in=["open", "escalated"], flags=None, notices=None
    )
    for case in left.exclude(post__held_for="").select_related("post__author"):
        Case.objects.filter(pk=case.pk).update(
            state="closed",
            queue="",
            version=F("version") + 1,
            claimed_by=None,
            claim_expires_at=None,
        )
        author = case.post.author
        Event.objects.create(
            case=case,
            kind="withdrawn",
            actor=author,
            actor_name=(author.display_name or author.username) if author else "The site",
            detail=SAID,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0017_withdrawn_cases'),
    ]

    operations = [
        migrations.RunPython(close, migrations.RunPython.noop),
    ]
