"""Whoever decides about a group while the arrival times change waits for them, and holds nobody's row meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from access.models import User
from appointments import booking, projection
from appointments.booking import NewTime, Reception, Withdrawal
from appointments.models import Appointment, Detainee
from appointments.models.enums.appointment import CancelReason, Status
from tests.appointments.booking.waiting import SECONDS, wait_until_waiting
from tests.conftest import Unit
from tests.factories import AgendaFactory, appointment, local, open_session, workday

pytestmark = pytest.mark.django_db(transaction=True)


def cancelled(unit: Unit, one: Withdrawal) -> tuple[Callable[..., object], list[Any]]:
    return booking.withdraw, [one]


def received_instead(unit: Unit, one: Withdrawal) -> tuple[Callable[..., object], list[Any]]:
    colleague = AgendaFactory(establishment=unit.establishment, name="Dr Aubry", position=3)
    open_session(colleague, workday(1))
    return booking.receive_instead, [(one, Reception(colleague, one.appointment.starts_at, unit.consultation))]


def moved(unit: Unit, one: Withdrawal) -> tuple[Callable[..., object], list[Any]]:
    at = local(unit.establishment, workday(1), 10, 30)
    return booking.withdraw_in_batches, [(one, NewTime(unit.doctor, at))]


@pytest.mark.parametrize("decision", [cancelled, received_instead, moved])
def test_group_waits_for_a_change_of_the_arrival_times_without_any_row_in_hand(
    unit_a: Unit, helene: User, decision: Callable[[Unit, Withdrawal], tuple[Callable[..., object], list[Any]]]
) -> None:
    session = open_session(unit_a.doctor, workday(1))
    at = local(unit_a.establishment, workday(1), 9, 30)
    one = appointment(unit_a.paul, session, unit_a.consultation, at)
    decide, group = decision(unit_a, Withdrawal(one, one.revision))

    def run() -> None:
        try:
            decide(by=helene, group=group, reason=CancelReason.UNIT_ABSENT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            projection.hold_arrival_times(unit_a.establishment, to_change=True)
            running = pool.submit(run)
            wait_until_waiting(1)
            free = [
                row.pk
                for rows in (Appointment.objects.all(), Detainee.objects.filter(pk=unit_a.paul.pk))
                for row in rows.select_for_update(nowait=True)
            ]
        running.result(timeout=SECONDS)

    one.refresh_from_db()
    assert free == [one.pk, unit_a.paul.pk]
    assert (one.status, one.starts_at) != (Status.BOOKED, at)
