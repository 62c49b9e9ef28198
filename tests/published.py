"""Publication in tests. The database's own clock decides what officers see, so the establishment is put where it is
early morning now, and time passes by moving what is written back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from access.models import Establishment
from appointments.models import PublicationTime

# It is between six and seven there: one publication has just been, the next one is near.
TIMES = (time(5, 30), time(8, 30), time(15, 30))
HOUR = 6
LONG_AGO = date(2020, 1, 1)


def early_there(establishment: Establishment) -> None:
    """Move the establishment to a time zone in which it is now between six and seven in the morning."""
    # Zones reach from -12 to +14 hours.
    ahead = (HOUR - datetime.now(UTC).hour) % 24
    ahead -= 24 if ahead > 14 else 0
    # The signs of these names are those of POSIX: east is negative.
    establishment.time_zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    establishment.save()


def publish_at(establishment: Establishment, *times: time) -> None:
    """Give the establishment publication times that have long been in force."""
    PublicationTime.objects.bulk_create(
        PublicationTime(establishment=establishment, at=at, since=LONG_AGO) for at in times or TIMES
    )


def let_time_pass(hours: int = 3) -> None:
    """Bring every publication of the next hours about: what waits for them is dated back by as much."""
    back = timedelta(hours=hours)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_movement SET visible_from = visible_from - %(back)s,"
            " withdrawn_from = withdrawn_from - %(back)s, restored_from = restored_from - %(back)s",
            {"back": back},
        )


def publish_just_now(establishment: Establishment) -> datetime:
    """Give the establishment one publication time, a minute ago or up to two: hours are whole minutes. Return it."""
    due = (datetime.now(UTC) - timedelta(seconds=60)).astimezone(establishment.zone).replace(second=0, microsecond=0)
    publish_at(establishment, due.time())
    return due
