"""While booking, the panel says what else stands for the person, and asks before a second visit the same half-day."""

from __future__ import annotations

import pytest

from access.models import User
from appointments import booking
from appointments.models import Appointment
from appointments.models.enums.planning import Discipline
from tests.appointments.care.booking.test_booking_form import book, typed
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import (
    KindFactory,
    RequestFactory,
    appointment,
    escort,
    local,
    open_session,
    workday,
)


def asks(browser, unit: Unit, **changes) -> str:
    return browser.post(browser.url("book"), typed(unit, check="1", **changes)).content.decode()


def test_second_visit_of_one_half_day_is_booked_by_a_knowing_click_only(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11, 10))
    browser = at_door(alice)

    asked = book(browser, unit_a)
    assert asked.status_code == 422
    assert "Already called at 10:30 that" in asked.content.decode()
    assert Appointment.objects.count() == 1

    stale = book(browser, unit_a, knowing=f"{unit_a.paul.pk}:something else")
    assert (stale.status_code, Appointment.objects.count()) == (422, 1)

    known = book(browser, unit_a, knowing=asked.context["beside"].token)
    assert (known.status_code, Appointment.objects.count()) == (302, 2)


@pytest.mark.parametrize(("days", "hour", "minute"), [(1, 14, 0), (2, 9, 50)])
def test_another_half_day_is_shown_and_asks_nothing(
    unit_a: Unit, alice: User, at_door, days: int, hour: int, minute: int
) -> None:
    open_session(unit_a.doctor, workday(1))
    other = (
        open_session(unit_a.doctor, workday(days), hour, hour + 2, start_minute=0) if days > 1 or hour > 12 else None
    )
    at = local(unit_a.establishment, workday(days), hour, minute)
    appointment(unit_a.paul, other, unit_a.consultation, at)
    browser = at_door(alice)

    shown = asks(browser, unit_a)
    assert f"{hour:02}:{minute:02}" in shown
    assert "Already called" not in shown
    assert book(browser, unit_a).status_code == 302


def test_visit_out_of_view_is_a_call_and_no_more(unit_a: Unit, emma: User, at_door) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    unseen = open_session(unit_a.psychiatrist, day)
    appointment(unit_a.paul, unseen, unit_a.psychiatry, local(unit_a.establishment, day, 10, 40), minutes=30)

    page = asks(at_door(emma), unit_a)

    assert "Already called at 10:30 that" in page
    assert "in an agenda that you" in page
    assert "Dr Bob" not in page
    assert "Psychiatric interview" not in page.split('id="id_kind"')[0]


def test_open_requests_and_escorts_are_shown_to_who_may_see_them(
    unit_a: Unit, alice: User, emma: User, at_door: AtDoor
) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    RequestFactory(detainee=unit_a.paul)
    RequestFactory(detainee=unit_a.karim)
    escort(unit_a.paul, local(unit_a.establishment, day, 15))

    for user, knows in ((alice, False), (emma, True)):
        answer = at_door(user).post(at_door(user).url("book"), typed(unit_a, check="1"))
        assert [one.detainee for one in answer.context["beside"].requests] == [unit_a.paul]
        assert ("Hospital escort on that day" in answer.content.decode()) is knows


def test_what_is_said_costs_the_same_however_much_stands_there(unit_a: Unit, alice: User, at_door) -> None:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    browser = at_door(alice)
    url = f"{browser.url('book')}?agenda={unit_a.doctor.pk}&person={unit_a.paul.pk}&at={day}T09:50"

    def page():
        return browser.get(url)

    page()
    alone = queries_of(page)
    for minute in (8, 10, 11):
        appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, minute, 30))
        RequestFactory(detainee=unit_a.paul)
    assert queries_of(page) == alone


def test_kind_begins_with_what_is_done_most_there(unit_a: Unit, alice: User, at_door) -> None:
    KindFactory(establishment=unit_a.establishment, name="Arrival interview")
    often = KindFactory(establishment=unit_a.establishment, name="Follow-up")
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    browser = at_door(alice)
    url = f"{browser.url('book')}?person={unit_a.paul.pk}"

    assert browser.get(url).context["form"]["agenda"].value() == unit_a.doctor.pk
    for minute in (0, 20):
        booking.book(
            by=alice, detainee=(unit_a.paul, unit_a.karim)[minute > 0], agenda=unit_a.doctor, kind=often,
            starts_at=local(unit_a.establishment, day, 9, minute),
        )  # fmt: skip
    appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 11))

    assert browser.get(url).context["form"]["kind"].value() == often.pk


def test_kind_that_the_practitioner_does_not_do_is_said_and_refused(unit_a: Unit, alice: User, at_door) -> None:
    open_session(unit_a.doctor, workday(1))
    teeth = KindFactory(establishment=unit_a.establishment, name="Extraction", discipline=Discipline.DENTISTRY)
    browser = at_door(alice)

    assert "“Dr Leroy” does not do “Extraction”" in asks(browser, unit_a, kind=teeth.pk)
    refused = book(browser, unit_a, kind=teeth.pk)
    assert refused.status_code == 422
    assert "does not do" in refused.content.decode()
    with pytest.raises(booking.BookingRefused) as error:
        booking.book(
            by=alice, detainee=unit_a.paul, agenda=unit_a.doctor, kind=teeth,
            starts_at=local(unit_a.establishment, workday(1), 9, 30),
        )  # fmt: skip
    assert error.value.code == "kind"
    assert Appointment.objects.count() == 0
