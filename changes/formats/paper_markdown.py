"""A paper as Markdown (CommonMark with tables, as most editors take it); what people wrote is escaped and stays what it was."""

import re
from collections.abc import Iterable

from changes.formats.paper import Bar, Block, Break, Bullets, Facts, Found, Heading, Line, Paper, Run, Table, Text

#: What means something anywhere in a line, and what does so only at its beginning.
_ANYWHERE = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_AT_START = re.compile(r"^([-+=]|\d+(?=[.)]\s))")

ESCAPE = r"\\\1"


def markdown_of(paper: Paper, *, base: str) -> str:
    """The whole paper; `base` goes before its links, links inside it become plain words."""
    parts = [f"# {_flat(paper.title)}", _flat(paper.kicker), *(_line(line, base) for line in paper.under)]
    parts += [text for block in paper.blocks if (text := _block(block, base))]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """A text of any number of lines, none of which is a heading, a list, a table or a link of its own; line breaks stay."""
    return "  \n".join(_escaped(line) for line in text.splitlines())


def _escaped(line: str) -> str:
    line = _ANYWHERE.sub(ESCAPE, line.strip())
    return _AT_START.sub(lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", line)


def _flat(text: str) -> str:
    """In one line, as headings and cells need it."""
    return _escaped(" ".join(text.split()))


def _run(run: Run, base: str, *, flat: bool) -> str:
    inner = run.text.strip()
    lead, trail = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    words = _flat(inner) if flat else escaped(inner)
    if run.is_strong and words:
        words = f"**{words}**"
    if run.link and not run.link.startswith("#"):
        words = f"[{words}](<{base}{run.link}>)"
    return f"{' ' if lead else ''}{words}{' ' if trail else ''}"


def _line(line: Line, base: str, *, flat: bool = False) -> str:
    return "".join(_run(run, base, flat=flat) for run in line).strip()


def _block(block: Block, base: str) -> str:
    if isinstance(block, Heading):
        under = f"\n\n{_line(block.under, base)}" if block.under else ""
        return f"{'#' * block.level} {_ANYWHERE.sub(ESCAPE, ' '.join(block.text.split()))}{under}"
    if isinstance(block, Text):
        return f"> {_line(block.line, base, flat=True)}" if block.weight == "ask" else _line(block.line, base)
    if isinstance(block, Bar):
        return _flat(block.drawing.words)
    return "---" if isinstance(block, Break) else "\n".join(_rows(block, base))


def _rows(block: Facts | Bullets | Table | Found, base: str) -> Iterable[str]:
    if isinstance(block, Facts):
        return (f"- **{_flat(name)}:** {_line(line, base, flat=True)}" for name, line in block.rows)
    if isinstance(block, Bullets):
        return (f"- {_line(line, base, flat=True)}" for line in block.rows)
    if isinstance(block, Table):
        return _table(block, base)
    return [f"- **{_flat(block.word)}:** {_flat(block.message)} {_flat(block.mend)}".rstrip()]


def _table(block: Table, base: str) -> Iterable[str]:
    yield f"| {' | '.join(block.head)} |"
    yield f"|{'|'.join(' ---: ' if column in block.numbers else ' --- ' for column in range(len(block.head)))}|"
    for row in block.rows:
        yield f"| {' | '.join(_line(line, base, flat=True) for line in row)} |"
