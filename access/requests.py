"""What a request carries once the middleware has let it through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from access.models import Establishment, Membership, User

Thing = TypeVar("Thing")


class DoorRequest(HttpRequest):
    """A request of somebody who is fully signed in at this door."""

    user: User
    establishment: Establishment
    membership: Membership
    memberships: list[Membership]


def once(request: HttpRequest, kind: type[Thing], make: Callable[[], Thing]) -> Thing:
    """Return the one thing of its `kind` that serves a whole request; it is made when it is first asked for."""
    kept: dict[type, object] = request.__dict__.setdefault("_once", {})
    thing = kept[kind] if kind in kept else kept.setdefault(kind, make())
    assert isinstance(thing, kind)  # noqa: S101 kept under its own kind
    return thing


def made(request: HttpRequest, kind: type[Thing]) -> Thing | None:
    """Return the one thing of its `kind` of a request if it was made already."""
    thing = request.__dict__.get("_once", {}).get(kind)
    return thing if isinstance(thing, kind) else None


def account_of(request: HttpRequest) -> User:
    """Return the account of a request that has passed the first step of signing in at least."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 the middleware lets nobody else through
    return user
