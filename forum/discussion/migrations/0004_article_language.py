from django.db import migrations, models


class Migration(migrations.Migration):
    """An article says what language it is in."""

    dependencies = [
        ("discussion", "0003_replies_to_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='language',
            field=models.CharField(blank=True, max_length=35),
        ),
    ]
