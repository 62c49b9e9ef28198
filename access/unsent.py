"""What was typed into a form that came after its session had ended: kept in the page that says so, for the sender.

Nothing is written down on the server and nothing in the browser's storage: the answer itself carries the text, sealed
with whose page it was (docs/adr/0042). Somebody else who signs in at a shared terminal sees nothing of it and can send
nothing of it; after the idle limit of a session nobody can. Passwords, codes and files are never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict

from access.decorators import PASSWORD_ONLY, SECOND_FACTOR_GIVEN, SIGNED_OUT
from access.sealing import seal, unseal
from access.session_life import WHO, who

KEPT = "carehub_kept"
WHOSE = re.compile(r"[0-9a-f]{20}")
SECRET = re.compile(r"password|passphrase|^code$|_code$|secret", re.IGNORECASE)
LARGEST = 200_000
SIGNING_IN = {SIGNED_OUT, PASSWORD_ONLY, SECOND_FACTOR_GIVEN}


@dataclass(frozen=True)
class Unsent:
    """A form to be sent once more: to where, whose it is, what it held, and whether a file has to be chosen again."""

    address: str
    whose: str
    sealed: str
    had_file: bool = False


def keep(request: HttpRequest, view: Callable[..., Any] | None) -> Unsent | None:
    """Return what was typed, sealed; None where it is nobody's page, a page of signing in, or too much."""
    whose = request.POST.get(WHO, "")
    if not WHOSE.fullmatch(whose) or SIGNING_IN & set(getattr(view, "audience", ())):
        return None
    address = request.get_full_path()
    if sealed := request.POST.get(KEPT, ""):
        return Unsent(address, whose, sealed) if len(sealed) <= LARGEST else None
    left_out = {"csrfmiddlewaretoken", WHO}
    fields = [
        (name, values) for name, values in request.POST.lists() if name not in left_out and not SECRET.search(name)
    ]
    sealed = seal(json.dumps([address, fields]), purpose="unsent", word=whose)
    return Unsent(address, whose, sealed, bool(request.FILES)) if len(sealed) <= LARGEST else None


def take_back(request: HttpRequest) -> bool:
    """Let the form be what was typed before the session ended; False where it is somebody else's, or too old."""
    text = unseal(request.POST.get(KEPT, ""), purpose="unsent", word=who(request), seconds=settings.SESSION_COOKIE_AGE)
    if text is None:
        return False
    address, fields = json.loads(text)
    if address != request.get_full_path():
        return False
    typed = QueryDict(mutable=True)
    for name, values in fields:
        typed.setlist(name, values)
    typed[WHO] = who(request)
    request.POST = typed  # type: ignore[assignment]
    return True
