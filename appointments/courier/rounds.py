"""One round to one prison: what is due is brought there, what waits there is brought back, a heartbeat is left.

A round may be broken off anywhere and made again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction

from access.models import Establishment
from appointments.courier import editions, reports
from appointments.courier.reference import bring_reference, establishments_of
from appointments.courier.restored import bring_all_back
from appointments.models import PrisonLink
from appointments.prison.models import Heartbeat

# The heart beats on a grid of its own, so that it tells nothing of what else the courier did then.
BEAT = timedelta(seconds=10)

logger = logging.getLogger("carehub.courier")


def clock() -> datetime:
    """Return the instant by the hospital's database, which also dates what care does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(now,)] = cursor.fetchall()
    return cast("datetime", now)


def go(prison: str, *, now: datetime | None = None) -> list[Establishment]:
    """Make a whole round; return the establishments that it served. Raises DatabaseError when a side is down."""
    now = now or clock()
    places = establishments_of(prison)
    restored = is_restored(prison)
    with transaction.atomic(using=prison):
        new = bring_reference(prison, places)
        bring_all_back(prison, places if restored else new, now=now)
    bring_reports(prison, places)
    for place in places:
        editions.bring_editions(prison, place, now=now)
    if restored:
        _tell_restored(prison, now=now)
    _leave_heartbeat(prison, now=now, anew=restored)
    return places


def bring_reports(prison: str, places: list[Establishment]) -> None:
    """Bring what officers did, and the word that an alert was received."""
    while reports.bring_taps(prison) == reports.BATCH:
        pass
    reports.bring_freezes(prison, places)
    reports.bring_alerts(prison)
    reports.tell_received(prison, places)


def beat(prison: str, *, now: datetime) -> bool:
    """Leave the sign that the courier was here; once every ten seconds at most.

    Return False, and leave none, where the database there has become older than the last visit: a whole round is due.
    """
    if _link_to(prison).reached_at != _on_the_grid(now) and is_restored(prison):
        return False
    _leave_heartbeat(prison, now=now)
    return True


def is_restored(prison: str) -> bool:
    """Whether the database there is older than the last visit. Both instants are by the hospital's clock."""
    reached_at = _link_to(prison).reached_at
    if reached_at is None:
        return False
    there = Heartbeat.objects.using(prison).first()
    return there is None or there.at < reached_at


def _leave_heartbeat(prison: str, *, now: datetime, anew: bool = False) -> None:
    """Note the visit at both ends. A clock that was put back is followed, or nobody would see the courier's silence."""
    at, reached_at = _on_the_grid(now), _link_to(prison).reached_at
    if reached_at == at and not anew:
        return
    if reached_at is not None and at < reached_at:
        PrisonLink.objects.filter(pk=prison).update(reached_at=at)
    Heartbeat.objects.using(prison).bulk_create(
        [Heartbeat(id=1, at=at)], update_conflicts=True, unique_fields=["id"], update_fields=["at"]
    )
    PrisonLink.objects.filter(pk=prison).update(reached_at=at)


def _on_the_grid(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % BEAT.total_seconds())


def _link_to(prison: str) -> PrisonLink:
    link, _is_new = PrisonLink.objects.get_or_create(name=prison)
    return link


def _tell_restored(prison: str, *, now: datetime) -> None:
    link = _link_to(prison)
    logger.warning(
        "The database of %s is older than the courier’s last visit at %s: it comes from a backup. Lists and states are "
        "written again; accounts opened since that backup have to be opened again.",
        prison,
        f"{link.reached_at:%Y-%m-%d %H:%M}",
    )
    PrisonLink.objects.filter(pk=link.pk).update(restored_at=now)
