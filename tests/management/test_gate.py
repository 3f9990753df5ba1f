"""The gate as a pipeline asks it: the exit status is the answer."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.factories import NOW, FreezeFactory, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def asked(*arguments):
    """The exit status and what was printed."""
    out = io.StringIO()
    try:
        call_command("gate", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def test_open_is_0_and_closed_is_1_with_the_reason_and_until_when():
    given = world()
    slug = given.environment.slug
    assert asked(slug)[0] == 0
    FreezeFactory(name="Year end", start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=1))

    status, said = asked(slug, "--service", given.service.slug, "--change-type", given.change_type.slug)

    assert status == 1
    assert said.startswith("closed, until ")
    assert "error freeze.active: " in said
    assert "Year end" in said
    assert asked(slug, "--at", "2030-01-01T12:00:00Z")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "There is no environment “nowhere”"),
        (("HERE", "--service", "none"), "There is no service “none”"),
        (("HERE", "--change-type", "none"), "There is no change type “none”"),
        (("HERE", "--at", "2026-11-24T22:00"), "has no offset"),
        (("HERE", "--at", "soon"), "is no instant"),
    ],
)
def test_what_is_not_understood_is_2_so_that_it_is_not_taken_for_closed(arguments, said):
    slug = world().environment.slug

    status, words = asked(*(slug if word == "HERE" else word for word in arguments))

    assert (status, said in words) == (2, True)
