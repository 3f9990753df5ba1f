"""The short words beside an item, the same on its page, in its pack and in Markdown."""

import pytest

from changes.choices import Level, Outcome, Section, State
from changes.domain.finding import Finding
from changes.domain.standing import Standing
from changes.formats.standing import marks

NO_WAY_BACK = Finding("rollback.no_trigger", Level.WARNING, "rollback", "It does not say when to turn back.", "Say it.")
LATE = (Level.ERROR, "6 days late")


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(Section.NEW, state=State.SUBMITTED), []),
        (Standing(Section.NEW, state=State.SUBMITTED, findings=(NO_WAY_BACK,)), [("warning", "no trigger")]),
        (Standing(Section.NEW, state=State.CANCELLED, findings=(NO_WAY_BACK,)), [("advice", "cancelled")]),
        (Standing(Section.NEW, state=State.APPROVED, findings=(NO_WAY_BACK,), is_decided=True), []),
        (Standing(Section.EMERGENCY, state=State.COMPLETED, owes="PIR due", findings=(NO_WAY_BACK,)), [("warning", "PIR due")]),
        (Standing(Section.EMERGENCY, state=State.COMPLETED, owes="PIR due", retrospective=True), [("advice", "retrospective")]),
        (
            Standing(Section.FAILED, state=State.COMPLETED, outcome=Outcome.ROLLED_BACK, owes="PIR due"),
            [("advice", "rolled back"), ("warning", "PIR due")],
        ),
        (Standing(Section.FAILED, state=State.IN_PROGRESS, findings=(NO_WAY_BACK,)), []),
        (Standing(Section.ONGOING, state=State.SCHEDULED, findings=(NO_WAY_BACK,)), [("warning", "no trigger")]),
        (Standing(Section.ACTIONS, promised=LATE), [("error", "6 days late")]),
        (Standing(Section.ACTIONS, state=State.SCHEDULED, promised=LATE, findings=(NO_WAY_BACK,)), [("error", "6 days late")]),
        (Standing(Section.ONGOING), []),
    ],
)
def test_an_item_is_told_in_two_or_three_words(standing, words):
    assert marks(standing) == words
