"""What somebody asked of a page and no address may hold, a name above all: kept with the session, under a key."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

ASKED, MOST = "asked", 20


def keep(request: HttpRequest, text: str) -> str:
    """Keep the text, among the latest few, for as long as the session lives; return its key."""
    known = {key: each for key, each in request.session.get(ASKED, {}).items() if each != text}
    key = secrets.token_hex(4)
    request.session[ASKED] = dict([*list(known.items())[1 - MOST :], (key, text)])
    return key


def kept(request: HttpRequest, key: str | None) -> str:
    """Return the text of that key; nothing where this session has none."""
    text: str = request.session.get(ASKED, {}).get(key or "", "")
    return text
