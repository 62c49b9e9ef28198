"""Where everything of an installation lies: the same paths on every host."""

from __future__ import annotations

from pathlib import Path

from carehub import __version__

HOME = Path("/opt/carehub")
CURRENT = HOME / "current"
SETTINGS = Path("/etc/carehub")
CERTIFICATES = SETTINGS / "tls"
BACKUPS = Path("/var/backups/carehub")
PAPER = Path("/srv/carehub-paper")
LOGS = Path("/var/log/carehub")
UNITS = Path("/etc/systemd/system")
NGINX = Path("/etc/nginx/conf.d/carehub.conf")
LOGROTATE = Path("/etc/logrotate.d/carehub")
COMMAND = Path("/usr/local/bin/carehub")

DOORS = ("care", "prison", "accounts")
# The owner's user does the nightly work, makes backups and runs commands.
PARTS = (*DOORS, "courier", "owner")
# Services that are always on; printing is a timer.
SERVICES = (*(f"carehub@{door}.service" for door in DOORS), "carehub-courier.service", "carehub-nightly.service")
DATABASES = {
    "carehub": ("owner", "care", "accounts", "courier"),
    "carehub_prison": ("owner", "prison", "accounts", "courier"),
}


def version() -> str:
    return __version__


def release() -> Path:
    """Return the folder of this version's virtual environment."""
    return HOME / version()


def own_file(name: str) -> str:
    """Return a file that the package brings."""
    return (Path(__file__).parent / "files" / name).read_text(encoding="utf-8")
