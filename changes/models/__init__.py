"""Tables, constraints, and QuerySet methods that name subsets."""

from changes.models.agenda import AgendaItem, AgendaRevision, Condition, Decision, Vote
from changes.models.api_token import ApiToken
from changes.models.board import Board, BoardMember, Holiday, RotaEntry
from changes.models.change_type import ChangeType
from changes.models.change_window import ChangeWindow
from changes.models.environment import Environment, RouteRule
from changes.models.event import Event
from changes.models.freeze import Freeze, FreezeNotice, FreezeNoticeLine
from changes.models.idempotency_key import IdempotencyKey
from changes.models.incident import IncidentLink
from changes.models.meeting import Meeting
from changes.models.reminder import DemoMail, Reminder
from changes.models.rfc import RFC, Contact, Reference
from changes.models.service import ConfigurationItem, Service
from changes.models.session import WorkSession
from changes.models.step import ChangeTypeStep, Step
from changes.models.user import User
from changes.models.waiver import Waiver

__all__ = [
    "RFC",
    "AgendaItem",
    "AgendaRevision",
    "ApiToken",
    "Board",
    "BoardMember",
    "ChangeType",
    "ChangeTypeStep",
    "ChangeWindow",
    "Condition",
    "ConfigurationItem",
    "Contact",
    "Decision",
    "DemoMail",
    "Environment",
    "Event",
    "Freeze",
    "FreezeNotice",
    "FreezeNoticeLine",
    "Holiday",
    "IdempotencyKey",
    "IncidentLink",
    "Meeting",
    "Reference",
    "Reminder",
    "RotaEntry",
    "RouteRule",
    "Service",
    "Step",
    "User",
    "Vote",
    "Waiver",
    "WorkSession",
]
