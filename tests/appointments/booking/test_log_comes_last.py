"""Two colleagues at one moment never wait for each other over the access log: it is taken last, whatever they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections
from django.utils import timezone

from access import roles
from access.enums import Role
from access.models import AuditEntry, User
from appointments import booking
from appointments.booking import Withdrawal
from appointments.courier.reports import bring_taps
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.movement import MovementState
from appointments.prison.desk import record_standing
from appointments.prison.standing import Standing
from tests.appointments.booking.waiting import SECONDS, wait_until_waiting
from tests.conftest import Unit
from tests.doors import carry, through
from tests.factories import appointment, local, open_session, workday
from tests.published import early_there, let_time_pass, publish_at
from tests.wall.conftest import open_connection

pytestmark = pytest.mark.django_db(transaction=True)

Deed = Callable[[], object]


@contextmanager
def log_held() -> Iterator[None]:
    """Somebody else writes the log meanwhile: whoever wants to waits for them."""
    with open_connection("owner") as somebody_else, somebody_else.transaction():
        somebody_else.execute("LOCK TABLE access_auditchain IN EXCLUSIVE MODE")
        yield


def crossing(first: Deed, second: Deed) -> None:
    """Let `first` and then `second` come as far as they can while the log is held; then let them go on."""

    def run(deed: Deed) -> None:
        try:
            deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        running: list[Future[None]] = []
        with log_held():
            for number, deed in enumerate((first, second), start=1):
                running.append(pool.submit(run, deed))
                wait_until_waiting(number)
        for one in running:
            one.result(timeout=SECONDS)


def verbs() -> list[str]:
    return sorted(AuditEntry.objects.values_list("verb", flat=True))


def tapped(officer: User, unit: Unit, line: Movement) -> None:
    """The officer of the health unit has tapped that the person is in the visiting room; care does not know it yet."""
    expected = Standing(MovementState.EXPECTED, "")
    visited = Standing(MovementState.IMPEDED, "PARLOIR")
    carry()
    with through("prison"):
        record_standing(by=officer, establishment=unit.establishment, key=line.pk, seen=expected, to=visited)


def test_group_withdrawal_and_an_officers_tap_on_one_of_its_lines_are_both_done(
    unit_a: Unit, helene: User, olga: User
) -> None:
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    day = timezone.localdate(timezone=unit_a.establishment.zone)
    held = open_session(unit_a.doctor, day)
    booked = [
        appointment(person, held, unit_a.consultation, local(unit_a.establishment, day, hour))
        for hour, person in ((9, unit_a.paul), (10, unit_a.karim))
    ]
    let_time_pass()
    line = Movement.objects.get(pk=booked[0].movement_id)
    group = [Withdrawal(one, one.revision) for one in booked]

    tapped(olga, unit_a, line)

    crossing(
        lambda: booking.withdraw(by=helene, group=group, reason=CancelReason.UNIT_ABSENT),
        lambda: bring_taps("prison"),
    )

    assert set(Appointment.objects.values_list("status", flat=True)) == {Status.CANCELLED}
    line.refresh_from_db()
    assert (line.impediment, line.withdrawn_from is None) == ("PARLOIR", False)
    assert verbs() == ["cancel", "cancel"]


def test_tap_is_brought_to_a_line_while_a_booking_on_it_waits_for_the_log(
    unit_a: Unit, helene: User, olga: User
) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    held = open_session(unit_a.psychiatrist, day)
    first = appointment(unit_a.paul, held, unit_a.psychiatry, local(unit_a.establishment, day, 9), minutes=20)
    line = Movement.objects.get(pk=first.movement_id)
    at = local(unit_a.establishment, day, 9, 20)
    tapped(olga, unit_a, line)

    def book() -> None:
        try:
            booking.book(by=helene, detainee=unit_a.paul, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with log_held():
            booked = pool.submit(book)
            wait_until_waiting(1)
            assert bring_taps("prison") == 1
        booked.result(timeout=SECONDS)

    assert Appointment.objects.filter(movement=line).count() == 2
    assert Movement.objects.get().impediment == "PARLOIR"
    assert verbs() == ["book"]


def test_booking_and_an_administrator_who_changes_the_same_account_are_both_done(
    unit_a: Unit, helene: User, ada: User
) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    at = local(unit_a.establishment, day, 9)

    crossing(
        lambda: booking.book(
            by=helene, detainee=unit_a.paul, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=at
        ),
        lambda: roles.give_role(helene, by=ada, establishment=unit_a.establishment, role=Role.NURSE),
    )

    assert Appointment.objects.get().booked_by == helene
    assert verbs() == ["book", "grant"]
