"""Give every case its place in the queue. Written by hand."""

from django.db import migrations
from django.db.models import Max

from forum.moderation import priority

SOME = 1_000


def fill(apps, schema_editor):
    """As ``queue.placing`` would, of people of whom nothing is known."""
    Case = apps.get_model("moderation", "Case")
    Decision = apps.get_model("moderation", "Decision")
    Flag = apps.get_model("moderation", "Flag")
    CaseReason = apps.get_model("moderation", "CaseReason")
    last = 0
    while cases := list(
        Case.objects.filter(pk__gt=last).select_related("post").order_by("pk")[:SOME]
    ):
        last = cases[-1].pk
        latest = Decision.objects.filter(case__in=cases).order_by().values("case")
        ids = [row["last"] for row in latest.annotate(last=Max("pk"))]
        decisions = {
            decision.case_id: decision
            for decision in Decision.objects.filter(pk__in=ids).select_related("rule")
        }
        flags = {}
        for flag in Flag.objects.filter(case__in=cases).order_by("pk"):
            flags.setdefault(flag.case_id, []).append(flag)
        reasons = []
        for case in cases:
            put(case, decisions.get(case.pk), flags.get(case.pk, []))
            reasons += [
                CaseReason(case=case, reason=reason, queue=case.queue, rank=case.rank)
                for reason in {flag.reason for flag in flags.get(case.pk, [])}
            ]
        Case.objects.bulk_update(cases, FIELDS, batch_size=100)
        CaseReason.objects.bulk_create(reasons, batch_size=500, ignore_conflicts=True)


FIELDS = (
    *("queue", "rank", "points", "waits_since", "kind", "rule"),
    *("article", "course", "author"),
)


def put(case, decision, flags):
    post = case.post
    waits = post.state == "held" or (post.state == "hidden" and bool(post.held_for))
    case.kind = "reply" if post.note_id else post.kind
    case.article_id = post.root_id or post.pk
    case.course_id, case.author_id = post.course_id, post.author_id
    case.rule = decision.rule.slug if decision and decision.rule else ""
    case.waits_since = max(
        [case.opened_at, *([decision.created_at] if decision and case.state == "open" else [])]
    )
    if post.state == "erased":
        case.queue = ""
    elif case.state == "open":
        case.queue = "held" if waits else "reported"
    else:
        case.queue = case.state
    if case.queue in ("held", "reported", "escalated"):
        people = {}
        for flag in flags:
            if decision is None or flag.created_at >= decision.created_at:
                key = flag.flagger_id or flag.flagger_name
                people[key] = priority.Reporter(flag.flagger_name, 0, 0, 0, flag.reason)
        facts = priority.Facts(reporters=list(people.values()), waits=waits)
        case.points = priority.points_of(facts)
        case.rank = priority.rank_of(case.waits_since, case.points)
    else:
        case.rank = -int((decision.created_at if decision else case.opened_at).timestamp())


class Migration(migrations.Migration):
    dependencies = [("moderation", "0009_the_queue")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
