"""The product's settings as the demo has them, with what makes tests quick and independent of one another."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "only for tests, where nothing is secret and everything repeats")
# Playwright keeps a loop running in the thread of the tests, beside which the database is used as always.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
if "FSC_VAR" not in os.environ:  # the processes of pytest-xdist inherit it; whoever made it removes it
    os.environ["FSC_VAR"] = tempfile.mkdtemp(prefix="fsc-tests-")
    atexit.register(shutil.rmtree, os.environ["FSC_VAR"], ignore_errors=True)

from fsc.settings import *  # noqa: F403
from fsc.settings import DATABASES, STORAGES

FSC_CHAT_HOSTS = ["127.0.0.1"]  # where tests listen as a chat does
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: only a file has the write-ahead log and the locks that the product runs with.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['FSC_VAR']}/test-{os.getpid()}.sqlite3"}
else:
    # What a test has written is gone with it; nobody need wait until a disk has it.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
