"""The gallery in Chromium: axe finds nothing at all, and no width scrolls sideways."""

import pytest

from tests.browser.conftest import ANY, DESK, PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 768, "height": 900}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_is_accessible_and_fits(visit, theme):
    page = visit(color_scheme=theme)
    page.goto("/look/")
    for size in (PHONE, TABLET, DESK):
        page.set_viewport_size(size)
        assert (size, violations(page, impacts=ANY), sideways(page)) == (size, [], 0)
