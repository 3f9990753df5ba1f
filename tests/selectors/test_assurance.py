"""What is right about a session, told where nothing speaks against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import Urgency
from changes.domain.content import Content
from changes.selectors.assurance import assurances, windows_in_words
from changes.selectors.basis import set_up
from changes.selectors.finding import findings
from tests.factories import NOW, ChangeTypeFactory, EnvironmentFactory, FreezeFactory, WindowFactory, session

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 12, 5, 21, 0, tzinfo=UTC)


@pytest.fixture
def _saturdays():
    WindowFactory(environment=EnvironmentFactory(slug="managed"))
    ChangeTypeFactory(slug="rollup", notice_hours=120)


def told(start=SATURDAY, **other):
    content = replace(Content(environment="managed", change_type="rollup", sessions=(session(start),)), **other)
    shared = set_up(NOW)
    found = findings(content, at=NOW, time_zone="Europe/Amsterdam", shared=shared)
    return {one.message: one.why for one in assurances(content, found, shared, at=NOW, time_zone="Europe/Amsterdam")}


@pytest.mark.usefixtures("_saturdays")
def test_window_freeze_and_notice_are_right():
    FreezeFactory(name="Year-end", start=datetime(2026, 12, 17, 23, tzinfo=UTC), end=datetime(2027, 1, 4, tzinfo=UTC))
    assert told() == {
        "Window": "Sat 5 Dec 22:00–04:00; you leave 120 min of it free.",
        "Freeze": "None until Fri 18 Dec 00:00.",
        "Notice": "14 days; this type needs 5 days.",
    }


@pytest.mark.usefixtures("_saturdays")
def test_nothing_is_right_that_a_finding_speaks_against():
    FreezeFactory(start=NOW, end=SATURDAY)
    assert told(NOW + timedelta(days=1)) == {}


@pytest.mark.usefixtures("_saturdays")
@pytest.mark.parametrize("other", [{"sessions": ()}, {"environment": None}, {"urgency": Urgency.EMERGENCY}])
def test_without_anything_to_judge_nothing_is_told(other):
    assert told(**other) == {}


@pytest.mark.usefixtures("_saturdays")
def test_windows_are_told_with_their_zone():
    assert windows_in_words(Content(environment="managed"), set_up(NOW)) == "every Saturday 22:00–04:00 Amsterdam"
