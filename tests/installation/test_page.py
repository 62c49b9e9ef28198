"""docs/installation.md as it stands there, in a clean Debian without a network, and by hand what operations.md and
backup.md tell: make test-install.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest

from tests.installation import by_hand
from tests.installation.clean_debian import ROOT, CleanDebian, why_not
from tests.installation.pages import blocks

pytestmark = pytest.mark.skipif(not os.environ.get("CAREHUB_TEST_INSTALL"), reason="minutes: make test-install runs it")
NAMES = {"care": "care.hopital.example", "prison": "detention.hopital.example", "accounts": "comptes.hopital.example"}
UNITS = ("carehub@care", "carehub@prison", "carehub@accounts", "carehub-courier", "carehub-nightly")
EXPOSED_AT_MOST = 3.0


@pytest.fixture(scope="module")
def debian() -> Iterator[CleanDebian]:
    if reason := why_not():
        pytest.skip(reason)
    clean = CleanDebian(os.environ.get("CAREHUB_TEST_SUITE", "bookworm"))
    try:
        clean.make()
        for path in (ROOT / "dist").glob("carehub-*.tar.gz*"):
            shutil.copy(path, clean.root / "root")
        clean.start()
        yield clean
    finally:
        clean.throw_away()


def ask(debian: CleanDebian, door: str, path: str, more: str = "") -> str:
    """What the proxy answers for a door: the head, and the page."""
    name = NAMES[door]
    curl = f"curl --silent --insecure --include --resolve {name}:443:127.0.0.1 -H 'Accept-Language: fr'"
    return debian.run(f"{curl} {more} https://{name}{path}").stdout.replace("\r", "")


def test_page_is_run_as_written(debian: CleanDebian) -> None:
    """One journey, since a host is installed once: from a bare Debian to an upgrade, a restore and the removal."""
    assert debian.run("curl --silent --max-time 5 https://deb.debian.org", check=False).returncode, "there is a network"
    install(debian)
    keys(debian)
    first_hour(debian)
    nobody_comes_as_another(debian)
    the_proxy_answers(debian)
    away_and_back(debian)
    every_day(debian)
    let_out_to_the_loopback(debian)
    by_hand.operations(debian)
    backup_and_restore(debian)
    upgrade(debian)
    remove(debian)


def run(debian: CleanDebian, section: str, document: str = "installation.md") -> str:
    said = [debian.run(block).stdout for block in blocks(section, document)]
    assert said, f"no command under {section}"
    print(section)  # noqa: T201
    return "\n".join(said)


def install(debian: CleanDebian) -> None:
    run(debian, "Before")
    said = run(debian, "Install")
    assert " 0 steps" not in said
    assert "  ?  The database carehub is there" in said
    assert "  +  The database carehub is there" in said

    again = debian.run(blocks("Install")[0]).stdout
    assert "  +  " not in again
    assert "  ?  " not in again
    assert again.rstrip().count(": 0 steps") == 2
    assert "There are no backups yet" in again
    for unit in UNITS:
        assert_closed(debian, unit)


def assert_closed(debian: CleanDebian, unit: str) -> None:
    said = debian.run(f"systemd-analyze --no-pager security {unit}").stdout
    exposure = re.search(rf"{unit}\.service: ([0-9.]+)", said)
    assert exposure, said
    assert float(exposure[1]) <= EXPOSED_AT_MOST, said


def keys(debian: CleanDebian) -> None:
    """Both private keys are on the stick, and nowhere else; the nightly work knows the public ones."""
    debian.run("mkdir /media/stick")
    said = run(debian, "Keys")
    assert "There are no backups yet" not in said
    assert "There is no day on paper yet" not in said
    assert debian.run("ls /media/stick").stdout.split() == ["backup.key", "paper.key"]
    assert not debian.run("grep -rls AGE-SECRET-KEY-1 /etc /run /srv /tmp /var", check=False).stdout
    recipients = debian.run("grep ^CAREHUB_BACKUP_RECIPIENTS=age1 /etc/carehub/owner.env").stdout.strip()
    nightly = "/proc/$(systemctl show --property=MainPID --value carehub-nightly)/environ"
    assert recipients in debian.run(f"tr '\\0' '\\n' <{nightly}").stdout


def first_hour(debian: CleanDebian) -> None:
    said = run(debian, "First hour")
    assert "First password, shown this once" in said
    assert re.search(r"^\d+ ok, 0 warnings\.$", said, re.MULTILINE), said


def nobody_comes_as_another(debian: CleanDebian) -> None:
    """The kernel's word is asked: neither a prison's process nor root over the network is somebody else's login."""
    for command in (
        "runuser -u carehub-prison -- psql -U carehub_care carehub -c 'SELECT 1'",
        "runuser -u carehub-prison -- psql -U carehub_prison carehub -c 'SELECT 1'",
        "runuser -u carehub-care -- psql -U carehub_owner carehub -c 'SELECT 1'",
        "psql -h 127.0.0.1 -U carehub_owner carehub -c 'SELECT 1'",
        "runuser -u www-data -- psql -U carehub_care carehub -c 'SELECT 1'",
        "runuser -u nobody -- curl --silent --unix-socket /run/carehub-care/door.sock http://care/alive",
        "runuser -u carehub-prison -- cat /etc/carehub/keys/care.key",
    ):
        assert debian.run(command, check=False).returncode, command
    assert (
        debian.run("runuser -u carehub-prison -- psql -U carehub_prison carehub_prison -Atc 'SELECT 1'").stdout == "1\n"
    )


def the_proxy_answers(debian: CleanDebian) -> None:
    for door in NAMES:
        page = ask(debian, door, "/sign-in")
        assert page.startswith("HTTP/1.1 200")
        assert "Se connecter" in page
        # Packed by the door, unless a page of another site asked for it.
        heads = "-H 'Accept-Encoding: gzip' --output /dev/null --dump-header -"
        assert "content-encoding: gzip" in ask(debian, door, "/sign-in", heads).lower()
        assert (
            "content-encoding" not in ask(debian, door, "/sign-in", f"-H 'Sec-Fetch-Site: cross-site' {heads}").lower()
        )
        assert "max-age=31536000" in page
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style
        head = ask(debian, door, style[1], "-H 'Accept-Encoding: gzip' --output /dev/null --dump-header -")
        assert "content-encoding: gzip" in head.lower()
    assert debian.run("curl --silent --insecure https://127.0.0.1", check=False).returncode == 35
    for door, name in NAMES.items():
        asked = f"curl -sk -o /dev/null --resolve {name}:443:127.0.0.1 https://{name}/alive"
        for version, code in (("--tls-max 1.1", 35), ("--tls-max 1.2", 0), ("--tlsv1.3", 0)):
            assert debian.run(f"{asked} {version}", check=False).returncode == code, (door, version)
    found = debian.run("curl --silent --include -H 'Host: care.hopital.example' http://127.0.0.1/day").stdout
    assert "Location: https://care.hopital.example/day" in found
    key = "curl --silent --include -H 'Host: care.hopital.example' http://127.0.0.1/calendar/feed/abc.ics"
    assert debian.run(key).stdout.startswith("HTTP/1.1 403")
    many = "curl -sk -Z --parallel-max 30 -o /dev/null -w '%{http_code} ' -d a=b"
    resolved = f"--resolve {NAMES['care']}:443:127.0.0.1 'https://{NAMES['care']}/sign-in?[1-150]'"
    codes = debian.run(f"{many} {resolved}").stdout.split()
    assert "429" in codes


def away_and_back(debian: CleanDebian) -> None:
    """The database stopped: a French sentence, 503, one line a request; then the door stopped; both come back alone."""
    somebody = "-H 'Cookie: __Host-carehub_care_session=abcdefghijklmnopqrstuvwxyz012345'"
    debian.run("systemctl stop postgresql@*-main.service")
    since = debian.run("date +%s").stdout.strip()
    for _time in range(3):
        assert_away(ask(debian, "care", "/", somebody), "La base de données de CareHub ne répond pas")
    log = debian.run(f"journalctl --no-pager --output=cat --unit carehub@care --since @{since}").stdout.splitlines()
    assert 3 <= len(log) <= 4, log
    assert all("does not answer" in line and "SELECT" not in line for line in log)
    debian.run("systemctl start postgresql")
    assert ask(debian, "care", "/sign-in").startswith("HTTP/1.1 200")
    debian.run("systemctl stop carehub@care")
    assert_away(ask(debian, "care", "/"), "CareHub ne répond pas")
    debian.run("systemctl start carehub@care")
    assert ask(debian, "care", "/sign-in").startswith("HTTP/1.1 200")


def assert_away(page: str, sentence: str) -> None:
    assert page.startswith("HTTP/1.1 503"), page
    assert "Retry-After: 30" in page
    assert sentence in page
    # Of the door, or of the proxy: once, and not twice.
    for header in ("Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy"):
        assert page.count(f"{header}: ") == 1, page


def every_day(debian: CleanDebian) -> None:
    said = run(debian, "Every day")
    assert "carehub@prison.service" in said
    assert "carehub-print@MA-LYON.timer" in said
    assert "paper-MA-LYON-" in said
    assert "Nothing waits for the courier" in said
    debian.run("logrotate --debug /etc/logrotate.d/carehub && nginx -t")
    # Advisories are compared with what is installed; these are of another day, and of one registry.
    advisory = '{"id": "X", "modified": "2020-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI"}}]}'
    debian.run(f"mkdir /var/tmp/advisories && echo '{advisory}' >/var/tmp/advisories/x.json")
    compared = debian.run("carehub advisories /var/tmp/advisories", check=False)
    assert (compared.returncode, "days old" in compared.stderr) == (2, True), compared
    assert "Nothing is known in these data." in compared.stdout


def let_out_to_the_loopback(debian: CleanDebian) -> None:
    said = run(debian, "Let out to the loopback", "observing.md")
    assert re.search(r'^carehub_kept_timestamp_seconds\{what="backup"\} 1', said, re.MULTILINE), said
    assert_closed(debian, "carehub-nightly")


def backup_and_restore(debian: CleanDebian) -> None:
    said = run(debian, "Backup and restore")
    assert "Restored and sound." in said
    assert "The access log is whole" in said
    assert re.search(r"^\d+ ok, 0 warnings\.$", said, re.MULTILINE), said
    assert debian.run("stat --format=%a%U /var/backups/carehub").stdout == "700carehub-owner\n"
    assert not debian.run("find /var/backups/carehub /srv/carehub-paper -type f ! -name '*.age' ! -name .lock").stdout
    kept = debian.run("runuser -u postgres -- psql -Atc 'SELECT code FROM access_establishment' carehub").stdout
    assert kept == "MA-LYON\n"


def upgrade(debian: CleanDebian) -> None:
    """As from another version: its folder is there, and the one in use."""
    debian.run("mkdir /opt/carehub/0.0.1 && ln -sfn /opt/carehub/0.0.1 /opt/carehub/current")
    with_no_recipient = "sed --in-place=.kept /RECIPIENTS/d /etc/carehub/owner.env"
    refused = debian.run(f"{with_no_recipient} && sh /root/carehub-*/install.sh", check=False)
    assert (refused.returncode, "--without-backup" in refused.stderr) == (1, True), refused.stderr
    debian.run("mv /etc/carehub/owner.env.kept /etc/carehub/owner.env")
    before = len(debian.run("ls /var/backups/carehub").stdout.split())
    said = run(debian, "Upgrade")
    assert "  +  Nobody works with another version's programs, and its databases are kept, sealed" in said
    assert re.search(r"^\d+ ok, 0 warnings\.$", said, re.MULTILINE), said
    assert len(debian.run("ls /var/backups/carehub").stdout.split()) == before + 1
    assert ask(debian, "prison", "/sign-in").startswith("HTTP/1.1 200")


def remove(debian: CleanDebian) -> None:
    said = run(debian, "Remove")
    assert "the databases carehub and carehub_prison" in said
    assert not debian.run("systemctl list-units --no-legend 'carehub*'").stdout.strip()
    debian.run("test ! -e /opt/carehub && test ! -e /usr/local/bin/carehub && nginx -t && test -d /etc/carehub")
    assert debian.run("runuser -u postgres -- psql -Atc 'SELECT 1' carehub").stdout == "1\n"
