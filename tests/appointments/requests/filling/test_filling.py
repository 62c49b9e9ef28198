"""A half-day filled from the queue: who is proposed and when, who is left out and why, all booked or nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import User
from access.policy import give
from appointments import booking, requests
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import (
    Appointment,
    ArrivalTime,
    ConsultationSession,
    Detainee,
    Freeze,
    Movement,
    Request,
    RequestSettings,
)
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.movement import FreezeReason, Impediment, MovementState
from appointments.models.enums.request import RequestStatus
from appointments.requests import filling
from appointments.requests.filling import FillLine, FillRefused, Proposal
from appointments.requests.filling.freed import freed_times
from appointments.rights import Rights
from tests.conftest import Unit
from tests.doors import through
from tests.factories import (
    AgendaFactory,
    DetaineeFactory,
    RequestFactory,
    appointment,
    escort,
    local,
    open_session,
    shared_session,
    workday,
)


@pytest.fixture
def morning(unit_a: Unit) -> ConsultationSession:
    """Tomorrow 8:30 to 12:00 with the general practitioner, in slots of 20 minutes: ten of them."""
    return open_session(unit_a.doctor, workday(1))


def waits(unit: Unit, *, late: int = 0, person: Detainee | None = None, **fields: Any) -> Request:
    """Somebody who asks for a consultation, to have been seen `late` days ago."""
    today = unit.establishment.today()
    person = person or DetaineeFactory(establishment=unit.establishment, building=unit.building)
    received = today - timedelta(days=30)
    values = {"kind": unit.consultation, "received_on": received, "due_on": today - timedelta(days=late)}
    return RequestFactory(detainee=person, **values | fields)


def proposed(session: ConsultationSession, by: User) -> Proposal:
    session.agenda.refresh_from_db()
    return filling.propose(Rights(by, session.agenda.establishment), session)


def lines_of(found: Proposal) -> list[FillLine]:
    lines = []
    for line in found.lines:
        assert line.starts_at is not None
        one = line.candidate
        lines.append(FillLine(one.request, one.request.revision, one.kind, line.starts_at))
    return lines


def filled(session: ConsultationSession, by: User, lines: list[FillLine] | None = None) -> list[Appointment]:
    with through("care"):
        return filling.fill(by=by, session=session, lines=lines or lines_of(proposed(session, by)))


def brings(unit: Unit, most: int, *at: time) -> None:
    rows = ArrivalTime.objects.filter(establishment=unit.establishment)
    (rows.filter(at__in=at) if at else rows).update(most_people=most)


def names(found: Proposal) -> list[Request]:
    return [line.candidate.request for line in found.lines]


def test_the_overdue_come_first_and_all_are_booked_with_their_movements(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    in_time, later = waits(unit_a, late=-3), waits(unit_a, late=2)
    longest, urgent = waits(unit_a, late=9), waits(unit_a, late=-5, priority=1)

    found = proposed(morning, alice)
    made = filled(morning, alice)

    assert names(found) == [longest, later, urgent, in_time]
    assert {one.detainee_id for one in made} == {one.detainee_id for one in (longest, later, urgent, in_time)}
    assert set(Request.objects.values_list("status", flat=True)) == {RequestStatus.PLANNED}
    assert Movement.objects.count() == 4
    assert [line.starts_at for line in found.lines] == [one.starts_at for one in made]


def test_arrival_times_are_spread(unit_a: Unit, alice: User, morning: ConsultationSession) -> None:
    for late in range(6):
        waits(unit_a, late=late)

    calls = Counter(one.called_at for one in filled(morning, alice))

    assert sorted(calls.values()) == [2, 2, 2]


def test_something_sensitive_goes_where_others_hide_it(unit_a: Unit, helene: User) -> None:
    place, day = unit_a.establishment, workday(1)
    nurse = open_session(AgendaFactory(establishment=place), day, slot_minutes=5)
    for number in range(5):
        person = DetaineeFactory(establishment=place, building=unit_a.building)
        appointment(person, nurse, unit_a.consultation, local(place, day, 9, 30 + 5 * number), minutes=5)
    clinic = open_session(unit_a.psychiatrist, day)
    waits(unit_a, kind=unit_a.psychiatry)
    waits(unit_a, kind=unit_a.psychiatry)

    made = filled(clinic, helene)

    assert {one.called_at for one in made} == {local(place, day, 9, 30)}


def test_whoever_prefers_the_afternoon_is_not_ticked_in_the_morning(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    day = workday(1)
    afternoon = waits(unit_a, late=5, half_days=[HalfDay.of(day, is_afternoon=True).number])
    this_one = waits(unit_a, half_days=[HalfDay.of(day, is_afternoon=False).number])

    found = proposed(morning, alice)

    assert names(found) == [this_one]
    [line] = found.doubtful
    assert line.candidate.request == afternoon
    assert "prefers" in line.candidate.doubt
    assert line.choices


def test_who_is_known_not_to_come_is_left_out_and_said_why(
    unit_a: Unit, alice: User, helene: User, morning: ConsultationSession
) -> None:
    place, day = unit_a.establishment, workday(1)
    closed_wing = DetaineeFactory(establishment=place, building=unit_a.building, cell="QD-3")
    RequestSettings.objects.create(establishment=place)
    moved_out = DetaineeFactory(establishment=place, building=unit_a.building)
    other_hour = open_session(unit_a.psychiatrist, day, 14, 17)
    visit = appointment(moved_out, other_hour, unit_a.psychiatry, local(place, day, 15))
    Movement.objects.filter(pk=visit.movement_id).update(
        state=MovementState.IMPEDED, state_at=timezone.now(), impediment=Impediment.ESCORT_OUT
    )
    hospital = DetaineeFactory(establishment=place, building=unit_a.building)
    escort(hospital, local(place, day, 15))
    give(alice, "manage_escorts", place)
    whys = {waits(unit_a, person=who).pk for who in (closed_wing, moved_out, hospital)}
    fine = waits(unit_a)

    found = proposed(morning, alice)

    assert names(found) == [fine]
    said = {one.request.detainee: one.why for one in found.left_out}
    assert {one.request.pk for one in found.left_out} == whys
    assert "closed wing" in said[closed_wing]
    assert "Out on escort" in said[moved_out]
    assert "hospital escort" in said[hospital]
    # Whoever may not know of escorts learns nothing from who is missing.
    assert hospital in {one.detainee for one in names(proposed(morning, helene))}


def test_frozen_movements_leave_out_whoever_would_be_brought_today(
    unit_a: Unit, alice: User, ten_o_clock: datetime
) -> None:
    today = open_session(unit_a.doctor, ten_o_clock.date())
    waits(unit_a)
    Freeze.objects.create(
        establishment=unit_a.establishment, building=unit_a.building, reason=FreezeReason.SEARCH, frozen_at=ten_o_clock
    )

    found = proposed(today, alice)

    assert not found.lines
    assert "frozen" in found.left_out[0].why


def test_whoever_is_called_already_that_half_day_is_for_care_to_weigh(
    unit_a: Unit, helene: User, morning: ConsultationSession
) -> None:
    place, day = unit_a.establishment, workday(1)
    elsewhere = open_session(unit_a.psychiatrist, day)
    appointment(unit_a.paul, elsewhere, unit_a.psychiatry, local(place, day, 9, 40))
    waits(unit_a, person=unit_a.paul)

    [line] = proposed(morning, helene).doubtful

    assert "09:30" in line.candidate.doubt
    assert local(place, day, 9, 30) not in [start for start, _wave in line.choices]


@pytest.mark.parametrize(
    ("reason", "days", "said"),
    [(CancelReason.UNIT_HOSPITAL, 3, "in hospital"), (CancelReason.REFUSED, 1, "had an appointment that half-day")],
)
def test_whoever_was_in_hospital_or_refused_that_half_day_is_for_care_to_weigh(
    unit_a: Unit, alice: User, morning: ConsultationSession, reason: CancelReason, days: int, said: str
) -> None:
    asked = waits(unit_a)
    if days > 1:
        open_session(unit_a.doctor, workday(days))
    at = local(unit_a.establishment, workday(days), 9, 30)
    with through("care"):
        made = requests.plan(
            by=alice, request=asked, revision=1, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=at
        )
        booking.cancel(by=alice, appointment=made, revision=1, reason=reason)

    found = proposed(morning, alice)

    assert not found.lines
    assert said in found.doubtful[0].candidate.doubt


def test_no_more_than_officers_bring_are_proposed_or_booked(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    brings(unit_a, 1)
    brings(unit_a, 2, time(9, 30))
    for late in range(6):
        waits(unit_a, late=late)

    found = proposed(morning, alice)
    made = filled(morning, alice)

    assert len(made) == 4
    assert [one.request.days_late(unit_a.establishment.today()) for one in found.without_place] == [1, 0]
    assert max(Counter(one.called_at for one in made).values()) == 2


def test_a_line_beyond_what_officers_bring_is_refused_beside_it_and_nobody_is_booked(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    for _number in range(2):
        waits(unit_a)
    first, second = lines_of(proposed(morning, alice))
    brings(unit_a, 1, time(9, 30))
    at = local(unit_a.establishment, workday(1), 9, 30)
    lines = [
        FillLine(first.request, first.revision, first.kind, at),
        FillLine(second.request, second.revision, second.kind, at + timedelta(minutes=20)),
    ]

    with pytest.raises(FillRefused) as refusal:
        filled(morning, alice, lines)

    assert list(refusal.value.lines) == [second.request.pk]
    assert "officers can bring" in refusal.value.lines[second.request.pk]
    assert not Appointment.objects.exists()
    assert set(Request.objects.values_list("status", flat=True)) == {RequestStatus.OPEN}


def test_the_second_of_two_who_fill_one_half_day_is_told_of_every_line(
    unit_a: Unit, alice: User, helene: User, morning: ConsultationSession
) -> None:
    asked = [waits(unit_a) for _ in range(3)]
    lines = lines_of(proposed(morning, helene))
    filled(morning, alice)

    with pytest.raises(FillRefused) as refusal:
        filled(morning, helene, lines)

    assert set(refusal.value.lines) == {one.pk for one in asked}
    assert all("colleague has planned" in said for said in refusal.value.lines.values())
    assert Appointment.objects.count() == 3


def test_whoever_was_moved_to_a_closed_wing_meanwhile_is_refused(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    asked = waits(unit_a)
    lines = lines_of(proposed(morning, alice))
    Detainee.objects.filter(pk=asked.detainee_id).update(cell="QI-1")

    with pytest.raises(FillRefused, match="Nobody was booked") as refusal:
        filled(morning, alice, lines)

    assert "closed wing" in refusal.value.lines[asked.pk]


def test_places_of_a_shared_half_day_are_filled_up_to_its_capacity(unit_a: Unit, alice: User) -> None:
    afternoon = shared_session(unit_a.doctor, workday(1), capacity=4)
    brings(unit_a, 1, time(14))
    for late in range(6):
        waits(unit_a, late=late)

    found = proposed(afternoon, alice)
    made = filled(afternoon, alice)

    assert len(made) == 4
    assert [line.called_at for line in found.lines] == [one.called_at for one in made]
    assert Counter(one.called_at for one in made)[local(unit_a.establishment, workday(1), 14)] == 1


def test_a_freed_time_offers_the_first_of_the_queue_who_can_come(
    unit_a: Unit, alice: User, morning: ConsultationSession
) -> None:
    day = workday(1)
    with through("care"):
        booked = booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9, 30),
        )
    first, _second = waits(unit_a, late=4), waits(unit_a, late=1)
    rights = Rights(alice, unit_a.establishment)
    assert not freed_times(rights, day)
    with through("care"):
        booking.cancel(by=alice, appointment=booked, revision=1, reason=CancelReason.MISTAKE)

    [freed] = freed_times(Rights(alice, unit_a.establishment), day)

    assert (freed.cancelled.starts_at, freed.candidate.request) == (booked.starts_at, first)
    appointment(unit_a.karim, morning, unit_a.consultation, booked.starts_at)
    assert not freed_times(Rights(alice, unit_a.establishment), day)


PEOPLE = st.lists(
    st.tuples(st.integers(-4, 9), st.booleans(), st.booleans(), st.integers(1, 3)), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, st.integers(1, 4), st.booleans())
def test_never_more_than_capacity_nor_an_impeded_person_and_the_queue_keeps_its_order(
    unit_a: Unit, alice: User, queue: list[tuple[int, bool, bool, int]], most: int, is_shared: bool
) -> None:
    day: date = workday(2)
    Request.objects.all().update(appointment=None, status=RequestStatus.CLOSED, closing="mistake")
    Appointment.objects.all().update(status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE, movement=None)
    ConsultationSession.objects.filter(appointments=None).delete()
    number = ConsultationSession.objects.count()
    day += timedelta(days=number)
    session = shared_session(unit_a.doctor, day, capacity=5) if is_shared else open_session(unit_a.doctor, day)
    brings(unit_a, most)
    today = unit_a.establishment.today()
    wrong = HalfDay.of(day, is_afternoon=not is_shared).number
    never = set()
    for late, in_wing, prefers_other, priority in queue:
        person = DetaineeFactory(
            establishment=unit_a.establishment, building=unit_a.building, **({"cell": "QD-1"} if in_wing else {})
        )
        asked = waits(unit_a, late=late, person=person, priority=priority, half_days=[wrong] if prefers_other else [])
        if in_wing or prefers_other:
            never.add(asked.detainee_id)

    found = proposed(session, alice)
    made = filled(session, alice) if found.lines else []

    assert not {one.detainee_id for one in made} & never
    assert all(people <= most for people in Counter(one.called_at for one in made).values())
    assert len(made) <= (5 if is_shared else 10)
    ranks = [rank(line.candidate.request, today) for line in found.lines]
    assert ranks == sorted(ranks)
    assert all(rank(one.request, today) >= max(ranks) for one in found.without_place if ranks)


def rank(asked: Request, today: date) -> tuple[Any, ...]:
    """The queue's order: the overdue first, the longest wait before; then by priority and date."""
    is_late = asked.due_on < today
    return (not is_late, asked.due_on if is_late else date.max, asked.priority, asked.due_on, asked.received_on)
