"""Reads the guides of one door: Markdown in French, one file a role, one section a family of screens.

A door reads its own folder and the common one, and no other: whoever is at the prison door is never served a page that
was written for care. In a guide, what stands in bold is a word of the screen (a test compares it with the catalogue).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.text import slugify
from markdown_it import MarkdownIt

TEXTS = Path(__file__).parent / "texts"
COMMON = "common"
# The section that is printed by itself, on one page.
CARD = "En bref"
# For whom a guide is, and which screens a section tells of, by the first word of their addresses; "home" is the door's
# own page. Both lines are comments: nobody sees them where the file is read as it is.
FOR = re.compile(r"^<!-- pour : ([\w ]+) -->$", re.M)
SCREENS = re.compile(r"^<!-- écrans : ([\w. -]+) -->$", re.M)
# Files lead to each other by their names, pages by their addresses.
LINK = re.compile(r"\]\(([\w-]+)\.md(#[\w-]+)?\)")
HOME = "home"


@dataclass(frozen=True)
class GuideSection:
    key: str
    title: str
    screens: frozenset[str]
    html: str


@dataclass(frozen=True)
class Guide:
    """What one role is told, in its order. The first section is the card to print."""

    name: str
    title: str
    roles: frozenset[str]
    lead: str
    sections: tuple[GuideSection, ...]

    @property
    def card(self) -> GuideSection:
        return next(section for section in self.sections if section.title == CARD)

    def section_about(self, screen: str) -> GuideSection | None:
        return next((section for section in self.sections if screen in section.screens), None)


@cache
def guides_of(door: str) -> tuple[Guide, ...]:
    """Return the guides of a door and the common ones."""
    files = [path for folder in (door, COMMON) for path in sorted((TEXTS / folder).glob("*.md"))]
    return tuple(read_guide(path) for path in files)


def read_guide(path: Path) -> Guide:
    head, *parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.M)
    title, _newline, rest = head.removeprefix("# ").partition("\n")
    roles = FOR.search(rest)
    return Guide(
        name=path.stem,
        title=title.strip(),
        roles=frozenset(roles[1].split() if roles else ()),
        lead=as_html(rest),
        sections=tuple(sections_in(parts)),
    )


def sections_in(parts: Sequence[str]) -> Iterator[GuideSection]:
    for part in parts:
        title, _newline, body = part.partition("\n")
        screens = frozenset(name for found in SCREENS.findall(body) for name in found.split())
        yield GuideSection(slugify(title), title.strip(), screens, as_html(body))


def as_html(text: str) -> str:
    """Return Markdown of ours as HTML; markup inside of it would show as text."""
    plain = LINK.sub(r"](\1\2)", SCREENS.sub("", FOR.sub("", text)))
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(plain))


def guide_for(door: str, role: str) -> Guide:
    """Return the guide that is written for `role`; another of the door where none is."""
    return min(guides_of(door), key=lambda guide: role not in guide.roles)


def help_about(door: str, role: str, path: str) -> tuple[Guide, GuideSection | None]:
    """Return the guide that tells of the screen at `path`, one's own role's first, and the section that does."""
    screen = path.strip("/").split("/")[0] or HOME
    own = guide_for(door, role)
    for guide in (own, *guides_of(door)):
        section = guide.section_about(screen)
        if section is not None:
            return guide, section
    return own, None


def images_of(door: str) -> dict[str, Path]:
    """Return the pictures that a door shows, by their names."""
    return {path.name: path for folder in (door, COMMON) for path in (TEXTS / folder / "images").glob("*.webp")}
