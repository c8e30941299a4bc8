from django.db import migrations
from django.db.migrations.exceptions import IrreversibleError

from forum.discussion import hanging


def install(apps, schema_editor):
    hanging.install(schema_editor)


def look_for_replies(apps, schema_editor):
    Post = apps.get_model("discussion", "Post")
    if Post.objects.using(schema_editor.connection.alias).filter(note__isnull=False).exists():
        raise IrreversibleError(
            "There are replies to notes, which have no place in the tables before "
            "0003_replies_to_notes: there is no way back. Nothing was changed."
        )


class Migration(migrations.Migration):
    """Posts hang on what is under their own article, and what others hang on stays what it is.

    On the way back the triggers stay as they are, until 0003 takes them away: they refuse nothing
    that the code before wrote. It ends here once somebody has replied to a note, before 0004 takes
    away the languages of articles; 0003 would refuse too, but after that.
    """

    dependencies = [
        ("discussion", "0004_article_language"),
    ]

    operations = [migrations.RunPython(install, look_for_replies)]
