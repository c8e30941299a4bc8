"""Whether a sanction of somebody may be in force."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_roles_of_moderation'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='is_sanctioned',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
