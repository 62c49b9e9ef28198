"""What stands on a paper, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Bullets:
    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """The first column is words, the others are numbers as they are to be read; or all of them are words."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_words: bool = False


Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True)
class Paper:
    title: str
    blocks: Sequence[Block]
    # Empty parts are left out: a balance sheet has neither sender nor recipient.
    sender: Sequence[str] = ()
    sender_notes: Sequence[str] = ()
    recipient: Sequence[str] = ()
    place_and_day: str = ""
    seal: str = ""
    signature: Sequence[str] = ()
    foot: str = ""
    reference: str = ""
    # Printed across each page, as long as the paper is no more than a draft.
    mark: str = ""
    language: str = "fr"
    page_of: str = "sur"
    annex: Sequence[Block] = field(default=())
