"""Writes and withdraws the lines of the movement list, in the transaction of the booking.

What passes is written out once, in `neutral_fields`: the person as the floor knows them, and one of the
establishment's common arrival times. Nothing else of the appointment is read here but who and when.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac

from access.models import Establishment
from access.written import insert
from appointments.arithmetic.timegrid import NoArrivalTime, at_local, wave_for
from appointments.models import Appointment, ArrivalTime, Detainee, Escort, Hold, Movement
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import Status
from appointments.models.enums.movement import MovementState
from appointments.projection.line_withdrawal import withdraw_unused
from appointments.projection.publication import count_publication
from appointments.projection.schedule import Schedule

BATCH = 500
# A person is called once at an arrival time, whatever they are seen for.
CALLED_ONCE = ("establishment_id", "register_number", "expected_at")


def arrival_times(establishment: Establishment) -> list[time]:
    return list(ArrivalTime.objects.filter(establishment=establishment).order_by("at").values_list("at", flat=True))


def expected_at(starts_at: datetime, establishment: Establishment, *, times: Sequence[time] | None = None) -> datetime:
    """Return when a person with an appointment at `starts_at` is called; `times` are the arrival times, if read.

    Raises timegrid.NoArrivalTime when no common arrival time of that day comes before.
    """
    return wave_for(starts_at, arrival_times(establishment) if times is None else times, establishment.zone)


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
    Hold.take(establishment, Hold.Subject.ARRIVAL_TIMES, together=not to_change)


def appointments_to_call(establishment: Establishment) -> AppointmentQuerySet:
    """Return the appointments to come that call somebody: all but the cancelled, whatever care noted of them since."""
    to_come = Appointment.objects.filter(establishment=establishment, starts_at__gt=timezone.now())
    return to_come.exclude(status=Status.CANCELLED)


def call(appointment: Appointment, *, at: datetime, schedule: Schedule | None = None) -> None:
    """Point `appointment` to the movement of its person at the arrival time `at`, writing it when it is new.

    The caller holds the lock on the person and saves the appointment. `schedule`, if read already, is of this moment.
    """
    appointment.movement = _movement_of(appointment.detainee, at, schedule)
    appointment.called_at = at


def call_for_departure(escort: Escort) -> None:
    """Point `escort` to a line like any other's: its person, at the arrival time under which one is called now.

    Called at the departure and never before it (docs/adr/0020). The caller holds the lock on the person and saves.
    Raises timegrid.NoArrivalTime when the establishment has no arrival time at all.
    """
    establishment = escort.establishment
    times, now = arrival_times(establishment), timezone.now()
    try:
        at = wave_for(now, times, establishment.zone)
    except NoArrivalTime:
        if not times:
            raise
        at = at_local(establishment.day_of(now), times[0], establishment.zone)
    escort.movement = _movement_of(escort.detainee, at)


def _movement_of(person: Detainee, at: datetime, schedule: Schedule | None = None) -> Movement:
    schedule = schedule or Schedule.of(person.establishment)
    fields = neutral_fields(person)
    movement = Movement(
        id=movement_id(person.establishment_id, person.register_number, at),
        establishment_id=person.establishment_id,
        expected_at=at,
        **fields,
        **_appearance(schedule, at),
    )
    if insert(movement, unless_there=CALLED_ONCE):
        _count_urgent(schedule, [movement])
        return movement
    movement = Movement.objects.get(
        establishment_id=person.establishment_id, register_number=person.register_number, expected_at=at
    )
    if neutral_fields(movement) != fields:
        # The line of somebody who has left and whose number was given again: it calls the person who is there.
        Movement.objects.filter(pk=movement.pk).update(**fields)
    _stand_again(schedule, [movement])
    return movement


def _appearance(schedule: Schedule, at: datetime) -> dict[str, Any]:
    visible_from, is_added = schedule.appearance(at)
    return {"visible_from": visible_from, "is_added": is_added}


def _count_urgent(schedule: Schedule, lines: Iterable[Movement]) -> None:
    """Count the publication of lines that went out at once, in the versions of their lists."""
    at_once = {schedule.day_of(line.expected_at) for line in lines if line.visible_from is None}
    count_publication(schedule, [day for day in at_once if schedule.is_out(day)])


def _stand_again(schedule: Schedule, lines: Iterable[Movement]) -> None:
    """Let lines stand that were withdrawn and call somebody again: without a trace where officers saw nothing yet."""
    changed = [line for line in lines if line.withdrawn_from is not None and line.restored_from is None]
    at_once = []
    for line in changed:
        if not schedule.shows_as_withdrawn(line):
            line.withdrawn_from = None
            continue
        line.restored_from, _is_added = schedule.appearance(line.expected_at)
        if line.restored_from is None:
            at_once.append(line)
    Movement.objects.bulk_update(changed, ["withdrawn_from", "restored_from"], batch_size=BATCH)
    Movement.objects.filter(pk__in=[line.pk for line in at_once]).update(restored_from=TransactionNow())
    count_publication(schedule, {schedule.day_of(line.expected_at) for line in at_once})


def follow(detainees: Iterable[Detainee]) -> int:
    """Carry new cells, buildings and names to the movements of today and later; return how many lines changed.

    One statement for all. A line that is withdrawn follows too: a cell that stays behind would tell what is not
    published yet. A released person's lines stay as they were until care decides about them. The register number is
    how the line is recognised and does not change: under a new number there is a new line (`renumber`).
    """
    keys = [detainee.pk for detainee in detainees]
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE appointments_movement m
            SET building_id = d.building_id, cell = d.cell, last_name = d.last_name, first_name = d.first_name
            FROM appointments_detainee d,
                -- Under a number that they had before, too: lines withdrawn, or kept since officers acted on them.
                LATERAL (SELECT d.register_number UNION SELECT f.register_number
                         FROM appointments_formernumber f WHERE f.detainee_id = d.id) n (number)
            WHERE d.id = ANY(%s) AND d.released_on IS NULL AND m.expected_at >= %s
              AND m.establishment_id = d.establishment_id AND m.register_number = n.number
              AND (EXISTS (SELECT FROM appointments_appointment a WHERE a.movement_id = m.id AND a.detainee_id = d.id)
                   OR EXISTS (SELECT FROM appointments_escort x WHERE x.movement_id = m.id AND x.detainee_id = d.id)
                   OR m.withdrawn_from IS NOT NULL AND (m.last_name, m.first_name) = (d.last_name, d.first_name))
              AND (m.building_id, m.cell, m.last_name, m.first_name)
                  IS DISTINCT FROM (d.building_id, d.cell, d.last_name, d.first_name)
            """,
            [keys, timezone.now() - timedelta(hours=12)],
        )
        return int(cursor.rowcount)


def renumber(detainees: Iterable[Detainee]) -> int:
    """Call people under their present number where a line to come still has another; return how many lines changed.

    The line under the former number is withdrawn and the other added with the next publication, as if a booking had
    moved: that the number changed is the prison's own news. A line on which officers have recorded something stays:
    their word is on it. People who have left keep their lines until care decides about them.
    """
    here = [detainee for detainee in detainees if detainee.is_present]
    if not here:
        return 0
    establishment = here[0].establishment
    to_come = Q(movement__expected_at__gt=timezone.now(), movement__state=MovementState.EXPECTED)
    other = to_come & ~Q(movement__register_number=F("detainee__register_number"))
    keys = [detainee.pk for detainee in here]
    appointments = list(
        Appointment.objects.filter(other, detainee__in=keys).select_related("detainee", "movement").order_by("pk")
    )
    escorts = list(Escort.objects.filter(other, detainee__in=keys).select_related("detainee__establishment"))
    left = [key for key in (*(a.movement_id for a in appointments), *(e.movement_id for e in escorts)) if key]
    if appointments:
        _write_movements(establishment, appointments)
        Appointment.objects.bulk_update(appointments, ["movement"], batch_size=BATCH)
    for escort in escorts:
        assert escort.movement is not None  # noqa: S101 the filter asks for one
        escort.movement = _movement_of(escort.detainee, escort.movement.expected_at)
        escort.save(update_fields=["movement"])
    withdraw_unused(left)
    return len(left)


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
    withdraw_unused(left)
    return len(changed)


def _write_movements(establishment: Establishment, appointments: Iterable[Appointment]) -> None:
    """Point each of `appointments` to the movement of its person at its `called_at`, writing those that are new."""
    appointments = list(appointments)
    there = Movement.objects.filter(establishment=establishment, expected_at__in={a.called_at for a in appointments})
    found = {(movement.register_number, movement.expected_at): movement for movement in there}
    schedule, new, pointed = Schedule.of(establishment), [], {}
    for appointment in appointments:
        person, at = appointment.detainee, appointment.called_at
        if (person.register_number, at) not in found:
            # Somebody who has left has no cell any longer: their line keeps the one that it showed.
            known = person if person.is_present else appointment.movement or person
            fields = {**neutral_fields(known), **_appearance(schedule, at)}
            key = movement_id(establishment.pk, person.register_number, at)
            new.append(Movement(id=key, establishment=establishment, expected_at=at, **fields))
            found[person.register_number, at] = new[-1]
        appointment.movement = found[person.register_number, at]
        pointed[appointment.movement.pk] = appointment.movement
    Movement.objects.bulk_create(new, batch_size=BATCH)
    _stand_again(schedule, pointed.values())
    _count_urgent(schedule, new)


def purge(*, before: datetime) -> int:
    """Forget the movements expected before `before`; return how many. Appointments keep their own history.

    What the prison declared of those who did not come is kept with their appointments first. The prison
    side has no use for yesterday's lists (docs/operations.md, "Every day").
    """
    with transaction.atomic():
        past = Appointment.objects.filter(movement__expected_at__lt=before)
        declared = Movement.objects.filter(pk=OuterRef("movement")).exclude(impediment="").values("impediment")
        missed = past.filter(status=Status.NOT_COME).exclude(movement__impediment="")
        missed.update(not_come_declared=Subquery(declared))
        past.update(movement=None)
        Escort.objects.filter(movement__expected_at__lt=before).update(movement=None)
        purged, _by_model = Movement.objects.filter(expected_at__lt=before).delete()
    return purged
