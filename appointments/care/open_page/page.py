"""Where an open page asks again, and what it shows by then."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from access.digest import short_digest
from access.requests import DoorRequest
from appointments.care.open_page.tags import Tag


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
