"""Addresses: pages at the root, REST below /api/, Django's admin for administrators, and a probe."""

from django.contrib import admin
from django.urls import include, path

from changes.web.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
    path("api/", include("changes.api.urls")),
    path("", include("changes.web.urls")),
]
