"""Accounts that nobody uses: who is warned, who is suspended, by the nightly work with the owner's login."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from access import audit
from access.databases import database_of
from access.enums import Happening, Verb
from access.models import AccountEvent, AuditEntry, CalendarAddress, InterfaceToken, Membership, Session, User
from access.refusal import constraint_of


def last_sign_of_use(user: User, *, begins: date | None = None) -> datetime:
    """Return since when the days of an account are counted: its last sign-in, or what came after it.

    Somebody whose role has not begun yet, or who has just been let in again, is given the whole time.
    """
    signs = [user.date_joined, user.last_login, user.counted_since]
    if begins is not None:
        signs.append(datetime.combine(begins, datetime.min.time(), tzinfo=timezone.get_current_timezone()))
    return max(sign for sign in signs if sign is not None)


def suspension_day(user: User, *, begins: date | None = None, warned_at: datetime | None = None) -> date | None:
    """Return on which day an account that is warned will be suspended; None for one that is used, or never is.

    Whoever was warned late, as after an update, is given the time from the warning; who was not yet, from now.
    """
    limit = settings.CAREHUB_UNUSED_DAYS
    if not limit or not user.is_active:
        return None
    suspended = last_sign_of_use(user, begins=begins) + timedelta(days=limit)
    warned = suspended - timedelta(days=settings.CAREHUB_UNUSED_WARNING_DAYS)
    if warned > timezone.now():
        return None
    is_of_now = warned_at is not None and warned_at >= warned
    told = warned_at if is_of_now and warned_at else timezone.now()
    given = told + timedelta(days=settings.CAREHUB_UNUSED_WARNING_DAYS - 1)
    return timezone.localdate(max(suspended, given) if is_of_now or suspended <= timezone.now() else suspended)


def warned_at(users: Iterable[User]) -> dict[tuple[str, int], datetime]:
    """Return when accounts were last warned, as the log tells an administrator: one query a database."""
    found: dict[tuple[str, int], datetime] = {}
    by_database: dict[str, list[User]] = {}
    for user in users:
        by_database.setdefault(database_of(user), []).append(user)
    for database, here in by_database.items():
        sides = {str(user.pk): user.side for user in here}
        lines = AuditEntry.objects.using(database).filter(
            verb=Verb.WARN_UNUSED, target_type=User._meta.label_lower, target_id__in=sides
        )
        for key, at in lines.order_by("id").values_list("target_id", "at"):
            found[sides[key], int(key)] = at
    return found


@dataclass(frozen=True)
class Night:
    warned: int = 0
    suspended: int = 0
    # The only administrators of an establishment, whom nothing suspends.
    spared: int = 0


def go(database: str, *, now: datetime) -> Night:
    """Warn and suspend in one database, with the owner's login; each account by itself, recorded in its line."""
    if not settings.CAREHUB_UNUSED_DAYS:
        return Night()
    suspend_before = now - timedelta(days=settings.CAREHUB_UNUSED_DAYS)
    warn_before = suspend_before + timedelta(days=settings.CAREHUB_UNUSED_WARNING_DAYS)
    suspended = spared = 0
    for user in unused_since(database, suspend_before):
        # Nobody is suspended who was not warned: not even where the worker had been away for a month.
        if not was_warned(user, database, before=now - timedelta(days=settings.CAREHUB_UNUSED_WARNING_DAYS - 1)):
            continue
        if suspend(user, database, now=now):
            suspended += 1
        else:
            spared += 1
    warned = sum(warn(user, database) for user in unused_since(database, warn_before))
    return Night(warned, suspended, spared)


def unused_since(database: str, instant: datetime) -> QuerySet[User]:
    """Return the active accounts with a role that counts today, of which there was no sign of use since `instant`."""
    roles = Membership.objects.using(database).current().filter(user=OuterRef("pk"))
    found: QuerySet[User] = (
        User.objects.using(database)
        .filter(Exists(roles), is_active=True)
        .annotate(used=Greatest("date_joined", "last_login", "counted_since"))
        .filter(used__lt=instant)
        .exclude(Exists(roles.filter(valid_from__gte=instant.date())))
        .order_by("pk")
    )
    return found


def warnings_of(user: User, database: str) -> QuerySet[AccountEvent]:
    since = last_sign_of_use(user)
    return AccountEvent.objects.using(database).filter(user_id=user.pk, what=Happening.UNUSED, at__gt=since)


def was_warned(user: User, database: str, *, before: datetime) -> bool:
    return warnings_of(user, database).filter(at__lt=before).exists()


def warn(user: User, database: str) -> bool:
    """Note the warning once, where its owner and, by the list, the administrator read it."""
    if warnings_of(user, database).exists():
        return False
    with transaction.atomic(using=database):
        AccountEvent.objects.using(database).create(user_id=user.pk, what=Happening.UNUSED)
        record(user, Verb.WARN_UNUSED, database)
    return True


def suspend(user: User, database: str, *, now: datetime) -> bool:
    """Close an account until an administrator lifts it; say whether that could be: no place loses its last one."""
    try:
        with transaction.atomic(using=database):
            done = User.objects.using(database).filter(pk=user.pk, last_login=user.last_login, is_active=True)
            if not done.update(is_active=False, suspended_at=now):
                return False
            Session.objects.using(database).filter(user_id=user.pk).delete()
            addresses = CalendarAddress.objects.using(database).filter(user_id=user.pk, revoked_at=None)
            addresses.update(revoked_at=now)
            InterfaceToken.objects.using(database).filter(user_id=user.pk, ended_at=None).update(ended_at=now)
            AccountEvent.objects.using(database).create(user_id=user.pk, what=Happening.SUSPENDED)
            User.objects.using(database).filter(pk=user.pk, untold_since=None).update(untold_since=now)
            record(user, Verb.SUSPEND, database)
    except IntegrityError as error:
        if constraint_of(error) != "last_administrator_stays":
            raise
        return False
    return True


def record(user: User, verb: Verb, database: str) -> None:
    """Write one line, at each establishment whose administrators read it."""
    roles = Membership.objects.using(database).unended().filter(user_id=user.pk)
    for establishment in roles.order_by("establishment_id").values_list("establishment_id", flat=True):
        audit.record(by=None, verb=verb, target=user, establishment=establishment, database=database)
