"""THE WALL'S ONLY GATE: turns an appointment into a movement. The only writer of Movement.

What passes is written out once, in `neutral_fields`: the person as the floor knows him, and one of the
establishment's common arrival times. Nothing else of the appointment is read here but who and when.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac

from access.models import Establishment
from appointments.models import Appointment, ArrivalTime, Detainee, Movement
from appointments.models.appointment import AppointmentQuerySet
from appointments.timegrid import wave_for

BATCH = 500
# How far ahead officers read; the row-level policy of the movement table says the same.
SHOWN_DAYS_AHEAD = 2
# Movements to look at when the block of `settled_together` ends; None outside of one.
_to_settle: ContextVar[set[uuid.UUID] | None] = ContextVar("to_settle", default=None)


def arrival_times(establishment: Establishment) -> list[time]:
    """Return the establishment's common arrival times, in order."""
    return list(ArrivalTime.objects.filter(establishment=establishment).order_by("at").values_list("at", flat=True))


def expected_at(starts_at: datetime, establishment: Establishment) -> datetime:
    """Return when a person with an appointment at `starts_at` is called.

    Raises timegrid.NoArrivalTime when no common arrival time of that day comes before.
    """
    return wave_for(starts_at, arrival_times(establishment), establishment.zone)


def movement_id(establishment_id: int, register_number: str, at: datetime) -> uuid.UUID:
    """Return the identifier of the movement of a person at an arrival time.

    It tells nothing that the line itself does not show: withdrawing a movement and writing it again gives the
    same identifier, so that not even a change of mind is visible (docs/adr/0004).
    """
    seen = f"{establishment_id}|{register_number}|{at.timestamp():.0f}"
    return uuid.UUID(bytes=salted_hmac("carehub.movement", seen, algorithm="sha256").digest()[:16], version=4)


def neutral_fields(person: Detainee | Movement) -> dict[str, Any]:
    """Return all that the prison side learns of a person: what its own nominal list says."""
    return {
        "building_id": person.building_id,
        "cell": person.cell,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "register_number": person.register_number,
    }


def hold_arrival_times(establishment: Establishment, *, to_change: bool = False) -> None:
    """Keep the common arrival times as they are, or everybody else from reading them, until the transaction ends.

    Whoever books takes this before any row: a booking must not land under arrival times that just changed.
    """
    alone = "SELECT pg_advisory_xact_lock(hashtext('arrival times'), %s)"
    together = "SELECT pg_advisory_xact_lock_shared(hashtext('arrival times'), %s)"
    with connection.cursor() as cursor:
        cursor.execute(alone if to_change else together, [establishment.pk])


def appointments_to_call(establishment: Establishment) -> AppointmentQuerySet:
    """Return the appointments to come that call somebody."""
    return Appointment.objects.holding().filter(establishment=establishment, starts_at__gt=timezone.now())


def call(appointment: Appointment, *, at: datetime) -> None:
    """Point `appointment` to the movement of its person at the arrival time `at`, writing it when it is new.

    The caller holds the lock on the person and saves the appointment.
    """
    detainee = appointment.detainee
    fields = neutral_fields(detainee)
    movement, is_new = Movement.objects.get_or_create(
        establishment_id=appointment.establishment_id,
        register_number=detainee.register_number,
        expected_at=at,
        defaults={
            "id": movement_id(appointment.establishment_id, detainee.register_number, at),
            **fields,
        },
    )
    if not is_new and neutral_fields(movement) != fields:
        # The line of somebody who has left and whose number was given again: it calls the person who is there.
        Movement.objects.filter(pk=movement.pk).update(**fields)
    appointment.movement = movement
    appointment.called_at = at


@contextmanager
def settled_together() -> Iterator[None]:
    """Withdraw unused movements only at the end of the block.

    A line that is given up and taken again inside it stays as it is, with what officers have noted on it.
    """
    token = _to_settle.set(set())
    try:
        yield
        keys = _to_settle.get() or set()
    finally:
        _to_settle.reset(token)
    for key in sorted(keys):
        withdraw_if_unused(key)


def withdraw_if_unused(movement_key: uuid.UUID | None) -> None:
    """Withdraw a movement to which no appointment points any longer."""
    waiting = _to_settle.get()
    if waiting is not None and movement_key is not None:
        waiting.add(movement_key)
        return
    if movement_key is not None and not Appointment.objects.filter(movement=movement_key).exists():
        Movement.objects.filter(pk=movement_key).delete()


def follow(detainees: Iterable[Detainee]) -> int:
    """Carry new cells, buildings and names to the movements of today and later; return how many lines changed.

    One statement for all. A released person's lines stay as they were until care decides about them. The register
    number is how the line is recognised and does not change (a new number is a new person: domain.md 7).
    """
    keys = [detainee.pk for detainee in detainees]
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE appointments_movement m
            SET building_id = d.building_id, cell = d.cell, last_name = d.last_name, first_name = d.first_name
            FROM appointments_appointment a JOIN appointments_detainee d ON d.id = a.detainee_id
            WHERE a.movement_id = m.id AND d.id = ANY(%s) AND d.released_on IS NULL AND m.expected_at >= %s
              AND (m.building_id, m.cell, m.last_name, m.first_name)
                  IS DISTINCT FROM (d.building_id, d.cell, d.last_name, d.first_name)
            """,
            [keys, timezone.now() - timedelta(hours=12)],
        )
        return int(cursor.rowcount)


def reproject(establishment: Establishment) -> int:
    """Call everybody still to come under the establishment's present arrival times; return how many changed.

    For when the common arrival times themselves change; a handful of statements, whatever the number of people.
    Raises timegrid.NoArrivalTime, with nothing written by the caller's transaction, when an appointment would be
    before the first of them.
    """
    times, zone = arrival_times(establishment), establishment.zone
    people = Detainee.objects.filter(pk__in=appointments_to_call(establishment).values("detainee"))
    list(people.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    changed: list[Appointment] = []
    for appointment in appointments_to_call(establishment).select_related("detainee", "movement").order_by("pk"):
        at = wave_for(appointment.starts_at, times, zone)
        if appointment.movement is None or appointment.called_at != at:
            changed.append(appointment)
            appointment.called_at = at
    left = [appointment.movement_id for appointment in changed if appointment.movement_id]
    _write_movements(establishment, changed)
    Appointment.objects.bulk_update(changed, ["movement", "called_at"], batch_size=BATCH)
    unused = Movement.objects.filter(pk__in=left).exclude(Exists(Appointment.objects.filter(movement=OuterRef("pk"))))
    unused.delete()
    return len(changed)


def _write_movements(establishment: Establishment, appointments: Iterable[Appointment]) -> None:
    """Point each of `appointments` to the movement of its person at its `called_at`, writing those that are new."""
    appointments = list(appointments)
    there = Movement.objects.filter(establishment=establishment, expected_at__in={a.called_at for a in appointments})
    found = {(movement.register_number, movement.expected_at): movement for movement in there}
    new = []
    for appointment in appointments:
        person, at = appointment.detainee, appointment.called_at
        if (person.register_number, at) not in found:
            # Somebody who has left has no cell any longer: his line keeps the one that it showed.
            known = person if person.is_present else appointment.movement or person
            key = movement_id(establishment.pk, person.register_number, at)
            new.append(Movement(id=key, establishment=establishment, expected_at=at, **neutral_fields(known)))
            found[person.register_number, at] = new[-1]
        appointment.movement = found[person.register_number, at]
    Movement.objects.bulk_create(new, batch_size=BATCH)


def shown_to_officers(keys: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these movements officers can read now. One query."""
    now = timezone.now()
    found = Movement.objects.filter(pk__in=list(keys)).select_related("establishment").order_by("pk")
    shown = set()
    for movement in found:
        zone = movement.establishment.zone
        days = (movement.expected_at.astimezone(zone).date() - now.astimezone(zone).date()).days
        if -1 <= days <= SHOWN_DAYS_AHEAD:
            shown.add(movement.pk)
    return shown


def purge(*, before: datetime) -> int:
    """Forget the movements expected before `before`; return how many. Appointments keep their own history.

    The prison side has no use for yesterday's lists (neutrality.md: "history").
    """
    with transaction.atomic():
        Appointment.objects.filter(movement__expected_at__lt=before).update(movement=None)
        purged, _by_model = Movement.objects.filter(expected_at__lt=before).delete()
    return purged
