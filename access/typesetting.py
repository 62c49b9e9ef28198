"""Sets a page as PDF (typst): tagged, with the fonts of the wheel alone, the same bytes for the same data.

Knows neither accounts nor papers: whoever has something to print brings a layout and what stands on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


def typeset(layout: Path, paper: Mapping[str, Any]) -> bytes:
    """Return the PDF that `layout` makes of `paper`, read as JSON: no word of it is ever typst's own language."""
    written: bytes = typst.compile(
        str(layout),
        format="pdf",
        sys_inputs={"paper": json.dumps(paper)},
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        timestamp=0,
    )
    return written
