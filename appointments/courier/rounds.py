"""One round to one prison: what is due is brought there, what waits there is brought back, a heartbeat is left.

A round may be broken off anywhere and made again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

from django.db import DataError, IntegrityError, OperationalError, connection, connections, transaction

from access.models import Establishment
from appointments.courier import editions, exports, reports
from appointments.courier.reference import bring_reference, establishments_of
from appointments.courier.restored import bring_all_back
from appointments.models import PrisonLink
from appointments.prison.models import Heartbeat

# The heart beats on a grid of its own, so that it tells nothing of what else the courier did then.
BEAT = timedelta(seconds=10)

# SQLSTATE of a lock that was waited for long enough.
LOCKED = "55P03"

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
    _wait_for_nobody(prison)
    is_alike = False
    with _held_up(prison, "what lists refer to"), transaction.atomic(using=prison):
        new = bring_reference(prison, places)
        bring_all_back(prison, places if restored else new, now=now)
        is_alike = True
    if is_alike:
        exports.bring_answers(prison, places)
    # Lists first: whatever officers' login holds or has piled up, a call goes out in time.
    for place in places:
        _bring_editions(prison, place, now=now)
    bring_reports(prison, places)
    if restored:
        if not is_alike:
            # Without a heartbeat the next round finds it restored again.
            return places
        _tell_restored(prison, now=now)
    _leave_heartbeat(prison, now=now, anew=restored)
    return places


def _bring_editions(prison: str, place: Establishment, *, now: datetime) -> None:
    """One establishment's lists; what is refused there keeps no other's from going out."""
    try:
        editions.bring_editions(prison, place, now=now)
    except (IntegrityError, DataError):
        logger.exception("The lists of %s were refused by the database of %s.", place.code, prison)


def _wait_for_nobody(prison: str) -> None:
    """Let no lock that another login holds there stop a round: what it holds comes with a later one."""
    with connections[prison].cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")


@contextmanager
def _held_up(prison: str, what: str) -> Iterator[None]:
    """Go on when a row there is locked; raise any other error."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCKED:
            raise
        logger.warning("In the database of %s somebody holds %s; it is brought later.", prison, what)


def bring_reports(prison: str, places: list[Establishment]) -> None:
    """Bring what officers did, and the word that an alert was received."""
    _wait_for_nobody(prison)
    with _held_up(prison, "taps"):
        while reports.bring_taps(prison) == reports.BATCH:
            pass
    with _held_up(prison, "freezes"):
        reports.bring_freezes(prison, places)
    with _held_up(prison, "alerts"):
        reports.bring_alerts(prison)
        reports.tell_received(prison, places)
    with _held_up(prison, "what was taken"):
        exports.bring_uses(prison)


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
