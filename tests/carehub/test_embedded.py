"""The embedded server starts, survives what happens to it, and lets nobody in without a password."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from carehub.tools.embedded import EmbeddedServerError, environment, join, place, start
from carehub.tools.leash import ending_with_us

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path):
    """A home of its own, with what may lie elsewhere, removed afterwards."""
    home = tmp_path / "home"
    yield home
    place.abandon(home)


@pytest.fixture
def cluster(home):
    cluster = start(home, durable=False)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One server for the tests that only look at it."""
    home = tmp_path_factory.mktemp("shared") / "home"
    cluster = start(home, durable=False)
    yield cluster
    cluster.stop()
    place.abandon(home)


def ask(address, question):
    with psycopg.connect(address, connect_timeout=5) as connection:
        return connection.execute(question).fetchone()[0]


def keep_something(cluster):
    with psycopg.connect(cluster.urls["owner"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")


def run(home, *command, **variables):
    """Start `carehub.tools.embedded run` as `make` does, without waiting for its end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CAREHUB", "DATABASE"))}
    return subprocess.Popen(
        [sys.executable, "-m", "carehub.tools.embedded", "run", "--home", str(home), "--", *command],
        cwd=ROOT,
        env=inherited | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ending_with_us(),
    )


def abandon_server(cluster):
    """Leave the server as a starter does that was killed: running, with nobody holding its home."""
    cluster.lock.close()
    return cluster.process


# --- Logins -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who_where"),
    [
        ("owner", "carehub_owner in carehub"),
        ("owner_prison", "carehub_owner in carehub_prison"),
        ("care", "carehub_care in carehub"),
        ("prison", "carehub_prison in carehub_prison"),
        ("accounts", "carehub_accounts in carehub"),
        ("accounts_prison", "carehub_accounts in carehub_prison"),
        ("courier", "carehub_courier in carehub"),
        ("courier_prison", "carehub_courier in carehub_prison"),
    ],
)
def test_each_address_reaches_its_database_as_its_login(shared, name, who_where):
    assert ask(shared.urls[name], "SELECT current_user || ' in ' || current_database()") == who_where


@pytest.mark.parametrize(("door", "other"), [("care", "carehub_prison"), ("prison", "carehub")])
def test_a_door_cannot_connect_to_the_other_sides_database(shared, door, other):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(make_conninfo(shared.urls[door], dbname=other))


@pytest.mark.parametrize("name", ["superuser", "owner", "care", "prison", "accounts", "courier"])
def test_a_login_without_its_password_is_refused(shared, name):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(make_conninfo(shared.urls[name], password="guess"))
    without = {key: value for key, value in conninfo_to_dict(shared.urls[name]).items() if key != "password"}
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(**without, passfile="/nonexistent")


def test_one_door_cannot_connect_as_another(shared):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(make_conninfo(shared.urls["prison"], user="carehub_courier"))


def test_one_door_cannot_become_another(shared):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(shared.urls["prison"], "SET ROLE carehub_care")


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_a_door_has_no_business_in_other_databases(shared, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(make_conninfo(shared.urls["care"], dbname=database))


def test_the_owner_may_make_databases_and_become_a_door_but_is_no_superuser(shared):
    with psycopg.connect(shared.urls["owner"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_of_the_owner")
        connection.execute("SET ROLE carehub_prison")
        assert connection.execute("SELECT current_user").fetchone() == ("carehub_prison",)
        connection.execute("RESET ROLE")
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)


def test_nothing_listens_on_the_network(shared):
    assert ask(shared.urls["superuser"], "SHOW listen_addresses") == ""


def test_the_passwords_are_for_the_owner_of_the_home_only(shared):
    assert stat.S_IMODE(shared.where.secrets.stat().st_mode) == 0o600
    kept = json.loads(shared.where.secrets.read_text())
    assert len(set(kept.values())) == len(kept) == 7


def test_the_environment_names_no_superuser(shared):
    assert sorted(environment(shared.urls)) == [
        "DATABASE_URL_ACCOUNTS",
        "DATABASE_URL_ACCOUNTS_PRISON",
        "DATABASE_URL_CARE",
        "DATABASE_URL_COURIER",
        "DATABASE_URL_COURIER_PRISON",
        "DATABASE_URL_OWNER",
        "DATABASE_URL_OWNER_PRISON",
        "DATABASE_URL_PRISON",
    ]


# --- Start, stop, heal --------------------------------------------------------------------------------


def test_a_second_start_keeps_data_and_passwords(home):
    first = start(home, durable=False)
    keep_something(first)
    addresses = first.urls
    first.stop()
    second = start(home, durable=False)
    try:
        assert second.urls == addresses
        assert ask(second.urls["owner"], "SELECT n FROM kept") == 1
    finally:
        second.stop()


def test_a_fresh_start_forgets_the_data(home):
    first = start(home, durable=False)
    keep_something(first)
    first.stop()
    second = start(home, durable=False, fresh=True)
    try:
        assert ask(second.urls["owner"], "SELECT to_regclass('kept')") is None
    finally:
        second.stop()


def test_a_home_in_use_is_refused_with_a_sentence(cluster, home):
    with pytest.raises(EmbeddedServerError, match="already in use by another CareHub process"):
        start(home)
    assert ask(cluster.urls["owner"], "SELECT 1") == 1


def test_a_running_server_can_be_joined(cluster, home):
    assert join(home) == cluster.urls
    cluster.stop()
    assert join(home) is None


def test_a_killed_server_is_revived_at_the_same_address(cluster):
    cluster.process.kill()
    cluster.process.wait()
    assert not cluster.is_alive
    cluster.revive()
    assert ask(cluster.urls["owner"], "SELECT 1") == 1


def test_a_server_that_outlived_its_starter_is_replaced(cluster, home):
    orphan = abandon_server(cluster)
    second = start(home, durable=False)
    try:
        assert orphan.wait(timeout=5) == 0
        assert ask(second.urls["owner"], "SELECT 1") == 1
    finally:
        second.stop()


def test_a_server_killed_with_its_starter_leaves_nothing_in_the_way(cluster, home):
    abandon_server(cluster).kill()
    second = start(home, durable=False)
    try:
        assert ask(second.urls["owner"], "SELECT 1") == 1
    finally:
        second.stop()


def test_a_stale_lock_file_with_the_number_of_a_living_process_does_not_stop_the_start(cluster, home):
    cluster.stop()
    pid_file = cluster.where.data / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{cluster.where.data}\n0\n5432\n/nowhere\n\n\nready\n")
    second = start(home, durable=False)
    second.stop()


def test_lost_passwords_are_made_anew(cluster, home):
    cluster.stop()
    before = cluster.passwords["owner"]
    cluster.where.secrets.unlink()
    second = start(home, durable=False)
    try:
        assert ask(second.urls["owner"], "SELECT 1") == 1
        assert second.passwords["owner"] != before
    finally:
        second.stop()


def test_a_start_that_was_interrupted_is_begun_again(home):
    where = place.settle(place.open_home(home))
    (where.store / "pg").mkdir()
    (where.store / "pg.new").mkdir()
    (where.store / "pg.new" / "PG_VERSION").write_text("18\n")
    cluster = start(home, durable=False)
    cluster.stop()


def test_a_damaged_database_is_refused_in_the_servers_own_words(cluster, home):
    cluster.stop()
    (cluster.where.data / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedServerError, match="pg_control"):
        start(home)


def test_a_home_too_deep_for_a_socket_is_served_from_a_short_one(tmp_path):
    home = tmp_path.joinpath(*["a-folder-with-a-name"] * 8)
    cluster = start(home, durable=False)
    sockets = cluster.sockets
    try:
        assert ask(cluster.urls["owner"], "SELECT 1") == 1
    finally:
        cluster.stop()
        place.abandon(home)
    assert not sockets.exists()


# --- The command line ---------------------------------------------------------------------------------


def test_run_gives_the_addresses_and_returns_the_exit_code():
    question = "SELECT current_user"
    script = (
        "import os, psycopg, sys;"
        f"print(psycopg.connect(os.environ['DATABASE_URL_CARE']).execute('{question}').fetchone()[0]);"
        "print(os.environ['CAREHUB_ENV']); sys.exit(7)"
    )
    process = run(":temp:", sys.executable, "-c", script, CAREHUB_ENV="test")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 7
    assert output.split() == ["carehub_care", "test"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("CAREHUB_ENV", "production"), ("DATABASE_URL_OWNER", "postgresql://db.hospital.example/carehub")],
)
def test_run_refuses_production_settings_before_anything_is_made(home, name, value):
    process = run(home, "true", **{name: value})
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert complaint.startswith(name)
    assert "for demonstrations and tests only" in complaint
    assert "hospital" not in complaint
    assert not home.exists()


def test_run_says_when_the_command_does_not_exist():
    process = run(":temp:", "/no/such/command")
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (
        1,
        "/no/such/command cannot be started: No such file or directory.\n",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_passes_a_signal_on_and_stops_the_database(home, number):
    process = run(home, "sh", "-c", "echo ready; exec sleep 60")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert not (place.recorded_store(home) / "pg" / "postmaster.pid").exists()


def test_run_revives_a_database_that_was_killed(home):
    script = """
import os, psycopg, time
def ask():
    return psycopg.connect(os.environ["DATABASE_URL_CARE"]).execute("SELECT 1").fetchone()
ask()
print("ready", flush=True)
input()
for _ in range(200):
    try:
        print("again", ask()[0])
        break
    except psycopg.OperationalError:
        time.sleep(0.1)
"""
    process = run(home, sys.executable, "-c", script)
    assert process.stdout.readline() == "ready\n"
    server = int((place.recorded_store(home) / "pg" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)
    output, complaint = process.communicate("\n", timeout=60)
    assert output == "again 1\n"
    assert complaint == "The database had been stopped from outside; it runs again.\n"


def test_two_starts_at_once_leave_one_server(home):
    script = "import time; print('served', flush=True); time.sleep(3)"
    processes = [run(home, sys.executable, "-c", script) for _ in range(2)]
    outcomes = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert sorted(code for _, code in outcomes) == [0, 1]
    assert [output for (output, _), code in outcomes if code == 0] == ["served\n"]
    assert all("already in use" in complaint for (_, complaint), code in outcomes if code == 1)
