"""What a stranger's machine may get wrong is said at the start, in one line with a way out."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "Vg2-hq7Zt9_wK4mXb1sRc8uYd3nLf6pJe5aQo0iT-kWzGxHvNy",
    "ALLOWED_HOSTS": "changes.example.org",
    "FSC_BASE_URL": "https://changes.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


def manage(environment, *arguments):
    """`manage.py` with nothing of this machine's environment but what finds programs."""
    command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
    known = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(command, cwd=ROOT, env={**known, **environment}, capture_output=True, text=True, check=False)


@pytest.fixture
def production(tmp_path):
    return {**PRODUCTION, "FSC_VAR": str(tmp_path)}


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set. Set 50 or more random characters"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short or too plain. Set 50 or more random characters"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is too short or too plain. Set 50 or more random characters"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is not set. Name the hosts"),
        ("ALLOWED_HOSTS", "a.example.org b.example.org", "ALLOWED_HOSTS is 'a.example.org b.example.org'. Name the hosts"),
        ("ALLOWED_HOSTS", "https://a.example.org", "ALLOWED_HOSTS is 'https://a.example.org'. Name the hosts"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS is '*'. Name the hosts"),
        ("FSC_BASE_URL", "", "FSC_BASE_URL is not set. Give the address readers use"),
        ("FSC_BASE_URL", "changes.example.org", "Give the address readers use, for example https://"),
        ("FSC_BASE_URL", "http://changes.example.org", "Give the address readers use, for example https://"),
        ("FSC_MAIL_FROM", "nonsense", "FSC_MAIL_FROM is 'nonsense'. Give an address"),
        ("EMAIL_URL", "smtp://", "EMAIL_URL is 'smtp://'. Use smtp://"),
        ("EMAIL_URL", "smtp+tls://:587", "EMAIL_URL is 'smtp+tls://:587'. Use smtp://"),
        ("EMAIL_URL", "", "EMAIL_URL is not set. Use smtp://"),
        ("EMAIL_URL", "mail.example.org", "EMAIL_URL is 'mail.example.org'. Use smtp://"),
        ("DEMO", "maybe", "DEMO is 'maybe'. Set it to 1 or 0."),
        ("DEBUG", "1", "set it together with DEMO=1 only"),
        ("DATABASE_URL", "mysql://localhost/fsc", "Use postgres://user:password@host:5432/name or sqlite:///"),
        ("DATABASE_URL", "postgres://localhost:5432", "Use postgres://user:password@host:5432/name or sqlite:///"),
        ("DATABASE_URL", "postgres://localhost:port/fsc", "Use postgres://user:password@host:5432/name or sqlite:///"),
        ("DATABASE_URL", "sqlite://", "Use postgres://user:password@host:5432/name or sqlite:///"),
        ("REDIS_URL", "localhost:6379", "Use redis://host:6379/0"),
        ("FSC_TIME_ZONE", "Europe/Amsterdm", "FSC_TIME_ZONE is 'Europe/Amsterdm'. Name a zone of the IANA"),
        ("FSC_TIME_ZONE", "../etc/passwd", "Name a zone of the IANA"),
        ("FSC_TIME_ZONES", "UTC,Mars/Olympus", "FSC_TIME_ZONES is 'Mars/Olympus'. Name zones of the IANA"),
        ("FSC_TIME_ZONES", "UTC", "Add Europe/Amsterdam to FSC_TIME_ZONES."),
        ("FSC_URGENCY_HOURS", "emergency=24", "Give whole hours for each, rising"),
        ("FSC_URGENCY_HOURS", "emergency=24,high=soon,normal=672", "Give whole hours for each, rising"),
        ("FSC_URGENCY_HOURS", "emergency=240,high=168,normal=672", "Give whole hours for each, rising"),
        ("FSC_APPROVAL_DAYS", "0", "FSC_APPROVAL_DAYS is '0'. Give the days"),
        ("FSC_APPROVAL_DAYS", "four weeks", "FSC_APPROVAL_DAYS is 'four weeks'. Give the days"),
        ("FSC_METRICS_TOKEN", "short", "FSC_METRICS_TOKEN is too short, or has signs that do not fit into a header. Give 20 or more"),
        ("FSC_METRICS_TOKEN", "twenty signs and blanks between", "has signs that do not fit into a header"),
        ("WEB_WORKERS", "x", "WEB_WORKERS is 'x'. Give the number"),
        ("LOG_LEVEL", "CHATTY", "LOG_LEVEL is 'CHATTY'. Use DEBUG, INFO"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_hint(production, name, value, hint):
    asked = manage({**production, name: value}, "check")
    assert asked.returncode != 0
    assert hint in asked.stderr


def test_production_settings_pass_the_deployment_check(production):
    asked = manage(production, "check", "--deploy", "--fail-level", "WARNING")
    assert (asked.returncode, asked.stderr) == (0, "")


def test_demo_settings_do_not(production):
    asked = manage({**production, "DEMO": "1"}, "check", "--deploy", "--fail-level", "WARNING")
    assert asked.returncode != 0
    assert "These are demo settings." in asked.stderr


def test_manage_py_sees_the_demo_that_run_py_prepared(production, tmp_path):
    (tmp_path / "demo.env").write_text("DEMO=1\nSECRET_KEY=kept from the first start\n")
    shown = "from django.conf import settings; print(settings.DEMO, settings.SECRET_KEY)"
    assert manage({"FSC_VAR": str(tmp_path)}, "shell", "--no-imports", "-c", shown).stdout == "True kept from the first start\n"


KEPT = "DEMO=1\nSECRET_KEY=kept from the first start\n"


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "FSC_BASE_URL", "EMAIL_URL"])
def test_a_demo_left_behind_does_not_take_over_a_production(tmp_path, name):
    (tmp_path / "demo.env").write_text(KEPT)
    asked = manage({"FSC_VAR": str(tmp_path), "SECRET_KEY": PRODUCTION["SECRET_KEY"], name: PRODUCTION[name]}, "check")
    assert asked.returncode != 0
    assert f"demo.env makes this a demo, but {name} is set as for production. Remove that file, or set DEMO=1" in asked.stderr


def test_who_says_that_it_is_no_demo_takes_nothing_from_one_left_behind(production, tmp_path):
    (tmp_path / "demo.env").write_text(KEPT + "FSC_APPROVAL_DAYS=1\n")
    shown = "from django.conf import settings; print(settings.DEMO, settings.FSC_APPROVAL_DAYS)"
    assert manage({**production, "DEMO": "0"}, "shell", "--no-imports", "-c", shown).stdout == "False 28\n"


def test_the_probe_answers_without_signing_in(client, db):
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_no_page_may_run_what_is_written_into_it(client, db):
    policy = client.get("/health/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_procfile_names_web_worker_and_beat():
    names = [line.partition(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()]
    assert names == ["web", "worker", "beat"]


@pytest.mark.parametrize(
    "lock", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt", "package-lock.json", "pyproject.toml", ".npmrc"]
)
def test_no_lock_file_names_a_host_that_packages_come_from(lock):
    text = (ROOT / lock).read_text()
    assert not re.findall(r"--(?:extra-)?index-url|--find-links|\"resolved\"|registry\s*=|files\.\w+|/simple/", text)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_locked_package_has_a_hash(lock):
    packages = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text().strip())
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_both_locks_agree():
    def pins(lock):
        return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", (ROOT / lock).read_text(), flags=re.MULTILINE))

    product, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: dev[name] for name in product.keys() & dev.keys()} == {name: product[name] for name in product.keys() & dev.keys()}


def run(*arguments, **environment):
    command = [sys.executable, "run.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "environment", "line"),
    [
        (["serve"], {}, "run.py: Usage: python3 run.py [--no-demo] or python3 run.py test [pytest arguments]\n"),
        ([], {"PORT": "http"}, "run.py: PORT is 'http'. Give a number from 1 to 65535.\n"),
        ([], {"PORT": "70000"}, "run.py: PORT is '70000'. Give a number from 1 to 65535.\n"),
    ],
)
def test_run_py_says_in_one_line_what_it_cannot_do(arguments, environment, line):
    asked = run(*arguments, **environment)
    assert (asked.returncode, asked.stderr) == (1, line)


def test_run_py_says_that_another_has_its_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        asked = run(PORT=str(other.getsockname()[1]))
    assert asked.returncode == 1
    assert "cannot be used (Address already in use). Choose another with PORT=8001" in asked.stderr
