"""The record of a change type in words and as a drawing: the same on the form and before the board."""

from changes.domain.record import Record
from changes.formats import charts, times


def took(record: Record) -> str:
    """How long the runs took and were planned to take; "" where there is none. Lengths as people read them."""
    if not record.count:
        return ""
    planned, actual = record.planned, record.actual
    half, nine = times.duration(planned.median), times.duration(planned.nine_in_ten)
    if not actual.count:
        return f"Half were planned for up to {half}, nine in ten for up to {nine}. Their actual times are not known."
    some = "Half" if actual.count == record.count else f"Of the {actual.count} with actual times half"
    truth = f"{some} took up to {times.duration(actual.median)}, nine in ten up to {times.duration(actual.nine_in_ten)}."
    return f"{truth} Planned were {half} and {nine}."


def outcomes(record: Record) -> str:
    """How the runs went: "26 successful, 1 rolled back", the most frequent first."""
    return ", ".join(f"{count} {outcome.label.lower()}" for outcome, count in record.outcomes.items())


def drawn(record: Record, *, plan: int, session: int | None = None) -> charts.Record:
    """The runs with a plan of so many minutes against them, to be drawn as dots."""
    spread = record.actual if record.actual.count else record.planned
    return charts.Record([(run.minutes, run.is_successful) for run in record.runs], plan, session, nine=spread.nine_in_ten or None)
