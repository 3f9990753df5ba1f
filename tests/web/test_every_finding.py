"""Every finding code reached in the browser: told beside its field while somebody types, with a link to its rule (issue 3)."""

from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from changes.domain.code import RULES
from changes.web.forms.typed import of_content
from tests.factories import world
from tests.findings_table import CASES, STORED, built

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


def test_no_code_is_without_a_case():
    assert {*CASES, *STORED} == set(RULES)


@pytest.mark.parametrize("code", CASES)
def test_the_form_tells_it_and_links_to_its_rule(code):
    given = world()
    visitor = Client()
    visitor.force_login(given.people.owner)
    typed = of_content(built(code, given), ZoneInfo(settings.FSC_TIME_ZONE))
    page = visitor.post("/rfcs/check/", typed.urlencode(), content_type="application/x-www-form-urlencoded").content.decode()
    assert f'<a href="/rules/#{code}">{code}</a>' in page
    assert visitor.get("/rules/").content.decode().count(f'id="{code}"') == 1


@pytest.mark.parametrize("code", STORED)
def test_the_page_of_an_rfc_tells_what_only_a_stored_one_can_have(code):
    given = world()
    rfc = STORED[code](given)
    visitor = Client()
    visitor.force_login(given.people.owner)
    assert f'<a href="/rules/#{code}">{code}</a>' in visitor.get(f"/rfcs/{rfc.number}/").content.decode()
