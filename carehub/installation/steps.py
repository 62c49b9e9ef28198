"""What an installation is made of: steps that know whether they are done, and say what they would do."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class NotInstalled(Exception):
    """The installation stopped; the message says why and what to do."""


class Step(Protocol):
    """One thing that is so afterwards."""

    @property
    def sentence(self) -> str:
        """What is so when the step is done."""

    def is_done(self) -> bool:
        """Whether it is so already."""

    def shown(self) -> list[str]:
        """The commands, or the lines that are written."""

    def do(self) -> None:
        """Make it so."""


@dataclass(frozen=True)
class Commands:
    """Programs that are run in a row."""

    sentence: str
    commands: Sequence[Sequence[str]]
    done: Callable[[], bool]
    stdin: str = ""

    def is_done(self) -> bool:
        try:
            return self.done()
        except NotInstalled:  # a login or a database of an earlier step is not there yet
            return False

    def shown(self) -> list[str]:
        return [shlex.join(command) for command in self.commands] + self.stdin.splitlines()

    def do(self) -> None:
        for command in self.commands:
            call(command, stdin=self.stdin)


@dataclass(frozen=True)
class Written:
    """A file of CareHub's: written again by each installation."""

    path: Path
    content: str
    mode: int = 0o644
    owner: str = "root:root"
    then: Sequence[Sequence[str]] = ()

    @property
    def sentence(self) -> str:
        return f"{self.path} is written"

    def is_done(self) -> bool:
        return is_file_of(self.path, self.mode, self.owner) and self.path.read_text(encoding="utf-8") == self.content

    def shown(self) -> list[str]:
        head = f"# {self.path}, {self.owner}, mode {self.mode:04o}"
        return [head, *self.content.splitlines(), *map(shlex.join, self.then)]

    def do(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=self.mode)
        give(self.path, self.mode, self.owner)
        self.path.write_text(self.content, encoding="utf-8")
        for command in self.then:
            call(command)


@dataclass(frozen=True)
class WrittenOnce:
    """A file that is the administrator's once it is there; made by what `content` returns, a secret for example."""

    path: Path
    content: Callable[[], str]
    shown_as: str
    mode: int = 0o400
    owner: str = "root:root"

    @property
    def sentence(self) -> str:
        return f"{self.path} is there, for {self.owner.partition(':')[0]} alone"

    def is_done(self) -> bool:
        return is_file_of(self.path, self.mode, self.owner)

    def shown(self) -> list[str]:
        return [f"# {self.path}, {self.owner}, mode {self.mode:04o}: {self.shown_as}"]

    def do(self) -> None:
        if not self.path.exists():
            self.path.touch(mode=0o600)
            self.path.write_text(self.content(), encoding="utf-8")
        give(self.path, self.mode, self.owner)


@dataclass(frozen=True)
class Settings:
    """Settings of a service: those that are missing are added, what an administrator wrote stays."""

    path: Path
    values: dict[str, str]
    head: str
    then: Sequence[Sequence[str]] = ()

    @property
    def sentence(self) -> str:
        return f"{self.path} has its settings"

    def missing(self) -> dict[str, str]:
        return {name: value for name, value in self.values.items() if name not in read_settings(self.path)}

    def is_done(self) -> bool:
        return not self.missing()

    def shown(self) -> list[str]:
        added = (f"{name}={value}" for name, value in self.missing().items())
        return [f"# {self.path}", *added, *map(shlex.join, self.then)]

    def do(self) -> None:
        before = self.path.read_text(encoding="utf-8") if self.path.exists() else f"# {self.head}\n"
        added = "".join(f"{name}={value}\n" for name, value in self.missing().items())
        self.path.write_text(before + added, encoding="utf-8")
        give(self.path, 0o644, "root:root")
        for command in self.then:
            call(command)


@dataclass(frozen=True)
class Block:
    """Lines of ours in a file that is not ours, between two marks; at its head, unless somebody moved them."""

    path: Path
    lines: Sequence[str]
    owner: str
    mode: int = 0o640

    BEGIN = "# --- CareHub: written by its installer"
    END = "# --- CareHub: end"

    @property
    def sentence(self) -> str:
        return f"{self.path} has CareHub's lines"

    def text(self) -> str:
        return "".join(f"{line}\n" for line in (self.BEGIN, *self.lines, self.END))

    def is_done(self) -> bool:
        return self.path.exists() and self.text() in self.path.read_text(encoding="utf-8")

    def shown(self) -> list[str]:
        return [f"# at the head of {self.path}", *self.lines]

    def do(self) -> None:
        before, rest = around_block(self.path.read_text(encoding="utf-8"))
        self.path.write_text(before + self.text() + rest, encoding="utf-8")
        give(self.path, self.mode, self.owner)


def around_block(text: str) -> tuple[str, str]:
    """Return what stands before and behind the lines of ours."""
    before, begin, rest = text.partition(f"{Block.BEGIN}\n")
    return (before, rest.partition(f"{Block.END}\n")[2]) if begin else ("", text)


def read_settings(path: Path) -> dict[str, str]:
    """Return NAME=value of each line of a file that may not be there; quotes around a value are not part of it."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


def is_file_of(path: Path, mode: int, owner: str) -> bool:
    try:
        there = path.stat()
        return there.st_mode & 0o7777 == mode and f"{path.owner()}:{path.group()}" == owner
    except (OSError, KeyError):
        return False


def give(path: Path, mode: int, owner: str) -> None:
    user, _colon, group = owner.partition(":")
    shutil.chown(path, user, group)
    path.chmod(mode)


def call(command: Sequence[str], *, stdin: str = "") -> str:
    """Run a program and return what it said. Raises NotInstalled, with its own words, where it fails."""
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotInstalled(f"{command[0]} cannot be run: {error.strerror}.") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise NotInstalled(f"{shlex.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout


def succeeds(*command: str) -> bool:
    """Whether a program ends without an error; one that is not there does not."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def carry_out(steps: Iterable[Step], say: Callable[[str], None], *, is_dry: bool) -> int:
    """Do what is not done, or only say it; return the number of steps that were to do."""
    changed = 0
    for step in steps:
        if step.is_done():
            say(f"  =  {step.sentence}")
            continue
        changed += 1
        say(f"  {'?' if is_dry else '+'}  {step.sentence}")
        if is_dry:
            for line in step.shown():
                say(f"       {line}")
        else:
            step.do()
    return changed
