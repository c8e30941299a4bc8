from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    revisions = apps.get_model("discussion", "Revision").objects
    revisions.filter(number__gt=1).exclude(post__kind="article").update(mark=1)
    posts = apps.get_model("discussion", "Post").objects
    posts.filter(state="held", source__isnull=False).update(held_for="imported")
    posts.filter(state="withdrawn").update(withdrawn_at=timezone.now())


class Migration(migrations.Migration):
    """What was edited before says so, and what was imported for a moderator says what it waits for.

    Whoever has withdrawn something can put it back for as long as if they had done so now.
    """

    dependencies = [
        ("discussion", "0012_waiting_editing_withdrawing"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
