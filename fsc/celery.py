"""The Celery application: workers take tasks from the broker that fsc/settings.py chose."""

import os

from celery import Celery

from fsc import broker, pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fsc.settings")

app = Celery("fsc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(pulse.Worker)

__all__ = ["app", "broker"]  # importing the broker makes its scheme known
