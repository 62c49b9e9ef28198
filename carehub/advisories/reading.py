"""Reads OSV's export, a ZIP file for each registry or a folder of documents, and finds what it says of the parts."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from carehub.advisories.parts import Part
from carehub.advisories.versions import ORDERS, is_affected, mended_in

MODIFIED = re.compile(rb'"modified"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)')
ECOSYSTEM = re.compile(rb'"ecosystem"\s*:\s*"(PyPI|npm)"')


class Unreadable(Exception):
    """A file is no export of advisories; the message says which and why."""


@dataclass(frozen=True)
class Weakness:
    """What is known of one part, under all the names that it has."""

    part: Part
    names: tuple[str, ...]
    summary: str
    mended: tuple[str, ...]


@dataclass
class Findings:
    """What the data say, and of how many advisories and which day they are."""

    weaknesses: list[Weakness] = field(default_factory=list)
    # Advisories that speak of a part by a version that nobody can order.
    undecided: list[str] = field(default_factory=list)
    advisories: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None


def look(paths: Collection[Path], parts: Collection[Part]) -> Findings:
    """Compare `parts` with the advisories in `paths`. Raises Unreadable."""
    found, mentions = Findings(), mentioning(parts)
    by_name: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        by_name.setdefault((part.ecosystem, part.name), []).append(part)
    for name, raw in documents(paths):
        if (modified := MODIFIED.search(raw)) is not None:
            day = datetime.fromisoformat(modified[1].decode()).replace(tzinfo=UTC)
            found.newest = max(day, found.newest or day)
        found.advisories.update({each.decode() for each in ECOSYSTEM.findall(raw)})
        # Two hundred thousand documents of npm, of which a dozen are about anything here: the others are not parsed.
        if mentions.search(raw):
            judge(document(name, raw), by_name, found)
    found.weaknesses = together(found.weaknesses)
    return found


def mentioning(parts: Collection[Part]) -> re.Pattern[bytes]:
    names = {re.sub(r"\\?-", "[-_.]+", re.escape(part.name)) for part in parts}
    return re.compile(f'"(?:{"|".join(sorted(names))})"'.encode(), re.IGNORECASE)


def documents(paths: Collection[Path]) -> Iterator[tuple[str, bytes]]:
    """Give each JSON document of the files and folders, with its name. Raises Unreadable."""
    for path in paths:
        try:
            if path.is_dir():
                for file in sorted(path.rglob("*.json")):
                    yield str(file), file.read_bytes()
            elif is_archive(path):
                with zipfile.ZipFile(path) as archive:
                    for name in archive.namelist():
                        if name.endswith(".json"):
                            yield f"{path}: {name}", archive.read(name)
            else:
                raise Unreadable(f"{path} is neither a ZIP file nor a folder of advisories.")
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path} is not read: {error}") from error


def is_archive(path: Path) -> bool:
    # By itself zipfile takes a file that may not be read for one of another kind.
    with path.open("rb") as file:
        return zipfile.is_zipfile(file)


def document(name: str, raw: bytes) -> dict[str, Any]:
    try:
        read = json.loads(raw)
    except ValueError as error:
        raise Unreadable(f"{name} is not JSON: {error}") from error
    if not isinstance(read, dict) or "id" not in read:
        raise Unreadable(f"{name} is no advisory: it has no id.")
    return read


def judge(advisory: dict[str, Any], by_name: dict[tuple[str, str], list[Part]], found: Findings) -> None:
    """Note each part that the advisory is about, unless it was withdrawn."""
    if advisory.get("withdrawn"):
        return
    for affected in advisory.get("affected", ()):
        package = affected.get("package", {})
        ecosystem, name = package.get("ecosystem", ""), package.get("name", "")
        key = (ecosystem, canonicalize_name(name) if ecosystem == "PyPI" else name)
        for part in by_name.get(key, ()) if ecosystem in ORDERS else ():
            try:
                is_about = is_affected(part.version, affected, ecosystem=ecosystem)
            except ValueError:
                found.undecided.append(f"{advisory['id']} for {part.name} {part.version}")
                continue
            if is_about:
                names = (advisory["id"], *advisory.get("aliases", ()))
                summary = " ".join(str(advisory.get("summary") or advisory.get("details") or "").split())
                found.weaknesses.append(Weakness(part, names, summary, tuple(mended_in(affected))))


def together(weaknesses: Collection[Weakness]) -> list[Weakness]:
    """Say once what several lists say of one part under common names."""
    merged: list[Weakness] = []
    for one in weaknesses:
        same = [other for other in merged if other.part == one.part and set(other.names) & set(one.names)]
        names = dict.fromkeys(name for each in (*same, one) for name in each.names)
        summary = next((each.summary for each in (*same, one) if each.summary), "")
        mended = dict.fromkeys(version for each in (*same, one) for version in each.mended)
        merged = [other for other in merged if other not in same]
        merged.append(Weakness(one.part, tuple(names), summary, tuple(mended)))
    return sorted(merged, key=lambda each: (each.part, each.names))
