"""One's own sessions, wherever they are open: listed and ended. Knows no form and no page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from access import audit, events
from access.digest import short_digest
from access.enums import Happening, Verb
from access.models import Session, User


@dataclass(frozen=True)
class OwnSession:
    """One of one's own sessions, as its owner reads it."""

    # The key opens the session: an address or a form never holds it.
    name: str
    row: Session
    is_this_one: bool


def of(request: HttpRequest, user: User) -> list[OwnSession]:
    """Return the sessions of `user` that live, the one at hand first."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-alive_at")
    here = request.session.session_key
    found = [OwnSession(short_digest(row.session_key), row, row.session_key == here) for row in rows]
    return sorted(found, key=lambda session: not session.is_this_one)


def end(request: HttpRequest, user: User, *, name: str) -> bool:
    """End another session of `user`, and say whether there was one of that name."""
    found = next((one for one in of(request, user) if one.name == name and not one.is_this_one), None)
    if found is None:
        return False
    with transaction.atomic():
        found.row.delete()
        events.note(request, user, Happening.SESSION_ENDED)
        audit.record(by=user, verb=Verb.END_SESSION, target=user)
    return True


def end_others(request: HttpRequest, user: User) -> None:
    """End every session of `user` but the one at hand."""
    Session.objects.filter(user=user).exclude(session_key=request.session.session_key).delete()
