"""Sets a page as PDF (typst): tagged, with the fonts of the wheel alone, the same bytes for the same data.

Knows neither accounts nor papers: whoever has something to print brings a layout and what stands on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

# What typst says of a letter that none of its fonts has, where the standard of tagged papers forbids a box.
NO_FONT = "could not be displayed with font"


def typeset(layout: Path, paper: Mapping[str, Any]) -> bytes:
    """Return the PDF that `layout` makes of `paper`, read as JSON: no word of it is ever typst's own language."""
    said = {"paper": json.dumps(paper)}
    try:
        return compiled(layout, said, pdf_standards="ua-1")
    except typst.TypstError as error:
        if NO_FONT not in str(error):
            raise
        # A box in one name is better than no paper for everybody.
        return compiled(layout, said)


def compiled(layout: Path, said: dict[str, str], **how: Any) -> bytes:
    written: bytes = typst.compile(
        str(layout), format="pdf", sys_inputs=said, ignore_system_fonts=True, timestamp=0, **how
    )
    return written
