"""Tables, constraints, and QuerySet methods that name subsets."""

from changes.models.agenda import Action, AgendaItem, AgendaRevision, Condition, Decision, ElectronicVote, ItemSeen, Vote
from changes.models.api_token import ApiToken
from changes.models.asking import Asking
from changes.models.board import Board, BoardMember, Holiday, RotaEntry
from changes.models.change_type import ChangeType
from changes.models.change_window import ChangeWindow
from changes.models.environment import Environment, RouteRule
from changes.models.event import Event, Happening, MeetingEvent
from changes.models.freeze import Freeze, FreezeNotice, FreezeNoticeLine
from changes.models.idempotency_key import IdempotencyKey
from changes.models.incident import IncidentLink
from changes.models.meeting import Addendum, Attendance, Meeting
from changes.models.reminder import DemoMail, Heartbeat, Preference, Reminder, Tally
from changes.models.rfc import RFC, Contact, Reference
from changes.models.service import ConfigurationItem, Service
from changes.models.session import WorkSession
from changes.models.step import ChangeTypeStep, Step
from changes.models.user import User
from changes.models.waiver import Waiver

__all__ = [
    "RFC",
    "Action",
    "Addendum",
    "AgendaItem",
    "AgendaRevision",
    "ApiToken",
    "Asking",
    "Attendance",
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
    "ElectronicVote",
    "Environment",
    "Event",
    "Freeze",
    "FreezeNotice",
    "FreezeNoticeLine",
    "Happening",
    "Heartbeat",
    "Holiday",
    "IdempotencyKey",
    "IncidentLink",
    "ItemSeen",
    "Meeting",
    "MeetingEvent",
    "Preference",
    "Reference",
    "Reminder",
    "RotaEntry",
    "RouteRule",
    "Service",
    "Step",
    "Tally",
    "User",
    "Vote",
    "Waiver",
    "WorkSession",
]
