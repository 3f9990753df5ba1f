from django.db import migrations, models
from django.db.models import Count
import django.db.models.deletion


def name_the_freeze(apps, schema_editor):
    """What a name stood for, where it stood for one freeze alone; a waiver of two of one name was of neither."""
    freezes = apps.get_model('changes', 'Freeze').objects.order_by()
    waivers = apps.get_model('changes', 'Waiver').objects.filter(code='freeze.active')
    for name in freezes.values('name').annotate(count=Count('pk')).filter(count=1).values_list('name', flat=True):
        waivers.filter(about=name).update(freeze=freezes.get(name=name))


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0013_sessions_that_run_have_a_column'),
    ]

    operations = [
        migrations.AddField(
            model_name='waiver',
            name='freeze',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='waivers', to='changes.freeze'),
        ),
        migrations.AlterField(
            model_name='waiver',
            name='about',
            field=models.CharField(blank=True, help_text='What the freeze was called when it was accepted.', max_length=200),
        ),
        migrations.AlterField(
            model_name='waiver',
            name='scope',
            field=models.JSONField(blank=True, default=list, help_text='What it was about: what the two had in common, or environment, type, services and terms.'),
        ),
        migrations.RunPython(name_the_freeze, migrations.RunPython.noop),
    ]
