from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0008_tokens_with_names_and_scopes'),
    ]

    operations = [
        migrations.AddField(
            model_name='waiver',
            name='scope',
            field=models.JSONField(blank=True, default=list, help_text='What the two had in common, by slug: items, services, a person.'),
        ),
    ]
