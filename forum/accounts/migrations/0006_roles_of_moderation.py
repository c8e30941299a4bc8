from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_erasures_and_profiles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='leads_appeals',
            field=models.BooleanField(default=False, editable=False, verbose_name='leads appeals'),
        ),
        migrations.AddField(
            model_name='user',
            name='moderates_parts',
            field=models.BooleanField(default=False, editable=False, verbose_name='moderates parts of the site'),
        ),
    ]
