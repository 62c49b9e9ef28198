"""Delays from the time on the list: whose clock counts, what stays unknown, and a count made anew by hand."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments.models import Appointment, DelaySettings, MovementEvent
from appointments.models.enums.appointment import Status
from appointments.rights import Rights, appointments_visible_to
from appointments.statistics import Period
from appointments.statistics.delays import DelayStep, delays_of
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import DetaineeFactory, appointment, local, open_session, workday

At = Callable[[User], DoorClient]
DAY = -3


def called(unit: Unit, hour: int = 9, *, status: str = Status.SEEN, **fields: object) -> Appointment:
    """Somebody called at half past the hour some days ago, for a consultation ten minutes later."""
    person = fields.pop("person", None) or DetaineeFactory(establishment=unit.establishment, building=unit.building)
    day = workday(DAY)
    half = (8, 12) if hour < 13 else (14, 17)
    session = unit.doctor.sessions.filter(starts_at=local(unit.establishment, day, half[0])).first()
    session = session or open_session(unit.doctor, day, *half, start_minute=0, mode="flexible", capacity=20)
    one = appointment(person, session, unit.consultation, local(unit.establishment, day, hour, 40))
    times = {name: one.called_at + timedelta(minutes=value) for name, value in fields.items()}
    Appointment.objects.filter(pk=one.pk).update(status=status, **times, **reason_of(status))
    one.refresh_from_db()
    return one


def reason_of(status: str) -> dict[str, str]:
    return {"not_come_reason": "SANS_MOTIF"} if status == Status.NOT_COME else {}


def tap(one: Appointment, state: str, minutes: float, impediment: str = "") -> None:
    """Let an officer have tapped this so long after the time on the list."""
    at = one.called_at + timedelta(minutes=minutes)
    MovementEvent.objects.create(
        establishment_id=one.establishment_id,
        register_number=one.detainee.register_number,
        expected_at=one.called_at,
        state=state,
        impediment=impediment,
        at=at,
    )


def period(first: int = DAY, last: int = DAY) -> Period:
    return Period(workday(first), workday(last))


def test_officers_taps_hold_and_cares_marks_stand_in_where_there_are_none(unit_a: Unit) -> None:
    tapped, marked = called(unit_a, arrived_at=30, started_at=40), called(unit_a, arrived_at=50, started_at=60)
    tap(tapped, "left", 5)
    tap(tapped, "arrived", 10)

    found = delays_of(unit_a.establishment, period()).total

    assert found.left == DelayStep(of=2, known=1, tapped=1, median=5, ninth=5)
    assert found.arrived == DelayStep(of=2, known=2, tapped=1, median=30, ninth=46)
    assert found.seen == DelayStep(of=2, known=2, tapped=0, median=50, ninth=58)
    assert (found.left.unknown, found.left.unknown_percent) == (1, 50)
    assert marked.called_at == tapped.called_at


def test_whom_nobody_noted_is_unknown_and_who_did_not_come_has_no_delay(unit_a: Unit) -> None:
    called(unit_a)
    called(unit_a, status=Status.NOT_COME)
    called(unit_a, status=Status.BOOKED)

    found = delays_of(unit_a.establishment, period()).total

    assert found.calls == 3
    assert found.left == found.arrived == found.seen == DelayStep(of=1, known=0, tapped=0, median=None, ninth=None)
    assert found.arrived.unknown_percent == 100


def test_tap_that_was_taken_back_counts_for_nothing(unit_a: Unit) -> None:
    one = called(unit_a)
    for state, minutes in (("called", 0), ("left", 1), ("arrived", 2), ("called", 3), ("left", 20), ("arrived", 35)):
        tap(one, state, minutes)
    gone_back = called(unit_a, status=Status.NOT_COME)
    tap(gone_back, "left", 4)
    tap(gone_back, "impeded", 6, "PARLOIR")

    found = delays_of(unit_a.establishment, period()).total

    assert (found.left.of, found.left.median) == (1, 20)
    assert (found.arrived.known, found.arrived.median) == (1, 35)


def test_way_back_changes_nothing_and_who_comes_early_is_on_time(unit_a: Unit) -> None:
    one = called(unit_a, started_at=12)
    for state, minutes in (("left", -8), ("arrived", -2), ("back", 40), ("arrived", 41)):
        tap(one, state, minutes)

    found = delays_of(unit_a.establishment, period()).total

    assert [step.median for step in (found.left, found.arrived, found.seen)] == [0, 0, 12]


def test_two_consultations_of_one_call_are_one_arrival(unit_a: Unit) -> None:
    first = called(unit_a, person=unit_a.paul, arrived_at=15, started_at=20)
    session = open_session(unit_a.psychiatrist, workday(DAY), 10, 12, start_minute=10)
    second = appointment(unit_a.paul, session, unit_a.psychiatry, first.starts_at + timedelta(minutes=40), minutes=10)
    Appointment.objects.filter(pk=second.pk).update(
        called_at=first.called_at, status=Status.SEEN, arrived_at=first.arrived_at, started_at=second.starts_at
    )

    found = delays_of(unit_a.establishment, period()).total

    assert (found.calls, found.arrived.of, found.seen.median) == (1, 1, 20)


def test_tolerance_is_the_establishments_own_and_its_last_minute_is_tolerated(unit_a: Unit, helene: User) -> None:
    for minutes in (29, 30, 31, 60):
        called(unit_a, arrived_at=minutes)

    assert delays_of(unit_a.establishment, period()).total.beyond == 2
    DelaySettings.objects.create(establishment=unit_a.establishment, tolerance=60)
    found = delays_of(unit_a.establishment, period())
    assert (found.tolerance, found.total.beyond, found.total.arrived.known) == (60, 0, 4)


@pytest.mark.parametrize("minutes", [0, 4, 241])
def test_database_keeps_the_tolerance_in_bounds(unit_a: Unit, minutes: int) -> None:
    with pytest.raises(IntegrityError, match="tolerance_in_bounds"), transaction.atomic(), through("care"):
        DelaySettings.objects.create(establishment=unit_a.establishment, tolerance=minutes)


def test_lines_by_building_and_half_day_add_up_and_agree_with_a_count_by_hand(unit_a: Unit) -> None:
    known: dict[tuple[str, bool], list[int]] = {}
    for number in range(24):
        building = unit_a.building if number % 3 else unit_a.other_building
        hour = 9 if number % 2 else 14
        person = DetaineeFactory(establishment=unit_a.establishment, building=building)
        minutes = (number * 7) % 61
        one = called(unit_a, hour, person=person)
        tap(one, "arrived", minutes)
        late = int((one.called_at + timedelta(minutes=minutes) - one.called_at).total_seconds()) // 60
        known.setdefault((building.name, hour < 13), []).append(late)

    found = delays_of(unit_a.establishment, period())

    counted = {(line.building, line.is_morning): line for line in found.lines}
    assert {key: (line.arrived.known, line.arrived.median, line.beyond) for key, line in counted.items()} == {
        key: (len(each), statistics.median(each), sum(value > 30 for value in each)) for key, each in known.items()
    }
    everything = sorted(value for each in known.values() for value in each)
    assert found.total.arrived.ninth == pytest.approx(statistics.quantiles(everything, n=10, method="inclusive")[-1])
    for lines in (found.lines, found.by_building, found.by_half):
        assert sum(line.beyond for line in lines) == found.total.beyond
        assert sum(line.calls for line in lines) == found.total.calls == 24


def test_only_the_agendas_that_one_sees_and_the_days_asked_for_are_counted(unit_a: Unit, bob: User) -> None:
    called(unit_a, arrived_at=5)
    rows = appointments_visible_to(Rights(bob, unit_a.establishment)).filter(agenda=unit_a.psychiatrist)

    assert delays_of(unit_a.establishment, period(), rows=rows).total.calls == 0
    assert delays_of(unit_a.establishment, period(), rows=Appointment.objects.none()).total.calls == 0
    assert delays_of(unit_a.establishment, period(-2, -1)).total.calls == 0
    assert delays_of(unit_a.establishment, Period(date(2000, 1, 1), date(2100, 1, 1))).total.calls == 1


def test_delays_take_two_queries_for_few_and_many(unit_a: Unit) -> None:
    for number in range(5):
        called(unit_a, arrived_at=number)
    with CaptureQueriesContext(connection) as captured:
        delays_of(unit_a.establishment, period())
    assert len(captured) == 2
