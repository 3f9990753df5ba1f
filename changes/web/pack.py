"""The pack of a meeting as a page that prints, as PDF and as Markdown; all three from the same values (DESIGN 4.8)."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.domain.pack import Pack
from changes.formats.pack import paper_of
from changes.formats.paper import Block, Break, Paper
from changes.formats.paper_markdown import markdown_of
from changes.formats.paper_pdf import pdf_of
from changes.models import Meeting
from changes.selectors.pack import pack_of
from changes.web.agenda import meeting_or_404
from changes.web.rfc import reader


@require_safe
def meeting_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Front page and one sheet per item."""
    meeting, at = meeting_or_404(request, pk), timezone.now()
    pack = _pack(request, meeting, at)
    paper = paper_of(pack, zone=timezone.get_current_timezone(), at=at)
    context = {
        "meeting": meeting,
        "paper": paper,
        "pages": pack.about_pages,
        "sheets": sheets_of(paper.blocks),
        "source": markdown_of(paper, base=settings.FSC_BASE_URL),
    }
    return render(request, "changes/pack.html", context)


@require_safe
def meeting_pack_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as PDF."""
    meeting, at = meeting_or_404(request, pk), timezone.now()
    return as_pdf(_paper(request, meeting, at), file_name("pack", meeting), at)


@require_safe
def meeting_pack_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as Markdown."""
    meeting = meeting_or_404(request, pk)
    return as_markdown(_paper(request, meeting, timezone.now()), file_name("pack", meeting))


def _pack(request: HttpRequest, meeting: Meeting, at: datetime) -> Pack:
    return pack_of(meeting, viewer=reader(request), at=at, time_zone=timezone.get_current_timezone_name())


def _paper(request: HttpRequest, meeting: Meeting, at: datetime) -> Paper:
    return paper_of(_pack(request, meeting, at), zone=timezone.get_current_timezone(), at=at)


# --- Any paper ----------------------------------------------------------------------------------------------------------
def sheets_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks by the sheets on which they begin."""
    sheets: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Break):
            sheets.append([])
        else:
            sheets[-1].append(block)
    return sheets


def file_name(kind: str, meeting: Meeting) -> str:
    """ "pack-cab-2026-11-26": the board and the date where it sits."""
    return f"{kind}-{meeting.board.slug}-{meeting.board.date_at(meeting.starts_at)}"


def as_pdf(paper: Paper, name: str, at: datetime) -> HttpResponse:
    """Shown in the browser; kept under its name."""
    disposition = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(pdf_of(paper, base=settings.FSC_BASE_URL, at=at), content_type="application/pdf", headers=disposition)


def as_markdown(paper: Paper, name: str) -> HttpResponse:
    """A file of its own."""
    text = markdown_of(paper, base=settings.FSC_BASE_URL)
    return HttpResponse(
        text, content_type="text/markdown; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.md"'}
    )
