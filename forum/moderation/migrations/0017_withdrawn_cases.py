"""Cases are closed when what they are about is withdrawn while it waits. Its log line is new."""

from django.conf import settings
from django.db import migrations, models

from forum.moderation import triggers

LOG = ["moderation_event"]


def lift(apps, schema_editor):
    triggers.remove(schema_editor, LOG)


def protect(apps, schema_editor):
    triggers.install(schema_editor, {name: triggers.TABLES[name] for name in LOG})


def without(apps, schema_editor):
    """Put what there was no word for before into the words that there were."""
    lift(apps, schema_editor)
    apps.get_model("moderation", "Event").objects.filter(kind="withdrawn").update(kind="edited")
    closed = apps.get_model("moderation", "Case").objects.filter(state="closed")
    closed.update(state="open", queue="reported")



class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0001_initial'),
        ('discussion', '0014_locked_threads_and_withheld_words'),
        ('moderation', '0016_parts_of_the_site'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, protect),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_kind_known',
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('escalated', 'Escalated'), ('decided', 'Decided'), ('closed', 'Closed')], default='open', max_length=10),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('flagged', 'Flagged'), ('noticed', 'Notice of illegal content'), ('held', 'Held'), ('withdrawn', 'Withdrawn by its author'), ('hidden', 'Hidden automatically'), ('edited', 'Text edited'), ('claimed', 'Claimed'), ('taken-over', 'Claim taken over'), ('released', 'Claim released'), ('skipped', 'Skipped'), ('decided', 'Decided'), ('escalated', 'Escalated'), ('reopened', 'Reopened'), ('undone', 'Decision taken back'), ('appealed', 'Appealed'), ('appeal-decided', 'Appeal decided'), ('reviewed', 'Reviewed a second time'), ('notified', 'People told'), ('sanctioned', 'Sanctioned'), ('approved', 'Sanction approved'), ('acknowledged', 'Warning acknowledged'), ('lifted', 'Sanction lifted'), ('role-given', 'Role given'), ('role-taken', 'Role taken'), ('rule-changed', 'Rule changed'), ('template-changed', 'Template of a reason changed'), ('words-changed', 'Word list changed'), ('exported', 'Record exported')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'escalated', 'decided', 'closed'])), name='case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'flagged', 'noticed', 'held', 'withdrawn', 'hidden', 'edited', 'claimed', 'taken-over', 'released', 'skipped', 'decided', 'escalated', 'reopened', 'undone', 'appealed', 'appeal-decided', 'reviewed', 'notified', 'sanctioned', 'approved', 'acknowledged', 'lifted', 'role-given', 'role-taken', 'rule-changed', 'template-changed', 'words-changed', 'exported'])), name='event_kind_known'),
        ),
        migrations.RunPython(protect, without),
    ]
