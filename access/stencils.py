"""Small parts that a page draws by the hundred: the template is rendered once for each form of them, then filled.

Django takes a third of a millisecond for a card of the agenda, and a page has eighty. What of a part is words and marks
is the same wherever it has the same form; the rest are texts, which are escaped here as Django escapes them. A
part that was drawn already stands in another one as it is.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Private characters around the name of a value, which no text of ours has and which mean nothing in HTML.
MARK = re.compile("\ue000([a-z_]+)\ue001")
# What a template is laid out on. Not \s: that is also the blank which French does not break.
BLANKS = re.compile(r"[ \t\r\n]+")
# So many forms of one part are kept, those drawn last: there are some dozens, and hundreds of a menu that counts.
MOST_FORMS = 1000
# In an address, for a key that is filled in.
NOBODY = "00000000-0000-0000-0000-000000000000"


# What is spoken here, where many parts are drawn one after the other; to ask for each takes longer than to draw it.
_spoken: ContextVar[tuple[str | None, str] | None] = ContextVar("spoken", default=None)


def spoken() -> tuple[str | None, str]:
    """Return the language, and what addresses begin with: a part has a form for each."""
    return get_language(), get_script_prefix()


@contextmanager
def many_parts() -> Iterator[None]:
    """Ask once what is spoken, for all parts that are drawn meanwhile. Nobody changes the language in between."""
    token = _spoken.set(spoken())
    try:
        yield
    finally:
        _spoken.reset(token)


class Stencil:
    """One template. `names` are its values, texts or numbers; what else it asks for is its form."""

    def __init__(self, template: str, *names: str) -> None:
        self.template, self.names = template, names
        self.cut: dict[Hashable, list[str]] = {}

    def fill(self, values: dict[str, Any], **form: Hashable) -> SafeString:
        """Return the part in that form with these values."""
        key = (*(_spoken.get() or spoken()), *form.values())
        pieces = self.cut.get(key) or self.prepare(key, form)
        said = {name: each if isinstance(each, SafeString) else escape(str(each)) for name, each in values.items()}
        # Every second piece is the name of a value.
        whole = [said[piece] if place % 2 else piece for place, piece in enumerate(pieces)]
        return SafeString("".join(whole))  # what is no text of the template was escaped

    def prepare(self, key: Hashable, form: dict[str, Hashable]) -> list[str]:
        marks = {name: f"\ue000{name}\ue001" for name in self.names}
        drawn = render_to_string(self.template, {**marks, **form}).strip()
        pieces = MARK.split(BLANKS.sub(" ", drawn))
        while len(self.cut) >= MOST_FORMS:
            self.cut.pop(next(iter(self.cut)), None)
        self.cut[key] = pieces
        return pieces


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Return parts that are drawn one after the other."""
    return mark_safe("".join(parts))  # noqa: S308 each is


def address_for_each(name: str) -> tuple[str, str]:
    """Return what stands before and after the key in the addresses of that name."""
    before, after = reverse(name, args=[NOBODY]).split(NOBODY)
    return before, after
