"""The hourly and nightly work: done by a worker at its times, in the care database's queue, which is nobody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import override_settings
from django.utils import timezone

from access.models import Session
from carehub import nightly
from tests.conftest import Unit
from tests.doors import through

ROOT = Path(__file__).resolve().parents[2]


def ended_session(alias: str, key: str) -> None:
    Session.objects.using(alias).create(
        session_key=key, session_data="", expire_date=timezone.now() - timedelta(hours=1), side="care"
    )


def test_all_of_it_can_be_done_at_once_and_again(unit_a: Unit) -> None:
    for _time in range(2):
        out = StringIO()
        call_command("nightly", "--once", stdout=out)
        said = out.getvalue()
        assert "forgotten" in said
        assert "MAA: 0 sessions opened" in said
        assert "broken " not in said


def test_command_that_cannot_be_done_keeps_no_other_from_it(unit_a: Unit) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_movement RENAME TO away")
        out, told = StringIO(), StringIO()
        with pytest.raises(CommandError, match="purge_movements"):
            call_command("nightly", "--once", stdout=out, stderr=told)
        transaction.set_rollback(True)
    assert "purge_movements" in told.getvalue()
    assert "MAA: 0 sessions opened" in out.getvalue()


def test_it_works_with_the_owners_login_alone() -> None:
    for door in ("care", "prison", "accounts", "courier"):
        with override_settings(CAREHUB_DOOR=door), pytest.raises(CommandError, match="schema's owner"):
            call_command("nightly")


def test_each_command_is_due_once_an_hour_or_once_a_day() -> None:
    tasks = {task.task.name: task.cron for task in nightly.app.periodic_registry.periodic_tasks.values()}
    assert {name: tasks[name] for name in nightly.COMMANDS} == nightly.COMMANDS
    assert len(set(nightly.COMMANDS.values())) == len(nightly.COMMANDS)


@pytest.mark.parametrize("door", ["care", "accounts", "courier"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM procrastinate_jobs",
        "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'purge_movements')",
        "SELECT procrastinate_fetch_job_v2(NULL, 1)",
        "SELECT procrastinate_finish_job_v1(1, 'succeeded', true)",
    ],
)
def test_no_door_may_put_work_into_the_queue_or_read_it(db: None, door: str, statement: str) -> None:
    with through(door), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_queue_stands_in_the_hospitals_database_alone_and_the_wall_leaves_it_whole(db: None) -> None:
    count = (
        "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = 'procrastinate_jobs'"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{count} AND NOT t.tgisinternal")
        assert cursor.fetchone()[0] >= 5
    with connections["prison"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'procrastinate%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_does_what_was_missed_and_what_a_killed_one_was_at(unit_a: Unit) -> None:
    ended_session("default", "a" * 32)
    ended_session("prison", "b" * 32)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'extend_planning', 'doing')"
        )

    worker = subprocess.Popen(
        [sys.executable, "manage.py", "nightly"], cwd=ROOT, env=of_the_tests(), stderr=subprocess.PIPE
    )
    try:
        wait_until(lambda: not any(Session.objects.using(alias).exists() for alias in ("default", "prison")))
        wait_until(lambda: ("extend_planning", "doing") not in jobs())
        # The purge of the last hour, the three of the night, and what was begun anew.
        wait_until(lambda: {name for name, state in jobs() if state == "succeeded"} >= set(nightly.COMMANDS))
    finally:
        worker.send_signal(signal.SIGTERM)
        _out, said = worker.communicate(timeout=30)
    assert worker.returncode == 0, said
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_events CASCADE")


def of_the_tests() -> dict[str, str]:
    """The environment of a process that works in the tests' databases."""
    found = dict(os.environ)
    for alias, variable in (("default", "DATABASE_URL_OWNER"), ("prison", "DATABASE_URL_OWNER_PRISON")):
        address, _slash, _name = os.environ[variable].rpartition("/")
        found[variable] = f"{address}/{connections[alias].settings_dict['NAME']}"
    return found


def jobs() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs")
        return set(cursor.fetchall())


def wait_until(holds: object, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, jobs()
        time.sleep(0.3)
