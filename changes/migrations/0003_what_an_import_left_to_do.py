"""Drafts that came from a file are drafts like any other: only what was over stays off agendas and reminders."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def release(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("changes", "RFC").objects.filter(imported=True).exclude(state="closed").update(imported=False)


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_waiver_about_and_times")]
    operations = [migrations.RunPython(release, migrations.RunPython.noop)]
