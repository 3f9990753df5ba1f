"""Times, RFCs and decisions as papers say them, for readers in one zone on one day."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.urls import reverse

from changes.choices import Ballot, Manner, Severity
from changes.domain.minutes import Promised, Said, Voice
from changes.formats import times
from changes.formats.paper import Line, Run, line, strong

#: A manner as it stands in a sentence.
_MANNERS = {Manner.CONSENT: "on the consent list", Manner.ELECTRONIC: "between meetings, electronically"}
_VOTES = {Ballot.APPROVE: "for", Ballot.REJECT: "against", Ballot.ABSTAIN: "abstains", "": "open", "barred": "may not vote"}


@dataclass(frozen=True)
class Reader:
    """In whose zone and on which day a paper is read."""

    zone: tzinfo
    today: date

    def moment(self, at: datetime) -> str:
        return times.moment(at, zone=self.zone, today=self.today)

    def hhmm(self, at: datetime) -> str:
        return times.hhmm(at, zone=self.zone)

    def interval(self, start: datetime, end: datetime | None) -> str:
        return times.interval_words(start, end, zone=self.zone, today=self.today)

    def headline(self, start: datetime, end: datetime) -> str:
        """A meeting's day and time in full: "Thursday 26 November 2026, 14:00–15:00"."""
        local = start.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y}, {self.hhmm(start)}–{self.hhmm(end)}"

    def zone_words(self, at: datetime) -> str:
        name = getattr(self.zone, "key", "")
        abbreviation = times.zone_abbreviation(at, zone=self.zone)
        return f"{name.rpartition('/')[2].replace('_', ' ')} ({abbreviation})" if name else abbreviation


def rfc(number: str) -> Run:
    """A number that leads to its RFC."""
    return Run(number, reverse("rfc-detail", args=[number]))


def severity(word: str) -> str:
    return Severity(word).label if word else ""


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 item", "3 items"."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def said(given: Said, reader: Reader) -> Line:
    """A decision in a sentence: what, to when, by whom, when and how, with or without a quorum."""
    to = f" to the meeting of {reader.moment(given.deferred_to)}" if given.deferred_to else ""
    by = f" by {given.by}" if given.by else ""
    how = f", {_MANNERS[Manner(given.manner)]}" if given.manner in _MANNERS else ""
    present = f" of {given.present} present" if given.present is not None else ""
    quorum = {None: "", True: f", with a quorum{present}", False: f", without a quorum{present and f' ({given.present} present)'}"}
    reason = f" {given.reason}" if given.reason else ""
    return line(strong(f"{given.words}{to}"), f"{by}, {reader.moment(given.at)}{how}{quorum[given.quorum_met]}.{reason}")


def promised(given: Promised, reader: Reader) -> Line:
    """A condition or an action: the text, whose it is, until when, and whether it is done."""
    done = f"; done {reader.moment(given.done_at)}" if given.done_at else ""
    return line(given.text, f": {given.owner}, until {reader.moment(given.due_at)}{done}")


def voices(given: tuple[Voice, ...]) -> str:
    """Who voted how: "Anna for, Ben against (“Too early.”)"."""
    return ", ".join(f"{one.name} {_VOTES[one.vote]}{f' (“{one.comment}”)' if one.comment else ''}" for one in given)


def vote(word: str) -> str:
    return _VOTES[word]
