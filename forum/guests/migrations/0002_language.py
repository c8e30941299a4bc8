from django.db import migrations, models


class Migration(migrations.Migration):
    """The language that a guest reads; empty for the site's, as of all who wrote before."""

    dependencies = [
        ('guests', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='guestresponse',
            name='language',
            field=models.CharField(blank=True, max_length=35),
        ),
    ]
