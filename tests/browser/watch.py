"""Looks behind the page: what the browser's console, the network and the doors' logs complain about."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

# A refusal is an answer like another; the browser and htmx mention it in the console all the same.
# (A missing file is complained about as an answer, below.)
REFUSALS = re.compile(r"the server responded with a status of 4\d\d|^Response Status Error Code 4\d\d from ")
# The page itself gave a request up for another one. (One that nobody answers is "htmx:sendError".)
GIVEN_UP = re.compile(r"^htmx:(?:sendAbort|afterRequest), ")

# A request of a page that is gone is never said to have ended.
MOST_SECONDS = 5


class Watch:
    """Collects complaints of every page of a test."""

    def __init__(self, logs: Path) -> None:
        self.complaints: dict[str, None] = {}
        self.logs = {path: path.stat().st_size for path in logs.glob("*.log")}
        self.contexts: list[BrowserContext] = []
        self.under_way: set[Request] = set()

    def look_at(self, context: BrowserContext) -> None:
        """Listen to every page that opens in `context`."""
        self.contexts.append(context)
        context.on("request", self.request_begins)
        context.on("requestfinished", self.request_ends)
        context.on("requestfailed", self.request_ends)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.complain(f"error in a script: {error.error}"))
        context.on("requestfailed", self.request_failed)
        context.on("response", self.response)

    def complain(self, complaint: str) -> None:
        self.complaints[complaint] = None

    def request_begins(self, request: Request) -> None:
        self.under_way.add(request)

    def request_ends(self, request: Request) -> None:
        self.under_way.discard(request)

    def console(self, message: ConsoleMessage) -> None:
        """Errors and warnings; a violation of the content security policy is an error."""
        is_expected = REFUSALS.search(message.text) or GIVEN_UP.search(message.text)
        if message.type in {"error", "warning"} and not is_expected:
            self.complain(f"console: {message.text} ({message.location['url']})")

    def request_failed(self, request: Request) -> None:
        """A request without an answer; one that the page itself gave up, like an older search, is none."""
        if request.failure != "net::ERR_ABORTED":
            self.complain(f"no answer: {request.method} {request.url} {request.failure}")

    def response(self, response: Response) -> None:
        """A door that stumbles, and a file that is missing."""
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.complain(f"{response.status}: {response.request.method} {response.url}")

    def settle(self) -> None:
        """Wait until the pages have their answers: a door that is still at one would miss the rows of this test."""
        until = time.monotonic() + MOST_SECONDS
        for page in [page for context in self.contexts for page in context.pages]:
            while self.under_way and time.monotonic() < until:
                page.wait_for_timeout(20)

    def check(self) -> None:
        """Fail with all complaints."""
        for path, size in self.logs.items():
            with path.open(encoding="utf-8", errors="replace") as log:
                log.seek(size)
                said = log.read()
            if "Internal Server Error" in said:
                self.complain(f"{path.name}: {said[said.index('Internal Server Error') :]}")
        if self.complaints:
            pytest.fail("Behind the pages:\n" + "\n".join(self.complaints), pytrace=False)
