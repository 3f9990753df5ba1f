"""An earlier revision of an agenda, as it froze: nothing on its page is of a later day (DESIGN 4.8)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changes.choices import Section, Verdict
from changes.domain.agenda import HINTS
from changes.domain.consent import how_many, minutes_for
from changes.domain.kept import Past, PastItem
from changes.formats.charts import Part
from changes.formats.outage import outage_words
from changes.formats.standing import marks
from changes.models import AgendaRevision, Meeting, User
from changes.selectors.revision import frozen_left_off, past_of

#: How heavy a section's part of the minutes bar is drawn.
WEIGHTS = {Section.NEW: "heavy", Section.EMERGENCY: "soft", Section.ONGOING: "soft"}


@dataclass(frozen=True)
class PastLine:
    """An item with its short words as of then, each with a level, its outage in words, and a decision made by then."""

    item: PastItem
    marks: list[tuple[str, str]]
    outage: str
    verdict: str


@dataclass(frozen=True)
class PastPart:
    """A section with what was talked about in it."""

    section: Section
    lines: list[PastLine]

    @property
    def hint(self) -> str:
        return HINTS[self.section]

    @property
    def minutes(self) -> int:
        return sum(line.item.minutes for line in self.lines)


def past_page(request: HttpRequest, row: AgendaRevision, meeting: Meeting, viewer: User) -> HttpResponse:
    """The page of `row`, from what it kept; where an older revision kept less, the page says so."""
    past = past_of(row)
    sections = [PastPart(section, [_line(one) for one in items if not one.is_consented]) for section, items in past.sections]
    sections = [part for part in sections if part.lines]
    consent = minutes_for(len(past.consented))
    context = {
        "meeting": meeting,
        "past": past,
        "sections": sections,
        "consent": [_line(one) for one in past.consented],
        "consent_minutes": consent,
        "late": [_line(one) for one in past.late],
        "parts": [*(Part(one.section.label, one.minutes, WEIGHTS.get(one.section, "")) for one in sections), Part("Consent", consent)],
        "how_many": how_many(len(past.items) - len(past.consented), len(past.consented)),
        "left_off": list(frozen_left_off(row.snapshot, viewer)) if "left_off" in row.snapshot else None,
        "others": _others(meeting, past),
    }
    return render(request, "changes/meeting_past.html", context)


def _line(item: PastItem) -> PastLine:
    kept = item.kept
    if kept is None or item.section is None:
        return PastLine(item, [], outage_words(kept.sessions) if kept else "", _verdict(item))
    standing = kept.standing(item.section, item.findings, is_decided=bool(item.verdict))
    return PastLine(item, marks(standing), outage_words(kept.sessions), _verdict(item))


def _verdict(item: PastItem) -> str:
    return Verdict(item.verdict).label.lower() if item.verdict else ""


def _others(meeting: Meeting, past: Past) -> list[int]:
    numbers = meeting.revisions.order_by("number").values_list("number", flat=True)
    return [number for number in numbers if number not in (past.number, meeting.revision)]
