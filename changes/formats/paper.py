"""A paper: what minutes and packs are made of, before they become a page, a PDF, a mail or Markdown.

Blocks of plain words. Whoever renders them marks up what is said here and adds nothing; no text of a user is markup anywhere.
"""

from dataclasses import dataclass, field

from changes.formats.session_bar import Drawing


@dataclass(frozen=True)
class Run:
    """A few words. `link` is a path on this site."""

    text: str
    link: str = ""
    is_strong: bool = False


Line = tuple[Run, ...]


def line(*parts: "str | Run") -> Line:
    """Words and runs one after the other; what is empty is left out."""
    return tuple(Run(part) if isinstance(part, str) else part for part in parts if part)


def strong(text: str) -> Run:
    return Run(text, is_strong=True)


@dataclass(frozen=True)
class Heading:
    """`level` 2 begins a part of the paper and 3 one inside it; the paper's own title is 1. `under` is a quiet line below."""

    text: str
    level: int = 2
    anchor: str = ""
    under: Line = ()
    kind: str = "heading"


@dataclass(frozen=True)
class Text:
    """A paragraph. `weight` is "" for body, "ask" for the decision asked, "quiet" for second text."""

    line: Line
    weight: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Facts:
    """Names with what is to be said of them."""

    rows: tuple[tuple[str, Line], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Bullets:
    rows: tuple[Line, ...]
    kind: str = "bullets"


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the line, 0 for as much as its words take; `numbers` are the columns that are set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()
    kind: str = "table"


@dataclass(frozen=True)
class Found:
    """A finding: `level` is error, warning, advice or ok."""

    level: str
    word: str
    message: str
    mend: str = ""
    code: str = ""
    kind: str = "found"


@dataclass(frozen=True)
class Bar:
    """The plan laid into its session."""

    drawing: Drawing
    kind: str = "bar"


@dataclass(frozen=True)
class Break:
    """What follows begins on a page of its own."""

    kind: str = "break"


Block = Heading | Text | Facts | Bullets | Table | Found | Bar | Break


@dataclass(frozen=True)
class Paper:
    """`kicker` stands above the title and `under` below it; `running` at the foot of each page."""

    title: str
    kicker: str
    under: tuple[Line, ...]
    running: str
    blocks: tuple[Block, ...] = field(default=())
