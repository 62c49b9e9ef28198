"""One day that stands still, in one process: pages that Django renders here go into Chromium, in a font of ours.

No door, no courier, no network: whatever the browser asks is answered by this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from access.models import User
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 the same Chromium, shut off from every host
from tests.doors import DoorClient
from tests.looks.comparing import LOOKING
from tests.looks.font import one_glyph

BASE, FONT = "http://testserver", "/static/measured.ttf"
OURS = (
    f'@font-face {{ font-family: "Measured"; src: url("{FONT}"); font-weight: 1 1000; }}'
    '*, *::before, *::after { font-family: "Measured" !important; }'
    "*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent; }"
)
# A Tuesday in spring that is no holiday, before the first call and while the night's letters wait.
THEN = datetime(2027, 3, 9, 7, 55, tzinfo=ZoneInfo("Europe/Paris"))


def standing_still() -> AbstractContextManager[Any]:
    """That moment, for what Django does: the machinery that drives the browser needs a clock that goes."""
    return time_machine.travel(THEN, tick=False)


class Screen:
    """A browser before one door. Django answers here and not while Chromium asks, in whose turn the test's
    transaction would be another one's."""

    def __init__(self, browser: Browser, who: User | str) -> None:
        self.client = DoorClient(who if isinstance(who, str) else who.side, headers={"accept-language": "fr"})
        if not isinstance(who, str):
            with standing_still():
                self.client.sign_in(who)
        self.page_asked = ""
        context = browser.new_context(locale="fr", timezone_id="Europe/Paris", reduced_motion="reduce")
        context.clock.set_fixed_time(THEN)
        context.add_init_script(LOOKING.read_text("utf-8"))
        context.route("**/*", self.answer)
        self.page = context.new_page()

    def open(self, path: str) -> Page:
        with standing_still():
            response: Any = self.client.get(path, follow=True)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        self.page_asked = response.content.decode()
        self.page.goto(BASE + path)
        return self.page

    def answer(self, route: Route) -> None:
        """The page, its files, and no news for what it asks in passing (has anything changed?)."""
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            route.fulfill(body=self.page_asked, content_type="text/html; charset=utf-8")
        elif path == FONT:
            route.fulfill(body=one_glyph(), content_type="font/ttf")
        elif path.startswith("/static/"):
            route.fulfill(body=file_of(path), content_type=guess_type(path)[0] or "text/plain")
        else:
            route.fulfill(status=204)


@cache
def file_of(path: str) -> bytes:
    """A static file; the first of the style sheets also brings the font."""
    content = Path(finders.find(path.removeprefix("/static/"))).read_bytes()
    return content + OURS.encode() if path.endswith("/base/carehub.css") else content


@pytest.fixture
def shown_to(db: None, browser: Browser) -> Iterator[Callable[[User | str], Screen]]:
    """Return a function that opens a browser for somebody who is signed in, or before a door for nobody."""
    screens: list[Screen] = []

    def at(who: User | str) -> Screen:
        screens.append(Screen(browser, who))
        return screens[-1]

    yield at
    for screen in screens:
        screen.page.context.close()
