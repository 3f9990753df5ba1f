from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0011_sessions_are_found_by_until'),
    ]

    operations = [
        migrations.AddField(
            model_name='rfc',
            name='booked_at',
            field=models.DateTimeField(blank=True, help_text='When what it books last changed besides its times: items, services, implementer, outage.', null=True),
        ),
    ]
