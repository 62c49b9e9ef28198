"""Hospital escorts as the database keeps them, whatever the code forgets: tried past all our verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from appointments.models import Escort, Movement
from appointments.models.enums.escort import EscortStatus
from tests.conftest import Unit
from tests.doors import through
from tests.factories import escort, local, workday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def planned(unit_a: Unit) -> Escort:
    """Paul, tomorrow."""
    return escort(unit_a.paul, local(unit_a.establishment, workday(1), 14, 30))


def line_of(unit: Unit, days: int = 0) -> Movement:
    """A line of Paul's on the prison's list."""
    with through("care"):
        return Movement.objects.create(
            establishment=unit.establishment,
            building=unit.building,
            cell="A-1",
            last_name="X",
            first_name="Y",
            register_number="004217",
            expected_at=local(unit.establishment, workday(days), 8, 30),
        )


def change(row: Escort, **fields: Any) -> None:
    """Change the row as the care login and end the transaction."""
    with through("care"), transaction.atomic():
        Escort.objects.filter(pk=row.pk).update(**fields)


def change_as_owner(row: Escort, **fields: Any) -> None:
    with transaction.atomic():
        Escort.objects.filter(pk=row.pk).update(**fields)
        connection.check_constraints()


@pytest.mark.parametrize("days", [1, -1, 30])
def test_line_on_the_list_is_refused_on_any_day_but_the_escorts_own(unit_a: Unit, days: int) -> None:
    row = escort(unit_a.paul, local(unit_a.establishment, workday(days), 14, 30))

    with pytest.raises(IntegrityError, match="on its own day only"):
        change(row, movement=line_of(unit_a), status="departed", departed_at=timezone.now())


def test_line_on_the_list_comes_with_the_departure_only(unit_a: Unit) -> None:
    row = escort(unit_a.paul, local(unit_a.establishment, workday(0), 14, 30))

    with pytest.raises(IntegrityError, match="escort_calls_at_departure"):
        change(row, movement=line_of(unit_a))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "somewhere"}, "escort_(status_known|departed_when_it_did)"),
        ({"hospital": ""}, "escort_has_hospital"),
        ({"transport": ["on foot"]}, "escort_transport_known"),
        ({"status": "cancelled"}, "escort_cancelled_with_reason"),
        ({"cancel_reason": "REFUS"}, "escort_cancelled_with_reason"),
        ({"status": "cancelled", "cancel_reason": "because"}, "escort_cancelled_with_reason"),
        ({"status": "departed"}, "escort_departed_when_it_did"),
        ({"departed_at": timezone.now()}, "escort_departed_when_it_did"),
    ],
)
def test_state_that_contradicts_itself_is_refused(planned: Escort, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        change(planned, **fields)


def test_escort_of_somebody_elsewhere_and_twice_at_once_is_refused(unit_a: Unit, unit_b: Unit, planned: Escort) -> None:
    with pytest.raises(IntegrityError, match="passes to no other"):
        change(planned, detainee=unit_b.paul)
    # Not even the owner, whom that rule leaves alone.
    with pytest.raises(IntegrityError, match="escort_detainee_here"):
        change_as_owner(planned, detainee=unit_b.paul)
    with pytest.raises(IntegrityError, match="escort_once"):
        escort(unit_a.paul, planned.expected_at)
    with pytest.raises(IntegrityError, match="escort_follows_same_person"):
        escort(unit_a.karim, planned.expected_at + timedelta(days=1), follows=planned)


@pytest.mark.parametrize("door", ["courier", "accounts"])
@pytest.mark.parametrize("statement", ["SELECT id", "SELECT count(*)", "SELECT expected_at", "SELECT 1"])
def test_other_doors_read_no_column_and_count_no_row(planned: Escort, door: str, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        through(door),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{statement} FROM appointments_escort")


def test_escort_is_never_deleted(planned: Escort) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), through("care"), transaction.atomic():
        planned.delete()
    assert Escort.objects.get().status == EscortStatus.PLANNED
