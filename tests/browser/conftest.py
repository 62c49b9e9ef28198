"""A real browser before the product as it really runs: three doors and the courier, two databases of their own.

What a test writes (the cast, its agendas) is committed there and swept away after it. Nothing here waits by the
clock: a step waits for what a person would see.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from playwright.sync_api import BrowserContext, Page, expect

from carehub.tools import doors as processes
from carehub.tools.embedded.logins import ADDRESSES, CARE, PRISON
from carehub.tools.embedded.server import clean_environment
from tests import databases
from tests.browser.program import chromium
from tests.browser.watch import Watch
from tests.conftest import tables_of

# A busy machine is slow, not wrong.
expect.set_options(timeout=45_000)
DESK = {"width": 1366, "height": 768}
# A page that asks for paper is counted and gets none: where Chromium can print, the page's own printing would stand in
# the way of the test that prints it to a file.
COUNT_PRINTING = """
window.print = () => {
  const page = document.documentElement.dataset;
  page.timesPrinted = Number(page.timesPrinted ?? 0) + 1;
};
"""
# Each side as models know it, with the address by which its owner reaches it.
ALIASES = {DEFAULT_DB_ALIAS: "owner", "prison": "owner_prison"}


def database_urls(names: dict[str, str]) -> dict[str, str]:
    """The addresses of each login, turned to the databases that stand for the hospital's and the prison's."""
    urls = {}
    for address, (_login, database) in ADDRESSES.items():
        if database in names:
            urls[f"DATABASE_URL_{address.upper()}"] = turned(address, names[database])
    return urls


def turned(address: str, name: str) -> str:
    """One address of the environment, turned to the database `name` of the same server."""
    variable = f"DATABASE_URL_{address.upper()}"
    if variable not in os.environ:
        pytest.fail(f"The browser tests open the doors with their own logins: {variable} is not set.")
    return urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))


@pytest.fixture(scope="package")
def doors_databases(django_db_blocker: Any, copied_pairs: None) -> Iterator[dict[str, str]]:
    """The names of two freshly made databases, which the doors and the courier use and nothing else."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    names = {side: "_".join([side, "doors", worker]).strip("_") for side in (CARE, PRISON)}
    with django_db_blocker.unblock():
        for side, address in ALIASES.items():
            databases.make(side, names[ADDRESSES[address][1]])
    yield names
    with django_db_blocker.unblock():
        for side, address in ALIASES.items():
            databases.end_sweeper(names[ADDRESSES[address][1]])
            databases.remove(side, names[ADDRESSES[address][1]])


@pytest.fixture(scope="package")
def door_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each door writes what it has to say."""
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="package")
def addresses(doors_databases: dict[str, str], door_logs: Path) -> Iterator[dict[str, str]]:
    """The address of each door, served by its own process with its own login alone. The courier runs beside them."""
    variables = {**clean_environment(), **database_urls(doors_databases), "CAREHUB_ENV": "test"}
    variables["CAREHUB_HANDOVER_KEYS"] = str(door_logs)
    with ExitStack() as stack:
        opened = []
        for name in processes.NAMES:
            listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            listener.bind((processes.LOOPBACK, 0))
            port = listener.getsockname()[1]
            # Each worker of the suite opens doors of its own, and all share what the server grants a login.
            opened.append(processes.Door(name=name, port=port, listener=listener, workers=1))
        services = [*opened, processes.CourierService()]
        running = stack.enter_context(processes.opened(services, logs=door_logs, variables=variables))
        processes.wait_until_open(running, logs=door_logs)
        yield {door.name: door.address.rstrip("/") for door in opened}


@contextmanager
def connected_to(names: dict[str, str]) -> Iterator[None]:
    """Let models speak to the doors' databases instead of the tests' own."""
    before = {side: connections[side].settings_dict["NAME"] for side in ALIASES}

    def turn(to: dict[str, str]) -> None:
        for side, name in to.items():
            connections[side].close()
            connections[side].settings_dict["NAME"] = name
        ContentType.objects.clear_cache()

    turn({side: names[ADDRESSES[address][1]] for side, address in ALIASES.items()})
    try:
        yield
    finally:
        turn(before)


TRIES = 5


def empty(side: str) -> None:
    """Remove every row that a test wrote on one side."""
    tables = tables_of(side)
    for attempt in range(TRIES):
        try:
            databases.empty(side, tables)
        except (OperationalError, psycopg.OperationalError):
            # The courier was in the middle of a round: one of the two had to give way.
            if attempt == TRIES - 1:
                raise
        else:
            return


@pytest.fixture
def db(addresses: dict[str, str], doors_databases: dict[str, str], django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: rows are committed, so that the doors' processes see them."""
    with django_db_blocker.unblock(), connected_to(doors_databases):
        yield
        for side in ALIASES:
            empty(side)


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address holds for every test: each door has its own."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, shut off from every other host."""
    # Playwright keeps an event loop in this thread, and Django would refuse to work beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    program = chromium()
    if program is None:
        pytest.fail("The browser tests need Chromium. Install it (Debian: apt-get install chromium), or run make test.")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--font-render-hinting=none",
            "--no-proxy-server",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }


@pytest.fixture
def watch(door_logs: Path) -> Iterator[Watch]:
    """Everything that went wrong behind what the person saw; it fails the test at its end."""
    watched = Watch(door_logs)
    yield watched
    watched.settle()
    watched.check()


@pytest.fixture
def visit(
    db: None, addresses: dict[str, str], new_context: Callable[..., BrowserContext], watch: Watch
) -> Callable[..., Page]:
    """Return a function that opens a new browser at one door, in English unless told otherwise."""

    def at(door: str, *, language: str = "en", size: dict[str, int] = DESK, base: str = "", **options: Any) -> Page:
        context = new_context(
            base_url=base or addresses[door], locale=language, viewport=size, timezone_id="Europe/Paris", **options
        )
        context.add_init_script(COUNT_PRINTING)
        context.set_default_timeout(45_000)
        context.set_default_navigation_timeout(60_000)
        watch.look_at(context)
        return context.new_page()

    return at
