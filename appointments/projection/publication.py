"""What of the list waits for its publication, and the verbs that let it out. Writes the instants of Movement only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from access.kept_texts import KeptText
from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment, Movement, PublicationTime, UnplannedPublication
from appointments.models.movement import MovementQuerySet
from appointments.projection.schedule import Schedule

# The prison login sees as far as the day after tomorrow: what it may have seen already is never hidden again.
SEEN_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Waiting:
    """The changes of one day's list that wait for its next publication."""

    day: date
    published_next: datetime | None
    is_out: bool
    appearing: tuple[Movement, ...]
    withdrawn: tuple[Movement, ...]
    restored: tuple[Movement, ...]

    def __len__(self) -> int:
        return len(self.appearing) + len(self.withdrawn) + len(self.restored)

    @property
    def lines(self) -> tuple[Movement, ...]:
        return (*self.appearing, *self.withdrawn, *self.restored)


def waiting_changes(schedule: Schedule) -> dict[date, Waiting]:
    """Return what waits on today's and tomorrow's lists; nothing for lists that are open all the time. One query."""
    days = [schedule.today, schedule.today + timedelta(days=1)]
    days = [day for day in days if not schedule.grid.is_continuous(day, now=schedule.now)]
    if not days:
        return {}
    zone = schedule.grid.zone
    until = local_midnights(days[-1], zone)[1]
    lines = WAITING.objects(place=schedule.establishment.pk, now=schedule.now, until=until)
    found = {}
    for day in days:
        of_day = [line for line in lines if schedule.day_of(line.expected_at) == day]
        found[day] = Waiting(
            day=day,
            published_next=schedule.grid.next_of_list(day, after=schedule.now),
            is_out=schedule.is_out(day),
            appearing=tuple(line for line in of_day if not schedule.shows(line)),
            withdrawn=tuple(line for line in of_day if _waits_to_be_withdrawn(schedule, line)),
            restored=tuple(line for line in of_day if line.restored_from and line.restored_from > schedule.now),
        )
    return found


def _waiting_rows(schedule: Schedule) -> MovementQuerySet:
    return _later_than(schedule.establishment.pk, schedule.now)


def _later_than(place: int, now: datetime) -> MovementQuerySet:
    later = Q(visible_from__gt=now) | Q(withdrawn_from__gt=now) | Q(restored_from__gt=now)
    return Movement.objects.filter(later, establishment=place).order_by("expected_at", "pk")


def _waiting(place: int, now: datetime, until: datetime) -> MovementQuerySet:
    return _later_than(place, now).filter(expected_at__lt=until, expected_at__gt=now)


WAITING = KeptText(_waiting, keys=["place"], instants=["now", "until"])


def _waits_to_be_withdrawn(schedule: Schedule, line: Movement) -> bool:
    return line.withdrawn_from is not None and line.withdrawn_from > schedule.now and line.restored_from is None


def publish_waiting(waiting: Waiting, schedule: Schedule) -> None:
    """Let everything that waits on one list out together, now. The caller holds the arrival times alone."""
    # By the database's clock, which also decides what officers see.
    keys = [line.pk for line in waiting.appearing]
    Movement.objects.filter(pk__in=keys).update(visible_from=None, is_added=waiting.is_out)
    Movement.objects.filter(pk__in=[line.pk for line in waiting.withdrawn]).update(withdrawn_from=TransactionNow())
    Movement.objects.filter(pk__in=[line.pk for line in waiting.restored]).update(restored_from=TransactionNow())
    count_publication(schedule, [waiting.day])


def count_publication(schedule: Schedule, days: Iterable[date]) -> None:
    """Count a publication between two publication times in the version of each of the lists."""
    UnplannedPublication.objects.bulk_create(
        UnplannedPublication(establishment=schedule.establishment, day=day) for day in sorted(set(days))
    )


def already_published(appointments: Iterable[Appointment]) -> set[UUID]:
    """Return the keys of those appointments whose call officers see already; one query for each establishment.

    Withdrawing these shows: each line stays on the list with its mark. The others go without a trace.
    """
    keys = [appointment.pk for appointment in appointments if appointment.movement_id]
    places = Establishment.objects.filter(
        Exists(Appointment.objects.filter(pk__in=keys, establishment=OuterRef("pk")))
    ).order_by("pk")
    return {key for place in places for key in _published(Schedule.of(place), keys)}


def shown_to_officers(appointments: Collection[Appointment], *, schedule: Schedule | None = None) -> set[UUID]:
    """Return the keys of those appointments whose line officers can read now, whatever the list; few queries.

    Unlike `already_published` it counts lists that are open all the time: there a withdrawn line simply goes, and
    whoever looked before sees that it did.
    """
    there = [appointment.movement_id for appointment in appointments if appointment.movement_id]
    lines = Movement.objects.filter(pk__in=there).select_related("establishment").order_by("pk")
    schedules = {schedule.establishment.pk: schedule} if schedule else {}
    shown = set()
    for line in lines:
        if line.establishment_id not in schedules:
            schedules[line.establishment_id] = Schedule.of(line.establishment)
        there_out = schedules[line.establishment_id]
        is_near = there_out.day_of(line.expected_at) <= there_out.today + SEEN_AHEAD
        if is_near and there_out.shows(line) and not there_out.shows_as_withdrawn(line):
            shown.add(line.pk)
    return {one.pk for one in appointments if one.movement_id in shown}


def _published(schedule: Schedule, keys: list[UUID]) -> set[UUID]:
    there = Q(movement__visible_from__isnull=True) | Q(movement__visible_from__lte=schedule.now)
    rows = Appointment.objects.filter(there, pk__in=keys, establishment=schedule.establishment).order_by()
    return {key for key, at in rows.values_list("pk", "movement__expected_at") if not schedule.is_continuous(at)}


def reschedule(schedule: Schedule) -> None:
    """Give every change that still waits its instant under the present publication times; nothing in sight moves.

    For when the publication times themselves change: two statements, whatever the number of lines.
    """
    beyond = local_midnights(schedule.today + SEEN_AHEAD, schedule.grid.zone)[1]
    waiting = Q(visible_from__gt=schedule.now) | Q(withdrawn_from__gt=schedule.now) | Q(restored_from__gt=schedule.now)
    out_of_sight = Q(visible_from__isnull=True, expected_at__gte=beyond)
    rows = Movement.objects.filter(waiting | out_of_sight, establishment=schedule.establishment)
    lines = list(rows.filter(expected_at__gt=schedule.now).select_for_update().order_by("pk"))
    for line in lines:
        _date_again(line, schedule, is_out_of_sight=line.expected_at >= beyond)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_movement m SET visible_from = v.visible, is_added = v.added,"
            " withdrawn_from = v.withdrawn, restored_from = v.restored"
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::bool[], %s::timestamptz[], %s::timestamptz[])"
            " AS v (id, visible, added, withdrawn, restored) WHERE m.id = v.id",
            [
                [line.pk for line in lines],
                [line.visible_from for line in lines],
                [line.is_added for line in lines],
                [line.withdrawn_from for line in lines],
                [line.restored_from for line in lines],
            ],
        )


def _date_again(line: Movement, schedule: Schedule, *, is_out_of_sight: bool) -> None:
    if is_out_of_sight or not schedule.shows(line):
        line.visible_from, line.is_added = schedule.appearance(line.expected_at)
    if _waits_to_be_withdrawn(schedule, line):
        line.withdrawn_from = schedule.withdrawal(line.expected_at)
    if line.restored_from is not None and line.restored_from > schedule.now:
        line.restored_from = schedule.appearance(line.expected_at)[0] or schedule.now


def purge_publications(establishment: Establishment, *, before: date) -> None:
    """Forget the publications of the lists of days before `before`, and publication times that ended by then."""
    UnplannedPublication.objects.filter(establishment=establishment, day__lt=before).delete()
    # The last publication of a day is the first of the next day's list.
    PublicationTime.objects.filter(establishment=establishment, until__lt=before).delete()
