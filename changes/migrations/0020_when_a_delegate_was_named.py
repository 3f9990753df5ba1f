from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0019_what_came_of_reminders_is_counted")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="delegate_named_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["due_at"], name="reminder_due"),
        ),
    ]
