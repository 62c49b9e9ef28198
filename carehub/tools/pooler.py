"""A PgBouncer in front of the embedded server, in transaction mode: for tests and measures; Debian's package has it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from carehub.tools.leash import ending_with_us

PROGRAMS = ("pgbouncer", "/usr/sbin/pgbouncer")
START_SECONDS = 15
# A pool of one: whatever one client leaves behind at its server connection, the next one finds.
SETTINGS = """[databases]
* = host={server} port=5432
[pgbouncer]
unix_socket_dir = {folder}
unix_socket_mode = 0777
listen_port = 5432
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 200
logfile = {folder}/pgbouncer.log
"""


def program() -> str | None:
    """Return where PgBouncer is; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def pooled(addresses: Mapping[str, str], *, mode: str = "transaction", size: int = 1) -> Iterator[dict[str, str]]:
    """Start it in front of the server of `addresses` (local sockets); return the addresses that lead through it."""
    [server] = {unquote(urlsplit(each).netloc.rpartition("@")[2]) for each in addresses.values()}
    runs_as = Path(server).stat().st_uid
    folder = Path(tempfile.mkdtemp(prefix="carehub-pool.", dir="/tmp"))
    logins = {(urlsplit(each).username or "", urlsplit(each).password or "") for each in addresses.values()}
    users = "".join(f'"{name}" "{password}"\n' for name, password in sorted(logins))
    (folder / "users.txt").write_text(users, encoding="utf-8")
    told = SETTINGS.format(server=server, folder=folder, mode=mode, size=size)
    (folder / "pgbouncer.ini").write_text(told, encoding="utf-8")
    identity = {}
    if os.geteuid() == 0:
        # It refuses to run as root, and the server's socket opens to the server's user alone.
        user = pwd.getpwuid(runs_as)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
    command = [program() or "pgbouncer", "--quiet", str(folder / "pgbouncer.ini")]
    process = subprocess.Popen(command, cwd="/", preexec_fn=ending_with_us(), **identity)  # type: ignore[call-overload]
    try:
        wait_for(folder / ".s.PGSQL.5432", process)
        yield {name: through(address, folder) for name, address in addresses.items()}
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def through(address: str, folder: Path) -> str:
    """Return the address with PgBouncer's socket in place of the server's."""
    parts = urlsplit(address)
    login = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@{quote(str(folder), safe='')}"))


def wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PgBouncer does not start: see {socket.parent}/pgbouncer.log.")
        time.sleep(0.05)
