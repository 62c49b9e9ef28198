"""Secret calendar addresses: opens, finds and revokes them. What a feed holds is the business of its own app.

A calendar program cannot sign in, so the address itself is the key: long, random, shown once, kept as a digest only.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access.audit import record
from access.digest import digest_of
from access.enums import Verb
from access.models import CalendarAddress, Establishment, Membership, User

SECRET_BYTES = 32
USED_MARK = timedelta(hours=1)


def live_addresses(user: User, establishment: Establishment) -> dict[str, CalendarAddress]:
    rows = CalendarAddress.objects.filter(user=user, establishment=establishment, revoked_at__isnull=True)
    return {row.scope: row for row in rows.order_by("pk")}


def open_address(*, by: User, establishment: Establishment, scope: str = "") -> str:
    """Open an address for `by` and return its secret, which cannot be read again; one for that scope before it ends."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        # Two clicks at once queue here, so that only one address stays in force.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        _revoke(by, establishment, scope)
        address = CalendarAddress.objects.create(
            user=by, establishment=establishment, scope=scope, digest=digest_of(secret)
        )
        record(by=by, verb=Verb.OPEN_CALENDAR, target=address, establishment=establishment)
    return secret


def revoke_address(*, by: User, establishment: Establishment, scope: str = "") -> bool:
    """Revoke the address of `by` for that scope at once; return whether there was one."""
    with transaction.atomic():
        revoked = _revoke(by, establishment, scope)
        if revoked:
            record(by=by, verb=Verb.REVOKE_CALENDAR, target=CalendarAddress, establishment=establishment)
    return bool(revoked)


def _revoke(user: User, establishment: Establishment, scope: str) -> int:
    rows = CalendarAddress.objects.filter(user=user, establishment=establishment, scope=scope, revoked_at__isnull=True)
    return rows.update(revoked_at=timezone.now())


def find_address(secret: str) -> tuple[CalendarAddress, Membership] | None:
    """Return the address in force with that secret and the role under which its owner reads; None otherwise.

    None too when the account was deactivated or has no role at that establishment today. Row-level security keeps
    the addresses of other doors out of reach.
    """
    address = (
        CalendarAddress.objects.filter(digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .select_related("user", "establishment")
        .first()
    )
    if address is None:
        return None
    membership = (
        Membership.objects.current()
        .filter(user=address.user_id, establishment=address.establishment_id)
        .select_related("establishment")
        .first()
    )
    if membership is None:
        return None
    note_use(address)
    return address, membership


def note_use(address: CalendarAddress) -> None:
    """Note that the address was used, at most once an hour: calendar programs ask often."""
    now = timezone.now()
    if address.last_used_at is None or now - address.last_used_at > USED_MARK:
        CalendarAddress.objects.filter(pk=address.pk).update(last_used_at=now)
