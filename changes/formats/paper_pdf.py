"""A paper as a tagged PDF, set by typst (`paper.typ`). What people wrote goes in as data and is never read as markup."""

import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import orjson
import typst

from changes.domain.frozen import to_data
from changes.formats.fonts import families, fonts
from changes.formats.paper import Paper

log = logging.getLogger(__name__)
TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf_of(paper: Paper, *, base: str, at: datetime) -> bytes:
    """The paper as PDF/UA-1; `base` goes before its links and `at` is when it was made.

    What keeps a text from being accessible (a letter that no font has) is logged, and the paper comes without that promise.
    """
    compiler = _compiler(paper, base)
    try:
        return _compiled(compiler, at, "ua-1")
    except typst.TypstError as error:
        log.warning("“%s” is no PDF/UA: %s", paper.title, error.message)
        return _compiled(compiler, at, "1.7")


def _compiler(paper: Paper, base: str) -> typst.Compiler:
    inputs = {"paper": orjson.dumps(to_data(paper)).decode(), "base": base, "fonts": orjson.dumps(families()).decode()}
    return typst.Compiler(font_paths=fonts(), sys_inputs=inputs)


def _compiled(compiler: typst.Compiler, at: datetime, standard: Literal["ua-1", "1.7"]) -> bytes:
    made = compiler.compile(_template(), format="pdf", pdf_standards=standard, timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)  # noqa: S101 - a list only where pages come one by one, as PNG
    return made


def pictures_of(paper: Paper, *, base: str, ppi: int = 72) -> list[bytes]:
    """Its pages as PNG, to be looked at."""
    made = _compiler(paper, base).compile(_template(), format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else made or []


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
