"""A real browser before the product as it really runs: three processes, three logins, a database of their own.

What a test writes (the cast, its agendas) is committed there and swept away after it. Nothing here waits by the
clock: a step waits for what a person would see.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect
from psycopg import sql

from carehub.tools import doors as processes
from carehub.tools.embedded.server import clean_environment
from tests.browser.watch import Watch

ROOT = Path(__file__).resolve().parent.parent.parent
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
# Rows that migrations wrote; everything else belongs to the test that has just ended.
KEPT = {"auth_permission", "django_content_type", "django_migrations"}


def database_urls(name: str) -> dict[str, str]:
    """The addresses of each login, turned to the database `name` of the same server."""
    urls = {}
    for login in ("OWNER", "CARE", "PRISON", "ACCOUNTS"):
        variable = f"DATABASE_URL_{login}"
        if variable not in os.environ:
            pytest.fail(f"The browser tests open the doors with their own logins: {variable} is not set.")
        urls[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
    return urls


@pytest.fixture(scope="session")
def doors_database() -> Iterator[str]:
    """The name of a freshly migrated database, which the doors use and nothing else."""
    base = urlsplit(os.environ["DATABASE_URL_OWNER"]).path.strip("/")
    name = "_".join([base, "doors", os.environ.get("PYTEST_XDIST_WORKER", "")]).strip("_")
    urls = database_urls(name)
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with psycopg.connect(database_urls("postgres")["DATABASE_URL_OWNER"], autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    variables = {**clean_environment(), **urls, "CAREHUB_DOOR": "owner", "CAREHUB_ENV": "test"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, cwd=ROOT, env=variables)
    with psycopg.connect(urls["DATABASE_URL_OWNER"], autocommit=True) as database:
        # As in the other tests: between two of them what only grows may be emptied.
        database.execute("ALTER TABLE access_auditentry DISABLE TRIGGER audit_never_emptied")
        database.execute("ALTER TABLE appointments_movementevent DISABLE TRIGGER events_never_emptied")
    yield name
    with psycopg.connect(database_urls("postgres")["DATABASE_URL_OWNER"], autocommit=True) as server:
        server.execute(drop)


@pytest.fixture(scope="session")
def door_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each door writes what it has to say."""
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="session")
def addresses(doors_database: str, door_logs: Path) -> Iterator[dict[str, str]]:
    """The address of each door, served by its own process with its own login alone."""
    variables = {**clean_environment(), **database_urls(doors_database), "CAREHUB_ENV": "test"}
    with ExitStack() as stack:
        opened = []
        for name in processes.NAMES:
            listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            listener.bind((processes.LOOPBACK, 0))
            opened.append(processes.Door(name=name, port=listener.getsockname()[1], listener=listener))
        running = stack.enter_context(processes.opened(opened, logs=door_logs, variables=variables))
        processes.wait_until_open(running, logs=door_logs)
        yield {door.name: door.address.rstrip("/") for door in opened}


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let models speak to the doors' database instead of the tests' own."""
    before = connection.settings_dict["NAME"]

    def turn(to: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = to
        ContentType.objects.clear_cache()

    turn(name)
    try:
        yield
    finally:
        turn(before)


def empty() -> None:
    """Remove every row that a test wrote."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))}")


@pytest.fixture
def db(addresses: dict[str, str], doors_database: str, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: rows are committed, so that the doors' processes see them."""
    with django_db_blocker.unblock(), connected_to(doors_database):
        yield
        empty()


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address holds for every test: each door has its own."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, shut off from every other host."""
    # Playwright keeps an event loop in this thread, and Django would refuse to work beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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
            "--no-proxy-server",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }


@pytest.fixture
def watch(door_logs: Path) -> Iterator[Watch]:
    """Everything that went wrong behind what the person saw; it fails the test at its end."""
    watched = Watch(door_logs)
    yield watched
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
