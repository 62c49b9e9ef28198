"""Papers are set whatever stands on them."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from access.typesetting import typeset


def test_letter_that_no_font_has_stops_no_paper(tmp_path: Path) -> None:
    layout = tmp_path / "layout.typ"
    layout.write_text(
        '#set document(title: "Names")\n#let paper = json(bytes(sys.inputs.paper))\n#paper.name', encoding="utf-8"
    )

    assert typeset(layout, {"name": "DURAND"}).startswith(b"%PDF")
    assert typeset(layout, {"name": "\u4e2d"}).startswith(b"%PDF")
    with pytest.raises(typst.TypstError):
        typeset(layout, {})
