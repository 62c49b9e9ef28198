"""What a page says of an appointment that is over: no move and no cancellation, and the way out at hand."""

from __future__ import annotations

import pytest

from access.models import User
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import appointment, local, open_session, workday
from tests.reading import tight


@pytest.fixture
def over(unit_a: Unit) -> Appointment:
    """Paul was expected yesterday at 9:40 and nobody noted anything; the day after tomorrow is open."""
    open_session(unit_a.doctor, workday(2))
    session = open_session(unit_a.doctor, workday(-1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-1), 9, 40))


def test_page_offers_the_outcome_and_a_summons_but_no_move(over: Appointment, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = browser.get(browser.url("appointment", over.pk)).text

    assert browser.url("appointment_move", over.pk) not in page
    assert browser.url("appointment_cancel", over.pk) not in page
    assert f"{browser.url('book')}?again={over.pk}" in page
    assert browser.url("appointment_seen", over.pk) in page


def test_dropped_on_another_day_it_is_refused_with_a_summons_to_that_very_slot(
    unit_a: Unit, over: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, day = at_door(alice), workday(2)
    dropped = {"move-revision": 1, "slot": f"{unit_a.doctor.pk}|{day:%Y-%m-%d}T09:00"}

    refused = browser.post(browser.url("appointment_move", over.pk), dropped)

    assert refused.status_code == 422
    assert "neither moved nor cancelled" in refused.text
    assert f"again={over.pk}&amp;agenda={unit_a.doctor.pk}&amp;at={day:%Y-%m-%d}T09%3A00" in refused.text
    form = browser.get(
        browser.url("book"), {"again": over.pk, "agenda": unit_a.doctor.pk, "at": f"{day}T09:00:00+01:00"}
    )
    assert f'value="{over.pk}"' in form.text

    sent = {"person": over.detainee_id, "kind": over.kind_id, "agenda": unit_a.doctor.pk, "day": str(day)}
    booked = browser.post(browser.url("book"), {**sent, "time": "09:00", "follows": over.pk})
    assert booked.status_code == 302
    over.refresh_from_db()
    assert over.status == Status.NOT_COME
    again = Appointment.objects.get(follows=over)
    for one, other in ((over, again), (again, over)):
        page = browser.get(browser.url("appointment", one.pk)).text
        assert browser.url("appointment", other.pk) in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-31"])
def test_impossible_days_are_refused_with_a_sentence(
    unit_a: Unit, over: Appointment, alice: User, at_door: AtDoor, day: str
) -> None:
    browser = at_door(alice)
    sent = {"move-revision": 1, "move-agenda": unit_a.doctor.pk, "move-day": day, "move-time": "09:00"}

    answer = browser.post(browser.url("appointment_move", over.pk), sent)

    assert answer.status_code == 422
    assert 'class="notice notice-error"' in answer.text


def test_cancelling_and_exchanging_say_the_same(unit_a: Unit, over: Appointment, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    session = open_session(unit_a.psychiatrist, workday(2))
    other = appointment(unit_a.karim, session, unit_a.psychiatry, local(unit_a.establishment, workday(2), 9, 40))

    cancelled = browser.post(
        browser.url("appointment_cancel", over.pk), {"cancel-revision": 1, "cancel-reason": "ERREUR"}
    )
    exchanged = browser.post(
        browser.url("appointment_exchange", over.pk), {"revision": 1, "other": f"{other.pk}|{other.revision}"}
    )

    assert (cancelled.status_code, exchanged.status_code) == (422, 422)
    assert "neither moved nor cancelled" in tight(cancelled.text)
    over.refresh_from_db()
    assert (over.status, over.revision) == (Status.BOOKED, 1)


def test_list_of_those_without_outcome_offers_the_summons(over: Appointment, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    page = browser.get(browser.url("missed")).text

    assert f"{browser.url('book')}?again={over.pk}" in page
