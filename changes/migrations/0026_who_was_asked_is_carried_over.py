import json

from django.conf import settings
from django.db import migrations

_KEPT = '{"asked_for_votes"'


def carry_over(apps, schema_editor):
    """From Django's admin log into their own table, the ledger's rows with them; a person or a meeting that is no more is left out."""
    entries = apps.get_model("admin", "LogEntry").objects.filter(content_type__app_label="changes", change_message__startswith=_KEPT)
    ledger = apps.get_model("changes", "Reminder").objects.filter(rule="vote_asked")
    made = [(entry.pk, asking.pk) for entry in entries.order_by("pk") if (asking := _asking(apps, entry))]
    # Twice, because an old key may be that of another now.
    for old, new in made:
        ledger.filter(subject=f"asking:{old}").update(subject=f"carried:{new}")
    for _, new in made:
        ledger.filter(subject=f"carried:{new}").update(subject=f"asking:{new}")
    entries.delete()


def _asking(apps, entry):
    if not apps.get_model("changes", "Meeting").objects.filter(pk=entry.object_id).exists():
        return None
    asking = apps.get_model("changes", "Asking").objects.create(meeting_id=int(entry.object_id), by_id=entry.user_id, at=entry.action_time)
    people = json.loads(entry.change_message)["asked_for_votes"]
    asking.people.set(apps.get_model("changes", "User").objects.filter(pk__in=people))
    return asking


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0025_who_was_asked_for_a_vote"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
