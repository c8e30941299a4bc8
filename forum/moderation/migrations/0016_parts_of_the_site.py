"""Where a case stands for who moderates a part of the site alone. Part by hand."""

from django.db import migrations, models

from forum.moderation import priority

SOME = 1_000


def fill(apps, schema_editor):
    """As ``queue.placing`` does, of people whose record there nobody has counted yet."""
    Case = apps.get_model("moderation", "Case")
    Flag = apps.get_model("moderation", "Flag")
    last = 0
    while cases := list(Case.objects.filter(pk__gt=last).order_by("pk")[:SOME]):
        last = cases[-1].pk
        people = {}
        for flag in Flag.objects.filter(case__in=cases).order_by("pk"):
            said = priority.Reporter("", flag.trust, 0, 0, flag.reason)
            person = flag.flagger_id or flag.flagger_name
            people.setdefault(flag.case_id, {})[person] = said
        for case in cases:
            case.part_rank = case.rank
            if case.queue in ("reported", "held", "appealed", "escalated"):
                facts = priority.Facts(
                    reporters=list(people.get(case.pk, {}).values()),
                    appealed=case.appealed_at is not None,
                    waits=case.queue == "held",
                )
                case.part_points = priority.points_of(facts)
                band = priority.band_at(case.rank)
                case.part_rank = priority.rank_of(case.waits_since, case.part_points, band)
        Case.objects.bulk_update(cases, ["part_points", "part_rank"], batch_size=100)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0015_bands_of_the_queue")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="part_rank",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="case",
            name="part_points",
            field=models.FloatField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="flag",
            name="part_agreed",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="flag",
            name="part_disagreed",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("course__isnull", True)),
                fields=["article", "queue", "part_rank", "id"],
                name="case_in_article",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("course__isnull", False)),
                fields=["course", "queue", "part_rank", "id"],
                name="case_in_course",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
