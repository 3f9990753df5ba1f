"""Addresses: pages at the root, REST below /api/, Django's admin for administrators, and probes."""

from django.contrib import admin
from django.urls import include, path

from changes.web.health import clock, health
from changes.web.metrics import metrics

urlpatterns = [
    path("health/", health, name="health"),
    path("health/clock/", clock, name="health-clock"),
    path("metrics", metrics, name="metrics"),  # without a slash: where a Prometheus looks
    path("admin/", admin.site.urls),
    path("api/", include("changes.api.urls")),
    path("", include("changes.web.urls")),
]
