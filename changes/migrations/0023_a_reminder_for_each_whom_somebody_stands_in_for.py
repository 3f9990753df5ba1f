from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0022_what_may_owe_a_follow_up")]

    operations = [
        migrations.RemoveConstraint(model_name="reminder", name="one_ledger_row_per_reminder"),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("on_behalf_of", None)),
                fields=("rule", "subject", "revision", "recipient", "channel"),
                name="one_ledger_row_per_reminder",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("rule", "subject", "revision", "recipient", "channel", "on_behalf_of"),
                name="one_ledger_row_in_somebodys_stead",
            ),
        ),
    ]
