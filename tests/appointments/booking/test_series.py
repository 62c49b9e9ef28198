"""A series: laid out date by date, each clash solved, booked all or nothing, cancelled and moved together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from access.models import User
from appointments import booking
from appointments.booking import BookingRefused, ChangedMeanwhile, SeriesRefused
from appointments.booking.series import SeriesMove
from appointments.care.booking.series_layout import SeriesWish, lay_out_series
from appointments.models import Agenda, Appointment, Movement, Series
from appointments.models.enums.appointment import CancelReason, Status
from appointments.models.enums.planning import SessionMode
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import appointment, away, local, open_session, shared_session, workday
from tests.reading import tight

AtDoor = Callable[[User], DoorClient]
TWENTY = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are read in English, whoever was here before."""
    with translation.override("en"):
        yield


def monday() -> date:
    """A Monday to come."""
    day = workday(7)
    return day + timedelta(days=-day.weekday() % 7)


def weeks(unit: Unit, count: int, hour: int = 9, minute: int = 30) -> list[datetime]:
    """That hour of as many Mondays."""
    return [local(unit.establishment, monday() + timedelta(weeks=week), hour, minute) for week in range(count)]


@pytest.fixture
def mondays(unit_a: Unit) -> Agenda:
    """The general practitioner is there on twelve Monday mornings."""
    for week in range(12):
        open_session(unit_a.doctor, monday() + timedelta(weeks=week))
    return unit_a.doctor


@pytest.fixture
def three(unit_a: Unit, mondays: Agenda, alice: User) -> list[Appointment]:
    """Paul on three Mondays at 09:30."""
    return booked(unit_a, alice, weeks(unit_a, 3))


def booked(unit: Unit, by: User, starts: list[datetime]) -> list[Appointment]:
    return booking.book_series(
        by=by,
        detainee=unit.paul,
        agenda=unit.doctor,
        kind=unit.consultation,
        starts=starts,
        length=TWENTY,
        rule="FREQ=WEEKLY;INTERVAL=1;COUNT=3;BYDAY=MO",
    )


def asked(unit: Unit, wanted: list[datetime], **fields: Any) -> SeriesWish:
    return SeriesWish(
        agenda=unit.doctor, kind=unit.consultation, person=unit.paul, length=TWENTY, wanted=wanted, **fields
    )


def typed(unit: Unit, **fields: Any) -> dict[str, Any]:
    """What the form sends for four Mondays at 09:30."""
    return {
        "person": unit.paul.pk,
        "kind": unit.consultation.pk,
        "agenda": unit.doctor.pk,
        "day": f"{monday():%Y-%m-%d}",
        "time": "09:30",
        "on_0": "on",
        "count": 4,
        "every": 1,
        "do": "preview",
        **fields,
    }


def chosen(page: Any, **fields: Any) -> dict[str, Any]:
    """What the page sends when each line stays as it was laid out."""
    zone = page.context["zone"]
    lines = {
        f"line-{line.number}": f"{line.starts_at.astimezone(zone):%Y-%m-%dT%H:%M}"
        for line in page.context["plan"].lines
        if line.starts_at
    }
    return {"laid": page.context["laid"], **lines, **fields}


# --- The dates before the booking -------------------------------------------------------------------


def test_each_date_says_what_is_in_the_way_and_offers_other_times(unit_a: Unit, mondays: Agenda) -> None:
    wanted = [*weeks(unit_a, 3), local(unit_a.establishment, monday() + timedelta(weeks=13), 9, 30)]
    open_session(unit_a.doctor, monday() + timedelta(days=2))
    taken = mondays.sessions.first()
    appointment(unit_a.karim, taken, unit_a.consultation, wanted[0])
    elsewhere = open_session(unit_a.psychiatrist, monday() + timedelta(weeks=1))
    appointment(unit_a.paul, elsewhere, unit_a.psychiatry, wanted[1])

    lines = lay_out_series(asked(unit_a, wanted)).lines

    assert [line.clash for line in lines] == [
        "This time is taken.",
        "The person already has an appointment at that time.",
        "",
        "No session is open on this day.",
    ]
    offered = [f"{offer.starts_at:%d %H:%M}" for offer in lines[0].alternatives]
    # Its own day first, then the Wednesday of that week.
    assert offered[:4] == [f"{monday():%d} {hour}" for hour in ("08:50", "09:10", "09:50")] + [
        f"{monday() + timedelta(days=2):%d} 09:30"
    ]
    assert lines[2].alternatives == []


def test_offers_are_all_free_and_no_two_dates_are_laid_on_one_time(unit_a: Unit, mondays: Agenda) -> None:
    wanted = weeks(unit_a, 6)
    for session in mondays.sessions.order_by("starts_at")[:5]:
        appointment(unit_a.karim, session, unit_a.consultation, session.starts_at + timedelta(hours=1))

    plan = lay_out_series(asked(unit_a, wanted))

    assert [line.is_open for line in plan.lines] == [True] * 5 + [False]
    for line in plan.open:
        assert line.alternatives
        for offer in line.alternatives:
            again = lay_out_series(asked(unit_a, wanted), choices={line.number: offer.starts_at})
            assert again.lines[line.number - 1].starts_at == offer.starts_at


def test_one_time_chosen_for_two_dates_stays_with_the_first(unit_a: Unit, mondays: Agenda) -> None:
    wanted = weeks(unit_a, 2)
    other = local(unit_a.establishment, monday(), 11, 10)

    plan = lay_out_series(asked(unit_a, wanted), choices={1: other, 2: other})

    assert [line.starts_at for line in plan.lines] == [other, None]
    assert plan.lines[1].clash == "This time is taken."


def test_hours_vary_between_weeks_within_the_half_day(unit_a: Unit, mondays: Agenda) -> None:
    zone = unit_a.establishment.zone

    varied = lay_out_series(asked(unit_a, weeks(unit_a, 9), varies=True)).lines
    fixed = lay_out_series(asked(unit_a, weeks(unit_a, 9))).lines

    # 08:30, 09:30 and 10:30 are the arrival times of a morning: each is used three times.
    hours = [line.starts_at.astimezone(zone) for line in varied if line.starts_at]
    waves = Counter(max(time for time in ("08:30", "09:30", "10:30") if time <= f"{at:%H:%M}") for at in hours)
    assert waves == {"08:30": 3, "09:30": 3, "10:30": 3}
    assert varied[0].starts_at == weeks(unit_a, 1)[0]
    assert {f"{line.starts_at.astimezone(zone):%H:%M}" for line in fixed if line.starts_at} == {"09:30"}


def test_days_vary_within_the_practitioners_half_days_at_a_distance(unit_a: Unit) -> None:
    zone, first = unit_a.establishment.zone, monday()
    for day in (first + timedelta(days=number) for number in range(7 * 14)):
        # On Tuesdays in the afternoon alone: no other half-day than the wanted one is taken.
        if day.weekday() in {0, 2, 3}:
            open_session(unit_a.doctor, day)
        elif day.weekday() == 1:
            open_session(unit_a.doctor, day, start=14, end=16)
    wanted = weeks(unit_a, 12)[::2]

    varied = lay_out_series(asked(unit_a, wanted, varies=True, varies_days=True)).lines
    again = lay_out_series(asked(unit_a, wanted, varies=True, varies_days=True)).lines

    found = [line.starts_at.astimezone(zone) for line in varied if line.starts_at]
    assert [line.starts_at for line in again] == [line.starts_at for line in varied]
    assert found[0].date() == first
    assert {at.weekday() for at in found} == {0, 2, 3}
    assert all(at.hour < 12 for at in found)
    between = [(later.date() - one.date()).days for one, later in pairwise(found)]
    assert min(between) > 7
    assert max(between) < 21
    assert len(set(between)) >= 3
    # What was varied can be put back, and says so.
    moved = [line for line in varied if line.is_other_day]
    assert moved
    assert all(
        line.is_varied and [offer.starts_at for offer in line.alternatives] == [line.wanted_at] for line in moved
    )


def test_varied_days_are_days_on_which_the_practitioner_and_the_person_can(unit_a: Unit, mondays: Agenda) -> None:
    """Wednesdays are open but for one on which the practitioner is away; on a Monday the person is elsewhere."""
    zone = unit_a.establishment.zone
    wednesdays = [open_session(unit_a.doctor, monday() + timedelta(days=2, weeks=week)) for week in range(6)]
    away(unit_a.doctor, wednesdays[2].starts_at, wednesdays[2].ends_at)
    wanted = weeks(unit_a, 5)
    elsewhere = open_session(unit_a.psychiatrist, monday() + timedelta(weeks=3))
    appointment(unit_a.paul, elsewhere, unit_a.psychiatry, elsewhere.starts_at, minutes=200)

    lines = lay_out_series(asked(unit_a, wanted, varies=True, varies_days=True)).lines

    assert not [line for line in lines if line.is_open]
    days = [line.starts_at.astimezone(zone).date() for line in lines if line.starts_at]
    assert wednesdays[2].starts_at.date() not in days
    assert {day.weekday() for day in days} == {0, 2}


def test_hour_stays_where_only_the_days_vary(unit_a: Unit, mondays: Agenda) -> None:
    zone = unit_a.establishment.zone
    for week in range(12):
        open_session(unit_a.doctor, monday() + timedelta(days=2, weeks=week))
    appointment(unit_a.karim, mondays.sessions.order_by("starts_at")[0], unit_a.consultation, weeks(unit_a, 1)[0])

    lines = lay_out_series(asked(unit_a, weeks(unit_a, 9)[::2], varies_days=True)).lines

    assert lines[0].clash == "This time is taken."
    found = [line.starts_at.astimezone(zone) for line in lines if line.starts_at]
    assert {f"{at:%H:%M}" for at in found} == {"09:30"}
    assert {at.weekday() for at in found} == {0, 2}


def test_days_stay_where_care_unticks_it(unit_a: Unit, mondays: Agenda, alice: User, at_door: AtDoor) -> None:
    for week in range(6):
        open_session(unit_a.doctor, monday() + timedelta(days=2, weeks=week))
    browser = at_door(alice)
    url = browser.url("series_new")

    fresh = browser.get(url)
    varied = browser.post(url, typed(unit_a, vary="on", vary_days="on", every=2))
    fixed = browser.post(url, typed(unit_a, vary="on", every=2))
    booked_as_laid = browser.post(url, typed(unit_a, vary="on", vary_days="on", every=2, **chosen(varied, do="book")))

    assert 'name="vary_days" id="id_vary_days" checked' in tight(fresh.text)
    assert "(day varied)" in varied.text
    assert "(day varied)" not in fixed.text
    assert booked_as_laid.status_code == 302
    laid = [line.starts_at for line in varied.context["plan"].lines]
    assert list(Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)) == laid
    assert Appointment.objects.exclude(starts_at__in=weeks(unit_a, 7)).exists()


def test_layout_asks_the_database_as_often_for_two_dates_as_for_forty(unit_a: Unit, mondays: Agenda) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            lay_out_series(asked(unit_a, weeks(unit_a, count), varies=True))
        return len(captured)

    few = queries(2)
    for session in mondays.sessions.all():
        appointment(unit_a.karim, session, unit_a.consultation, session.starts_at + timedelta(hours=1))

    assert queries(40) == few


# --- Booking ----------------------------------------------------------------------------------------


def test_series_is_booked_as_a_whole_and_each_date_calls_the_person(three: list[Appointment], unit_a: Unit) -> None:
    assert list(Appointment.objects.values_list("starts_at", flat=True)) == weeks(unit_a, 3)
    assert set(Appointment.objects.values_list("series", flat=True)) == {Series.objects.get().pk}
    assert list(Movement.objects.values_list("expected_at", flat=True)) == weeks(unit_a, 3)


def test_one_taken_time_books_nothing_and_is_named(unit_a: Unit, mondays: Agenda, alice: User) -> None:
    wanted = weeks(unit_a, 3)
    appointment(unit_a.karim, mondays.sessions.all()[1], unit_a.consultation, wanted[1])

    with pytest.raises(SeriesRefused) as refused:
        booked(unit_a, alice, wanted)

    assert refused.value.clashes == {wanted[1]: "This time is taken."}
    assert Appointment.objects.filter(detainee=unit_a.paul).count() == 0
    assert not Series.objects.exists()


def test_series_needs_the_right_to_book_and_at_least_one_date(
    unit_a: Unit, mondays: Agenda, alice: User, bob: User
) -> None:
    with pytest.raises(BookingRefused, match="may not book"):
        booked(unit_a, bob, weeks(unit_a, 2))
    with pytest.raises(BookingRefused, match="left out"):
        booked(unit_a, alice, [])


def test_two_clashes_are_solved_on_the_page_and_nothing_typed_is_lost(
    unit_a: Unit, mondays: Agenda, alice: User, at_door: AtDoor
) -> None:
    wanted = weeks(unit_a, 4)
    sessions = list(mondays.sessions.order_by("starts_at"))
    for number in (1, 3):
        appointment(unit_a.karim, sessions[number], unit_a.consultation, wanted[number])
    browser = at_door(alice)
    url = browser.url("series_new")

    laid = browser.post(url, typed(unit_a, minutes=15))
    unsolved = browser.post(url, typed(unit_a, minutes=15, **chosen(laid, do="book")))
    offer = laid.context["plan"].lines[1].alternatives[0].value
    half = browser.post(url, typed(unit_a, minutes=15, **chosen(laid, do="book", **{"line-2": offer})))
    done = browser.post(
        url, typed(unit_a, minutes=15, **chosen(laid, do="book", **{"line-2": offer, "line-4": "skip"})), follow=True
    )

    assert [line.number for line in laid.context["plan"].open] == [2, 4]
    assert unsolved.status_code == 422
    assert "2 dates are still to be solved." in unsolved.text
    assert 'value="15"' in unsolved.text
    assert [line.number for line in half.context["plan"].open] == [4]
    assert f'value="{offer}" checked' in tight(half.text)
    assert "3 appointments were booked." in done.text
    assert Appointment.objects.filter(detainee=unit_a.paul).count() == 3


def test_slot_taken_while_the_page_was_open_comes_back_alone(
    unit_a: Unit, mondays: Agenda, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    url = browser.url("series_new")
    laid = browser.post(url, typed(unit_a))
    appointment(unit_a.karim, mondays.sessions.order_by("starts_at")[2], unit_a.consultation, weeks(unit_a, 3)[2])

    answer = browser.post(url, typed(unit_a, **chosen(laid, do="book")))

    assert answer.status_code == 422
    assert [line.number for line in answer.context["plan"].open] == [3]
    assert not Appointment.objects.filter(detainee=unit_a.paul).exists()


def test_choices_for_other_dates_are_not_booked(unit_a: Unit, mondays: Agenda, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    url = browser.url("series_new")
    laid = browser.post(url, typed(unit_a))

    answer = browser.post(url, typed(unit_a, **chosen(laid, do="book", count=3)))

    assert answer.status_code == 200
    assert len(answer.context["plan"].lines) == 3
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"on_0": ""}, {"count": 1}, {"count": 41}, {"every": 0}, {"day": "2001-01-01"}, {"person": ""}, {"time": "25:00"}],
)
def test_what_makes_no_series_is_refused_with_the_field(
    unit_a: Unit, mondays: Agenda, alice: User, at_door: AtDoor, wrong: dict[str, Any]
) -> None:
    browser = at_door(alice)
    sent = {name: value for name, value in typed(unit_a, **wrong).items() if value != ""}

    answer = browser.post(browser.url("series_new"), sent)

    assert answer.status_code == 422
    assert "field-error" in answer.text


# --- Afterwards -------------------------------------------------------------------------------------


def test_appointment_says_which_of_how_many_it_is(three: list[Appointment], alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = browser.get(browser.url("appointment", three[1].pk))

    assert "2 of 3" in page.text
    assert "with the later one of the series" in page.text


def test_this_one_and_all_later_ones_are_cancelled_with_one_reason(
    three: list[Appointment], alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)

    browser.post(
        browser.url("appointment_cancel", three[1].pk),
        {"cancel-revision": 1, "cancel-reason": CancelReason.UNIT_ABSENT, "cancel-later": "1"},
    )

    assert list(Appointment.objects.values_list("status", flat=True)) == [
        Status.BOOKED,
        Status.CANCELLED,
        Status.CANCELLED,
    ]
    assert Movement.objects.count() == 1


def test_this_one_alone_is_cancelled_without_the_box(three: list[Appointment], alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    browser.post(
        browser.url("appointment_cancel", three[0].pk),
        {"cancel-revision": 1, "cancel-reason": CancelReason.UNIT_ABSENT},
    )

    assert Appointment.objects.filter(status=Status.CANCELLED).count() == 1


def test_this_one_and_all_later_ones_move_by_the_same_distance(
    unit_a: Unit, three: list[Appointment], alice: User, at_door: AtDoor
) -> None:
    for week in range(3):
        open_session(unit_a.doctor, monday() + timedelta(weeks=week, days=1))
    browser = at_door(alice)
    url = browser.url("appointment_later", three[1].pk)
    tuesday = monday() + timedelta(weeks=1, days=1)
    where = {"agenda": unit_a.doctor.pk, "day": f"{tuesday:%Y-%m-%d}", "time": "10:30"}

    laid = browser.post(url, {**where, "do": "preview"})
    browser.post(url, {**where, **chosen(laid, do="move")})

    assert list(Appointment.objects.values_list("starts_at", flat=True)) == [
        local(unit_a.establishment, monday(), 9, 30),
        local(unit_a.establishment, tuesday, 10, 30),
        local(unit_a.establishment, tuesday + timedelta(weeks=1), 10, 30),
    ]


def test_series_moves_a_week_on_through_its_own_times(
    unit_a: Unit, three: list[Appointment], alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    url = browser.url("appointment_later", three[0].pk)
    where = {"agenda": unit_a.doctor.pk, "day": f"{monday() + timedelta(weeks=1):%Y-%m-%d}", "time": "09:30"}

    laid = browser.post(url, {**where, "do": "preview"})
    answer = browser.post(url, {**where, **chosen(laid, do="move")})

    assert answer.status_code == 302
    assert list(Appointment.objects.values_list("starts_at", flat=True)) == weeks(unit_a, 4)[1:]


def test_line_left_as_it_is_stays_and_a_colleague_s_change_is_noticed(
    unit_a: Unit, three: list[Appointment], alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    url = browser.url("appointment_later", three[0].pk)
    where = {"agenda": unit_a.doctor.pk, "day": f"{monday():%Y-%m-%d}", "time": "11:10"}
    laid = browser.post(url, {**where, "do": "preview"})

    browser.post(url, {**where, **chosen(laid, do="move", **{"line-2": "skip"})})
    again = browser.post(url, {**where, **chosen(laid, do="move")})

    zone = unit_a.establishment.zone
    hours = [f"{at.astimezone(zone):%H:%M}" for at in Appointment.objects.values_list("starts_at", flat=True)]
    assert hours == ["11:10", "09:30", "11:10"]
    # What was laid out is no longer what stands there: it is shown anew.
    assert again.status_code == 200


def test_move_together_refuses_a_revision_that_was_not_seen(
    unit_a: Unit, three: list[Appointment], alice: User
) -> None:
    changes = [SeriesMove(each, 9, each.starts_at + timedelta(hours=1)) for each in three]

    with pytest.raises(ChangedMeanwhile):
        booking.move_together(by=alice, agenda=unit_a.doctor, changes=changes)


def test_page_of_a_series_shows_its_appointments_to_who_sees_the_agenda(
    three: list[Appointment], alice: User, bob: User, chloe: User, at_door: AtDoor
) -> None:
    answers = {}
    for user in (alice, bob, chloe):
        browser = at_door(user)
        answers[user.username] = browser.get(browser.url("series", three[0].series_id))

    assert {name: answer.status_code for name, answer in answers.items()} == {"alice": 200, "bob": 404, "chloe": 404}
    assert "3 appointments to come" in answers["alice"].text
    assert "Undo the whole series" in answers["alice"].text


# --- Sessions whose people share the time, absences, holidays -----------------------------------------


def test_series_takes_places_of_a_weekly_group_until_it_is_full(unit_a: Unit, alice: User) -> None:
    wanted = weeks(unit_a, 3, 14, 0)
    groups = [shared_session(unit_a.doctor, at.date(), mode=SessionMode.GROUP, capacity=1) for at in wanted]
    appointment(unit_a.karim, groups[1], unit_a.consultation, groups[1].starts_at, minutes=180)

    plan = lay_out_series(asked(unit_a, wanted))
    made = booked(unit_a, alice, list(plan.chosen.values()))

    assert [line.clash for line in plan.lines] == ["", "No place is left in this session.", ""]
    assert [(one.session, one.shares_time) for one in made] == [(groups[0], True), (groups[2], True)]


def test_absence_and_public_holiday_are_named(unit_a: Unit, mondays: Agenda) -> None:
    place = unit_a.establishment
    away(mondays, local(place, monday(), 8), local(place, monday(), 18))
    christmas = next(date(year, 12, 25) for year in (monday().year, monday().year + 1) if date(year, 12, 25) > monday())

    lines = lay_out_series(asked(unit_a, [weeks(unit_a, 1)[0], local(place, christmas, 9, 30)])).lines

    assert lines[0].clash == "The practitioner is away or the unit is closed at that time."
    assert lines[1].clash == "Public holiday (Christmas Day): no session is open."
