"""What the database itself refuses of an appointment's life, whatever the code forgets; tried as the care login."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from access.models import User
from appointments.booking.history import FIELDS, snapshot
from appointments.models import Appointment, AppointmentChange
from appointments.models.enums.appointment import CARE_MAY_SAY, ChangeKind, NotComeReason, Status
from appointments.models.enums.movement import Impediment, MovementState
from tests.appointments.booking.life import floor_says
from tests.conftest import Unit
from tests.doors import through
from tests.factories import appointment, local, open_session, workday
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
NOT_COME = Status.NOT_COME


@pytest.fixture
def yesterday(unit_a: Unit) -> Appointment:
    """Paul was expected yesterday at 9:40."""
    session = open_session(unit_a.doctor, workday(-1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-1), 9, 40))


def save(row: Any, **fields: Any) -> None:
    """Change a row as the care login, an appointment with its line of history, and end the transaction."""
    row.refresh_from_db()
    before = snapshot({name: getattr(row, name) for name in fields})
    for name, value in fields.items():
        setattr(row, name, value)
    with through("care"), transaction.atomic():
        if isinstance(row, Appointment):
            row.revision += 1
        row.save()
        if isinstance(row, Appointment):
            AppointmentChange.objects.create(
                establishment=row.establishment,
                appointment=row,
                revision=row.revision,
                what=ChangeKind.SEEN,
                before={name: value for name, value in before.items() if name in FIELDS},
            )


# --- Two parties ------------------------------------------------------------------------------------


def test_the_two_lists_hold_every_code_and_share_only_what_either_may_know() -> None:
    assert {*CARE_MAY_SAY} | {*map(NotComeReason, Impediment.values)} == {*NotComeReason}
    assert {*CARE_MAY_SAY} & {*map(NotComeReason, Impediment.values)} == {
        NotComeReason.NO_REASON,
        NotComeReason.LIST_NOT_RECEIVED,
        NotComeReason.WRONG_CELL,
    }


@pytest.mark.parametrize("code", [code for code in Impediment.values if code not in CARE_MAY_SAY])
def test_care_verifies_nothing_that_only_the_prison_may_declare(yesterday: Appointment, code: str) -> None:
    with pytest.raises(IntegrityError, match="not_come_with_reason"):
        save(yesterday, status=NOT_COME, not_come_reason=code)


def test_prison_never_declares_what_only_care_may_know(yesterday: Appointment, login: Login) -> None:
    for code in (code for code in CARE_MAY_SAY if code not in Impediment.values):
        with pytest.raises(IntegrityError, match=r"declared_by_the_prison|not_come_with_reason"):
            Appointment.objects.filter(pk=yesterday.pk).update(status=NOT_COME, not_come_declared=code)


def test_care_writes_down_no_declaration_that_the_prison_did_not_make(yesterday: Appointment) -> None:
    refused = {"status": NOT_COME, "not_come_declared": NotComeReason.REFUSAL_REPORTED}
    with pytest.raises(IntegrityError, match="declared no such impediment"):
        save(yesterday, **refused)
    floor_says(yesterday.movement, MovementState.IMPEDED, NotComeReason.VISIT)
    with pytest.raises(IntegrityError, match="declared no such impediment"):
        save(yesterday, **refused)

    floor_says(yesterday.movement, MovementState.IMPEDED, NotComeReason.REFUSAL_REPORTED)
    save(yesterday, **refused)


def test_reasons_are_of_those_who_did_not_come(yesterday: Appointment) -> None:
    for status in (Status.BOOKED, Status.SEEN):
        with pytest.raises(IntegrityError, match="not_come_with_reason"):
            save(yesterday, status=status, not_come_reason=NotComeReason.REFUSAL_CONFIRMED)
    with pytest.raises(IntegrityError, match="not_come_with_reason"):
        save(yesterday, status=NOT_COME, not_come_reason="")


# --- States and times -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.BOOKED, "arrived_at": 0},
        {"status": Status.ARRIVED},
        {"status": Status.ARRIVED, "arrived_at": 0, "started_at": 1},
        {"status": Status.IN_CONSULTATION, "arrived_at": 0},
        {"status": Status.IN_CONSULTATION, "started_at": 0, "ended_at": 1},
        {"status": Status.NOT_COME, "not_come_reason": "REPARTI", "started_at": 0},
        {"status": Status.IN_CONSULTATION, "arrived_at": 2, "started_at": 1},
        {"status": Status.SEEN, "started_at": 2, "ended_at": 1},
        {"status": Status.SEEN, "arrived_at": 2, "ended_at": 1},
    ],
)
def test_times_say_the_same_as_the_state(yesterday: Appointment, fields: dict[str, Any]) -> None:
    at = {name: timezone.now() + timedelta(minutes=v) if isinstance(v, int) else v for name, v in fields.items()}

    with pytest.raises(IntegrityError, match=r"times_of_the_status|times_in_order"):
        save(yesterday, **at)


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_CONSULTATION])
def test_somebody_who_is_there_holds_the_practitioners_time(
    unit_a: Unit, yesterday: Appointment, status: Status
) -> None:
    now = timezone.now()
    save(yesterday, status=status, arrived_at=now, started_at=now if status == Status.IN_CONSULTATION else None)

    session, later = yesterday.session, timedelta(hours=4)
    assert session is not None
    with pytest.raises(IntegrityError, match="agenda_overlap"):
        appointment(unit_a.karim, session, unit_a.consultation, yesterday.starts_at)
    with pytest.raises(IntegrityError, match="holds appointments"):
        save(session, ends_at=yesterday.starts_at)
    with pytest.raises(IntegrityError, match="neither moved nor cancelled"):
        save(yesterday, starts_at=yesterday.starts_at + later, ends_at=yesterday.ends_at + later)


# --- Chain and history ------------------------------------------------------------------------------


def test_chain_of_summonses_is_one_persons_and_no_circle_of_one(unit_a: Unit, yesterday: Appointment) -> None:
    assert yesterday.session is not None
    karims = appointment(
        unit_a.karim, yesterday.session, unit_a.consultation, yesterday.starts_at + timedelta(minutes=40)
    )

    with pytest.raises(IntegrityError, match="follows_same_person"):
        save(karims, follows=yesterday)
    with pytest.raises(IntegrityError, match="follows_another"):
        save(yesterday, follows=yesterday)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appointments_appointmentchange SET by_name = 'nobody'",
        "DELETE FROM appointments_appointmentchange",
    ],
)
def test_history_refuses_any_change_even_to_its_owner(
    statement: str, yesterday: Appointment, alice: User, login: Login
) -> None:
    with through("care"):
        AppointmentChange.objects.create(
            establishment=yesterday.establishment,
            appointment=yesterday,
            revision=2,
            what=ChangeKind.SEEN,
            by_id=alice.pk,
            by_name=str(alice),
        )

    for who in ("owner", "care", "courier", "accounts"):
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            login(who).execute(statement)
    assert AppointmentChange.objects.get().by_name == str(alice)


def test_history_has_one_line_a_revision(yesterday: Appointment, alice: User) -> None:
    def write() -> None:
        with through("care"), transaction.atomic():
            AppointmentChange.objects.create(
                establishment=yesterday.establishment,
                appointment=yesterday,
                revision=2,
                what=ChangeKind.SEEN,
                by_name=str(alice),
            )

    write()
    with pytest.raises(IntegrityError, match="one_change_a_revision"):
        write()


@pytest.mark.parametrize("door", ["courier", "accounts"])
def test_no_other_login_reads_the_history_or_the_states(door: str, yesterday: Appointment) -> None:
    for rows in (AppointmentChange.objects.all(), Appointment.objects.values("status", "arrived_at", "follows")):
        with pytest.raises(ProgrammingError, match="permission denied"), through(door):
            list(rows)
