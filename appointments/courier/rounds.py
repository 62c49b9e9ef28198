"""One round to one prison: what is due is brought there, what waits there is brought back, a heartbeat is left.

A round may be broken off anywhere and made again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import cast

from django.db import connection

from access.models import Establishment
from appointments.courier import editions, reports
from appointments.courier.reference import bring_reference, establishments_of
from appointments.courier.restored import bring_states_back
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
    bring_reference(prison, places)
    see_whether_restored(prison, places, now=now)
    bring_reports(prison, places)
    for place in places:
        editions.bring_editions(prison, place, now=now)
    beat(prison, now=now)
    return places


def bring_reports(prison: str, places: list[Establishment]) -> None:
    """Bring what officers did, and the word that an alert was received."""
    while reports.bring_taps(prison) == reports.BATCH:
        pass
    reports.bring_freezes(prison)
    reports.bring_alerts(prison)
    reports.tell_received(prison, places)


def beat(prison: str, *, now: datetime) -> None:
    """Leave the sign that the courier was here, and note it at home; once every ten seconds at most."""
    at = now - timedelta(seconds=now.timestamp() % BEAT.total_seconds())
    link, _is_new = PrisonLink.objects.get_or_create(name=prison)
    if link.reached_at is not None and link.reached_at >= at:
        return
    Heartbeat.objects.using(prison).bulk_create(
        [Heartbeat(id=1, at=at)], update_conflicts=True, unique_fields=["id"], update_fields=["at"]
    )
    PrisonLink.objects.filter(pk=link.pk).update(reached_at=at)


def see_whether_restored(prison: str, places: list[Establishment], *, now: datetime) -> None:
    """Find out whether the database there is older than the last visit, and give it back what it has forgotten."""
    link = PrisonLink.objects.filter(name=prison).first()
    if link is None or link.reached_at is None:
        return
    there = Heartbeat.objects.using(prison).first()
    if there is not None and there.at >= link.reached_at:
        return
    logger.warning(
        "The database of %s is older than the courier’s last visit at %s: it comes from a backup. Lists and states are "
        "written again; accounts opened since that backup have to be opened again.",
        prison,
        f"{link.reached_at:%Y-%m-%d %H:%M}",
    )
    bring_states_back(prison, places, now=now)
    PrisonLink.objects.filter(pk=link.pk).update(restored_at=now)
