"""docs/operations.md and docs/backup.md by hand, as they stand: two instances of PostgreSQL, the logins, the commands.

On the clean Debian beside CareHub's own installation, whose programs are used and whose databases are left alone.
"""

from __future__ import annotations

import re

from tests.installation.clean_debian import CleanDebian
from tests.installation.pages import blocks, calls, within

MANAGE = "/opt/carehub/current/bin/carehub-manage"
LIMITS = "/opt/carehub/current/share/carehub/"
HOME, WORD = "/var/tmp/by-hand", "the-word-of-this-login"
# What a page says for something of the reader's own.
OWN = {
    "CODE": "MA-LYON",
    "USER": "alefort",
    "NAMES": "Agnès Lefort, Marc Roux",
    "FILE": f"{HOME}/liste.csv",
    "FILE.pdf": f"{HOME}/dpo.pdf",
    "FOLDER": f"{HOME}/more-backups",
    "KEY": f"{HOME}/carehub-backup.key",
    "/media/stick/carehub-backup.key": f"{HOME}/carehub-backup.key",
    "/var/tmp/PyPI.zip": f"{HOME}/PyPI.zip",
    "/var/tmp/npm.zip": f"{HOME}/npm.zip",
}
LIST = "N° écrou;Nom;Prénom;Date de naissance;Bâtiment;Cellule\n004101;ARVELAT;Bruno;12/03/1981;A;A-1-001\n"
ADVISORY = '{"id": "X", "modified": "%s", "affected": [{"package": {"ecosystem": "%s", "name": "nothing-of-ours"}}]}'


class ByHand:
    """Two instances beside the installation's, and the commands of the pages in their surroundings."""

    def __init__(self, debian: CleanDebian) -> None:
        self.debian = debian
        self.ports: dict[str, str] = {}
        self.public = ""  # to which backups and paper are sealed
        self.done: list[str] = []

    def make_instances(self) -> None:
        """As a database administrator: the blocks of “The five logins”, and “Limits”."""
        version = self.debian.run("ls /usr/lib/postgresql").stdout.split()[-1]
        for instance, block in zip(
            ("hospital", "prison"), blocks("The five logins", "operations.md", "sql"), strict=True
        ):
            self.debian.run(f"pg_createcluster --start {version} {instance}")
            ports = self.debian.run(f"pg_lsclusters --no-header | grep ' {instance} '").stdout.split()
            self.ports[instance] = ports[2]
            self.debian.run(
                f"mkdir --parents {HOME} && cat >{HOME}/{instance}.sql <<'END'\n{block.replace('…', WORD)}\nEND"
            )
            self.psql(instance, f"--dbname=postgres --file={HOME}/{instance}.sql")
            for name, value in re.findall(r"`(max_\w+) = (\d+)`", within("Limits", "operations.md")):
                self.psql(instance, f"--dbname=postgres --command='ALTER SYSTEM SET {name} = {value}'")
            self.let_in(f"/etc/postgresql/{version}/{instance}/pg_hba.conf", instance)
            self.debian.run(f"pg_ctlcluster {version} {instance} restart")
        [limits] = blocks("Limits", "operations.md")
        for line in limits.splitlines():
            words = line.split("#")[0].replace("appointments/wall/installer/", LIMITS).removeprefix("psql ").strip()
            for instance, database in (("hospital", "carehub"), ("prison", "carehub_prison")):
                if f"--dbname={database} " in words or "--dbname=postgres " in words:
                    self.psql(instance, words)

    def let_in(self, file: str, instance: str) -> None:
        """Let the logins in by the page's lines for two instances, and by no other."""
        [lines, _on_one] = blocks("The five logins", "operations.md", "")
        of = dict(re.findall(r"# the (hospital|prison)'s[^\n]*\n((?:(?:hostssl|local) [^\n]*\n)+)", lines))
        text = of[instance].replace("<the hospital's host>", "127.0.0.1/32")
        kept = f"{{ echo 'local all postgres peer'; cat <<'END'\n{text}END\n}} >{file}"
        self.debian.run(kept)

    def psql(self, instance: str, words: str) -> str:
        return self.debian.run(
            f"cd / && runuser -u postgres -- psql -v ON_ERROR_STOP=1 --quiet --port={self.ports[instance]} {words}"
        ).stdout

    def surroundings(self, login: str) -> str:
        """The environment file of a login, as “Environment files” has it, for the instances at hand."""
        files = [block for block in blocks("The five services", "operations.md") if "/etc/carehub/owner.env," in block]
        found = {each.split(".env")[0]: each for each in files[0].split("# /etc/carehub/")[1:]}
        text = found[login]
        for written, here in (
            ("db.hospital.example:5432", f"127.0.0.1:{self.ports['hospital']}"),
            ("db.prison.example:5432", f"127.0.0.1:{self.ports['prison']}"),
            ("%2Frun%2Fpostgresql/", f"%2Fvar%2Frun%2Fpostgresql:{self.ports['prison']}/"),
            ("sslmode=verify-full&sslrootcert=…", "sslmode=require"),
            ("SECRET_KEY=…", f"SECRET_KEY={WORD * 3}"),
            (":…@", f":{WORD}@"),
        ):
            text = text.replace(written, here)
        # From a checkout; the archive brings its own.
        lines = [line for line in text.splitlines()[1:] if "=" in line and "STATIC_ROOT" not in line]
        kept = {"BACKUPS": "backups", "PAPER": "paper", "HANDOVER_KEYS": "handover"}
        lines += [f"CAREHUB_{name}={HOME}/{folder}" for name, folder in kept.items()]
        lines += [f"CAREHUB_{name}_RECIPIENTS={self.public}" for name in ("BACKUP", "PAPER")]
        lines += [f"CAREHUB_DOOR={login}"] * (login != "owner")
        return "set -a\n" + "\n".join(lines) + "\nset +a\n"

    def run(self, words: list[str], login: str = "", *, check: bool = True) -> str:
        """Run one command of a page."""
        said = " ".join("'" + OWN.get(word, word).replace("'", "'\\''") + "'" for word in words)
        done = self.debian.run(f"{self.surroundings(login or 'owner')}\n{MANAGE} {said} 2>&1", check=check)
        self.done.append(" ".join(words))
        return done.stdout


def operations(debian: CleanDebian) -> None:
    """Run each command of operations.md and backup.md, in an order in which an administrator would."""
    hand = ByHand(debian)
    hand.make_instances()
    prepare(debian)
    first_start(hand)
    keys(hand)
    every_day(hand)
    backup_and_restore(hand)
    when_something_is_wrong(hand)
    told = {" ".join(words) for page in ("operations.md", "backup.md") for _door, words in calls(page)}
    # The nightly work without an end is a service's; static files belong to a checkout.
    assert told - set(hand.done) <= {"nightly", "create_admin", "collectstatic --noinput"}


def prepare(debian: CleanDebian) -> None:
    today = debian.run("date --utc +%Y-%m-%dT%H:%M:%SZ").stdout.strip()
    debian.run(f"cat >{HOME}/liste.csv <<'END'\n{LIST}END")
    packed = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('X.json', sys.argv[2])"
    for registry in ("PyPI", "npm"):
        advisory = ADVISORY % (today, registry)
        debian.run(f"python3 -c \"{packed}\" {HOME}/{registry}.zip '{advisory}'")


def first_start(hand: ByHand) -> None:
    """From empty databases to a doctor that has nothing to complain of, a list and a second unit."""
    for door, words in calls("operations.md", "First start"):
        if words[0] == "suspend_unused":
            suspend(hand, words[-1])
        said = hand.run(words, door)
        print(" ".join(words), said, sep="\n")  # noqa: T201
        if words[0] == "doctor":
            assert "0 problems" in said or " ok, " in said
        if "--dry-run" in words:
            hand.run([word for word in words if word != "--dry-run"])
    assert hand.psql("hospital", "--dbname=carehub -Atc 'SELECT last_name FROM appointments_detainee'") == "ARVELAT\n"


def suspend(hand: ByHand, name: str) -> None:
    """The only administrator is never suspended: there is another one first, as when a phone is lost."""
    [words] = [words for _door, words in calls("operations.md", "First start") if words[0] == "create_admin"]
    hand.run([word.replace("alefort", "mroux").replace("Agnès Lefort", "Marc Roux") for word in words])
    change = f"UPDATE access_user SET suspended_at = now(), is_active = false WHERE username = $${OWN[name]}$$"
    hand.psql("hospital", f"--dbname=carehub --command='{change}'")


def keys(hand: ByHand) -> None:
    for _door, words in calls("backup.md", "Keys"):
        hand.public = hand.run(words).split()[-1]


def every_day(hand: ByHand) -> None:
    for door, words in calls("operations.md", "Every day"):
        if words == ["nightly"]:
            continue
        said = hand.run(words, "care" if words[0] == "handover_key" else door)
        print(" ".join(words), said, sep="\n")  # noqa: T201


def backup_and_restore(hand: ByHand) -> None:
    """Kept, lost, and brought back into two databases that are made as the page says."""
    for _door, words in calls("backup.md", "Every night, and before an upgrade"):
        if words != ["nightly"]:
            said = hand.run(words)
    [kept] = [line for line in said.splitlines() if line.startswith(HOME)]
    for instance, database in (("hospital", "carehub"), ("prison", "carehub_prison")):
        for line in blocks("Restore", "backup.md")[0].splitlines():
            words = re.sub(r"\bcarehub\b", database, line.split("  #")[0])
            if words.startswith("psql "):
                hand.psql(instance, words.removeprefix("psql ").replace("appointments/wall/installer/", LIMITS))
    for door, words in calls("backup.md", "Restore"):
        said = hand.run([kept if word.startswith("/backups/") else word for word in words], door)
        hand.done.append(" ".join(words))
        print(" ".join(words), said, sep="\n")  # noqa: T201
        if words[0] == "restore" and "--check" not in words:
            # In the place of the service that is started here.
            hand.run(["courier", "--once"], "courier")
    for _door, words in calls("backup.md", "A point in time"):
        hand.run(words)
    paper(hand)


def paper(hand: ByHand) -> None:
    for _door, words in calls("backup.md", "Paper in reserve"):
        if "--open" in words:
            found = hand.debian.run(f"ls {HOME}/paper/*.age").stdout.split()
            hand.run([found[0] if word == "FILE" else word for word in words])
            hand.done.append(" ".join(words))
        else:
            hand.run(words)


def when_something_is_wrong(hand: ByHand) -> None:
    """What stands in tables and in passing: printing, suspended people, a clock that was wrong."""
    told = [call for call in calls("operations.md") if call[1][0] not in {"migrate", "collectstatic"}]
    for door, words in told:
        if " ".join(words) in hand.done or words in (["nightly"], ["create_admin"]):
            continue
        if words[0] == "print_lists":
            for more in ([], ["--large"], ["--building", "A"]):
                file = f"{HOME}/{len(more)}.pdf"
                said = hand.run([*words[:4], "--to", file, *more], "prison", check=False)
                # The first list comes at the next hour of publication, and no sheet says that nobody is expected.
                assert "has not arrived" in said or hand.debian.run(f"head -c 5 {file}").stdout == "%PDF-"
            hand.done.append(" ".join(words))
        else:
            print(" ".join(words), hand.run(words, door), sep="\n")  # noqa: T201
