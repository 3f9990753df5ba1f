"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from changes.web.account import sign_in, sign_out
from changes.web.look import look
from changes.web.rfc_list import rfc_list
from changes.web.setup import setup
from changes.web.time_zone import time_zone

urlpatterns: list[URLPattern | URLResolver] = [
    path("look/", look, name="look"),
    path("rfcs/", rfc_list, name="rfc-list"),
    path("setup/", setup, name="setup"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("time-zone/", time_zone, name="time-zone"),
]
