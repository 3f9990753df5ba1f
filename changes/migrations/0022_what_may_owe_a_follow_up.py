from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0021_what_is_due_is_found_by_index")]

    operations = [
        migrations.AddIndex(
            model_name="rfc",
            index=models.Index(
                condition=models.Q(("imported", False), ("is_permanent", False), ("urgency", "emergency")),
                fields=["state"],
                name="rfc_owing",
            ),
        ),
    ]
