"""One filling-in of the form: what was typed, what of it has no shape, and the content that the rest makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from changes.choices import ImpactLevel, Outage, Phase, Relation, Urgency
from changes.domain.content import Contact, Content, Impact, Reference, Session, Step
from changes.domain.severity import QUESTIONS
from changes.models.rfc import key_of, number_of
from changes.selectors.rfc_menu import Menu, Named
from changes.web.forms import moment, typed
from changes.web.forms.rfc import ContactForm, ReferenceForm, RFCForm, SessionForm, StepForm

#: The cell of findings beside an input, where it is not called as the input is.
_BESIDE = {
    "environment": "where",
    "rollback_trigger": "trigger",
    "owner": "people",
    "implementer": "people",
    "follows_up": "references",
    **{f"impact_{name}": "impact" for name in QUESTIONS},
}
_MOMENTS = ("start", "end", "outage_start", "outage_end", "actual_start", "actual_end")


@dataclass(frozen=True)
class Problem:
    """Something that cannot be read as it is: the field by the API's name, why, and what to do."""

    field: str
    message: str
    mend: str = ""


@dataclass
class Row:
    """A row on the page: its prefix, its form, and what has to be told of its times."""

    prefix: str
    form: forms.Form
    told: list[moment.Told] = field(default_factory=list)


@dataclass
class Chips:
    """A field of several: those chosen, those offered, and words that name nothing."""

    chosen: list[Named]
    offered: Sequence[Named]
    unknown: list[str]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(item.slug for item in self.chosen)


class Entry:
    """The typed data with its forms. `stored` is the content that it would replace, None for a new RFC."""

    def __init__(self, data: QueryDict, menu: Menu, zone: ZoneInfo, stored: Content | None = None) -> None:
        self.data, self.menu, self.zone, self.stored = data, menu, zone, stored
        self.form = RFCForm(
            data,
            environments=[(e.slug, e.name) for e in menu.environments],
            change_types=[(group, [(t.slug, t.name) for t in kinds]) for group, kinds in menu.change_types],  # type: ignore[misc]
            people=[(p.slug, p.name) for p in menu.people],
        )
        self.form.is_valid()
        self.sessions = self._rows("sessions", SessionForm)
        self.steps = {phase: self._rows(phase.value, StepForm) for phase in Phase}
        self.contacts = self._rows("contacts", ContactForm)
        self.references = self._rows("references", ReferenceForm)
        self._describe()
        for row in self.sessions:
            row.told = list(self._told(row))

    def _describe(self) -> None:
        """Ties each input to its hint and to the findings beside it, for readers of screens."""
        for name, asked in self.form.fields.items():
            hint = f"id_{name}_helptext " if asked.help_text else ""
            asked.widget.attrs["aria-describedby"] = f"{hint}beside-{_BESIDE.get(name, name)}"

    def _rows(self, group: str, kind: type[forms.Form]) -> list[Row]:
        rows = [Row(prefix, kind(self.data, prefix=prefix)) for prefix in typed.prefixes(self.data, group)]
        for row in rows:
            row.form.is_valid()
        return rows

    # --- What the page reads --------------------------------------------------------------------------------------
    @cached_property
    def services(self) -> Chips:
        return self._chips("services", self.menu.services)

    @cached_property
    def items(self) -> Chips:
        return self._chips("configuration_items", self.menu.items)

    @cached_property
    def predecessors(self) -> Chips:
        return self._chips("predecessors", self.menu.rfcs)

    def _chips(self, name: str, offered: Sequence[Named]) -> Chips:
        words = [*self.data.getlist(name), *self.data.get(f"{name}_add", "").split(",")]
        known = {word.casefold(): item for item in reversed(offered) for word in (item.name, item.slug)}
        wanted = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
        found = {item.slug: item for word in wanted if (item := known.get(_number(word).casefold()))}
        unknown = [word for word in wanted if _number(word).casefold() not in known]
        return Chips(list(found.values()), offered, unknown)

    @cached_property
    def problems(self) -> list[Problem]:
        """All that has no shape, in the order of the form. While there is any, nothing is stored."""
        return [*self._own(), *self._of_chips(), *self._of_sessions(), *self._of_rows()]

    def _own(self) -> Iterator[Problem]:
        for name, errors in self.form.errors.items():
            question = name.removeprefix("impact_")
            yield Problem(f"impact.{question}" if question in QUESTIONS else name, str(errors[0]))
        follows = self.data.get("follows_up", "").strip()
        if follows and self._follows_up is None:
            yield Problem("follows_up", f"There is no {follows}.", "Check the number.")

    def _of_chips(self) -> Iterator[Problem]:
        names = {"services": self.services, "configuration_items": self.items, "predecessors": self.predecessors}
        words = {"services": "service", "configuration_items": "item", "predecessors": "RFC"}
        for name, chips in names.items():
            for word in chips.unknown:
                yield Problem(name, f"There is no {words[name]} “{word[:80]}”.", "Choose one that is offered while you type.")

    def _of_sessions(self) -> Iterator[Problem]:
        for row in self.sessions:
            where, times = row.prefix, row.form.cleaned_data
            if times.get("end") and not times.get("start") and not row.form.errors:
                yield Problem(where, "The session has an end and no start.", "Say when it begins.")
            if times.get("start") and not times.get("end") and not row.form.errors and not self._was_open(row):
                yield Problem(where, "The session has a start and no end.", "Say when it ends.")

    def _of_rows(self) -> Iterator[Problem]:
        groups: Mapping[str, Sequence[Row]] = {
            **{phase.value: rows for phase, rows in self.steps.items()},
            "sessions": self.sessions,
            "contacts": self.contacts,
            "references": self.references,
        }
        for group, rows in groups.items():
            for index, row in enumerate(rows):
                for name, errors in row.form.errors.items():
                    yield Problem(row.prefix if group == "sessions" else f"{group}[{index}]", f"{row.form.fields[name].label}: {errors[0]}")

    def _told(self, row: Row) -> Iterator[moment.Told]:
        for name in _MOMENTS:
            choice = f"{row.prefix}-{name}_second"
            wall = row.form.cleaned_data.get(name)
            if one := moment.told(wall, self.zone, choice=choice, second=self._is_second(choice)):
                yield one

    def _is_second(self, choice: str) -> bool:
        return self.data.get(choice) == "1"

    # --- The content ----------------------------------------------------------------------------------------------
    @cached_property
    def content(self) -> Content:
        """What can be read of it; complete once there are no problems."""
        clean = self.form.cleaned_data
        return Content(
            title=clean.get("title", ""),
            reason=clean.get("reason", ""),
            description=clean.get("description", ""),
            rollback_trigger=clean.get("rollback_trigger", ""),
            environment=clean.get("environment") or None,
            change_type=clean.get("change_type") or None,
            owner=clean.get("owner") or None,
            implementer=clean.get("implementer") or None,
            urgency=Urgency(clean["urgency"]) if clean.get("urgency") else None,
            services=tuple(sorted(self.services.slugs)),
            configuration_items=tuple(sorted(self.items.slugs)),
            predecessors=tuple(sorted(self.predecessors.slugs)),
            contacts=tuple(self._contacts()),
            references=tuple(self._references()),
            impact=self._impact(),
            sessions=tuple(session for session, _ in self.placed_sessions),
            needed_by=self._instant(clean.get("needed_by"), "needed_by"),
            rollout=self._steps(Phase.ROLLOUT),
            verification=self._steps(Phase.VERIFICATION),
            rollback=self._steps(Phase.ROLLBACK),
            follows_up=self._follows_up,
        )

    @property
    def _follows_up(self) -> str | None:
        asked = _number(self.data.get("follows_up", "").strip())
        return asked if asked in {rfc.slug for rfc in self.menu.rfcs} else None

    def _impact(self) -> Impact:
        answers = {name: self.form.cleaned_data.get(f"impact_{name}") for name in QUESTIONS}
        return Impact(**{name: ImpactLevel(answer) if answer else None for name, answer in answers.items()})

    def _steps(self, phase: Phase) -> tuple[Step, ...]:
        return tuple(_step(row.form.cleaned_data) for row in self.steps[phase] if not typed.is_blank(self.data, row.prefix, typed.STEP))

    @cached_property
    def placed_sessions(self) -> list[tuple[Session, Row]]:
        """The sessions that can be read, in order of their start as the content has them, each with its row."""
        found = [(session, row) for row in self.sessions if (session := self._session(row))]
        return sorted(found, key=lambda pair: pair[0].start)

    def _session(self, row: Row) -> Session | None:
        clean = row.form.cleaned_data
        times = {name: self._instant(clean.get(name), f"{row.prefix}-{name}") for name in _MOMENTS}
        start, end = times["start"], times["end"]
        if start is None or (end is None and not self._was_open(row)):
            return None
        outage = Outage(clean["outage"]) if clean.get("outage") else None
        if outage != Outage.PLANNED:
            times |= {"outage_start": None, "outage_end": None}
        before = self._stored_session(row) or Session(start, end)
        # Actual times are on the page of a draft alone; elsewhere the stored ones stay.
        written = {name: time for name, time in times.items() if not name.startswith("actual") or f"{row.prefix}-{name}" in self.data}
        return replace(before, **{**written, "start": start, "outage": outage})  # type: ignore[arg-type]

    def _stored_session(self, row: Row) -> Session | None:
        """The stored session that a row continues; an id that is not of this RFC continues nothing."""
        wanted = row.form.cleaned_data.get("id")
        return next((s for s in self.stored.sessions if wanted and s.id == wanted), None) if self.stored else None

    def _was_open(self, row: Row) -> bool:
        before = self._stored_session(row)
        return before is not None and before.end is None

    def _instant(self, wall: datetime | None, name: str) -> datetime | None:
        return moment.instant(wall, self.zone, second=self._is_second(f"{name}_second"))

    def _contacts(self) -> Iterator[Contact]:
        for row in self.contacts:
            clean = row.form.cleaned_data
            if clean.get("name"):
                yield Contact(clean["name"], clean.get("role", ""), clean.get("phone", ""), clean.get("url", ""))

    def _references(self) -> Iterator[Reference]:
        for row in self.references:
            clean = row.form.cleaned_data
            if clean.get("identifier"):
                relation = Relation(clean.get("relation") or Relation.RELATED)
                yield Reference(clean.get("system") or "incident", clean["identifier"], clean.get("url", ""), relation)


def blank_rows() -> dict[str, Row]:
    """An empty row of each group, from which a script makes more."""
    kinds: dict[str, type[forms.Form]] = {"sessions": SessionForm, "contacts": ContactForm, "references": ReferenceForm}
    rows = {group: Row(f"{group}-0", kind(prefix=f"{group}-0")) for group, kind in kinds.items()}
    return {**rows, "steps": Row("rollout-0", StepForm(prefix="rollout-0"))}


def _step(clean: Mapping[str, Any]) -> Step:
    words = {name: clean.get(name, "") for name in ("instruction", "command", "role", "check", "if_not")}
    return Step(**words, minutes=clean.get("minutes"), id=clean.get("id"))


def _number(word: str) -> str:
    """A number of an RFC as it is stored, however it was typed; any other word as it is."""
    key = key_of(word)
    return number_of(key) if key is not None else word
