"""Brings the wheels of the production lock for each version of Python, and writes the requirements that install them.

Each download is checked against the lock; the requirements name the digests of the files that are shipped.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

LOCK = Path("requirements/production.txt")
# Published as sources alone; pure Python, so that one wheel serves every version.
SOURCES_ALONE = {"odfpy"}
# The oldest systems whose wheels Debian 12 runs; the newest a wheel may ask for is its glibc, 2.36.
PLATFORMS = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_27", "manylinux_2_28", "manylinux_2_34")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq"]


def locked() -> Iterator[tuple[Requirement, list[str]]]:
    """Read the lock: each package with its digests."""
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            wanted, *digests = line.split(" --hash=")
            yield Requirement(wanted.strip()), [digest.strip() for digest in digests]


def bring(python: str, machine: str, wheels: Path) -> None:
    """Download what that version of Python needs, or build what has no wheel."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "platform_machine": machine}
    needed = [
        (wanted, digests) for wanted, digests in locked() if not wanted.marker or wanted.marker.evaluate(environment)
    ]
    ready = [each for each in needed if each[0].name not in SOURCES_ALONE]
    to_build = [each for each in needed if each[0].name in SOURCES_ALONE]
    where = [f"--platform={each}_{machine}" for each in PLATFORMS]
    options = ["--only-binary=:all:", f"--python-version={python}", "--implementation=cp", *where]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(lines(ready))
        file.flush()
        subprocess.run([*PIP, "download", "--no-deps", f"--dest={wheels}", *options, "-r", file.name], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(lines(to_build))
        file.flush()
        subprocess.run([*PIP, "wheel", "--no-deps", f"--wheel-dir={wheels}", "-r", file.name], check=True)


def lines(needed: list[tuple[Requirement, list[str]]]) -> Iterator[str]:
    for wanted, digests in needed:
        extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
        yield " ".join([f"{wanted.name}{extras}{wanted.specifier}", *(f"--hash={each}" for each in digests)]) + "\n"


def shipped(cache: Path, into: Path) -> Iterator[str]:
    """Copy the wheels of the lock; name each package with the digests of its wheels, and CareHub itself."""
    there: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(cache.glob("*.whl")):
        name, version, _build, _tags = parse_wheel_filename(path.name)
        there[name, str(version)].append(path)
    [own] = into.glob("carehub-*.whl")
    name, version, _build, _tags = parse_wheel_filename(own.name)
    yield " ".join([f"{name}=={version}", digest(own)]) + "\n"
    for wanted, _digests in locked():
        found = there[canonicalize_name(wanted.name), next(iter(wanted.specifier)).version]
        for path in found:
            shutil.copy2(path, into)
        yield " ".join([str(wanted), *map(digest, found)]) + "\n"


def digest(path: Path) -> str:
    return f"--hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--machine", required=True)
    parser.add_argument("pythons", nargs="+")
    chosen = parser.parse_args()
    for python in chosen.pythons:
        bring(python, chosen.machine, chosen.cache)
    listed = list(shipped(chosen.cache, chosen.into))
    (chosen.into.parent / "requirements.txt").write_text("".join(listed), encoding="utf-8")
    print(f"{len(listed)} packages for Python {', '.join(chosen.pythons)}")  # noqa: T201


if __name__ == "__main__":
    main()
