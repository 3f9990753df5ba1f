"""The demo's mailbox and the reminders of an RFC, as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.choices import State
from changes.models import DemoMail
from tests.factories import NOW, DemoMailFactory, ReminderFactory, RFCFactory, SessionFactory, UserFactory, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    person = UserFactory(username="reader")
    client.force_login(person)
    return person


def test_every_demo_account_reads_every_mail(client, reader):
    DemoMailFactory(subject="Older", to="a@example.org")
    DemoMailFactory(subject="Newer", to="b@example.org")
    page = client.get(reverse("mailbox")).content.decode()
    assert page.index("Newer") < page.index("Older")


def test_it_narrows_by_reader_and_by_words(client, reader):
    DemoMailFactory(subject="For a", to="a@example.org", text="RFC-000001")
    DemoMailFactory(subject="For b", to="b@example.org", text="RFC-000002")
    assert "For b" not in client.get(reverse("mailbox"), {"to": "a@example.org"}).content.decode()
    page = client.get(reverse("mailbox"), {"q": "rfc-000002"}).content.decode()
    assert "For b" in page
    assert "For a" not in page
    assert "No mail fits" in client.get(reverse("mailbox"), {"q": "nothing like it"}).content.decode()


def test_older_ones_are_a_page_further(client, reader):
    first = DemoMailFactory(subject="The very first")
    for _ in range(50):
        DemoMailFactory()
    page = client.get(reverse("mailbox"))
    assert "The very first" not in page.content.decode()
    further = client.get(reverse("mailbox"), {"before": page.context["older"]})
    assert [mail.pk for mail in further.context["mails"]] == [first.pk]
    assert client.get(reverse("mailbox"), {"before": "x"}).status_code == 200


def test_it_costs_the_same_for_one_and_for_three(client, reader):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("mailbox"))
        return len(queries)

    DemoMailFactory()
    one = asked()
    DemoMailFactory()
    DemoMailFactory()
    assert asked() == one


def test_a_mail_is_shown_as_text_and_in_a_frame_of_its_own(client, reader):
    mail = DemoMailFactory(text="See http://localhost/rfcs/RFC-000001/ <now>", html="<p>Hello</p><script>alert(1)</script>")
    page = client.get(reverse("mailbox-mail", args=[mail.pk])).content.decode()
    assert f'src="{reverse("mailbox-html", args=[mail.pk])}" sandbox=' in page
    assert '<a href="http://localhost/rfcs/RFC-000001/"' in page
    assert "&lt;now&gt;" in page
    assert "alert(1)" not in page, "the mail's own markup never enters our page"


def test_the_frame_may_run_and_load_nothing(client, reader):
    mail = DemoMailFactory(html="<p>Hello</p><script>alert(1)</script>")
    answer = client.get(reverse("mailbox-html", args=[mail.pk]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'sha256-" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(reverse("mailbox-html", args=[DemoMailFactory(html="").pk])).status_code == 404


def test_outside_of_a_demo_there_is_no_mailbox(client, reader, settings):
    mail = DemoMailFactory(html="<p>Hello</p>")
    settings.DEMO = False
    names = [("mailbox", []), ("mailbox-mail", [mail.pk]), ("mailbox-html", [mail.pk])]
    answers = [client.get(reverse(name, args=arguments)) for name, arguments in names]
    assert [(answer.status_code, "Hello" in answer.content.decode()) for answer in answers] == [(404, False)] * 3


def test_nobody_reads_without_signing_in(client):
    mail = DemoMailFactory(html="<p>Hello</p>")
    for name, arguments in (("mailbox", []), ("mailbox-mail", [mail.pk]), ("mailbox-html", [mail.pk])):
        assert client.get(reverse(name, args=arguments)).url.startswith(reverse("sign-in"))
    assert DemoMail.objects.count() == 1


# --- The reminders of an RFC --------------------------------------------------------------------------------------------


def test_what_was_sent_and_what_is_to_come(client, reader):
    rfc = RFCFactory(state=State.SCHEDULED, title="Rollup 8")
    ReminderFactory(rfc=rfc, rule="decided", recipient=rfc.owner, state="sent", sent_at=NOW, detail="20 min late.")
    ReminderFactory(rfc=rfc, rule="on_agenda", recipient=rfc.owner, state="failed", attempts=6, detail="550 No such mailbox")
    SessionFactory(rfc=rfc, planned_start=NOW + hours(24 * 365))
    page = client.get(reverse("rfc-reminders", args=[rfc.number]))
    assert [entry.rule for entry in page.context["ahead"]] == ["before_24h", "begun", "outcome", "outcome_missing"]
    text = page.content.decode()
    for words in ("Decided", "20 min late.", "failed", "550 No such mailbox", "Has it begun?", "to come"):
        assert words in text


def test_an_rfc_without_any_says_so(client, reader):
    page = client.get(reverse("rfc-reminders", args=[RFCFactory(state=State.CLOSED).number])).content.decode()
    assert "Nothing is to be sent" in page
    assert "Nothing has been sent yet" in page


def test_somebody_elses_draft_is_not_shown(client, reader):
    draft = RFCFactory(state=State.DRAFT, title="Rollup 8")
    answer = client.get(reverse("rfc-reminders", args=[draft.number]))
    assert (answer.status_code, draft.title in answer.content.decode()) == (404, False)
