import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Quotations, their places, and the log of placing by hand."""

    dependencies = [
        ('annotations', '0001_initial'),
        ('discussion', '0002_note_from_comment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='placement',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='discussion.revision'),
        ),
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment_start', models.PositiveIntegerField()),
                ('comment_end', models.PositiveIntegerField()),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('quote', models.TextField()),
                ('score', models.FloatField()),
                ('comment_revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quotations', to='discussion.revision')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quoted_by', to='discussion.revision')),
            ],
            options={
                'ordering': ['comment_revision_id', 'comment_start'],
            },
        ),
        migrations.CreateModel(
            name='QuotationPlacement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField(null=True)),
                ('end', models.PositiveIntegerField(null=True)),
                ('state', models.CharField(choices=[('exact', 'Same words, same place'), ('moved', 'Same words, moved'), ('changed', 'Words changed'), ('orphaned', 'Passage gone')], max_length=8)),
                ('score', models.FloatField()),
                ('method', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('quotation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='annotations.quotation')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='discussion.revision')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reattachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField(null=True)),
                ('end', models.PositiveIntegerField(null=True)),
                ('start_before', models.PositiveIntegerField(null=True)),
                ('end_before', models.PositiveIntegerField(null=True)),
                ('state_before', models.CharField(choices=[('exact', 'Same words, same place'), ('moved', 'Same words, moved'), ('changed', 'Words changed'), ('orphaned', 'Passage gone')], max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('placed_by_name', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('annotation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reattachments', to='annotations.annotation')),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='discussion.revision')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='quotation',
            constraint=models.UniqueConstraint(fields=('comment_revision', 'comment_start'), name='quotation_once'),
        ),
        migrations.AddConstraint(
            model_name='quotation',
            constraint=models.CheckConstraint(condition=models.Q(('comment_end__gt', models.F('comment_start')), ('end__gt', models.F('start'))), name='quotation_quotes_something'),
        ),
        migrations.AddConstraint(
            model_name='quotation',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 1)), name='quotation_score_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='quotationplacement',
            constraint=models.UniqueConstraint(fields=('quotation', 'revision'), name='quotationplacement_once_in_a_revision'),
        ),
        migrations.AddConstraint(
            model_name='quotationplacement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['exact', 'moved', 'changed', 'orphaned'])), name='quotationplacement_state_known'),
        ),
        migrations.AddConstraint(
            model_name='quotationplacement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', None), ('start', None), ('state', 'orphaned')), models.Q(models.Q(('state', 'orphaned'), _negated=True), ('end__gt', models.F('start')), ('start__isnull', False)), _connector='OR'), name='quotationplacement_orphans_have_no_place'),
        ),
        migrations.AddConstraint(
            model_name='quotationplacement',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 1)), name='quotationplacement_score_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='reattachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', None), ('start', None)), models.Q(('end__gt', models.F('start')), ('start__isnull', False)), _connector='OR'), name='reattachment_places_or_takes_away'),
        ),
        migrations.AddConstraint(
            model_name='reattachment',
            constraint=models.CheckConstraint(condition=models.Q(('state_before__in', ['exact', 'moved', 'changed', 'orphaned'])), name='reattachment_state_known'),
        ),
    ]
