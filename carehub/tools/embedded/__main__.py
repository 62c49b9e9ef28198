"""Runs a command beside an embedded PostgreSQL: python -m carehub.tools.embedded run [options] -- COMMAND.

The command finds the hospital's database and a prison's through DATABASE_URL_OWNER, _CARE, _PRISON and so on
(logins.ADDRESSES). Its exit code becomes ours, signals reach it, and a server that something killed is started again.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from carehub.tools.embedded import logins, place, server
from carehub.tools.embedded.cluster import Cluster, environment, join, start
from carehub.tools.embedded.errors import EmbeddedServerError
from carehub.tools.leash import ending_with_us

TEMPORARY = ":temp:"
REVIVALS = 3  # a server that dies more often has a reason that starting again does not cure
LAST_WAIT_SECONDS = 30
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if named := _production_setting():
        _say(
            f"{named} stands in the environment, and the embedded database is for demonstrations and tests only. "
            "Unset it to try CareHub; in production, start your own server and the doors (docs/operations.md)."
        )
        return 1
    relay = Relay()
    for number in SIGNALS:
        signal.signal(number, relay)
    home = Path(tempfile.mkdtemp(prefix="carehub-") if options.home == TEMPORARY else options.home).resolve()
    try:
        return _run(options, home, relay)
    except EmbeddedServerError as error:
        _say(str(error))
        return 1
    finally:
        if options.home == TEMPORARY:
            place.abandon(home)


class Relay:
    """Passes signals on to the command; before there is one, a signal ends the start."""

    def __init__(self) -> None:
        self.command: subprocess.Popen[bytes] | None = None
        self.is_starting = False
        self.waiting: list[int] = []

    def begin(self, start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        """Start the command. A signal that comes while it starts waits for it: it must not be left behind alone."""
        self.is_starting = True
        try:
            self.command = start()
        finally:
            self.is_starting = False
        while self.waiting:
            self(self.waiting.pop(0), None)
        return self.command

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.is_starting:
            self.waiting.append(number)
            return
        if self.command is None:
            raise SystemExit(128 + number)
        # Ctrl-C at a terminal has reached the command already: it stands in the same foreground group.
        if number != signal.SIGINT or not _in_foreground():
            self.command.send_signal(number)


def _run(options: argparse.Namespace, home: Path, relay: Relay) -> int:
    if options.join and (urls := join(home)):
        return _supervise(_popen(options.command, urls, home, relay), None)
    cluster = start(home, durable=options.home != TEMPORARY, fresh=options.fresh)
    try:
        return _supervise(_popen(options.command, cluster.urls, home, relay), cluster)
    finally:
        # From here on a second Ctrl-C must not leave the database half stopped.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        cluster.stop()


def _popen(command: list[str], urls: dict[str, str], home: Path, relay: Relay) -> subprocess.Popen[bytes]:
    kept = logins.read(home / "secrets.json") or {}
    defaults = {
        "CAREHUB_ENV": "demo",
        "CAREHUB_SECRET_KEY": kept.get("secret_key", ""),
        "CAREHUB_HANDOVER_KEYS": str(home / "handover-keys"),
        "CAREHUB_PG_PROGRAMS": str(place.client_programs()),
    }
    variables = {**defaults, **server.clean_environment(), **environment(urls), "CAREHUB_HOME": str(home)}
    try:
        return relay.begin(lambda: subprocess.Popen(command, env=variables, preexec_fn=ending_with_us()))
    except OSError as error:
        raise EmbeddedServerError(f"{command[0]} cannot be started: {error.strerror}.") from error


def _supervise(command: subprocess.Popen[bytes], cluster: Cluster | None) -> int:
    """Wait for the command, reviving the database meanwhile; return the exit code as a shell would."""
    revivals = 0
    while True:
        try:
            code = command.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if cluster is not None and not cluster.is_alive:
                if revivals == REVIVALS:
                    _end(command)
                    msg = f"The database was stopped {REVIVALS + 1} times. See {cluster.where.log}."
                    raise EmbeddedServerError(msg) from None
                revivals += 1
                _revive(cluster, command)
        else:
            return code if code >= 0 else 128 - code


def _revive(cluster: Cluster, command: subprocess.Popen[bytes]) -> None:
    try:
        cluster.revive()
    except EmbeddedServerError:
        _end(command)
        raise
    _say("The database had been stopped from outside; it runs again.")


def _end(command: subprocess.Popen[bytes]) -> None:
    command.terminate()
    try:
        command.wait(timeout=LAST_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()


def _production_setting() -> str | None:
    """Return what in the environment belongs to production: its name, or a database of its own."""
    kind = os.environ.get("CAREHUB_ENV")
    if kind == "production":
        return "CAREHUB_ENV=production"
    addresses = [name for name in sorted(os.environ) if name.startswith("DATABASE_URL_")]
    return addresses[0] if addresses and kind is None else None


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m carehub.tools.embedded", description=__doc__)
    run = parser.add_subparsers(required=True, metavar="run").add_parser("run", help="run a command")
    run.add_argument("--home", default=".carehub", help=f"folder of the data; {TEMPORARY} for one that is deleted")
    how = run.add_mutually_exclusive_group()
    how.add_argument("--fresh", action="store_true", help="delete the data first")
    how.add_argument("--join", action="store_true", help="use the server that already runs on this home, if any")
    run.add_argument("command", nargs="+", metavar="COMMAND", help="what to run, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
