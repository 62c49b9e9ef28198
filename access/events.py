"""Writes what happens to an account's sign-in, for its owner to read, and says what they have not been told yet."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from access.clients import address_of, browser_of
from access.enums import Happening
from access.models import AccountEvent, User
from access.session_life import mark_of

# What changes who may come in: its owner is told on the next page, whoever did it.
TOLD = (
    Happening.NEW_PASSWORD,
    Happening.PROVIDER_LINKED,
    Happening.PROVIDER_UNLINKED,
    Happening.INTERFACE_OPENED,
    Happening.NEW_FACTOR,
    Happening.NEW_CODES,
    Happening.FACTOR_REMOVED,
    Happening.FIRST_PASSWORD,
    Happening.FACTOR_RESET,
    Happening.TOKEN_GIVEN,
    Happening.SUSPENDED,
    Happening.LIFTED,
    Happening.ACCOUNT_OPENED,
    Happening.ACCOUNT_CHANGED,
    Happening.RESET_ASKED,
    Happening.RESET_REFUSED,
    Happening.GLASS_REFUSED,
)
# Of these its owner may say that it was they, on another computer.
OWN = frozenset(
    {
        Happening.NEW_PASSWORD,
        Happening.PROVIDER_LINKED,
        Happening.PROVIDER_UNLINKED,
        Happening.INTERFACE_OPENED,
        Happening.NEW_FACTOR,
        Happening.NEW_CODES,
        Happening.FACTOR_REMOVED,
    }
)
KEPT = timedelta(days=180)
SHOWN = 30


def note(request: HttpRequest, user: User, what: Happening) -> None:
    """Write down what happened, from where, and by which session."""
    AccountEvent.objects.create(
        user=user,
        what=what,
        browser=browser_of(request),
        address=address_of(request),
        session=mark_of(request) if request.user.is_authenticated else "",
    )
    if what in TOLD:
        show_at_next_page(user)


def tell(user: User, what: Happening) -> None:
    """Tell somebody at their next page what another person decided about them."""
    AccountEvent.objects.create(user=user, what=what)
    show_at_next_page(user)


def show_at_next_page(user: User) -> None:
    if user.untold_since is None:
        user.untold_since = timezone.now()
        User.objects.filter(pk=user.pk, untold_since=None).update(untold_since=user.untold_since)


def last_of(user: User) -> list[AccountEvent]:
    return list(AccountEvent.objects.filter(user=user)[:SHOWN])


def untold(request: HttpRequest, user: User) -> list[AccountEvent]:
    """Return what another session did, or an administrator, that nobody has confirmed to have read."""
    if user.untold_since is None:
        return []
    mark = mark_of(request)
    return [event for event in untold_of(user) if not (mark and event.session == mark)]


def untold_of(user: User) -> QuerySet[AccountEvent]:
    # The row's time is the database's, the other one the server's.
    since = (user.untold_since or timezone.now()) - timedelta(seconds=30)
    return AccountEvent.objects.filter(user=user, what__in=TOLD, at__gte=since)


def confirm(request: HttpRequest, user: User, *, last: int) -> None:
    """Take it that `user` has read what they were told up to the event `last`.

    Not what this session did itself: whoever stole one does not silence the notice of what they changed with it.
    """
    mine = untold_of(user)
    if mine.filter(session=mark_of(request)).exclude(session="").exists() or mine.filter(pk__gt=last).exists():
        return
    User.objects.filter(pk=user.pk).update(untold_since=None)
