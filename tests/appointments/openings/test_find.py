"""The search of the next free times: never a taken or closed one, the earliest first, only the half-days asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import User
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Movement
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import Discipline
from appointments.openings.availability import free_slots, sessions_between
from appointments.openings.next_free import next_free
from appointments.projection import neutral_fields
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.emptying import let_go
from tests.factories import (
    AgendaFactory,
    DetaineeFactory,
    appointment,
    away,
    closed,
    local,
    open_session,
    shared_session,
    workday,
)

AtDoor = Callable[[User], DoorClient]
WEEKDAYS = st.integers(0, 6)
TAKEN = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 41), st.integers(1, 9)), max_size=12)
HALVES = st.frozensets(st.builds(HalfDay, WEEKDAYS, st.booleans()))


def monday() -> date:
    """A Monday of next week or the one after, on which nothing has begun."""
    day = workday(7)
    return day + timedelta(days=-day.weekday() % 7)


def open_week(unit: Unit) -> list[ConsultationSession]:
    """Three days of a practitioner, mornings and afternoons, and one long day of another."""
    sessions = []
    for days in range(3):
        day = monday() + timedelta(days=days)
        sessions += [open_session(unit.doctor, day), open_session(unit.doctor, day, 14, 17, start_minute=0)]
    sessions.append(open_session(unit.psychiatrist, monday(), 10, 16, start_minute=10, slot_minutes=45))
    return sessions


def slow_search(
    agendas: list[Agenda], after: datetime, length: timedelta, busy: list[tuple[datetime, datetime]], half: frozenset
) -> list[tuple[datetime, int]]:
    """What the search must find, by listing everything."""
    found = free_slots(
        sessions_between(agendas, after, after + timedelta(weeks=12)), after=after, length=length, avoiding=busy
    )
    zone = agendas[0].establishment.zone
    local_times = {slot.starts_at: slot.starts_at.astimezone(zone) for slot in found}
    return [
        (slot.starts_at, slot.agenda.pk)
        for slot in found
        if not half or HalfDay((at := local_times[slot.starts_at]).weekday(), at.time() >= time(13)) in half
    ]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TAKEN, HALVES, st.sampled_from([10, 20, 35, 60]), st.integers(1, 40), st.integers(-600, 3000))
def test_database_finds_what_listing_everything_finds(
    unit_a: Unit, taken: list[tuple[int, int, int]], half: frozenset[HalfDay], minutes: int, count: int, later: int
) -> None:
    let_go("appointments_appointment")
    Appointment.objects.all().delete()
    ConsultationSession.objects.all().delete()
    sessions, busy = open_week(unit_a), []
    for number, fives, lasting in taken:
        session = sessions[number]
        starts_at = session.starts_at + timedelta(minutes=5 * fives)
        ends_at = starts_at + timedelta(minutes=5 * lasting)
        if ends_at <= session.ends_at and not any(a < ends_at and starts_at < b for a, b in busy):
            who = (
                unit_a.paul
                if number == 0
                else DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
            )
            appointment(who, session, unit_a.consultation, starts_at, minutes=5 * lasting)
            busy.append((starts_at, ends_at))
    after = local(unit_a.establishment, monday(), 9) + timedelta(minutes=later)
    agendas, length = [unit_a.doctor, unit_a.psychiatrist], timedelta(minutes=minutes)
    own = list(Appointment.objects.filter(detainee=unit_a.paul).values_list("starts_at", "ends_at"))

    found = next_free(agendas, length=length, after=after, detainee_id=unit_a.paul.pk, count=count, half_days=half)

    expected = slow_search(agendas, after, length, own, half)
    assert [(slot.starts_at, slot.agenda.pk) for slot in found] == expected[:count]


def test_summer_time_changes_nothing_of_a_morning(unit_a: Unit) -> None:
    days = (workday(number) for number in range(1, 400))
    sunday = next(day for day in days if day.month in (3, 10) and day.weekday() == 6 and day.day > 24)
    session = open_session(unit_a.doctor, sunday, 7, 14, start_minute=0)
    after = session.starts_at - timedelta(hours=12)

    mornings = next_free(
        [unit_a.doctor], length=timedelta(minutes=20), after=after, count=99, half_days=[HalfDay(6, False)]
    )

    zone = unit_a.establishment.zone
    assert f"{mornings[0].starts_at.astimezone(zone):%H:%M}" == "07:00"
    assert f"{mornings[-1].starts_at.astimezone(zone):%H:%M}" == "12:40"


def test_person_is_not_proposed_a_time_at_which_he_is_expected_elsewhere(unit_a: Unit) -> None:
    day = workday()
    open_session(unit_a.doctor, day, slot_minutes=30)
    elsewhere = open_session(unit_a.psychiatrist, day)
    appointment(unit_a.paul, elsewhere, unit_a.psychiatry, local(unit_a.establishment, day, 8, 40), minutes=30)

    found = next_free([unit_a.doctor], length=timedelta(minutes=30), detainee_id=unit_a.paul.pk, count=1)

    assert found[0].starts_at == local(unit_a.establishment, day, 9, 10)


def test_search_page_proposes_the_earliest_first_and_other_arrival_times(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    for days in (1, 2):
        open_session(unit_a.doctor, workday(days))
    browser = at_door(alice)

    page = browser.get(browser.url("find"), {"kind": unit_a.consultation.pk, "person": unit_a.paul.pk})

    found = [one["slot"].starts_at for one in page.context["found"]]
    assert len(found) == 5
    assert found[0] == local(unit_a.establishment, workday(1), 8, 30)
    assert found == sorted(found)
    assert len({one["exposure"].called_at for one in page.context["found"]}) == 5
    booked = browser.get(page.context["found"][1]["url"])
    assert "DURAND Paul" in booked.text
    assert 'value="09:30"' in booked.text


def test_search_keeps_to_the_half_days_and_practitioners_chosen(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    colleague = AgendaFactory(establishment=unit_a.establishment, name="Dr Aubry", discipline=Discipline.GENERAL)
    for agenda in (unit_a.doctor, colleague):
        open_session(agenda, monday())
        open_session(agenda, monday(), 14, 17, start_minute=0)
    browser = at_door(helene)
    asked = {"kind": unit_a.consultation.pk, "half": ["0-pm"], "agendas": [colleague.pk], "day": f"{monday():%Y-%m-%d}"}

    page = browser.get(browser.url("find"), asked)
    anybody = browser.get(browser.url("find"), {**asked, "agendas": []})
    never = browser.get(browser.url("find"), {**asked, "half": ["5-am"]})

    assert {one["slot"].agenda for one in page.context["found"]} == {colleague}
    assert page.context["found"][0]["slot"].starts_at == local(unit_a.establishment, monday(), 14)
    assert {one["slot"].agenda for one in anybody.context["found"]} == {colleague, unit_a.doctor}
    assert "Nothing is free in the twelve weeks" in never.text


def test_search_refuses_a_kind_and_an_agenda_of_others(
    unit_a: Unit, unit_b: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)

    answers = [
        browser.get(browser.url("find"), asked)
        for asked in (
            {"kind": unit_b.consultation.pk},
            {"kind": unit_a.consultation.pk, "agendas": [unit_a.psychiatrist.pk]},
            {"kind": unit_a.consultation.pk, "day": "1999-01-01"},
            {"kind": unit_a.consultation.pk, "half": ["9-am"]},
        )
    ]

    assert [answer.status_code for answer in answers] == [422] * 4


def test_search_asks_the_database_as_often_for_ten_rows_as_for_a_thousand(
    unit_a: Unit, helene: User, at_door: AtDoor
) -> None:
    browser = at_door(helene)
    asked = {"kind": unit_a.consultation.pk, "person": unit_a.karim.pk}

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(browser.url("find"), asked).status_code == 200
        return len(captured)

    queries()  # what is kept for the next time is read now
    fill(unit_a, days=2, people=5)
    few = queries()
    fill(unit_a, days=60, people=20)
    assert Appointment.objects.count() > 1000
    assert queries() == few


def fill(unit: Unit, *, days: int, people: int) -> None:
    """Take `people` slots of each of some days."""
    place = unit.establishment
    who = Detainee.objects.filter(pk=unit.paul.pk).get()
    for number in range(days):
        session = open_session(unit.doctor, workday(number + 3 + days), 8, 18, start_minute=0, slot_minutes=20)
        line = Movement.objects.create(establishment=place, expected_at=session.starts_at, **neutral_fields(who))
        Appointment.objects.bulk_create(
            Appointment(
                movement=line,
                establishment=place,
                agenda=unit.doctor,
                session=session,
                detainee=who,
                kind=unit.consultation,
                starts_at=session.starts_at + timedelta(minutes=30 * each),
                ends_at=session.starts_at + timedelta(minutes=30 * each + 20),
                called_at=session.starts_at,
                status=Status.SEEN,
            )
            for each in range(people)
        )
    assert timezone.now() < session.starts_at


def test_shared_session_is_proposed_while_it_has_places(unit_a: Unit) -> None:
    day = workday()
    session = shared_session(unit_a.doctor, day, capacity=2)
    twenty = timedelta(minutes=20)

    def found() -> list[tuple[datetime, int | None]]:
        slots = next_free([unit_a.doctor], length=twenty, detainee_id=unit_a.paul.pk)
        return [(slot.starts_at, slot.places) for slot in slots]

    places = [found()]
    appointment(unit_a.karim, session, unit_a.consultation, session.starts_at, minutes=180)
    places.append(found())
    other = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
    appointment(other, session, unit_a.consultation, session.starts_at, minutes=180)

    at = [local(unit_a.establishment, day, hour) for hour in (14, 15)]
    assert places == [[(at[0], 2)], [(at[1], 1)]]
    assert found() == []


def test_times_of_an_absence_and_of_a_closure_are_not_proposed(unit_a: Unit) -> None:
    place, day = unit_a.establishment, workday()
    open_session(unit_a.doctor, day, slot_minutes=30)
    away(unit_a.doctor, local(place, day, 8), local(place, day, 10))
    closed(place, local(place, day, 11), local(place, day, 23))

    found = next_free([unit_a.doctor], length=timedelta(minutes=30))

    assert [slot.starts_at for slot in found] == [local(place, day, 10), local(place, day, 10, 30)]


def test_proposals_spread_over_days_when_others_are_free(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    for days in (1, 2, 3):
        open_session(unit_a.doctor, workday(days))
    browser = at_door(alice)

    page = browser.get(browser.url("find"), {"kind": unit_a.consultation.pk})

    zone = unit_a.establishment.zone
    days_found = [one["slot"].starts_at.astimezone(zone).date() for one in page.context["found"]]
    assert days_found == [workday(1), workday(1), workday(2), workday(2), workday(3)]


def test_a_day_on_which_the_person_is_called_already_is_proposed_and_said(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    place, first = unit_a.establishment, monday()
    called = first + timedelta(days=3)
    for day in (first, first + timedelta(days=1), first + timedelta(days=2), called):
        open_session(unit_a.doctor, day)
    appointment(unit_a.paul, open_session(unit_a.psychiatrist, called), unit_a.psychiatry, local(place, called, 9, 30))
    nurse = at_door(alice)

    def found(person: Detainee) -> str:
        asked = {"kind": unit_a.consultation.pk, "person": person.pk, "day": f"{first}"}
        return nurse.get(nurse.url("find"), asked).text

    said = "The person is called on that day already."
    assert found(unit_a.paul).count(said) == 1
    assert f"{called:%-d} {called:%B}" in found(unit_a.paul)
    assert said not in found(unit_a.karim)


def test_follow_up_in_about_so_many_weeks_comes_at_changing_intervals(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    """Ten people asked for today, all in about four weeks: never more than five days off, not all alike."""
    today = unit_a.establishment.today()
    for number in range(14, 60):
        open_session(unit_a.doctor, today + timedelta(days=number))
    browser = at_door(alice)
    asked = {"kind": unit_a.consultation.pk, "in_weeks": 4}

    def interval(person: Detainee) -> int:
        page = browser.get(browser.url("find"), {**asked, "person": person.pk})
        first = page.context["found"][0]["slot"].starts_at
        assert "Searched from" in page.text
        return (unit_a.establishment.day_of(first) - today).days

    building = unit_a.paul.building
    many = [DetaineeFactory(establishment=unit_a.establishment, building=building) for _each in range(10)]
    intervals = [interval(person) for person in many]

    assert interval(many[0]) == intervals[0]
    assert all(23 <= days <= 33 for days in intervals)
    assert len(set(intervals)) > 3


def test_follow_up_needs_a_day_or_weeks_and_not_both(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    asked = {"kind": unit_a.consultation.pk, "in_weeks": 4}

    both = browser.get(browser.url("find"), {**asked, "day": f"{monday():%Y-%m-%d}"})
    far = browser.get(browser.url("find"), {**asked, "in_weeks": 9999})

    assert both.status_code == far.status_code == 422
    assert "Choose a day or a number of weeks, not both." in both.text
    assert 'value="4"' in both.text


def test_words_typed_to_find_a_time_stand_in_no_address(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    open_session(unit_a.doctor, monday())
    browser = at_door(helene)

    sent = browser.post(browser.url("find"), {"kind": unit_a.consultation.pk, "q": "durand"})
    page = browser.get(sent.headers["Location"])

    assert sent.status_code == 302
    assert "urand" not in sent.headers["Location"]
    assert "DURAND Paul" in page.text
    assert page.context["found"]
