"""All steps of an installation, in their order; an upgrade is the same steps with another version's programs."""

from __future__ import annotations

import grp
import os
import pwd
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path

from carehub.installation import place, sealed, server
from carehub.installation.steps import (
    Commands,
    NotInstalled,
    Settings,
    Step,
    Written,
    WrittenOnce,
    read_settings,
    succeeds,
)

KEYS = place.SETTINGS / "keys"
UNIT_FILES = (
    *("carehub@.service", "carehub-courier.service", "carehub-nightly.service"),
    *("carehub-print@.service", "carehub-print@.timer"),
)
# By a pattern: before the first installation no such unit is there, and that is no error.
READ_AGAIN = (["systemctl", "try-restart", "carehub-nightly*"],)
NEEDED = {"psql": "postgresql", "nginx": "nginx", "logrotate": "logrotate", "openssl": "openssl"}


def names_of(given: Mapping[str, str | None]) -> dict[str, str]:
    """Return the name of each door, as given or as an installation has it. Raises NotInstalled."""
    found = {}
    for door in place.DOORS:
        there = read_settings(place.SETTINGS / f"{door}.env").get("CAREHUB_ALLOWED_HOSTS", "").partition(",")[0]
        wanted = given.get(door)
        if wanted and there and wanted != there:
            raise NotInstalled(
                f"The {door} door is called {there} here, not {wanted}: change CAREHUB_ALLOWED_HOSTS in"
                f" {place.SETTINGS}/{door}.env first, then install again without --{door}."
            )
        if not (wanted or there):
            raise NotInstalled(f"What will people type to reach the {door} door? Give --{door} NAME.")
        found[door] = str(wanted or there)
    if len(set(found.values())) < len(found):
        raise NotInstalled("Each door needs a name of its own: the proxy and the browsers tell them apart by it.")
    return found


def refuse_another_system() -> None:
    """Raise NotInstalled where the steps cannot be done."""
    if os.geteuid() != 0:
        raise NotInstalled("Start the installation as root.")
    missing = sorted({package for name, package in NEEDED.items() if not succeeds("sh", "-c", f"command -v {name}")})
    if missing:
        raise NotInstalled(f"Missing: apt-get install {' '.join(missing)}")
    if not succeeds("systemctl", "show-environment"):
        raise NotInstalled("systemd does not answer: CareHub's services are systemd's.")
    server.refuse_an_old_server()


def refuse_without_backup(kept: Mapping[str, str]) -> None:
    """Raise NotInstalled where this is an upgrade, and no backup could bring back what it changes."""
    if is_upgrade() and not sealed.has_backups(kept):
        raise NotInstalled(
            "An upgrade changes the tables, and there are no backups here to bring them back. Name a public key with"
            " --recipient age1… (docs/installation.md, “Keys”), or say --without-backup."
        )


def steps(names: Mapping[str, str], kept: Mapping[str, str], *, without_backup: bool) -> Iterator[Step]:
    """Everything, in order."""
    for part in place.PARTS:
        yield user(part)
    for door in place.DOORS:
        yield member_of("www-data", f"carehub-{door}")
    yield from folders()
    yield from server.steps()
    yield from settings(names, kept)
    yield from shared_files()
    yield from tables(has_backup=sealed.has_backups(kept) and not without_backup)
    yield from server.limits()
    yield from proxy(names)
    yield from services()


def user(part: str) -> Step:
    name = f"carehub-{part}"
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent"]
    return Commands(
        f"The system user {name} is there",
        [[*command, "--shell=/usr/sbin/nologin", f"--comment=CareHub, {part}", name]],
        lambda: is_user(name),
    )


def is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def member_of(name: str, group: str) -> Step:
    def done() -> bool:
        try:
            return name in grp.getgrnam(group).gr_mem
        except KeyError:
            return False

    return Commands(f"{name} reaches the socket of {group}", [["usermod", "--append", f"--groups={group}", name]], done)


def folders() -> Iterator[Step]:
    wanted = [
        (place.SETTINGS, "root", "0755"),
        (KEYS, "root", "0755"),
        (place.CERTIFICATES, "root", "0700"),
        (place.SETTINGS / "nginx", "root", "0755"),
        (place.LOGS, "root", "0755"),
        *((kind.folder, "carehub-owner", "0700") for kind in sealed.KINDS),
    ]
    for path, owner, mode in wanted:
        command = ["install", "--directory", f"--owner={owner}", f"--group={owner}", f"--mode={mode}", str(path)]
        yield Commands(f"{path} is there", [command], partial(is_folder, path, mode))


def is_folder(path: Path, mode: str) -> bool:
    return path.is_dir() and path.stat().st_mode & 0o7777 == int(mode, 8)


def settings(names: Mapping[str, str], kept: Mapping[str, str]) -> Iterator[Step]:
    """A file of settings and a key for each part. The commands share the care door's key."""
    for part in place.PARTS:
        key = KEYS / f"{part}.key"
        make = secret if part != "owner" else (KEYS / "care.key").read_text
        yield WrittenOnce(key, make, "64 random bytes, in letters", owner=f"carehub-{part}:carehub-{part}")
        head = f"Settings of CareHub, {part} (docs/operations.md). Yours: the installer only adds what is missing."
        values, path = dict(settings_of(part, names)), place.SETTINGS / f"{part}.env"
        yield Settings(path, values, head) if part != "owner" else Settings(path, {**values, **kept}, head, READ_AGAIN)


def secret() -> str:
    return secrets.token_urlsafe(64) + "\n"


def settings_of(part: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for database, parts in place.DATABASES.items():
        if part in parts:
            other = "_PRISON" if database == "carehub_prison" and part != "prison" else ""
            yield f"DATABASE_URL_{part.upper()}{other}", server.address(part, database)
    yield "CAREHUB_SECRET_KEY_FILE", str(KEYS / f"{part}.key")
    if part == "courier":
        return
    yield "CAREHUB_ALLOWED_HOSTS", names["care" if part == "owner" else part]
    yield "CAREHUB_BEHIND_TLS_PROXY", "1"
    yield "CAREHUB_CLIENT_ADDRESS_HEADER", "X-Real-IP"
    if part == "accounts":
        yield "CAREHUB_DOOR_ADDRESSES", ",".join(f"{door}=https://{name}" for door, name in names.items())


def shared_files() -> Iterator[Step]:
    """What units and proxy read, at a path that no version of Python is part of."""
    share = place.release() / "share" / "carehub"
    away = resources.files("carehub") / "shipped" / "static" / "carehub" / "away.html"
    yield Written(share / "away.html", away.read_text(encoding="utf-8"))
    yield Written(share / "metrics.conf", place.own_file("metrics.conf"))
    for name in ("roles.sql", "limits.sql"):
        yield Written(share / name, (server.INSTALLER / name).read_text(encoding="utf-8"))
    yield Written(place.COMMAND, place.own_file("command.sh"), mode=0o755)


def tables(*, has_backup: bool) -> Iterator[Step]:
    """The tables of this version, with a backup of those of another one; then this version's programs are used."""
    release, current = place.release(), place.CURRENT
    manage = str(release / "bin" / "carehub-manage")
    stop = ["systemctl", "stop", *place.SERVICES]
    yield Commands(
        f"Nobody works with another version's programs{', and its databases are kept, sealed' if has_backup else ''}",
        [stop, as_owner([manage, "backup"])] if has_backup else [stop],
        lambda: not is_upgrade(),
    )
    for alias in ("default", "prison"):
        migrate = as_owner([manage, "migrate", "--database", alias, "--verbosity=0"])
        check = as_owner([manage, "migrate", "--database", alias, "--check", "--verbosity=0"])
        yield Commands(
            f"The tables of {alias} are those of {place.version()}",
            [migrate],
            partial(is_of_this_version, check),
        )
    link = ["ln", "--symbolic", "--force", "--no-dereference", str(release), str(current)]
    yield Commands(f"{current} is {place.version()}", [link], is_current)


def is_upgrade() -> bool:
    return place.CURRENT.is_symlink() and not is_current()


def is_current() -> bool:
    return place.CURRENT.is_symlink() and place.CURRENT.resolve() == place.release()


def is_of_this_version(check: Sequence[str]) -> bool:
    return is_current() and succeeds(*check)


def as_owner(command: Sequence[str]) -> list[str]:
    """Return a command as the owner's system user runs it, with the owner's settings."""
    user = ["setpriv", "--reuid=carehub-owner", "--regid=carehub-owner", "--init-groups", "--no-new-privs"]
    return ["sh", "-c", f'set -a; . {place.SETTINGS}/owner.env; set +a; exec "$@"', "sh", *user, *command]


def proxy(names: Mapping[str, str]) -> Iterator[Step]:
    """Certificates, the proxy's file, and the rotation of its log."""
    for door, name in names.items():
        yield certificate(door, name)
    text = place.own_file("nginx-head.conf")
    for door, name in names.items():
        text += place.own_file("nginx-door.conf").replace("{door}", door).replace("{name}", name)
    restart = [["nginx", "-t", "-q"], ["systemctl", "restart", "nginx.service"]]
    yield Written(place.NGINX, text, then=restart)
    yield Written(place.LOGROTATE, place.own_file("logrotate.conf"))


def certificate(door: str, name: str) -> Step:
    """One that the host signs itself, until the hospital's is put in its place."""
    path, key = place.CERTIFICATES / f"{door}.crt", place.CERTIFICATES / f"{door}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    about = ["-days", "90", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    return Commands(
        f"{path} is there (made here for 90 days: put the hospital's in its place)",
        [[*command, *about, "-keyout", str(key), "-out", str(path)], ["chmod", "0600", str(key)]],
        lambda: path.exists() and key.exists(),
    )


def services() -> Iterator[Step]:
    """Units, and that they run."""
    hardening = place.own_file("hardening.conf")
    reload = [["systemctl", "daemon-reload"]]
    for name in UNIT_FILES:
        text = place.own_file(name).replace("{hardening}", hardening)
        yield Written(place.UNITS / name, text, then=reload)
    yield Commands(
        "The services run, and start with the machine",
        [["systemctl", "enable", "--quiet", *place.SERVICES], ["systemctl", "restart", *place.SERVICES]],
        lambda: all(succeeds("systemctl", ask, "--quiet", *place.SERVICES) for ask in ("is-enabled", "is-active")),
    )


def remove() -> Iterator[Step]:
    """Take away what runs; leave what somebody may want back."""
    there = [str(place.UNITS / name) for name in UNIT_FILES if (place.UNITS / name).exists()]
    yield Commands(
        "Nothing of CareHub runs",
        [
            ["systemctl", "disable", "--now", "--quiet", *place.SERVICES],
            ["rm", "-f", *there],
            ["systemctl", "daemon-reload"],
        ],
        lambda: not there,
    )
    files = [path for path in (place.NGINX, place.LOGROTATE, place.COMMAND) if path.exists()]
    yield Commands(
        "The proxy knows no door",
        [["rm", "-f", *map(str, files)], ["systemctl", "reload", "nginx.service"]],
        lambda: not files,
    )
    yield Commands(
        f"{place.HOME} is gone", [["rm", "-rf", "--one-file-system", str(place.HOME)]], lambda: not place.HOME.exists()
    )


LEFT = (
    "Left, because only you can know whether somebody still needs it:",
    "  the databases carehub and carehub_prison, and the five logins: dropdb, dropuser, as postgres",
    f"  {place.BACKUPS}: backups; {place.PAPER}: the day on paper; {place.LOGS}",
    f"  {place.SETTINGS}: settings, keys, certificates",
    "  CareHub's lines in pg_hba.conf and pg_ident.conf, conf.d/carehub.conf of PostgreSQL",
    "  the system users carehub-care, -prison, -accounts, -courier, -owner: userdel",
    "  /var/lib/carehub-care: keys of hand-overs",
)


def tell_where(names: Mapping[str, str], kept: Mapping[str, str]) -> Iterator[str]:
    """Say what is missing, and what comes next."""
    yield from sealed.missing(kept)
    yield "Next: carehub create_establishment, carehub create_admin, carehub doctor (docs/installation.md)."
    yield from (f"  {door:<9} https://{name}" for door, name in names.items())
