"""Asks as an open page asks by itself."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from tests.conftest import Unit
from tests.doors import DoorClient


def address(unit: Unit, day: date, on: str = "home", **more: object) -> str:
    """Where a page with parts asks."""
    return f"/now?{urlencode({'place': unit.establishment.pk, 'day': day, 'on': on, **more})}"


def ask(browser: DoorClient, path: str, tag: str = "", **headers: str) -> Any:
    return browser.get(path, headers={"if-none-match": tag, "hx-request": "true", **headers})


def long_ago(tag: str) -> str:
    """The tag of a page that has read its parts a while ago."""
    return f'{tag.rpartition(".")[0]}.0"'
