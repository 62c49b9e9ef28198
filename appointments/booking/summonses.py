"""Chains of summonses: an appointment that did not take place, the one that makes up for it, and so on. Reads only."""

from __future__ import annotations

from collections.abc import Container, Iterable
from uuid import UUID

from django.db import connection

from appointments.booking.guards import is_over
from appointments.models import Appointment
from appointments.models.enums.appointment import Status

# From an appointment up to the first of its chain, then down to all that follow it.
CHAIN = """
    WITH RECURSIVE before AS (
        SELECT id, follows_id FROM appointments_appointment WHERE id = %s
        UNION SELECT a.id, a.follows_id FROM appointments_appointment a JOIN before b ON a.id = b.follows_id
    ), chain AS (
        SELECT id FROM before WHERE follows_id IS NULL
        UNION SELECT a.id FROM appointments_appointment a JOIN chain c ON a.follows_id = c.id
    )
    SELECT id FROM chain"""
NUMBERS = """
    WITH RECURSIVE before AS (
        SELECT id AS last_id, follows_id FROM appointments_appointment WHERE id = ANY(%s)
        UNION ALL SELECT b.last_id, a.follows_id FROM appointments_appointment a JOIN before b ON a.id = b.follows_id
    )
    SELECT last_id, count(*) FROM before GROUP BY last_id HAVING count(*) > 1"""


def chain_of(appointment: Appointment) -> list[Appointment]:
    """Return every summons of the chain to which `appointment` belongs, in the order of their booking. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [appointment.pk])
        keys = [key for (key,) in cursor.fetchall()]
    return list(Appointment.objects.filter(pk__in=keys).with_names().order_by("booked_at", "starts_at", "id"))


def summons_numbers(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Return which summons each of the appointments is, only for the second and later ones. One query."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [list(keys)])
        return dict(cursor.fetchall())


def mark_summonses(appointments: Iterable[Appointment], *, may_book: Container[int]) -> None:
    """Note on each appointment which summons it is, and whether the person may now be summoned again. Two queries.

    `may_book` holds the agendas in which the user books.
    """
    rows = list(appointments)
    numbers = summons_numbers(one.pk for one in rows)
    again = Appointment.objects.filter(follows__in=[one.pk for one in rows]).exclude(status=Status.CANCELLED)
    done = set(again.values_list("follows_id", flat=True))
    for one in rows:
        one.summons_number = numbers.get(one.pk)
        is_missed = one.status in {Status.NOT_COME, Status.CANCELLED} or (one.status == Status.BOOKED and is_over(one))
        may = is_missed and one.detainee.is_present and one.agenda_id in may_book
        one.may_summon_again = may and one.pk not in done
