"""The board's week: meetings, agendas, votes, decisions, conditions."""

from datetime import UTC, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from changes.choices import (
    MeetingState,
    Route,
    Section,
    Severity,
    Verdict,
)
from changes.models import (
    AgendaItem,
    AgendaRevision,
    Board,
    BoardMember,
    Condition,
    Meeting,
    RotaEntry,
    Vote,
)
from changes.models import Decision as DecisionRow
from tests.factories.moment import NOW, hours
from tests.factories.people import UserFactory


class BoardFactory(DjangoModelFactory):
    """Thursday 14:00 in Amsterdam, cut-off Tuesday 12:00. `seats=[user]` and `rota=[user]` fill it."""

    class Meta:
        model = Board
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"board-{n}")
    name = "Change advisory board"
    chair = factory.SubFactory(UserFactory)
    time_zone = "Europe/Amsterdam"
    weekday = 3
    starts = time(14, 0)
    minutes = 60
    cut_off_days = 2
    cut_off_time = time(12, 0)

    @factory.post_generation
    def seats(self, create, extracted, **_):
        for user in extracted or []:
            BoardMember.objects.create(board=self, user=user)

    @factory.post_generation
    def rota(self, create, extracted, **_):
        for position, user in enumerate(extracted or []):
            RotaEntry.objects.create(board=self, user=user, position=position)


class MeetingFactory(DjangoModelFactory):
    """Thursday 26 November 2026, 14:00–15:00 in Amsterdam, cut-off on the Tuesday before; each next one a week on."""

    class Meta:
        model = Meeting

    board = factory.SubFactory(BoardFactory)
    starts_at = factory.Sequence(lambda n: datetime(2026, 11, 26, 13, 0, tzinfo=UTC) + timedelta(weeks=n))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + hours(1))
    cut_off_at = factory.LazyAttribute(lambda row: row.starts_at - hours(50))
    state = MeetingState.PLANNED


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    section = Section.NEW
    position = factory.Sequence(int)
    title = factory.LazyAttribute(lambda item: item.rfc.title if item.rfc else "A point of the agenda")
    minutes = 5
    reason = "Submitted before the cut-off."


class RevisionFactory(DjangoModelFactory):
    class Meta:
        model = AgendaRevision

    meeting = factory.SubFactory(MeetingFactory)
    number = 1
    frozen_at = NOW
    snapshot = factory.LazyFunction(dict)


class VoteFactory(DjangoModelFactory):
    class Meta:
        model = Vote

    item = factory.SubFactory(AgendaItemFactory)
    member = factory.SubFactory(UserFactory)
    vote = "approve"
    at = NOW


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = DecisionRow

    rfc = factory.SubFactory("tests.factories.RFCFactory")
    route = Route.BOARD
    verdict = Verdict.APPROVE
    severity = Severity.MINOR
    by = factory.SubFactory(UserFactory)
    recorded_by = factory.SelfAttribute("by")
    at = NOW


class ConditionFactory(DjangoModelFactory):
    class Meta:
        model = Condition

    decision = factory.SubFactory(DecisionFactory)
    text = "Show that last night's backup can be restored"
    owner = factory.SubFactory(UserFactory)
    due_at = NOW + hours(48)
