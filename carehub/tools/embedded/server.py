"""The server process itself: make its data directory, clear what a killed one left, start it, stop it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from carehub.tools.embedded.errors import EmbeddedServerError
from carehub.tools.embedded.place import Place
from carehub.tools.leash import ending_with_us

START_SECONDS = 120  # a server that was killed may have to replay its log first
STOP_SECONDS = 30
# Only local sockets, only with a password: no login can pass for another.
HOST_BASED_ACCESS = "# Written by CareHub: every login needs its password.\nlocal all all scram-sha-256\n"


def clean_environment() -> dict[str, str]:
    """Return this process's environment without PostgreSQL's own variables, which name another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def initialise(place: Place, *, password: str, durable: bool) -> None:
    """Make the data directory, whole or not at all; the superuser `postgres` gets `password`.

    Raises EmbeddedServerError with what the program said.
    """
    fresh = place.store / "pg.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    place.own(fresh, 0o700)
    options = [
        "--username=postgres",
        "--auth=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]
    options += [] if durable else ["--no-sync"]
    done = run(place, ["initdb", "-D", str(fresh), *options])
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedServerError(f"The database could not be made in {place.store}: {_last_words(done.stderr)}")
    (fresh / "pg_hba.conf").write_text(HOST_BASED_ACCESS, encoding="utf-8")
    set_superuser_password(place, fresh, password=password)
    fresh.rename(place.data)


def set_superuser_password(place: Place, data: Path, *, password: str) -> None:
    """Change the password of `postgres` in a stopped server's `data`, without knowing the old one."""
    statement = f"ALTER ROLE postgres PASSWORD '{password}'\n"
    done = run(place, ["postgres", "--single", "-D", str(data), "postgres"], text=statement)
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise EmbeddedServerError(f"The database in {data} could not be opened: {_last_words(done.stderr)}")


def clear_leftovers(place: Place) -> None:
    """Stop a server that outlived its starter, and remove the lock files of a killed one.

    Called while this process holds the home's lock, so nobody else's server can be meant.
    """
    leftovers = [process for process in psutil.process_iter(["name"]) if _serves(process, place.data)]
    for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        for process in leftovers:
            _signal(process, step)
        _, leftovers = psutil.wait_procs(leftovers, timeout=10)
        if not leftovers:
            break
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def launch(place: Place, sockets: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    """Start the server on a socket in `sockets` and return its process; it may not answer yet.

    `durable=False` trades safety against a power cut for speed: only for data that is thrown away.
    """
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(sockets).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "150",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(place.programs / "postgres"), "-D", str(place.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    if place.log.exists():
        place.log.replace(place.log.with_suffix(".log.old"))
    with place.log.open("wb") as log:
        place.log.chmod(0o600)
        # A session of its own: Ctrl-C reaches the doors first, and the server last, from us.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=clean_environment(),
            start_new_session=True,
            umask=0o077,
            preexec_fn=ending_with_us(signal.SIGINT),
            **place.identity,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: politely, then at once, then by force."""
    for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(step)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def said(place: Place) -> str:
    """Return the last thing that the server complained about."""
    try:
        return _last_words(place.log.read_text(encoding="utf-8", errors="replace")[-20_000:])
    except OSError:
        return "it left no word."


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], place: Place) -> None:
    """Wait until `answers()` is true. Raises EmbeddedServerError when the server dies or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None:
            raise EmbeddedServerError(f"The database did not start: {said(place)} (More in {place.log}.)")
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"The database does not answer after {START_SECONDS} s. See {place.log}.")
        time.sleep(0.05)


def run(place: Place, command: list[str], *, text: str = "") -> subprocess.CompletedProcess[str]:
    program, *arguments = command
    return subprocess.run(
        [str(place.programs / program), *arguments],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        cwd="/",
        env={**clean_environment(), "LC_ALL": "C"},
        umask=0o077,
        **place.identity,
    )


def _serves(process: psutil.Process, data: Path) -> bool:
    """Say whether `process` is a server process of `data`: PostgreSQL works inside its data directory."""
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied as error:
        raise EmbeddedServerError(
            f"A database server (process {process.pid}) of another user is still running on this data. Stop it first."
        ) from error


def _last_words(text: str) -> str:
    """Return the last line of the server's own text that names a trouble, or simply the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    troubles = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "ERROR:", "error:"))]
    return (troubles or lines or ["it left no word."])[-1]
