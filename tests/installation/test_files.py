"""What an archive brings: units that are closed, commands and settings that exist, steps that are done once."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from carehub.installation import place, plan, sealed
from carehub.installation.__main__ import main
from carehub.installation.steps import Block, Commands, NotInstalled, Settings, Written, carry_out
from scripts.bundle_wheels import locked
from tests.installation.pages import ROOT, calls

PAGE = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
REFERENCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
SETTING = re.compile(r"\b(?:CAREHUB|DATABASE_URL)_[A-Z_]*[A-Z]\b")
OBSERVED = "carehub-observed.service"  # the nightly work with the drop-in of docs/observing.md
UNITS = [*(name for name in plan.UNIT_FILES if name.endswith(".service")), OBSERVED]
EXPOSED_AT_MOST = 30  # of 100: systemd's "3.0"
# What stands in a page for a number.
NUMBERS = {"N": "1", "Y": "1", "S": "1"}
# Read by the units and their scripts, not by Django.
OF_UNITS = {"CAREHUB_PRINT_QUEUE", "CAREHUB_PRINT_DAY"}
# Only outside production: tests, demonstrations, measures.
NEVER_IN_PRODUCTION = {"CAREHUB_IDLE_SECONDS"}


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with the units as they are installed, and programs where they look for them."""
    root = tmp_path_factory.mktemp("root")
    folder = root / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    texts = {name: place.own_file(name) for name in plan.UNIT_FILES}
    texts[OBSERVED] = f"{texts['carehub-nightly.service']}\n{place.own_file('metrics.conf')}"
    for name, own in texts.items():
        text = own.replace("{hardening}", place.own_file("hardening.conf"))
        (folder / name.replace("@.", "@care.")).write_text(text, encoding="utf-8")
    for program in ("opt/carehub/current/bin/gunicorn", "opt/carehub/current/bin/carehub-manage", "bin/sh", "bin/kill"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).touch(mode=0o755)
    return root


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
@pytest.mark.parametrize("name", UNITS)
def test_unit_is_understood_whole_and_closed(units: Path, name: str) -> None:
    unit = units / "etc" / "systemd" / "system" / name.replace("@.", "@care.")
    command = ["systemd-analyze", "--no-pager", "security", "--offline=true", f"--threshold={EXPOSED_AT_MOST}", unit]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    # What systemd does not know it says, and passes over.
    assert not re.findall(r"Unknown|Failed to parse|Invalid|ignoring", done.stderr), done.stderr


@pytest.mark.skipif(
    not shutil.which("nginx"), reason="there is no nginx here: make test-install asks the one it installs"
)
def test_proxy_file_is_understood(tmp_path: Path) -> None:
    text = proxy_file()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "k", "-out", "c"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    text = re.sub(r"/etc/carehub/tls/\w+\.crt", f"{tmp_path}/c", text)
    text = re.sub(r"/etc/carehub/tls/\w+\.key", f"{tmp_path}/k", text)
    text = text.replace("/var/log/carehub", str(tmp_path)).replace("/etc/carehub/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ {text} }}", encoding="utf-8")

    done = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def proxy_file() -> str:
    doors = [place.own_file("nginx-door.conf").replace("{door}", door).replace("{name}", door) for door in place.DOORS]
    return place.own_file("nginx-head.conf") + "".join(doors)


def test_proxy_packs_nothing_and_writes_no_request_down() -> None:
    text = proxy_file()
    doors = re.findall(r"server \{\n    listen 443 ssl;.*?\n\}", text, re.DOTALL)

    assert len(doors) == len(place.DOORS)
    assert all("gzip off;" in door and "access_log off;" in door and " crit;" in door for door in doors)
    assert text.count("access_log off;") == text.count("\nserver {")


def test_proxy_speaks_only_what_keeps_its_secrets() -> None:
    doors = re.findall(r"server \{\n    listen 443 ssl;.*?\n\}", proxy_file(), re.DOTALL)

    # The first server decides on versions, before a name was heard.
    for server in re.findall(r"server \{\n    listen 443 ssl.*?\n\}", proxy_file(), re.DOTALL):
        assert "ssl_protocols TLSv1.2 TLSv1.3;" in server
    for door in doors:
        assert re.findall(r"ssl_protocols (.*);", door) == ["TLSv1.2 TLSv1.3"]
        [ciphers] = re.findall(r"ssl_ciphers (.*);", door)
        assert all(re.fullmatch(r"ECDHE-(ECDSA|RSA)-.*(GCM-SHA\d+|POLY1305)", each) for each in ciphers.split(":"))
        assert "ssl_prefer_server_ciphers on;" in door


def test_what_the_proxy_answers_itself_says_what_a_browser_may_do_with_it() -> None:
    text = proxy_file()
    told = {"Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy"}

    for door in re.findall(r"server \{\n    listen 443 ssl;.*?\n\}", text, re.DOTALL):
        # A place with lines of its own has none of those around it.
        for place_of_lines in (door.partition("location")[0], door.partition("away.html {")[2].partition("}")[0]):
            assert told <= set(re.findall(r"add_header (\S+) \S+ always;", place_of_lines))


def test_address_that_is_a_key_is_not_led_from_http_to_https() -> None:
    for plain in re.findall(r"server \{\n    listen 80;.*?\n\}", proxy_file(), re.DOTALL):
        [pattern] = re.findall(r'location ~\* "(.*)" \{\n        return 403;', plain)
        for address in (
            "/calendar/feed/abc.ics",
            "/calendar/abc.ics",
            "/wall/abc",
            "/wall/abc/lines",
            "/fhir/Schedule",
        ):
            assert re.search(pattern, address)
        assert not re.search(pattern, "/sign-in")


@pytest.mark.parametrize("document", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_each_command_of_the_documents_exists_with_its_words(document: str) -> None:
    for _door, (name, *words) in calls(document):
        parser = load_command_class(get_commands()[name], name).create_parser("carehub", name)
        # A bare name speaks of a command, and is not how to run it.
        if words:
            parser.parse_args([NUMBERS.get(word, word) for word in words])


def test_commands_of_the_pages_are_found() -> None:
    first = {"create_establishment", "create_admin", "nightly", "doctor", "verify_integrity", "restore"}
    assert first <= {name for _door, (name, *_words) in calls("installation.md")}
    assert ("courier", ["courier", "--once"]) in calls("operations.md")
    assert ("", ["migrate", "--database", "prison"]) in calls("operations.md")
    assert any(door == "prison" and words[0] == "print_lists" for door, words in calls("operations.md"))
    assert any(words[:2] == ["paper", "--open"] for _door, words in calls("backup.md"))


def read_by_the_product() -> set[str]:
    """Every setting that the code reads from the environment, by the name that it is read by."""
    found: set[str] = set()
    for path in [ROOT / "carehub" / "settings.py", *(ROOT / "carehub" / "installation").rglob("*.*")]:
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= set(SETTING.findall(node.value))
        elif path.suffix != ".pyc":
            found |= set(SETTING.findall(path.read_text(encoding="utf-8")))
    return {name.removesuffix("_FILE") for name in found} | OF_UNITS


def test_each_setting_of_the_documents_exists_and_each_one_is_documented() -> None:
    read = read_by_the_product()
    written = {name.removesuffix("_FILE") for name in SETTING.findall(PAGE + REFERENCE)}
    # A login's address is made of its name and of the prison's; a provider's settings of the word after the prefix.
    composed = re.compile(r"DATABASE_URL_|CAREHUB_OIDC")

    assert [name for name in sorted(written - read) if not composed.match(name)] == []
    assert [name for name in sorted(read - written - NEVER_IN_PRODUCTION) if not composed.match(name)] == []


def test_archive_brings_every_package_once_for_each_python() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    for python in ("3.11", "3.13"):
        environment = {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": "x86_64"}
        needed = [
            each for each, digests in locked() if digests and (not each.marker or each.marker.evaluate(environment))
        ]
        names = [canonicalize_name(each.name) for each in needed]
        assert {canonicalize_name(Requirement(each).name) for each in wanted} <= set(names)
        # psycopg is locked with and without its extra.
        assert sorted(names) == sorted(set(names))


def test_wheel_brings_what_settings_look_for_and_no_demonstration() -> None:
    from django.conf import settings

    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    brought = wheel["force-include"]
    for path in (settings.CAREHUB_WORDS, ROOT / "templates"):
        where = str(path.relative_to(ROOT))
        assert brought[where] == f"carehub/shipped/{where}"
    assert "carehub/tools" in wheel["exclude"]
    for name in (*plan.UNIT_FILES, "metrics.conf", "command.sh", "logrotate.conf"):
        assert place.own_file(name)


@pytest.mark.parametrize("script", ["scripts/install.sh", "scripts/bundle.sh", "carehub/installation/files/command.sh"])
def test_script_is_understood(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)


def test_steps_are_said_without_being_done_and_done_once(tmp_path: Path) -> None:
    (tmp_path / "pg_hba.conf").write_text("local all all peer\n")
    mine = f"{tmp_path.owner()}:{tmp_path.group()}"
    settings = Settings(tmp_path / "care.env", {"CAREHUB_ALLOWED_HOSTS": "care.example"}, "Yours")
    steps = [
        Written(tmp_path / "unit" / "a.service", "[Unit]\n", owner=mine),
        Block(tmp_path / "pg_hba.conf", ["local carehub carehub_care peer"], mine),
        Commands("A folder is there", [["mkdir", str(tmp_path / "folder")]], (tmp_path / "folder").is_dir),
    ]
    said: list[str] = []

    assert carry_out([*steps, settings], said.append, is_dry=True) == 4
    assert not (tmp_path / "unit").exists()
    assert "       CAREHUB_ALLOWED_HOSTS=care.example" in said
    assert f"       mkdir {tmp_path}/folder" in said

    assert carry_out(steps, said.append, is_dry=False) == 3
    assert carry_out(steps, said.append, is_dry=False) == 0
    lines = (tmp_path / "pg_hba.conf").read_text().splitlines()
    assert lines.index("local carehub carehub_care peer") < lines.index("local all all peer")


def test_what_an_administrator_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "care.env"
    path.write_text("# ours\nCAREHUB_ALLOWED_HOSTS='care.other.example'\n")
    step = Settings(path, {"CAREHUB_ALLOWED_HOSTS": "care.example", "CAREHUB_BEHIND_TLS_PROXY": "1"}, "Yours")

    assert step.missing() == {"CAREHUB_BEHIND_TLS_PROXY": "1"}


def test_installer_says_in_a_sentence_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--care", "care.example"]) == 1
    assert "Give --prison NAME" in capsys.readouterr().err
    with pytest.raises(NotInstalled, match="a name of its own"):
        plan.names_of(dict.fromkeys(place.DOORS, "carehub.example"))


KEY, OTHER = f"age1{'q' * 58}", f"age1{'p' * 58}"


def test_backups_and_paper_are_sealed_to_the_keys_that_were_given(tmp_path: Path) -> None:
    owner = tmp_path / "owner.env"

    chosen = {"recipient": [KEY, OTHER], "paper_recipient": [f"MA-LYON:{KEY}"]}
    kept = sealed.settings(chosen, owner)

    assert kept == {
        "CAREHUB_BACKUPS": "/var/backups/carehub",
        "CAREHUB_BACKUP_RECIPIENTS": f"{KEY},{OTHER}",
        "CAREHUB_PAPER": "/srv/carehub-paper",
        "CAREHUB_PAPER_RECIPIENTS": f"MA-LYON:{KEY}",
    }
    assert list(sealed.missing(kept)) == []
    nightly = place.own_file("carehub-nightly.service")
    assert all(f"-{kind.folder}" in nightly.partition("ReadWritePaths=")[2].splitlines()[0] for kind in sealed.KINDS)


def test_keys_that_an_installation_has_stay_and_are_not_exchanged_unseen(tmp_path: Path) -> None:
    owner = tmp_path / "owner.env"
    owner.write_text(f"CAREHUB_BACKUP_RECIPIENTS='{KEY}'\n")

    assert sealed.settings({}, owner)["CAREHUB_BACKUP_RECIPIENTS"] == KEY
    assert sealed.settings({"recipient": [KEY]}, owner)["CAREHUB_BACKUP_RECIPIENTS"] == KEY
    with pytest.raises(NotInstalled, match="names other keys than --recipient"):
        sealed.settings({"recipient": [OTHER]}, owner)


def test_private_key_given_by_mistake_is_refused_and_not_said_again(tmp_path: Path) -> None:
    private = f"AGE-SECRET-KEY-1{'Q' * 58}"

    with pytest.raises(NotInstalled, match="--paper-recipient takes a public key") as refused:
        sealed.settings({"paper_recipient": [private]}, tmp_path / "owner.env")

    assert private not in str(refused.value)


def test_installation_without_a_key_says_that_nothing_is_kept() -> None:
    said = list(sealed.missing({}))

    assert "no backups yet" in said[0]
    assert "no day on paper yet" in said[1]


def test_nothing_is_upgraded_without_a_backup_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0.0.1").mkdir()
    (tmp_path / "current").symlink_to(tmp_path / "0.0.1")
    monkeypatch.setattr(place, "CURRENT", tmp_path / "current")

    with pytest.raises(NotInstalled, match="--without-backup"):
        plan.refuse_without_backup({})

    kept = {"CAREHUB_BACKUP_RECIPIENTS": KEY}
    plan.refuse_without_backup(kept)
    with_one, without = (next(step.shown() for step in plan.tables(has_backup=has)) for has in (True, False))
    assert with_one[0] == without[0]
    assert with_one[1].endswith("carehub-manage backup")
    assert len(without) == 1


def test_compose_file_for_trials_is_linted_and_opens_nothing() -> None:
    path = ROOT / "deploy" / "compose.yml"
    rules = (
        "{extends: default, rules: {line-length: {max: 120}, document-start: disable, comments-indentation: disable}}"
    )
    command = [sys.executable, "-m", "yamllint", "--strict", "-d", rules, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    service = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]["trial"]
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service
