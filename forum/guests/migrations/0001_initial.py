import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What guests write before it is confirmed, and the letters to them."""

    initial = True

    dependencies = [
        ('discussion', '0013_fill_marks_and_waits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(blank=True, max_length=254)),
                ('key', models.CharField(max_length=80, unique=True)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True)),
                ('stop', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['id'], name='letter_outbox')],
            },
        ),
        migrations.CreateModel(
            name='GuestResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('email_digest', models.CharField(max_length=64)),
                ('source', models.TextField(blank=True)),
                ('token', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='discussion.post')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='guest_response', to='discussion.post')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('confirmed_at', None)), fields=['expires_at'], name='guest_unconfirmed'), models.Index(condition=models.Q(('email', ''), _negated=True), fields=['confirmed_at'], name='guest_with_address'), models.Index(fields=['email_digest'], name='guest_by_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('token', ''), _negated=True), fields=('email_digest', 'token'), name='guest_token_once'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('post', None)), models.Q(('confirmed_at__isnull', False), ('post__isnull', False), ('source', '')), _connector='OR'), name='guest_confirmed_has_a_post')],
            },
        ),
    ]
