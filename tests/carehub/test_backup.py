"""A backup of both databases: sealed, brought back into an empty cluster, refused clearly, broken by no login."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg.conninfo import make_conninfo

from access.enums import Role
from access.models import AuditEntry, User
from access.policy import give
from appointments.management.commands.wall import differences
from appointments.models import Detainee, Movement, MovementEvent
from appointments.prison.models import LineState
from carehub.doctor import both_sides, integrity
from carehub.keeping import backup, bringing_back, folder, sealing
from carehub.tools.embedded import Cluster, place, start
from tests import databases, emptying
from tests.appointments.courier.rounds import go, tap
from tests.conftest import make_unit
from tests.doors import carry, set_to
from tests.factories import appointment, member, open_session
from tests.published import early_there, publish_at

# What a door's login makes, once somebody has let it: as if `limits.sql` had never been run.
LET = "GRANT CREATE ON SCHEMA public TO carehub_care; GRANT CREATE ON DATABASE {name} TO carehub_care"
HOSTILE = (
    # Every login may do this for itself, at any time.
    "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
    "SELECT lo_create(4711)",
    'CREATE TABLE public."a*|""b.$" (secret text)',
    "CREATE SCHEMA mine",
    "CREATE TABLE mine.own (secret text)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW public.seen AS SELECT 1 AS one",
    "CREATE SEQUENCE public.counted",
)


@dataclass
class World:
    """Two backups, a tap that the courier carried between them, and the key that opens both."""

    home: Path
    early: Path
    late: Path
    key: Path
    fingerprint: str
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    line: Any = None


@contextmanager
def turned_to_cluster(urls: dict[str, str]) -> Iterator[None]:
    """Let both connections lead to another server."""
    before = {alias: dict(connections[alias].settings_dict) for alias in databases.SIDES}
    for alias, address in (("default", "owner"), ("prison", "owner_prison")):
        connections[alias].close()
        parsed = dj_database_url.parse(urls[address])
        wanted = {key: parsed[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        connections[alias].settings_dict.update(wanted)
    try:
        yield
    finally:
        for alias, kept in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(kept)


def be_hostile(name: str) -> None:
    """Do as the care login what it may do when everything was opened to it."""
    superuser = str(databases._superuser())
    with psycopg.connect(make_conninfo(superuser, dbname=name), autocommit=True) as connection:
        connection.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_catalog TO carehub_care")
        connection.execute(LET.format(name=f'"{name}"'))  # type: ignore[arg-type]
        connection.execute("SET ROLE carehub_care")
        for statement in HOSTILE:
            connection.execute(statement)  # type: ignore[arg-type]


def kept(into: Path) -> tuple[Path, str]:
    """Make a backup by the command; return where it is, and its fingerprint."""
    said = StringIO()
    call_command("backup", to=into, stdout=said)
    path, fingerprint = said.getvalue().splitlines()
    return Path(path), fingerprint.split()[1]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> World:
    """A unit with a list, officers and a hostile login, kept twice."""
    home = tmp_path_factory.mktemp("kept")
    names = {side: f"{side}_kept_{os.environ.get('PYTEST_XDIST_WORKER', '')}" for side in databases.SIDES}
    public = sealing.new_identity(home / "key")
    with django_db_blocker.unblock(), ExitStack() as stack:
        stack.enter_context(set_to({"CAREHUB_BACKUP_RECIPIENTS": [public]}))
        for side, name in names.items():
            databases.make(side, name)
            stack.callback(databases.remove, side, name)
            stack.enter_context(databases.turned_to(side, name))
            with connections[side].cursor() as cursor:
                for statement in emptying.statements("ENABLE", alias=side):
                    cursor.execute(statement)
        unit = make_unit("KEPT")
        early_there(unit.establishment)
        publish_at(unit.establishment)
        oscar = member(Role.FLOOR_OFFICER, unit.establishment, username="oscar")
        give(oscar, "view_movements", unit.building)
        session = open_session(unit.doctor, unit.establishment.today())
        for person, starts_at in ((unit.paul, session.starts_at), (unit.karim, session.starts_at + timedelta(hours=1))):
            appointment(person, session, unit.consultation, starts_at)
        line = Movement.objects.get(register_number=unit.paul.register_number)
        carry()
        be_hostile(names["default"])
        oscar = User.objects.using("prison").get(username="oscar")
        tap(oscar, line, "expected", "called")
        early, _fingerprint = kept(home / "early")
        go()
        tap(oscar, line, "called", "left")
        go()
        late, fingerprint = kept(home / "late")
        with backup.picture("default") as care, backup.picture("prison") as prison:
            rows = {"default": care.rows, "prison": prison.rows}
    return World(home, early, late, home / "key", fingerprint, rows, line)


@pytest.fixture(scope="module")
def empty_cluster(tmp_path_factory: Any) -> Iterator[Cluster]:
    """A server that has the logins and two empty databases, and nothing else."""
    home = tmp_path_factory.mktemp("empty") / "home"
    cluster = start(home, durable=False)
    yield cluster
    cluster.stop()
    place.abandon(home)


@pytest.mark.slow
def test_backup_comes_back_in_an_empty_cluster_whatever_a_login_made_and_the_courier_carried_meanwhile(
    world: World, empty_cluster: Cluster, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(both_sides, "PAUSE_SECONDS", 0)
    public = str(sealing.identity(world.key).to_public())
    with django_db_blocker.unblock(), turned_to_cluster(empty_cluster.urls):
        with set_to({"CAREHUB_BACKUP_RECIPIENTS": [public]}), pytest.raises(CommandError, match="is empty"):
            call_command("backup", to=world.home / "of-nothing")
        with pytest.raises(CommandError, match="not the backup with this fingerprint"):
            call_command("restore", world.early, key=world.key, fingerprint=world.fingerprint)
        # The prison's database as it was earlier, the hospital's as it was later: the order in which they are kept.
        call_command("restore", world.early, key=world.key, only=["prison"])
        said = StringIO()
        call_command("restore", world.late, key=world.key, only=["default"], fingerprint=world.fingerprint, stdout=said)
        assert "all as they were kept" in said.getvalue()
        assert "Restored and sound" in said.getvalue()
        assert [list(differences(alias)) for alias in ("default", "prison")] == [[], []]
        assert {person.last_name for person in Detainee.objects.all()} == {"Durand", "Benali"}
        assert AuditEntry.objects.count() == world.rows["default"]["access_auditentry"]

        go()

        events = MovementEvent.objects.filter(register_number="004217").order_by("id")
        assert list(events.values_list("state", flat=True)) == ["called", "left"]
        assert LineState.objects.using("prison").get(line=world.line.pk).state == "left"
        assert Movement.objects.get(pk=world.line.pk).state == "left"
        broken = [rule.sentence for rule, keys in integrity.findings_elsewhere() if keys and not rule.only_warns]
        assert broken == []

        with pytest.raises(CommandError, match="The database of prison is not empty: it holds the function"):
            call_command("restore", world.late, key=world.key)


def test_backup_is_readable_with_its_key_alone_and_by_its_owner(world: World) -> None:
    for path in world.late.iterdir():
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert b"Durand" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    assert world.late.stat().st_mode & 0o077 == 0
    said = StringIO()
    call_command("restore", world.late, key=world.key, check=True, stdout=said)
    assert said.getvalue().strip() == f"{world.late.name} is whole: default, prison."


def copied(world: World, to: Path) -> Path:
    shutil.copytree(world.late, to / world.late.name)
    return to / world.late.name


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("damage", [changed, cut, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("file", ["default.dump.age", "prison.dump.age", folder.MANIFEST])
def test_damaged_backup_is_refused_before_anything_is_touched(
    world: World, damage: Any, file: str, tmp_path: Path
) -> None:
    path = copied(world, tmp_path)
    damage(path / file)
    with pytest.raises(CommandError, match=r"not as it was written|damaged|cannot be read|no finished backup"):
        call_command("restore", path, key=world.key, check=True)


def test_files_of_two_backups_do_not_go_together(world: World, tmp_path: Path) -> None:
    path = copied(world, tmp_path)
    shutil.copy(world.early / "prison.dump.age", path)
    with pytest.raises(CommandError, match=r"prison.dump.age is not as it was written"):
        call_command("restore", path, key=world.key, check=True)


def test_another_key_no_key_and_no_backup_are_told_apart(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    sealing.new_identity(other)
    with pytest.raises(CommandError, match="sealed to another key"):
        call_command("restore", world.late, key=other, check=True)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", world.late, key=tmp_path / "none", check=True)
    (tmp_path / "word").write_text("password")
    with pytest.raises(CommandError, match="holds no private key"):
        call_command("restore", world.late, key=tmp_path / "word", check=True)
    with pytest.raises(CommandError, match="no finished backup"):
        call_command("restore", tmp_path, key=world.key, check=True)
    with pytest.raises(CommandError, match="There is no database prison9 here"):
        call_command("restore", world.late, key=world.key, only=["prison9"])
    with pytest.raises(CommandError, match="File exists"):
        call_command("sealing_key", world.key)


def test_nothing_is_kept_without_a_key_to_seal_it_to_nor_by_another_login(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="names no public key"):
        call_command("backup", to=tmp_path / "new")
    no_key = {"CAREHUB_BACKUP_RECIPIENTS": ["AGE-SECRET-KEY-1XYZ"]}
    with set_to(no_key), pytest.raises(CommandError, match="no public key of age"):
        call_command("backup", to=tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(CommandError, match="Set CAREHUB_BACKUPS"):
        call_command("backup")
    said = StringIO()
    call_command("backup", if_set=True, stdout=said)
    assert "nothing was kept" in said.getvalue()
    for door in ("care", "prison", "accounts", "courier"):
        with set_to({"CAREHUB_DOOR": door}):
            for command, options in (("backup", {}), ("restore", {"key": tmp_path})):
                with pytest.raises(CommandError, match="schema's owner"):
                    call_command(command, *([tmp_path] if command == "restore" else []), **options)


def test_backup_that_cannot_be_finished_leaves_nothing(world: World, tmp_path: Path, db: None) -> None:
    public = str(sealing.identity(world.key).to_public())
    programs = tmp_path / "programs"
    programs.mkdir()
    with set_to({"CAREHUB_BACKUP_RECIPIENTS": [public], "CAREHUB_PG_PROGRAMS": str(programs)}):
        with pytest.raises(CommandError, match="pg_dump is not in"):
            call_command("backup", to=tmp_path / "into")
        failing = programs / "pg_dump"
        failing.write_text("#!/bin/sh\necho half\necho 'pg_dump: error: server version mismatch' >&2\nexit 1\n")
        failing.chmod(0o755)
        with pytest.raises(CommandError, match="server version mismatch"):
            call_command("backup", to=tmp_path / "into")
    assert [path.name for path in (tmp_path / "into").iterdir()] == [".lock"]


def test_backup_of_a_later_version_is_refused(world: World) -> None:
    found = bringing_back.opened(world.late, sealing.identity(world.key))
    found.told["default"]["migrations"].append("appointments.0999_of_tomorrow")
    with pytest.raises(sealing.NotKept, match=r"later version, which knows appointments\.0999"):
        bringing_back.refuse(found, ["default"])


def test_old_backups_go_and_the_newest_stays_however_old_it_is(tmp_path: Path) -> None:
    now = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
    for days in (60, 40, 35):
        one = tmp_path / folder.name_of(now - timedelta(days=days))
        one.mkdir()
        (one / folder.MANIFEST).touch()
    (tmp_path / "carehub-20261101T000000Z.unfinished").mkdir()
    (tmp_path / "something-else").mkdir()

    gone = list(folder.forget(tmp_path, now=now, after=timedelta(days=30)))

    assert len(gone) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        folder.name_of(now - timedelta(days=35)),
        "something-else",
    ]
