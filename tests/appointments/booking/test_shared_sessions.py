"""Half-days in flexible order, groups, overbooking: who gets which time, how many places there are, who came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from access.models import AuditEntry, User
from appointments import booking
from appointments.arithmetic.sharing import offers, spread_time, whole_time
from appointments.arithmetic.timegrid import overlaps
from appointments.booking import BookingRefused
from appointments.models import Appointment, ConsultationSession, Detainee, Movement
from appointments.models.enums.appointment import NotComeReason
from appointments.models.enums.planning import SessionMode
from appointments.openings.availability import free_slots, sessions_between
from appointments.openings.next_free import next_free
from tests.appointments.booking.test_race import Send, all_at_once
from tests.conftest import Unit
from tests.doors import through
from tests.factories import DetaineeFactory, appointment, away, local, open_session, shared_session, workday

PARIS = ZoneInfo("Europe/Paris")
MORNING = (datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 3, 1, 11, tzinfo=UTC))  # 9:00 to 12:00 in Paris
WAVES = [time(8, 30), time(9, 30), time(10, 30), time(14)]
SLOT = timedelta(minutes=20)


def people(unit: Unit, number: int) -> list[Detainee]:
    return [DetaineeFactory(establishment=unit.establishment, building=unit.building) for _ in range(number)]


def book(unit: Unit, by: User, person: Detainee, at: datetime, **more: object) -> Appointment:
    with through("care"):
        return booking.book(
            by=by, detainee=person, agenda=unit.doctor, kind=unit.consultation, starts_at=at, **more
        )  # fmt: skip


def at(unit: Unit, hour: int, minute: int = 0) -> datetime:
    return local(unit.establishment, workday(1), hour, minute)


# --- The arithmetic -----------------------------------------------------------------------------------


def test_people_of_a_half_day_are_called_over_its_arrival_times() -> None:
    found = offers(MORNING, times=WAVES, zone=PARIS, shortest=SLOT)

    assert [start.astimezone(PARIS).time() for start, _end in found] == [time(9), time(9, 30), time(10, 30)]
    assert {end for _start, end in found} == {MORNING[1]}


def test_half_day_before_the_first_arrival_time_begins_with_it() -> None:
    early = (MORNING[0] - timedelta(hours=1), MORNING[1])

    found = offers(early, times=WAVES, zone=PARIS, shortest=SLOT)

    assert [start.astimezone(PARIS).time() for start, _end in found] == [time(8, 30), time(9, 30), time(10, 30)]


minutes = st.integers(0, 180)


@given(
    st.lists(minutes.map(lambda n: MORNING[0] + timedelta(minutes=n)), max_size=30),
    st.lists(st.tuples(minutes, st.integers(1, 90)), max_size=3),
    st.lists(st.tuples(minutes, st.integers(1, 90)), max_size=3),
)
def test_given_time_stands_inside_fits_the_person_and_is_the_least_crowded(
    taken: list[datetime], away_parts: list[tuple[int, int]], elsewhere: list[tuple[int, int]]
) -> None:
    def parts(found: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
        begin = MORNING[0]
        return [(begin + timedelta(minutes=n), begin + timedelta(minutes=n + length)) for n, length in found]

    away_times, avoiding = parts(away_parts), parts(elsewhere)
    every = offers(MORNING, times=WAVES, zone=PARIS, shortest=SLOT, away=away_times)

    given = spread_time(
        MORNING, times=WAVES, zone=PARIS, taken=taken, shortest=SLOT, away=away_times, avoiding=avoiding
    )

    fitting = [offer for offer in every if not any(overlaps(offer, other) for other in avoiding)]
    assert (given is None) == (fitting == [])
    assert not any(overlaps(offer, other) for offer in every for other in away_times)
    if given is not None:
        assert given in fitting
        assert MORNING[0] <= given[0] < given[1] <= MORNING[1]
        assert given[1] - given[0] >= SLOT
        load = Counter(max((start for start, _end in every if start <= one), default=None) for one in taken)
        assert load[given[0]] == min(load[start] for start, _end in fitting)


@given(st.integers(1, 40))
def test_people_are_spread_evenly(number: int) -> None:
    taken: list[datetime] = []
    for _ in range(number):
        given = spread_time(MORNING, times=WAVES, zone=PARIS, taken=taken, shortest=SLOT)
        assert given is not None
        taken.append(given[0])

    load = Counter(taken)
    assert max(load.values()) - min(load.values()) <= 1
    assert len(load) == min(number, 3)


def test_group_has_one_time_or_none() -> None:
    assert whole_time(MORNING, away=[], avoiding=[]) == MORNING
    assert whole_time(MORNING, away=[(MORNING[0], MORNING[0] + SLOT)], avoiding=[]) is None
    assert whole_time(MORNING, away=[], avoiding=[(MORNING[1] - SLOT, MORNING[1])]) is None


# --- Half-days ----------------------------------------------------------------------------------------


def test_booking_a_half_day_gives_arrival_times_in_turn(unit_a: Unit, helene: User) -> None:
    shared_session(unit_a.doctor, workday(1), capacity=5)

    made = [book(unit_a, helene, person, at(unit_a, 14, 20)) for person in people(unit_a, 5)]

    called = Counter(one.called_at for one in made)
    assert called == {at(unit_a, 14): 2, at(unit_a, 15): 2, at(unit_a, 16): 1}
    assert all(one.shares_time and one.ends_at == at(unit_a, 17) for one in made)
    assert Movement.objects.count() == 5
    with pytest.raises(BookingRefused) as refusal:
        book(unit_a, helene, unit_a.paul, at(unit_a, 14))
    assert refusal.value.code == "full"


def test_overbooking_is_only_what_the_session_allows(unit_a: Unit, helene: User) -> None:
    session = shared_session(unit_a.doctor, workday(1), capacity=2, overbooking=1)
    for person in people(unit_a, 2):
        book(unit_a, helene, person, at(unit_a, 14))

    assert booking.overbooking_left(unit_a.doctor, at(unit_a, 15)) == 1
    with pytest.raises(BookingRefused) as full:
        book(unit_a, helene, unit_a.paul, at(unit_a, 14))
    book(unit_a, helene, unit_a.paul, at(unit_a, 14), overbook=True)
    with pytest.raises(BookingRefused):
        book(unit_a, helene, unit_a.karim, at(unit_a, 14), overbook=True)

    assert full.value.code == "full"
    assert session.appointments.count() == 3


def test_person_who_is_expected_elsewhere_gets_another_arrival_time(unit_a: Unit, helene: User) -> None:
    other = open_session(unit_a.psychiatrist, workday(1), 14, 15, start_minute=0)
    appointment(unit_a.paul, other, unit_a.psychiatry, at(unit_a, 14), minutes=30)
    shared_session(unit_a.doctor, workday(1))

    made = book(unit_a, helene, unit_a.paul, at(unit_a, 14))

    assert made.called_at == at(unit_a, 15)
    with pytest.raises(BookingRefused) as refusal:
        book(unit_a, helene, unit_a.paul, at(unit_a, 14))
    assert refusal.value.code == "person"


def test_appointment_moves_into_a_half_day_and_out_of_it_again(unit_a: Unit, helene: User) -> None:
    open_session(unit_a.doctor, workday(1))
    shared_session(unit_a.doctor, workday(1))
    made = book(unit_a, helene, unit_a.paul, at(unit_a, 9))

    with through("care"):
        moved = booking.move(
            by=helene, appointment=made, revision=1, agenda=unit_a.doctor, starts_at=at(unit_a, 15, 10)
        )
        assert (moved.starts_at, moved.ends_at, moved.shares_time) == (at(unit_a, 14), at(unit_a, 17), True)
        back = booking.move(by=helene, appointment=moved, revision=2, agenda=unit_a.doctor, starts_at=at(unit_a, 10))

    assert (back.starts_at, back.ends_at, back.shares_time) == (at(unit_a, 10), at(unit_a, 10, 20), False)


def test_slot_of_fixed_times_may_be_overbooked_as_often_as_allowed(unit_a: Unit, helene: User) -> None:
    open_session(unit_a.doctor, workday(1), overbooking=1)
    book(unit_a, helene, unit_a.paul, at(unit_a, 9))

    with pytest.raises(BookingRefused) as taken:
        book(unit_a, helene, unit_a.karim, at(unit_a, 9))
    second = book(unit_a, helene, unit_a.karim, at(unit_a, 9), overbook=True)
    third, fourth = people(unit_a, 2)
    with pytest.raises(BookingRefused):
        book(unit_a, helene, third, at(unit_a, 9), overbook=True)
    # Asked for where nobody is: it needs no overbooking.
    plain = book(unit_a, helene, fourth, at(unit_a, 10), overbook=True)

    assert (taken.value.code, second.shares_time, plain.shares_time) == ("taken", True, False)


def test_free_places_are_offered_with_their_number(unit_a: Unit, helene: User) -> None:
    shared_session(unit_a.doctor, workday(1), capacity=3)
    book(unit_a, helene, unit_a.karim, at(unit_a, 14))

    [first, *_others] = next_free([unit_a.doctor], length=SLOT, detainee_id=unit_a.paul.pk)

    assert (first.starts_at, first.places) == (at(unit_a, 15), 2)
    for person in people(unit_a, 2):
        book(unit_a, helene, person, at(unit_a, 14))
    assert next_free([unit_a.doctor], length=SLOT) == []


def test_absence_of_an_hour_leaves_the_rest_of_a_half_day(unit_a: Unit, helene: User) -> None:
    session = shared_session(unit_a.doctor, workday(1))
    away(unit_a.doctor, at(unit_a, 13), at(unit_a, 14, 45))

    made = book(unit_a, helene, unit_a.paul, at(unit_a, 14))

    assert (made.session, made.starts_at) == (session, at(unit_a, 14, 45))


def test_free_slots_run_the_same_queries_for_many_sessions(unit_a: Unit, helene: User) -> None:
    def queries(number: int) -> int:
        for day in range(1, number + 1):
            begin = open_session(unit_a.doctor, workday(day)).starts_at
            shared_session(unit_a.doctor, workday(day))
            away(unit_a.doctor, begin, begin + timedelta(hours=1))
        sessions = sessions_between([unit_a.doctor], at(unit_a, 0), at(unit_a, 0) + timedelta(days=60))
        with CaptureQueriesContext(connection) as seen:
            free_slots(sessions, after=at(unit_a, 0))
        ConsultationSession.objects.all().delete()
        unit_a.doctor.absences.all().delete()
        return len(seen)

    assert queries(2) == queries(30) <= 4


# --- Groups -------------------------------------------------------------------------------------------


def test_group_is_booked_all_together_or_not_at_all(unit_a: Unit, helene: User) -> None:
    session = shared_session(unit_a.doctor, workday(1), mode=SessionMode.GROUP, capacity=3)
    four = people(unit_a, 4)
    wanted = {"by": helene, "session": session, "kind": unit_a.consultation}

    with through("care"):
        with pytest.raises(BookingRefused) as refusal:
            booking.book_together(people=four, **wanted)
        assert Appointment.objects.count() == Movement.objects.count() == 0
        made = booking.book_together(people=four[:3], **wanted)

    assert refusal.value.person == four[3]
    assert {(one.starts_at, one.ends_at) for one in made} == {(at(unit_a, 14), at(unit_a, 17))}
    assert AuditEntry.objects.filter(verb="book").count() == 3


def test_people_of_a_group_are_booked_by_their_lines(unit_a: Unit, alice: User, at_door) -> None:
    session = shared_session(unit_a.doctor, workday(1), mode=SessionMode.GROUP, capacity=4)
    twin = DetaineeFactory(
        establishment=unit_a.establishment, building=unit_a.building, last_name="Durand", first_name="Paul"
    )
    browser = at_door(alice)
    address = browser.url("session_book", session.pk)
    typed = {"kind": unit_a.consultation.pk, "lines": "012345\nDurand Paul\n"}

    unclear = browser.post(address, typed)
    nobody = browser.post(address, {**typed, "lines": "Nobody\n"})
    done = browser.post(address, {**typed, "person-1": str(twin.pk)}, follow=True)

    assert (unclear.status_code, nobody.status_code) == (422, 422)
    assert "Who is meant by “Durand Paul”?" in unclear.content.decode()
    assert "012345" in unclear.content.decode()
    assert "Nobody present matches: Nobody." in nobody.content.decode()
    assert "2 people are booked." in done.content.decode()
    assert set(session.appointments.values_list("detainee", flat=True)) == {unit_a.karim.pk, twin.pk}


def test_attendance_is_recorded_person_by_person(unit_a: Unit, alice: User, at_door) -> None:
    yesterday = local(unit_a.establishment, workday(-1), 14)
    past, future = (shared_session(unit_a.doctor, workday(n), mode=SessionMode.GROUP, capacity=4) for n in (-1, 1))
    came, stayed = (
        appointment(person, past, unit_a.consultation, yesterday, minutes=180) for person in (unit_a.paul, unit_a.karim)
    )
    to_come = appointment(unit_a.paul, future, unit_a.consultation, at(unit_a, 14), minutes=180)
    browser = at_door(alice)
    typed = {
        f"{came.pk}-outcome": "seen",
        f"{came.pk}-revision": "1",
        f"{stayed.pk}-outcome": NotComeReason.NOT_CALLED.value,
        f"{stayed.pk}-revision": "1",
    }

    early = browser.post(
        browser.url("session_attendance", future.pk), {f"{to_come.pk}-outcome": "seen", f"{to_come.pk}-revision": "1"}
    )
    address = browser.url("session_attendance", past.pk)
    done = browser.post(address, typed)
    stale = browser.post(address, {**typed, f"{came.pk}-outcome": NotComeReason.LATE.value})
    wrong = browser.post(address, {**typed, f"{came.pk}-outcome": "x"})

    for one in (came, stayed, to_come):
        one.refresh_from_db()
    assert (early.status_code, done.status_code, to_come.status) == (422, 302, "booked")
    assert (came.status, stayed.status, stayed.not_come_reason) == ("seen", "not_come", "NON_APPELE")
    assert (stale.status_code, wrong.status_code) == (422, 422)
    assert "Somebody else changed this appointment meanwhile" in stale.content.decode()


def test_page_of_fixed_times_has_no_list_of_people(unit_a: Unit, alice: User, at_door) -> None:
    session = open_session(unit_a.doctor, workday(1))
    browser = at_door(alice)

    assert browser.get(browser.url("session", session.pk)).status_code == 404


# --- The day ------------------------------------------------------------------------------------------


def test_day_shows_a_shared_session_as_one_block_with_its_places(unit_a: Unit, alice: User, at_door) -> None:
    session = shared_session(unit_a.doctor, workday(1), capacity=3, overbooking=1)
    browser = at_door(alice)
    address = browser.url("day", workday(1).isoformat())
    appointment(unit_a.paul, session, unit_a.consultation, at(unit_a, 14), minutes=180)

    page = browser.get(address).content.decode()
    assert re.search(r'class="place-block ah-\d+ am-\d+ lh-3 lm-0', page)
    assert "1 of 3 places taken" in page
    assert "Book: 2 places left" in page
    for person in people(unit_a, 2):
        appointment(person, session, unit_a.consultation, at(unit_a, 15), minutes=120)
    full = browser.get(address).content.decode()
    assert "Overbook: 1 more" in full
    appointment(unit_a.karim, session, unit_a.consultation, at(unit_a, 15), minutes=120)
    over = browser.get(address).content.decode()
    assert "4 of 3 places, 1 overbooked" in over
    assert "Overbook: " not in over


def test_taken_slot_offers_to_overbook_where_the_session_allows_it(unit_a: Unit, alice: User, at_door) -> None:
    session = open_session(unit_a.doctor, workday(1), overbooking=1)
    appointment(unit_a.paul, session, unit_a.consultation, at(unit_a, 9))
    browser = at_door(alice)
    typed = {
        "person": str(unit_a.karim.pk),
        "kind": unit_a.consultation.pk,
        "agenda": unit_a.doctor.pk,
        "day": f"{workday(1)}",
        "time": "09:00",
    }

    refused = browser.post(browser.url("book"), typed)
    assert refused.status_code == 422
    assert "Overbook: 1 more may be booked in this session" in refused.content.decode()
    browser.post(browser.url("book"), {**typed, "overbook": "on"})

    day = browser.get(browser.url("day", workday(1).isoformat())).content.decode()
    assert "Overbooked 1 of 1" in day
    assert Appointment.objects.get(detainee=unit_a.karim).shares_time


def test_panel_says_the_arrival_time_that_a_half_day_would_give(unit_a: Unit, alice: User, at_door) -> None:
    session = shared_session(unit_a.doctor, workday(1))
    appointment(unit_a.karim, session, unit_a.consultation, at(unit_a, 14), minutes=180)
    browser = at_door(alice)

    page = browser.get(f"{browser.url('book')}?agenda={unit_a.doctor.pk}&at={at(unit_a, 14):%Y-%m-%dT%H:%M}")

    assert "Called at 15:00." in page.content.decode()


def test_day_and_session_run_the_same_queries_for_few_and_many_people(unit_a: Unit, alice: User, at_door) -> None:
    session = shared_session(unit_a.doctor, workday(1), capacity=40)
    browser = at_door(alice)
    addresses = [browser.url("day", workday(1).isoformat()), browser.url("session", session.pk)]
    appointment(unit_a.paul, session, unit_a.consultation, at(unit_a, 14), minutes=180)

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            counts.append(len(seen))
        return counts

    few = queries()
    for person in people(unit_a, 30):
        appointment(person, session, unit_a.consultation, at(unit_a, 14), minutes=180)

    assert queries() == few


# --- Many at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_bookings_of_five_places_at_one_moment_give_five(unit_a: Unit, helene: User) -> None:
    session = shared_session(unit_a.doctor, workday(1), capacity=5)

    def booking_of(person: Detainee) -> Send:
        def send(browser: Client) -> int:
            response = browser.post(
                "/book",
                {
                    "person": str(person.pk),
                    "kind": unit_a.consultation.pk,
                    "agenda": unit_a.doctor.pk,
                    "day": f"{workday(1)}",
                    "time": "14:00",
                },
            )
            assert response.status_code == 302 or "This session is full" in response.content.decode()
            return response.status_code

        return send

    sends: list[Callable[[Client], int]] = [booking_of(person) for person in people(unit_a, 20)]
    statuses = all_at_once(helene, sends)

    assert statuses == {302: 5, 422: 15}
    assert session.appointments.count() == Movement.objects.count() == 5
