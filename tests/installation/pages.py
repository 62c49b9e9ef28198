"""The commands that the documents tell an administrator to run, as they stand there."""

from __future__ import annotations

import re
import shlex
from operator import itemgetter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# `manage.py X …` and `carehub X …`; what stands before it (a door, by a variable) is its own.
CALL = re.compile(r"(?:CAREHUB_DOOR=(?P<door>\w+) )?(?:manage\.py|carehub)(?: --as (?P<part>\w+))? (?P<rest>[a-z_]+.*)")
WORD = r"(?:CAREHUB_DOOR=\w+ )?(?:manage\.py|carehub) [a-z][^`\n]*"


def read(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8")


def blocks(section: str, document: str = "installation.md", kind: str = "sh") -> list[str]:
    """The blocks of a section of the page."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", within(section, document), re.DOTALL | re.MULTILINE)
    return [text for its_kind, text in found if its_kind == kind]


def within(section: str, document: str) -> str:
    text = read(document).partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    assert text, f"{document} has no section {section}"
    return text


def calls(document: str, section: str = "") -> list[tuple[str, list[str]]]:
    """Each management command of the page in its order: the door that it is run as, "" for the owner; its words."""
    page = within(section, document) if section else read(document)
    said: list[tuple[int, str]] = []
    for block in re.finditer(r"```sh\n(.*?)```", page, re.DOTALL):
        for line in re.finditer(r"[^\n]+", block[1]):
            words = re.split(r"\s#", line[0])[0].replace("$(", " && ").replace(")", " ")
            said += [(block.start(1) + line.start(), part.strip()) for part in words.split("&&")]
    prose = re.sub(r"```.*?```", lambda block: " " * len(block[0]), page, flags=re.DOTALL)
    said += [(each.start(), each[1]) for each in re.finditer(rf"`({WORD})`", prose)]
    found = [match for _place, words in sorted(said, key=itemgetter(0)) if (match := CALL.fullmatch(words))]
    return [(match["door"] or match["part"] or "", shlex.split(match["rest"])) for match in found]
