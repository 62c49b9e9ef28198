"""A door whose database goes away, comes back, or is of another version: sentences, one line of the log, no restart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pytest
from django.db import connection

from access.models import User
from carehub.absent import OneLine
from carehub.tools.embedded.server import clean_environment
from tests.doors import DoorClient

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET = ".s.PGSQL.5432"
# A door as gunicorn loads it; each line of its input is asked, each answer a line of its output.
DOOR = """
import json, sys
from wsgiref.util import setup_testing_defaults
from carehub.wsgi import application
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    asked = {"HTTP_HOST": "localhost", "HTTP_ACCEPT_LANGUAGE": "fr"} | json.loads(line)
    said = {}
    setup_testing_defaults(asked)
    def start(status, headers, *rest):
        said.update(status=int(status[:3]), headers=dict(headers))
    answer = application(asked, start)
    said["body"] = b"".join(answer).decode()
    getattr(answer, "close", lambda: None)()
    print(json.dumps(said), flush=True)
"""
SOMEBODY = {"HTTP_COOKIE": "carehub_care_session=abcdefghijklmnopqrstuvwxyz012345"}


@dataclass
class Door:
    """A door's process, and the folder in which it looks for the socket of its database."""

    process: subprocess.Popen[str]
    folder: Path
    socket: Path

    def ask(self, path: str, method: str = "GET", **more: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        asked = {"PATH_INFO": path, "REQUEST_METHOD": method, **SOMEBODY, **more}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def bring_back(self) -> None:
        (self.folder / SOCKET).symlink_to(self.socket)

    def take_away(self) -> None:
        """No new connection is had, and those that were open are cut, as when the server stops."""
        (self.folder / SOCKET).unlink()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'carehub_care' AND datname = current_database()"
            )
            for (backend,) in cursor.fetchall():
                os.kill(backend, signal.SIGTERM)

    def log(self) -> list[str]:
        """End the process and return what it wrote into its log."""
        return self.process.communicate(timeout=60)[1].splitlines()


@pytest.fixture
def door(transactional_db: None, tmp_path: Path) -> Iterator[Door]:
    """A care door that starts while its database is away."""
    address = urlsplit(os.environ["DATABASE_URL_CARE"])
    socket = Path(unquote(address.netloc.rpartition("@")[2])) / SOCKET
    login = address.netloc.rpartition("@")[0]
    there = address._replace(
        netloc=f"{login}@{quote(str(tmp_path), safe='')}", path=f"/{connection.settings_dict['NAME']}"
    )
    variables = {name: value for name, value in clean_environment().items() if not name.startswith("DATABASE_URL_")}
    variables |= {"CAREHUB_ENV": "demo", "CAREHUB_DOOR": "care", "DATABASE_URL_CARE": urlunsplit(there)}
    process = subprocess.Popen(
        [sys.executable, "-c", DOOR],
        cwd=ROOT,
        env=variables,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == '"ready"\n'
        yield Door(process, tmp_path, socket)
    finally:
        process.kill()
        process.communicate()


def test_database_that_is_away_is_said_in_french_and_once_in_the_log_and_the_door_comes_back_by_itself(
    door: Door,
) -> None:
    assert door.ask("/alive", HTTP_COOKIE="")["status"] == 200
    assert door.ask("/readyz")["status"] == 503
    at_the_start = door.ask("/day/2026-11-30")
    assert_says_so(at_the_start)

    door.bring_back()
    assert door.ask("/sign-in")["status"] == 200
    assert door.ask("/readyz")["body"].startswith("ok ")

    door.take_away()
    assert_says_so(door.ask("/"))
    sent = door.ask("/sign-in", "POST", HTTP_ACCEPT_LANGUAGE="en", CONTENT_LENGTH="0")
    part = door.ask("/", HTTP_HX_REQUEST="true")
    assert_says_so(part)
    assert "<html" not in part["body"]
    assert part["headers"]["HX-Retarget"] == "#carehub-notice"
    assert sent["status"] in {403, 503}

    door.bring_back()
    assert door.ask("/sign-in")["status"] == 200
    log = door.log()
    lines = [line for line in log if "does not answer" in line]
    assert len(lines) == len(log), log
    assert 4 <= len(lines) <= 6, log


def assert_says_so(answer: dict[str, Any]) -> None:
    assert answer["status"] == 503
    assert answer["headers"]["Retry-After"] == "30"
    assert "no-store" in answer["headers"]["Cache-Control"]
    assert_allows_nothing(answer)
    assert "La base de données de CareHub ne répond pas" in answer["body"]
    for word in ("SELECT", "Traceback", "psycopg", "socket", "Internal Server Error"):
        assert word not in answer["body"]


def assert_allows_nothing(answer: dict[str, Any]) -> None:
    """Before Django's middleware is reached, too."""
    policy = answer["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert answer["headers"]["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("change", "back"),
    [
        (
            "ALTER TABLE appointments_detainee ADD COLUMN of_tomorrow text",
            "ALTER TABLE appointments_detainee DROP COLUMN of_tomorrow",
        ),
        (
            "ALTER TABLE appointments_closure RENAME COLUMN reason TO of_yesterday",
            "ALTER TABLE appointments_closure RENAME COLUMN of_yesterday TO reason",
        ),
    ],
    ids=["newer", "older"],
)
def test_door_serves_nothing_on_a_schema_that_it_does_not_know_until_it_does(
    door: Door, change: str, back: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(change)
    try:
        door.bring_back()
        answer = door.ask("/sign-in")
        assert (answer["status"], answer["headers"]["Retry-After"]) == (503, "30")
        assert "CareHub est en cours de mise à jour" in answer["body"]
        assert_allows_nothing(answer)
        assert door.ask("/readyz")["status"] == 503
        assert door.ask("/alive", HTTP_COOKIE="")["status"] == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute(back)

    assert door.ask("/sign-in")["status"] == 200
    assert any("The database is of another version" in line for line in door.log())


FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: no space left' USING ERRCODE = '{state}'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON appointments_shiftnote FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.mark.parametrize("state", ["53100", "53200", "58030"])
def test_database_without_room_says_that_nothing_was_saved_and_is_one_line_of_the_log(
    state: str, alice: User, at_door: Callable[[User], DoorClient], caplog: pytest.LogCaptureFixture
) -> None:
    browser = at_door(alice)
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(FULL.format(state=state))

    answer = browser.post(browser.url("team_note"), {"text": "Keys are with Bob."})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    words = answer.content.decode()
    assert "has no room left" in words
    assert "Nothing was saved. Reload this page" in words
    assert "could not extend" not in words
    [line] = [record for record in caplog.records if record.name == "django.request"]
    assert OneLine().filter(line)
    assert line.getMessage().startswith("The database has no room: ")
    assert line.exc_info is None
