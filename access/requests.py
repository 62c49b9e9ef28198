"""What a request carries once the middleware has let it through."""

from __future__ import annotations

from django.http import HttpRequest

from access.models import Establishment, Membership, User


class DoorRequest(HttpRequest):
    """A request of somebody who is fully signed in at this door."""

    user: User
    establishment: Establishment
    membership: Membership
    memberships: list[Membership]


def account_of(request: HttpRequest) -> User:
    """Return the account of a request that has passed the first step of signing in at least."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 the middleware lets nobody else through
    return user
