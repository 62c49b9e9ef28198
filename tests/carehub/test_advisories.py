"""Advisories brought as files: what is known of a package is said, and so is what the files cannot know."""

from __future__ import annotations

import json
import socket
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from carehub.advisories import parts, reading
from carehub.advisories.parts import Part
from carehub.advisories.versions import Semantic, is_affected

DJANGO, BOOTSTRAP = Part("PyPI", "django", "5.2.1"), Part("npm", "bootstrap", "5.3.0")


def advisory(key: str, part: Part, *, days: int = 1, events: Any = (), **more: Any) -> dict[str, Any]:
    modified = (timezone.now() - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}, {"type": "GIT", "events": [{"introduced": "0"}]}]
    about = {"package": {"ecosystem": part.ecosystem, "name": part.name}, "ranges": ranges}
    return {"id": key, "modified": modified, "summary": f"About {key}", "affected": [about]} | more


def written(folder: Path, *advisories: dict[str, Any]) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in advisories:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
    return path


@pytest.mark.parametrize(
    ("events", "is_known"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "5.2"}, {"fixed": "5.2.1"}], False),
        ([{"introduced": "5.2"}, {"fixed": "5.2.2"}], True),
        ([{"introduced": "5.2"}, {"last_affected": "5.2.1"}], True),
        ([{"introduced": "5.2"}, {"last_affected": "5.2.0"}], False),
        ([{"introduced": "5.2.2"}], False),
        # Two lines of versions in one range, in whatever order they are written.
        ([{"introduced": "5.2"}, {"fixed": "5.2.3"}, {"introduced": "4.2"}, {"fixed": "4.2.9"}], True),
        ([{"introduced": "5.2.2"}, {"fixed": "5.2.3"}, {"introduced": "0"}, {"fixed": "4.2.9"}], False),
        ([{"introduced": "5.2.1rc1"}, {"fixed": "5.2.1"}], False),
    ],
)
def test_range_holds_a_version_or_does_not(events: Any, is_known: bool) -> None:
    entry = advisory("X", DJANGO, events=events)["affected"][0]
    assert is_affected(DJANGO.version, entry, ecosystem="PyPI") == is_known


def test_npm_orders_versions_as_it_says() -> None:
    written_in_order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"]
    assert sorted(set(written_in_order), key=Semantic) == written_in_order
    assert Semantic("1.2.3+build") == Semantic("1.2.3")
    with pytest.raises(ValueError, match=r"^latest$"):
        Semantic("latest")


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=2, max_size=2))
def test_releases_are_ordered_by_their_numbers(pair: list[tuple[int, int, int]]) -> None:
    one, other = (Semantic(".".join(map(str, each))) for each in pair)
    assert (one < other) == (pair[0] < pair[1])


def test_one_weakness_of_two_lists_is_said_once(tmp_path: Path) -> None:
    everything = [{"introduced": "0"}, {"fixed": "5.2.2"}]
    path = written(
        tmp_path,
        advisory("GHSA-1", DJANGO, events=everything, aliases=["CVE-2026-1"]),
        advisory("PYSEC-1", DJANGO, events=everything, aliases=["CVE-2026-1"], days=3),
        advisory("GHSA-2", BOOTSTRAP, events=[{"introduced": "0"}]),
        advisory("GHSA-3", DJANGO, events=everything, withdrawn="2026-01-01T00:00:00Z"),
        advisory("GHSA-4", Part("npm", "django", "1"), events=[{"introduced": "0"}]),
    )

    found = reading.look([path], [DJANGO, BOOTSTRAP])

    assert sorted((one.part, one.names, one.mended) for one in found.weaknesses) == [
        (DJANGO, ("GHSA-1", "CVE-2026-1", "PYSEC-1"), ("5.2.2",)),
        (BOOTSTRAP, ("GHSA-2",), ()),
    ]
    assert (found.advisories["PyPI"], found.advisories["npm"]) == (3, 2)
    assert found.newest is not None
    assert timezone.now() - found.newest < timedelta(days=2)


def test_name_is_found_however_it_is_written(tmp_path: Path) -> None:
    part = Part("PyPI", "django-otp", "1.0")
    path = written(tmp_path, advisory("X", part._replace(name="Django_OTP"), events=[{"introduced": "0"}]))
    assert [one.part for one in reading.look([path], [part]).weaknesses] == [part]


def test_version_that_nobody_can_order_is_said_and_not_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, advisory("X", DJANGO, events=[{"introduced": "some day"}]))
    assert reading.look([path], [DJANGO]).undecided == ["X for django 5.2.1"]


def said_by(*arguments: Any) -> tuple[str, int, str]:
    out = StringIO()
    try:
        call_command("advisories", *map(str, arguments), stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode, str(error)
    return out.getvalue(), 0, ""


def other(registry: str, days: int = 1) -> dict[str, Any]:
    return advisory(f"{registry}-0", Part(registry, "nobody-uses-this", "1"), days=days)


def test_command_says_what_is_known_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("something was asked for over the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    known = advisory("GHSA-1", DJANGO, events=[{"introduced": "0"}, {"fixed": "99.1"}])

    said, code, error = said_by(written(tmp_path, known, other("npm")), "--locked")

    assert (code, error) == (1, "Known weaknesses: 1. Bring the mended versions.")
    assert "GHSA-1: About GHSA-1. Mended in 99.1." in said


@pytest.mark.parametrize(
    ("brought", "doubt"),
    [
        ([other("PyPI"), other("npm")], ""),
        ([other("PyPI", 40), other("npm", 41)], "These data are 40 days old"),
        ([other("PyPI")], "No advisory of npm is in these data"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--locked",)])
def test_command_says_when_its_data_are_old_or_do_not_speak_of_all(
    tmp_path: Path, brought: list[dict[str, Any]], doubt: str, options: tuple[str, ...]
) -> None:
    said, code, error = said_by(written(tmp_path, *brought), *options)

    assert "Nothing is known in these data." in said
    assert code == (2 if doubt else 0)
    assert doubt in error


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"{}"])
def test_file_that_is_no_export_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(content)
    assert said_by(path)[1:] == (2, f"{path} is neither a ZIP file nor a folder of advisories.")
    assert "No such file" in said_by(tmp_path / "absent")[2]
    assert "docs/operations.md" in said_by()[2]


def test_folder_of_documents_will_do_and_a_broken_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(advisory("X", DJANGO, events=[{"introduced": "0"}])))
    assert [one.names for one in reading.look([tmp_path], [DJANGO]).weaknesses] == [("X",)]
    (tmp_path / "two.json").write_text('{"name": "django"')
    with pytest.raises(reading.Unreadable, match=r"two\.json is not JSON"):
        reading.look([tmp_path], [DJANGO])


def test_everything_that_is_shipped_is_compared(settings: Any) -> None:
    locked = {part.name for part in parts.locked(settings.BASE_DIR / "requirements" / "production.txt")}
    pages = {part.name for part in parts.of_pages(settings.BASE_DIR / "package-lock.json")}
    assert {"django", "gunicorn", "psycopg-binary", "pyrage"} <= locked <= {part.name for part in parts.installed()}
    assert {"bootstrap", "idiomorph", "@zxcvbn-ts/language-fr"} <= pages
    assert "axe-core" not in pages
