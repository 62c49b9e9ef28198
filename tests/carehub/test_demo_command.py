"""The demonstration refuses what it should, keeps each door's password to itself, and stops when told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command
from django_otp.oath import hotp, totp
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from carehub.tools import doors
from carehub.tools.embedded import join, place
from carehub.tools.embedded.logins import ADDRESSES
from carehub.tools.leash import ending_with_us
from carehub.tools.management.commands.demo import table, write_accounts

ROOT = Path(__file__).parents[2]
OWN_ADDRESSES = {
    "care": ("DATABASE_URL_CARE",),
    "prison": ("DATABASE_URL_PRISON",),
    "accounts": ("DATABASE_URL_ACCOUNTS", "DATABASE_URL_ACCOUNTS_PRISON"),
    "courier": ("DATABASE_URL_COURIER", "DATABASE_URL_COURIER_PRISON"),
}
ACCOUNT = {
    "door": "care",
    "role": "nurse",
    "username": "anne",
    "password": "secret",
    "totp_secret": "ABC",
    "establishment": "MAA",
}


def free_base():
    """Return a port that is free now, with two free ones after it; each pytest worker looks in its own range."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 18_000 + 300 * worker
    for base in range(first, first + 300, 3):
        try:
            with doors.claimed(base):
                return base
        except doors.DoorError:
            continue
    pytest.fail(f"no three free ports from {first} on")


@pytest.fixture
def run_demo(tmp_path):
    """Start demonstrations of one home as `make demo` does; end what is left of them afterwards."""
    home, started = tmp_path / "home", []
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CAREHUB", "DATABASE"))}

    def start(port):
        command = [sys.executable, "-m", "carehub.tools.embedded", "run", "--home", str(home), "--"]
        command += [sys.executable, "manage.py", "demo", "--port", str(port)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        started.append(
            subprocess.Popen(command, cwd=ROOT, env=inherited, text=True, preexec_fn=ending_with_us(), **pipes)
        )
        return started[-1]

    start.home = home
    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)
    place.abandon(home)


# --- Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["demo"], ["demo_code", "anne"]])
def test_demo_commands_in_production_are_refused(settings, command):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="CAREHUB_ENV is production"):
        call_command(*command)


@pytest.mark.parametrize(("name", "value"), [("CAREHUB_ENV", "test"), ("CAREHUB_DOOR", "care")])
def test_demo_with_the_settings_of_something_else_is_refused(settings, name, value):
    settings.CAREHUB_ENV = "demo"
    setattr(settings, name, value)
    with pytest.raises(CommandError, match=f"{name} is {value} here. Unset it"):
        call_command("demo")


@pytest.mark.parametrize("port", ["abc", "-1", "70000", ""])
def test_a_port_that_is_none_is_refused_before_anything_is_done(port, tmp_path, monkeypatch, settings):
    settings.CAREHUB_ENV = "demo"
    monkeypatch.setenv("CAREHUB_HOME", str(tmp_path / "home"))
    with pytest.raises(CommandError, match="is no port number"):
        call_command("demo", f"--port={port}")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_taken_port_is_named_and_the_others_are_let_go(offset):
    base = free_base()
    sentence = f"Port {base + offset} is in use by another program"
    with socket.create_server(("127.0.0.1", base + offset)), pytest.raises(doors.DoorError, match=sentence):
        doors.claimed(base).__enter__()
    with doors.claimed(base) as claimed:
        assert [(door.name, door.port) for door in claimed] == [
            ("care", base),
            ("prison", base + 1),
            ("accounts", base + 2),
        ]
        assert {door.listener.getsockname()[0] for door in claimed} == {"127.0.0.1"}


# --- Each door for itself -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN_ADDRESSES)
def test_a_process_is_told_its_own_database_addresses_only(name):
    variables = {f"DATABASE_URL_{one.upper()}": f"address of {one}" for one in ADDRESSES}
    variables |= {"GUNICORN_CMD_ARGS": "--bind 0.0.0.0:80", "PATH": "/bin"}
    told = doors.environment_of(name, variables)
    assert {key: value for key, value in told.items() if "DATABASE" in key} == {
        variable: variables[variable] for variable in OWN_ADDRESSES[name]
    }
    assert told["CAREHUB_DOOR"] == name
    assert "GUNICORN_CMD_ARGS" not in told


# --- What the reader gets -----------------------------------------------------------------------------


def test_the_accounts_are_a_table_without_second_factors():
    assert table([ACCOUNT]).splitlines() == [
        "  door  role   username  password  establishment",
        "  care  nurse  anne      secret    MAA",
    ]


def test_the_accounts_file_is_for_its_owner_only(tmp_path):
    file = tmp_path / "made" / "demo-accounts.json"
    for _ in range(2):
        write_accounts(file, [ACCOUNT])
    assert json.loads(file.read_text()) == [ACCOUNT]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_demo_code_shows_the_code_of_the_moment(alice):
    device = TOTPDevice.objects.create(user=alice, name="phone", confirmed=True)
    output = StringIO()
    before = totp(device.bin_key)
    call_command("demo_code", "ALICE", stdout=output)
    assert output.getvalue().split()[0] in {f"{before:06d}", f"{totp(device.bin_key):06d}"}


def test_demo_code_shows_what_the_button_of_a_token_shows_next(alice):
    device = HOTPDevice.objects.create(user=alice, name="88-1203", confirmed=True, counter=7)
    output = StringIO()
    call_command("demo_code", "alice", stdout=output)
    assert output.getvalue() == f"{hotp(device.bin_key, 7):06d}  (what the button of 88-1203 shows next)\n"


def test_demo_code_knows_officers_too(oscar):
    device = TOTPDevice.objects.using("prison").create(user=oscar, name="phone", confirmed=True)
    output = StringIO()
    before = totp(device.bin_key)
    call_command("demo_code", "oscar", stdout=output)
    assert output.getvalue().split()[0] in {f"{before:06d}", f"{totp(device.bin_key):06d}"}


def test_demo_code_without_second_factor_says_what_to_do(alice):
    with pytest.raises(CommandError, match="alice has no second factor yet"):
        call_command("demo_code", "alice")


# --- The whole of it ----------------------------------------------------------------------------------


def ready(run_demo, base):
    """Start the demonstration; return its process and what it showed."""
    started = run_demo(base)
    return started, read_until(started.stdout, "Ready.")


@pytest.mark.slow
def test_the_demonstration_loads_serves_stops_and_goes_on(run_demo):
    base, accounts_file = free_base(), run_demo.home / "demo-accounts.json"
    first, shown = ready(run_demo, base)
    accounts = json.loads(accounts_file.read_text())
    assert {account["door"] for account in accounts} == set(doors.NAMES)
    assert all(account["username"] in shown and account["password"] in shown for account in accounts)
    for port in (base, base + 1, base + 2):
        assert f"http://127.0.0.1:{port}/" in shown
        assert alive(port) == 200
    for name, addresses in OWN_ADDRESSES.items():
        assert {held_by(process) for process in processes_of(first, name)} == {addresses}

    second = run_demo(base)
    assert "already in use by another CareHub process" in second.communicate(timeout=60)[0]
    assert second.returncode == 1

    first.send_signal(signal.SIGTERM)
    assert "CareHub has stopped. The data stays" in first.communicate(timeout=60)[0]
    assert first.returncode == 0
    assert join(run_demo.home) is None

    third, shown = ready(run_demo, base)
    # It goes on from what is there: nothing is loaded.
    assert "%" not in shown
    assert json.loads(accounts_file.read_text()) == accounts

    processes_of(third, "prison")[0].kill()
    assert "The prison door has stopped: it was killed by signal 9." in third.communicate(timeout=60)[0]
    assert third.returncode == 1

    fourth = run_demo(base)
    read_until(fourth.stdout, "Ready.")
    processes_of(fourth, "courier")[0].kill()
    assert "The courier has stopped: it was killed by signal 9." in fourth.communicate(timeout=60)[0]
    assert fourth.returncode == 1


def alive(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/alive")
        return connection.getresponse().status
    finally:
        connection.close()


def processes_of(demonstration, name):
    """Return the processes of one door, or the courier's, the one that started the others first."""
    family = psutil.Process(demonstration.pid).children(recursive=True)
    return [process for process in family if {f"carehub-{name}", name} & set(process.cmdline())]


def held_by(process):
    """Say which database addresses stand in the environment of a process."""
    return tuple(sorted(variable for variable in process.environ() if variable.startswith("DATABASE")))


def read_until(stream, word):
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            break
    return "".join(lines)
