"""Secret calendar addresses: opens, finds and revokes them. What a feed holds is the business of its own app.

A calendar program cannot sign in, so the address itself is the key: long, random, shown once, kept as a digest only.
"""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access.audit import record
from access.digest import digest_of
from access.enums import Verb
from access.models import CalendarAddress, Establishment, Membership, User
from access.models.calendar_address import default_end

SECRET_BYTES = 32
USED_MARK = timedelta(hours=1)
# What is over can still be renewed, or seen to be over, for so long.
KEPT = timedelta(days=30)


def live_addresses(user: User, establishment: Establishment) -> dict[str, CalendarAddress]:
    """Return the addresses that were not revoked, by scope; one whose time is over is shown too, to be renewed."""
    rows = CalendarAddress.objects.filter(user=user, establishment=establishment, revoked_at__isnull=True)
    return {row.scope: row for row in rows.order_by("pk")}


def role_end(role: Membership) -> datetime | None:
    """Return the instant with which a role ends, and every address of its owner with it, if it has a last day."""
    if role.valid_until is None:
        return None
    return datetime.combine(role.valid_until, time.max, tzinfo=role.establishment.zone)


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


def renew_address(*, by: User, establishment: Establishment, scope: str = "") -> bool:
    """Give the address of `by` for that scope its whole time again; return whether there was one."""
    with transaction.atomic():
        rows = CalendarAddress.objects.filter(user=by, establishment=establishment, scope=scope)
        renewed = rows.filter(revoked_at__isnull=True).update(expires_at=default_end())
        if renewed:
            record(by=by, verb=Verb.RENEW_CALENDAR, target=CalendarAddress, establishment=establishment)
    return bool(renewed)


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

    None too when its time is over, the account was deactivated or has no role at that establishment today. Row-level
    security keeps the addresses of other doors out of reach.
    """
    address = (
        CalendarAddress.objects.filter(digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .filter(expires_at__gt=timezone.now())
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


def forget_ended(database: str, *, now: datetime) -> int:
    """Revoke the addresses of roles that have ended or accounts that are closed, for good; delete those long over.

    Returns how many were deleted. A role that begins again brings no address back.
    """
    rows = CalendarAddress.objects.using(database)
    roles = Membership.objects.using(database).unended()
    held = roles.filter(user_id=OuterRef("user_id"), establishment_id=OuterRef("establishment_id"))
    left = rows.filter(Q(user__is_active=False) | ~Exists(held), revoked_at__isnull=True)
    left.update(revoked_at=now)
    over = rows.filter(Q(revoked_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT))
    deleted, _by_model = over.delete()
    return deleted


def note_use(address: CalendarAddress) -> None:
    """Note that the address was used, at most once an hour: calendar programs ask often."""
    now = timezone.now()
    if address.last_used_at is None or now - address.last_used_at > USED_MARK:
        CalendarAddress.objects.filter(pk=address.pk).update(last_used_at=now)
