"""A paper as PDF (typst): tagged, with the fonts of the wheel alone, the same bytes for the same paper."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from access.typesetting import typeset
from appointments.papers.paper import Block, Paper

LAYOUT = Path(__file__).with_name("paper.typ")


def as_pdf(paper: Paper, *, made_at: datetime | None = None) -> bytes:
    """Write the paper; `made_at` is the date in the file's properties, none when it is not given.

    The layout reads the paper as JSON: no word of it is ever typst's own language.
    """
    told = {
        **asdict(paper),
        "blocks": [block_as_data(block) for block in paper.blocks],
        "annex": [block_as_data(block) for block in paper.annex],
        "year": made_at.year if made_at else 0,
        "month": made_at.month if made_at else 0,
        "day": made_at.day if made_at else 0,
    }
    return typeset(LAYOUT, told)


def block_as_data(block: Block) -> dict[str, Any]:
    return {"is": type(block).__name__, **asdict(block)}
