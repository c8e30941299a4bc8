"""In which week who flags has joined; every case that waits is placed anew. Part by hand."""

from datetime import timedelta
from importlib import import_module

from django.db import migrations, models
from django.utils import timezone

from forum.moderation import priority

bands = import_module("forum.moderation.migrations.0015_bands_of_the_queue")
#: What rests on all that an author did: moderators of a part of the site are told of none of it.
OF_ELSEWHERE = ("removals", "repeats", "rate")


def fill_weeks(apps, schema_editor):
    """As ``queue.reporters`` does. Of whose account is gone nobody knows."""
    Flag = apps.get_model("moderation", "Flag")
    flags = Flag.objects.filter(flagger__isnull=False, joined_week=None).order_by("pk")
    while some := list(flags.select_related("flagger")[: bands.SOME]):
        for flag in some:
            joined = timezone.localdate(flag.flagger.date_joined)
            flag.joined_week = joined - timedelta(days=joined.weekday())
        Flag.objects.bulk_update(some, ["joined_week"], batch_size=100)


def place(apps, schema_editor):
    """As ``queue.placing`` does."""
    Case = apps.get_model("moderation", "Case")
    waiting = Case.objects.filter(queue__in=bands.WAITING).select_related("post").order_by("pk")
    last = 0
    while cases := list(waiting.filter(pk__gt=last)[: bands.SOME]):
        last = cases[-1].pk
        known, flags = bands.facts_of(apps, cases), bands.rows_of(apps, cases, "Flag")
        decisions = bands.rows_of(apps, cases, "Decision")
        for case in cases:
            answered = bands.answer(decisions[case.pk])
            count = [one for one in flags[case.pk] if not answered or one.created_at >= answered]
            whole = known[case.pk]._replace(reporters=reporters_of(count))
            part = whole._replace(
                reporters=reporters_of(count, part=True),
                signals=[one for one in whole.signals if one.step not in OF_ELSEWHERE],
            )
            case.points, case.part_points = priority.points_of(whole), priority.points_of(part)
            band = priority.band_of(whole)
            case.rank = priority.rank_of(case.waits_since, case.points, band)
            case.part_rank = priority.rank_of(case.waits_since, case.part_points, band)
        Case.objects.bulk_update(
            cases, ["points", "part_points", "rank", "part_rank"], batch_size=100
        )
        bands.follow(apps, cases)


def reporters_of(flags, *, part=False):
    found = {}
    for flag in flags:
        record = (flag.part_agreed, flag.part_disagreed) if part else (flag.agreed, flag.disagreed)
        one = priority.Reporter(
            flag.flagger_name, flag.trust, *record, flag.reason, joined_week=flag.joined_week
        )
        person = flag.flagger_id or flag.flagger_name
        if earlier := found.get(person):
            graver = max(earlier.reason, one.reason, key=lambda each: priority.GRAVITY[each])
            one = one._replace(reason=graver)
        found[person] = one
    return list(found.values())


class Migration(migrations.Migration):
    dependencies = [("moderation", "0021_redress_stays_as_it_was_said")]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="joined_week",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunPython(fill_weeks, migrations.RunPython.noop),
        migrations.RunPython(place, migrations.RunPython.noop),
    ]
