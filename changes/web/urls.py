"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from changes.web.look import look
from changes.web.time_zone import time_zone

urlpatterns: list[URLPattern | URLResolver] = [
    path("look/", look, name="look"),
    path("time-zone/", time_zone, name="time-zone"),
]
