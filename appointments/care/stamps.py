"""A stamp of the moment for what an open page asks again by itself: the same stamp, and nothing it shows has changed.

Read without a look at any appointment: how much was changed today, where officers say that people are, what is frozen.
What leaves no trace here (a cell, a name, an absence, a right) shows with the next minute, which is part of the stamp
(docs/adr/0063).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from access.requests import DoorRequest
from appointments.arithmetic.publication_grid import PATIENCE
from appointments.arithmetic.timegrid import local_midnights

# Changes are counted beside their last number: of two that were written at once, the lower number may come in later.
NEWEST = """
    SELECT (SELECT array[count(*), max(c.id)] FROM appointments_appointmentchange c
            WHERE c.establishment_id = %(place)s AND c.at >= %(midnight)s),
           (SELECT array[count(*), sum(extract(epoch FROM m.state_at))] FROM appointments_movement m
            WHERE m.establishment_id = %(place)s AND m.expected_at >= %(start)s AND m.expected_at < %(end)s
              AND m.state <> 'expected'),
           (SELECT array_agg(f.id ORDER BY f.id) FROM appointments_freeze f
            WHERE f.establishment_id = %(place)s AND f.lifted_at IS NULL),
           (SELECT l.restored_at FROM appointments_prisonlink l
            WHERE l.name = %(prison)s AND l.reached_at >= statement_timestamp() - %(patience)s),
           EXISTS (SELECT FROM appointments_prisonlink l
            WHERE l.name = %(prison)s AND l.reached_at >= statement_timestamp() - %(patience)s)"""


def stamp_of(request: DoorRequest, day: date) -> str:
    """Return the stamp of this moment for whoever asks about `day`.

    It is "" while the officers' side is late: then how late it is must be looked at. One query.
    """
    here, now = request.establishment, timezone.now()
    start, end = local_midnights(day, here.zone)
    values: dict[str, Any] = {
        "place": here.pk,
        "midnight": local_midnights(here.today(), here.zone)[0],
        "start": start,
        "end": end,
        "prison": here.prison,
        "patience": PATIENCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, values)
        [[*newest, is_fresh]] = cursor.fetchall()
    if not is_fresh:
        return ""
    who = [request.user.pk, request.membership.role, get_language(), request.get_full_path()]
    told = [newest, who, int(now.timestamp()) // 60]
    return salted_hmac("carehub.stamp", repr(told), algorithm="sha256").hexdigest()[:16]
