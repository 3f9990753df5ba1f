"""Two people write in one RFC: the second is told, loses nothing, and may save over it."""

import pytest
from playwright.sync_api import expect

from changes.models import RFC
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_second_is_told_and_keeps_what_was_typed(visit, clock):
    given = make.world()
    rfc = make.raised(given, by=given.people.outsider)
    first, second = visit(given.people.outsider), visit(given.people.owner)
    for page in (first, second):
        page.goto(f"/rfcs/{rfc.number}/edit/")
    clock.shift(60)
    first.get_by_label("Title", exact=True).fill("Rollup 8, both sites")
    first.get_by_label("What is changed", exact=True).fill("Two servers.")
    first.get_by_role("button", name="Save draft").first.click()
    expect(first.get_by_role("status", name="News")).to_contain_text(f"{rfc.number} is saved")

    # While typing it is said already, and nothing of what is typed is taken away.
    second.get_by_label("Title", exact=True).fill("Rollup 8, site B")
    warning = second.get_by_role("alert", name=f"{rfc.number} has been changed meanwhile")
    expect(warning).to_contain_text("Outsider")
    second.get_by_role("button", name="Save draft").first.click()
    expect(warning).to_be_visible()
    expect(second.get_by_label("Title", exact=True)).to_have_value("Rollup 8, site B")
    row = warning.get_by_role("row").filter(has_text="Title")
    expect(row).to_contain_text("Rollup 8, both sites")
    expect(row).to_contain_text("Rollup 8, site B")
    assert RFC.objects.get(pk=rfc.pk).title == "Rollup 8, both sites"

    warning.get_by_role("button", name="Save mine over it").click()
    expect(second.get_by_role("status", name="News")).to_contain_text(f"{rfc.number} is saved")
    assert RFC.objects.get(pk=rfc.pk).title == "Rollup 8, site B"


def test_the_second_may_take_what_stands_there(visit):
    given = make.world()
    rfc = make.raised(given)
    first, second = visit(given.people.owner), visit(given.people.owner)
    for page in (first, second):
        page.goto(f"/rfcs/{rfc.number}/edit/")
    first.get_by_label("Title", exact=True).fill("Rollup 8, both sites")
    first.get_by_role("button", name="Save draft").first.click()
    expect(first.get_by_role("status", name="News")).to_contain_text("is saved")
    second.get_by_label("Title", exact=True).fill("Rollup 8, site B")
    second.once("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave what is typed
    second.get_by_role("link", name="Take theirs").click()
    expect(second.get_by_label("Title", exact=True)).to_have_value("Rollup 8, both sites")
    expect(second.get_by_role("link", name="Take theirs")).to_have_count(0)
