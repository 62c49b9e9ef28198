"""Reads a page as a test does: the words and tags of its HTML, whatever lines the template lays them out on."""

from __future__ import annotations

import re

from tests.doors import DoorClient


def tight(html: str) -> str:
    """The HTML without the blanks of its layout: none beside a tag, one between words and between attributes."""
    return re.sub(r"(?<=>) | (?=[<>])", "", re.sub(r"\s+", " ", html))


def words_of(html: str) -> str:
    """What a reader sees, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def words_at(browser: DoorClient, address: str) -> str:
    """What a reader sees at an address."""
    response = browser.get(address)
    assert response.status_code == 200
    return words_of(response.content.decode())
