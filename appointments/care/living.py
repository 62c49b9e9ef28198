"""Where an open page asks again, what it shows by then, and the tag that says so.

The server makes one tag for all that a page asks again, and the page keeps it (appointments.care.open_page answers).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from access.digest import short_digest
from access.requests import DoorRequest

# Nothing is urgent.
NOTHING = "0"
# How often the parts of a page are read at most, whatever has changed.
READ_EVERY = 20
SHAPE = re.compile(r'"([0-9a-f]{1,32})\.([0-9a-f]{0,16})\.([0-9a-f]{0,32})\.(\d{1,12})"')


class Tag(NamedTuple):
    """What was urgent, of which moment the parts are, what they showed, and when they were read."""

    urgent: str = NOTHING
    stamp: str = ""
    parts: str = ""
    read_at: int = 0

    @classmethod
    def of(cls, request: HttpRequest) -> Tag | None:
        """Return the tag that a page sends along; None where it sends none of ours."""
        found = SHAPE.fullmatch(request.headers.get("If-None-Match", ""))
        return cls(found[1], found[2], found[3], int(found[4])) if found else None

    @classmethod
    def of_page(cls, parts: str = "") -> Tag:
        """Return the tag of a page that is drawn now, which says nothing of what is urgent."""
        return cls(parts=parts, read_at=now())

    @property
    def is_fresh(self) -> bool:
        """Whether the parts were read a moment ago."""
        return 0 <= now() - self.read_at < READ_EVERY

    def __str__(self) -> str:
        return f'"{self.urgent}.{self.stamp}.{self.parts}.{self.read_at}"'


def now() -> int:
    return int(timezone.now().timestamp())


def urgent_digest(content: str) -> str:
    return short_digest(content) if content else NOTHING


class Parts(NamedTuple):
    """The parts of a page that live: what is reported of its day, the waiting room; None of what it does not show."""

    reported: str | None
    room: Any

    @property
    def digest(self) -> str:
        return short_digest(f"{self.reported} {self.room.etag if self.room else ''}")


class OpenPage(NamedTuple):
    address: str
    tag: str

    @classmethod
    def of_urgent(cls) -> OpenPage:
        """Return it for a page that asks for urgent alerts alone."""
        return cls(reverse("now"), str(Tag()))

    @classmethod
    def with_parts(cls, request: DoorRequest, parts: Parts, **asked: str) -> OpenPage:
        """Return it for a page that shows `parts`; `asked` says of which day and agenda."""
        about = {"place": request.establishment.pk, **asked}
        return cls(f"{reverse('now')}?{urlencode(about)}", str(Tag.of_page(parts.digest)))
