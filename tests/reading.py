"""Reads a page as a test does: the words and tags of its HTML, whatever lines the template lays them out on."""

from __future__ import annotations

import re


def tight(html: str) -> str:
    """The HTML without the blanks of its layout: none beside a tag, one between words and between attributes."""
    return re.sub(r"(?<=>) | (?=[<>])", "", re.sub(r"\s+", " ", html))
