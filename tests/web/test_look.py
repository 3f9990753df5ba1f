"""The look: signs, badges, findings and chips with their words, the page around everything, the gallery, the time zone."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from changes.choices import Level, Role, State
from changes.domain.finding import Finding
from changes.formats.session_bar import Plan
from changes.models import User

EVENING = datetime(2026, 11, 21, 21, tzinfo=UTC)
AMSTERDAM = timezone.zoneinfo.ZoneInfo("Europe/Amsterdam")


def render(source, **context):
    with timezone.override(AMSTERDAM):
        return Template("{% load look times %}" + source).render(Context(context))


def words(html):
    """What a reader of screens is given: text and labels, without what is hidden from them."""
    parser = Words()
    parser.feed(html)
    return " ".join(" ".join(parser.found).split())


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.hidden = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("br", "input", "meta", "link"):
            return
        self.hidden.append(given.get("aria-hidden") == "true" or (bool(self.hidden) and self.hidden[-1]))
        if given.get("aria-label") and not self.hidden[-1]:
            self.found.append(given["aria-label"])

    def handle_endtag(self, tag):
        if tag not in ("br", "input", "meta", "link") and self.hidden:
            self.hidden.pop()

    def handle_data(self, data):
        if not (self.hidden and self.hidden[-1]):
            self.found.append(data)


@pytest.mark.parametrize(
    ("severity", "approved", "shape", "said"),
    [
        ("major", True, 'class="full" d="M6 ', "major"),
        ("major", False, 'class="hollow" d="M6 ', "major, not yet approved"),
        ("minor", True, '<circle class="full"', "minor"),
        ("minor", False, '<circle class="hollow"', "minor, not yet approved"),
        ("automatic", True, 'class="stroke"', "automatic"),
        ("automatic", False, 'class="stroke thin"', "automatic, not yet approved"),
        ("", False, '<circle class="dashed"', "severity open, not yet approved"),
    ],
)
def test_the_shape_of_a_sign_is_its_severity_and_hollow_is_not_yet_approved(severity, approved, shape, said):
    html = render("{% severity_sign severity approved %}", severity=severity, approved=approved)
    assert shape in html
    assert words(html) == said


DRAWN = {
    State.DRAFT: "unapproved",
    State.SUBMITTED: "unapproved",
    State.APPROVED: "scheduled",
    State.SCHEDULED: "scheduled",
    State.IN_PROGRESS: "running",
    State.COMPLETED: "done",
    State.CLOSED: "done",
    State.REJECTED: "ended",
    State.CANCELLED: "ended",
}


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_drawing_and_its_word(state):
    html = render("{{ state|drawing }}: {% state_badge state 'minor' %}", state=state)
    assert words(html) == f"{DRAWN[state]}: {state.label}"


def test_a_state_badge_takes_a_word_of_its_own():
    assert words(render('{% state_badge "in_progress" "major" "In progress since 22:04" %}')) == "In progress since 22:04"


def test_a_severity_badge_says_when_none_is_assigned():
    assert [words(render("{% severity_badge s %}", s=s)) for s in ("major", None)] == ["Major", "Severity open"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"state": "submitted"}, "minor, not yet approved 22:00 Edge policy"),
        ({"state": "scheduled"}, "minor 22:00 Edge policy scheduled"),
        ({"state": "in_progress", "used": 40, "over": 35}, "minor 22:00 Edge policy in progress +35 m"),
        ({"state": "completed", "outcome": "successful"}, "minor 22:00 Edge policy completed"),
        ({"state": "completed", "outcome": "rolled_back"}, "minor 22:00 Edge policy completed turned back"),
        ({"state": "cancelled"}, "minor, not yet approved 22:00 Edge policy cancelled"),
        ({"state": "scheduled", "conflict": "open", "conflicts": "2 conflicts"}, "minor 22:00 Edge policy scheduled 2 conflicts"),
        ({"state": "scheduled", "conflict": "waived", "part": "2/6"}, "minor 22:00 Edge policy · 2/6 scheduled conflict, waived"),
    ],
)
def test_a_session_chip_says_what_it_draws(given, said):
    arguments = "".join(f" {name}={name}" for name in given)
    html = render(f"{{% session_chip url='/rfcs/1/' severity='minor' title='Edge policy' at=at{arguments} %}}", at=EVENING, **given)
    assert words(html) == said


def test_a_finding_of_the_domain_is_shown_whole_and_escaped():
    found = Finding("outage.missing", Level.ERROR, "sessions", "The <outage> has no times", "Say from when to when.", other="RFC-000007")
    html = render("{% finding found '/mend/' 'Use these times' %}", found=found)
    assert words(html) == "Error: The <outage> has no times Say from when to when. outage.missing · RFC-000007 Use these times"
    assert '<a class="button small" href="/mend/">' in html


def test_a_waived_error_is_drawn_as_advice_and_says_who_accepted_it():
    found = Finding("freeze.active", Level.ERROR, "sessions", "Inside the freeze", "Move it.", waived="Waived by the change manager.")
    html = render("{% finding found %}", found=found)
    assert 'class="finding advice"' in html
    assert "Waived by the change manager." in words(html)


def test_an_answer_that_all_is_well_has_no_code():
    assert words(render("{% finding found %}", found={"level": "ok", "message": "Window", "code": "window.ok"})) == "Fine: Window"


@pytest.mark.parametrize(
    ("ballot", "said"), [("approve", "for ✓"), ("reject", "against ✕"), ("abstain", "abstains –"), ("", "open"), ("barred", "may not vote")]
)
def test_a_vote_square_has_its_word(ballot, said):
    assert words(render("{% vote_square ballot %}", ballot=ballot)) == said


def test_an_icon_that_does_not_exist_is_refused_by_name():
    with pytest.raises(TemplateSyntaxError, match="no-such-icon"):
        render('{% icon "no-such-icon" %}')


@time_machine.travel(EVENING, tick=False)
def test_times_are_the_readers_own():
    html = render("{% interval start end %}", start=EVENING, end=EVENING + timedelta(hours=6))
    assert words(html) == "Sat 21 Nov 22:00 – Sun 22 Nov 04:00"
    assert '<time datetime="2026-11-21T21:00:00Z">' in html
    html = render(
        "{{ at|day }}, {{ at|hhmm }}, {{ at|moment }}, {{ 380|minutes }}, {% zone_abbr at %}, {% night on %}", at=EVENING, on=EVENING.date()
    )
    assert html == "Sat 21 Nov, 22:00, Sat 21 Nov 22:00, 6 h 20 min, CET, Sat 21 → Sun 22 Nov"


def test_the_session_bar_says_itself_in_words():
    plan = Plan(EVENING, EVENING + timedelta(minutes=260), rollout=150, verification=20, rollback=65, severity="major")
    said = words(render("{% session_bar plan %}", plan=plan))
    assert (
        said
        == "Session 22:00–02:20, 260 min: rollout 150 min, verification 20 min, rollback 65 min, spare 25 min. Point of no return 01:15."
    )


@pytest.fixture
def somebody(db):
    return User.objects.create_user("service-manager", first_name="Service", last_name="manager")


@pytest.fixture
def viewer(db):
    return User.objects.create_user("viewer", role=Role.VIEWER)


def test_the_page_names_its_places_and_offers_to_raise_an_rfc(client, somebody):
    client.force_login(somebody)
    html = client.get(reverse("look")).content.decode()
    main = re.search(r'<nav class="nav.*?</nav>', html, re.DOTALL).group()
    assert words(main) == "Main Home Schedule RFCs Board Set-up"
    assert f'href="{reverse("rfc-create")}"' in html
    assert '<html lang="en">' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize(("page", "place"), [("rfc-list", "RFCs"), ("board", "Board"), ("board-list", "Set-up")])
def test_the_place_one_is_at_is_marked(client, somebody, page, place):
    client.force_login(somebody)
    html = client.get(reverse(page)).content.decode()
    assert re.findall(r'aria-current="page">([^<]+)</a>', re.search(r'<nav class="nav.*?</nav>', html, re.DOTALL).group()) == [place]


def test_a_viewer_is_not_offered_to_raise_an_rfc(client, viewer):
    client.force_login(viewer)
    assert reverse("rfc-create") not in client.get(reverse("look")).content.decode()


def test_a_stranger_sees_no_places_and_no_search(client, db):
    html = client.get(reverse("look")).content.decode()
    assert ('<nav class="nav' in html, 'role="search"' in html) == (False, False)


def test_demo_settings_are_said_on_the_page(client, db):
    assert "Demo settings" in client.get(reverse("look")).content.decode()


def test_without_demo_settings_there_is_neither_a_strip_nor_a_gallery(client, db, settings):
    settings.DEMO = settings.DEBUG = False
    response = client.get(reverse("look"))
    assert (response.status_code, "Demo settings" in response.content.decode()) == (404, False)
    assert "There is nothing at this address" in words(response.content.decode())


def test_the_zone_that_is_chosen_holds_for_the_session_and_leads_back(client, somebody):
    client.force_login(somebody)
    assert client.get(reverse("look")).context["zone"] == settings.FSC_TIME_ZONE
    response = client.post(reverse("time-zone"), {"zone": "America/Chicago", "next": "/look/?theme=dark"})
    assert response.url == "/look/?theme=dark"
    page = client.get(response.url)
    assert page.context["zone"] == "America/Chicago"
    assert "All times are now in Chicago." in words(page.content.decode())


def test_the_accounts_own_zone_holds_until_another_is_chosen(client, somebody):
    User.objects.filter(pk=somebody.pk).update(time_zone="Asia/Tokyo")
    client.force_login(somebody)
    assert client.get(reverse("look")).context["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize("zone", ["", "Middle/Earth", "../etc/passwd", "/etc", "Europe"])
def test_a_zone_that_nobody_knows_changes_nothing_and_says_so(client, somebody, zone):
    client.force_login(somebody)
    client.post(reverse("time-zone"), {"zone": zone})
    page = client.get(reverse("look"))
    assert page.context["zone"] == settings.FSC_TIME_ZONE
    assert "No time zone is called" in words(page.content.decode())


def test_the_way_back_never_leaves_the_site(client, somebody):
    client.force_login(somebody)
    assert client.post(reverse("time-zone"), {"zone": "UTC", "next": "https://elsewhere.example/"}).url == "/"


def test_the_page_for_a_fault_needs_nothing_that_could_be_broken():
    assert "What you sent was not saved" in render_to_string("500.html")


@pytest.mark.parametrize("file", sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html")), ids=lambda file: file.name)
def test_no_template_holds_a_style_or_a_script_inline(file):
    if "emails" in file.parts:
        pytest.skip("Mail readers know no style sheets.")
    source = file.read_text()
    assert re.findall(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", source) == []


def test_every_style_sheet_of_a_component_is_on_every_page():
    folder = Path(settings.BASE_DIR) / "static/css/components"
    assert set(re.findall(r"css/components/([\w-]+\.css)", render_to_string("components/stylesheets.html"))) == {
        file.name for file in folder.iterdir()
    }


def test_every_token_that_is_used_is_defined():
    folder = Path(settings.BASE_DIR) / "static/css"
    sheets = "".join(file.read_text() for file in folder.rglob("*.css"))
    assert set(re.findall(r"var\((--[\w-]+)[),]", sheets)) - set(re.findall(r"(--[\w-]+):", sheets)) == set()
