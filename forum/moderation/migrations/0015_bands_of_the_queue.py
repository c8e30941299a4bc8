"""Place every case that waits anew: by bands, and as flags are weighed now. Written by hand."""

from collections import defaultdict

from django.db import migrations
from django.db.models import F

from forum.moderation import priority

SOME = 1_000
WAITING = ("reported", "held", "appealed", "escalated")
DANGEROUS = ("PROTECTION_OF_MINORS", "SELF_HARM", "VIOLENCE")
#: What says nothing of whether those who flagged it are right.
NO_ANSWER = ("escalate", "hide", "reverse")


def place(apps, schema_editor):
    """As ``queue.placing`` does."""
    Case = apps.get_model("moderation", "Case")
    waiting = Case.objects.filter(queue__in=WAITING).select_related("post").order_by("pk")
    last = 0
    while cases := list(waiting.filter(pk__gt=last)[:SOME]):
        last = cases[-1].pk
        known = facts_of(apps, cases)
        for case in cases:
            facts = known[case.pk]
            case.points = priority.points_of(facts)
            case.rank = priority.rank_of(case.waits_since, case.points, priority.band_of(facts))
        Case.objects.bulk_update(cases, ("points", "rank"), batch_size=100)
        follow(apps, cases)


def without_bands(apps, schema_editor):
    """Put what stood in front of all others among them again."""
    Case = apps.get_model("moderation", "Case")
    CaseReason = apps.get_model("moderation", "CaseReason")
    for band in (priority.Band.NOTICED, priority.Band.DANGER):
        before = -band * 10**11
        here = {"rank__gte": before - 10**11 // 2, "rank__lt": before + 10**11 // 2}
        for model in (CaseReason, Case):
            model.objects.filter(queue__in=WAITING, **here).update(rank=F("rank") - before)


def follow(apps, cases):
    """Bring the reasons for which ``cases`` are found to where they stand."""
    CaseReason = apps.get_model("moderation", "CaseReason")
    ranks = {case.pk: case.rank for case in cases}
    reasons = list(CaseReason.objects.filter(case__in=ranks))
    for reason in reasons:
        reason.rank = ranks[reason.case_id]
    CaseReason.objects.bulk_update(reasons, ("rank",), batch_size=100)


def facts_of(apps, cases):
    """What the priority of each of ``cases`` rests on, by its id."""
    rows = {name: rows_of(apps, cases, name) for name in ("Decision", "Flag", "Notice")}
    signals = defaultdict(list)
    found = apps.get_model("screening", "Signal").objects.filter(
        revision__post__in=[case.post_id for case in cases],
        revision__superseded_at=None,
        score__gt=0,
    )
    for post, step, score in found.values_list("revision__post", "step", "score"):
        points = round(5 * min(1.0, score), 1)
        signals[post].append(priority.Signal(step, points))
    known = {}
    for case in cases:
        notices = [one for one in rows["Notice"][case.pk] if one.state == "received"]
        answered = answer(rows["Decision"][case.pk])
        flags = [
            one for one in rows["Flag"][case.pk] if not answered or one.created_at >= answered
        ]
        state, held_for = case.post.state, case.post.held_for
        known[case.pk] = priority.Facts(
            reporters=reporters_of(flags),
            signals=signals[case.post_id],
            noticed=bool(notices),
            trusted=any(one.is_trusted for one in notices),
            dangerous=any(
                one.offence_against_children or one.category in DANGEROUS for one in notices
            ),
            appealed=case.appealed_at is not None,
            waits=state == "held" or (state == "hidden" and bool(held_for)),
        )
    return known


def rows_of(apps, cases, name):
    found = defaultdict(list)
    for row in apps.get_model("moderation", name).objects.filter(case__in=cases).order_by("pk"):
        found[row.case_id].append(row)
    return found


def answer(decisions):
    """When the last was decided that answers what was said; ``None`` if nothing does."""
    left = []
    for decision in decisions:
        if decision.action == "reverse" and left and left[-1].pk == decision.overrides_id:
            left.pop()
        else:
            left.append(decision)
    answering = [one for one in left if one.action not in NO_ANSWER]
    answering += [one for one in decisions if one.basis == "appeal"]
    last = max(answering, key=lambda one: one.pk, default=None)
    return last and last.created_at


def reporters_of(flags):
    found = {}
    for flag in flags:
        one = priority.Reporter(
            flag.flagger_name, flag.trust, flag.agreed, flag.disagreed, flag.reason
        )
        person = flag.flagger_id or flag.flagger_name
        if earlier := found.get(person):
            graver = max(earlier.reason, one.reason, key=lambda each: priority.GRAVITY[each])
            one = one._replace(reason=graver)
        found[person] = one
    return list(found.values())


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0014_index_of_claimed_cases"),
        ("screening", "0002_feedback_to_akismet"),
    ]

    operations = [migrations.RunPython(place, without_bands)]
