"""Which routes may be chosen for a severity (DESIGN 4.1, 4.3)."""

import pytest

from changes.choices import Route, Severity
from changes.domain.lifecycle import route_for
from changes.domain.route import OFFERED, default_for, refused

CHOSEN = {
    Severity.MINOR: {Route.RECORD, Route.MANAGER, Route.BOARD},
    Severity.MAJOR: {Route.RECORD, Route.MANAGER, Route.BOARD},
    Severity.AUTOMATIC: {Route.RECORD, Route.AUTOMATIC},
}


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("route", Route)
def test_a_route_is_offered_or_refused_with_a_way_out(severity, route):
    why = refused(severity, route)
    assert (why is None) is (route in CHOSEN[severity])
    assert why is None or all(why)


@pytest.mark.parametrize("severity", Severity)
def test_what_is_chosen_is_what_an_rfc_of_that_severity_takes(severity):
    assert [route_for(None, severity, {severity: route}) for route in OFFERED[severity]] == list(OFFERED[severity])
    assert route_for(None, severity, {}) == default_for(severity)
