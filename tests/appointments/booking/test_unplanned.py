"""Seen without an appointment: written at once, called by nobody, counted apart; the database holds it to that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.models import User
from appointments import booking
from appointments.models import Absence, Alert, Appointment, Closure, ConsultationSession, Kind, Movement, Request
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Discipline, SessionMode
from appointments.models.enums.request import RequestStatus, Source
from appointments.rights import Rights
from appointments.statistics.period import Period
from carehub.doctor import integrity
from carehub.doctor.integrity import keys_of
from tests.appointments.statistics.counted import figures_now
from tests.conftest import Unit
from tests.doors import AtDoor, through
from tests.factories import DetaineeFactory, KindFactory, appointment, local, open_session, workday


@pytest.fixture
def open_now(unit_a: Unit) -> ConsultationSession:
    """The doctor's session that began an hour ago, of one place and one more."""
    now = timezone.now().replace(second=0, microsecond=0)
    return ConsultationSession.objects.create(
        establishment=unit_a.establishment,
        agenda=unit_a.doctor,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        mode=SessionMode.GROUP,
        capacity=1,
        overbooking=1,
    )


def see(unit: Unit, by: User, **changes: Any) -> Appointment:
    values: dict[str, Any] = {"detainee": unit.paul, "agenda": unit.doctor, "kind": unit.consultation}
    with through("care"):
        return booking.see_now(by=by, **values | changes)


def test_seen_now_is_written_at_once_and_calls_nobody(unit_a: Unit, alice: User, open_now) -> None:
    made = see(unit_a, alice)

    made.refresh_from_db()
    assert (made.status, made.is_unplanned, made.movement_id) == (Status.SEEN, True, None)
    assert made.starts_at <= timezone.now() < made.ends_at
    assert Movement.objects.count() == 0


def test_seen_now_takes_no_place_and_no_time_of_anybody(unit_a: Unit, alice: User, open_now) -> None:
    see(unit_a, alice)
    see(unit_a, alice, detainee=unit_a.karim)
    see(unit_a, alice, detainee=DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building))
    assert booking.overbooking_left(unit_a.doctor, timezone.now()) == 1
    with pytest.raises(booking.BookingRefused) as twice:
        see(unit_a, alice)
    assert twice.value.code == "person"


def test_whoever_comes_while_nothing_is_open_is_written_down(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    made = see(unit_a, alice)

    assert (made.status, made.session_id, made.ends_at - made.starts_at) == (
        Status.SEEN,
        None,
        unit_a.consultation.length,
    )
    assert keys_of(integrity.OUTSIDE_SESSION)() == []
    browser = at_door(alice)
    day = unit_a.establishment.day_of(made.starts_at)
    page = browser.get(browser.url("day", day.isoformat()))
    assert unit_a.paul.display_name in page.content.decode()
    # By scale, and without the empty hours around it.
    assert sum(part.minutes for part in page.context["listed"].parts) <= 30


def test_a_closed_unit_sees_whoever_comes_and_a_practitioner_away_sees_nobody(unit_a: Unit, alice: User) -> None:
    now = timezone.now()
    around = {"establishment": unit_a.establishment, "starts_at": now - timedelta(hours=1)}
    Closure.objects.create(
        **around, unit=unit_a.doctor.unit, ends_at=now + timedelta(hours=1), reason=ClosureReason.TEAM
    )
    assert see(unit_a, alice).status == Status.SEEN

    Absence.objects.create(**around, agenda=unit_a.doctor, ends_at=now + timedelta(hours=1), reason=AbsenceReason.LEAVE)
    with pytest.raises(booking.BookingRefused) as refusal:
        see(unit_a, alice, detainee=unit_a.karim)
    assert refusal.value.code == "away"


def test_database_lets_nobody_who_is_expected_stand_outside_a_session(unit_a: Unit) -> None:
    session = open_session(unit_a.doctor, workday(1))
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 30))
    with (
        through("care"),
        pytest.raises(IntegrityError, match="outside the opening"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=one.pk).update(session=None)


@pytest.mark.parametrize("case", ["kind", "right"])
def test_seen_now_is_refused_in_words(unit_a: Unit, alice: User, open_now, case: str) -> None:
    changes: dict[str, Any] = {}
    if case == "kind":
        changes["kind"] = KindFactory(establishment=unit_a.establishment, discipline=Discipline.DENTISTRY)
    else:
        changes = {"agenda": unit_a.psychiatrist, "kind": unit_a.psychiatry}

    with pytest.raises(booking.BookingRefused) as refusal:
        see(unit_a, alice, **changes)

    assert refusal.value.code == case
    assert Appointment.objects.count() == 0


def test_it_is_taken_back_today_and_never_recorded_as_not_come(unit_a: Unit, alice: User, open_now) -> None:
    made = see(unit_a, alice)
    with through("care"):
        with pytest.raises(booking.BookingRefused) as missed:
            booking.record_not_come(by=alice, appointment=made, revision=1, reason=NotComeReason.NO_REASON)
        assert missed.value.code == "unplanned"
        undone = booking.undo(by=alice, appointment=made, revision=1)
        assert (undone.status, undone.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)
        with pytest.raises(booking.BookingRefused):
            booking.undo(by=alice, appointment=undone, revision=2)
    assert Movement.objects.count() == 0


def test_figures_count_it_apart_from_what_was_booked(unit_a: Unit, helene: User, open_now) -> None:
    see(unit_a, helene)
    today = unit_a.establishment.day_of(timezone.now())

    report = figures_now(Rights(helene, unit_a.establishment), Period(today, today), agendas=None)

    assert (report.unplanned, report.booked, report.delays.total.calls) == (1, 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.NOT_COME, "not_come_reason": NotComeReason.NO_REASON},
        {"status": Status.BOOKED},
        {"shares_time": False},
        {"called_at": timezone.now() - timedelta(days=1)},
        {"is_unplanned": False},
    ],
)
def test_database_keeps_it_what_it_is(unit_a: Unit, alice: User, open_now, fields: dict[str, Any]) -> None:
    made = see(unit_a, alice)
    names = "unplanned_calls_nobody|does not change afterwards|share its time"
    with through("care"), pytest.raises(IntegrityError, match=names), transaction.atomic():
        Appointment.objects.filter(pk=made.pk).update(**fields)


def test_database_lets_no_failure_become_a_visit_without_appointment(unit_a: Unit, helene: User) -> None:
    session = open_session(unit_a.doctor, workday(1))
    one = appointment(
        unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 30), shares_time=False
    )
    with through("care"), pytest.raises(IntegrityError, match="does not change afterwards"), transaction.atomic():
        Appointment.objects.filter(pk=one.pk).update(is_unplanned=True, status=Status.SEEN, movement=None)


def test_form_writes_it_down_from_the_persons_page_with_the_agenda_that_is_open(
    unit_a: Unit, alice: User, at_door: AtDoor, open_now
) -> None:
    browser = at_door(alice)
    assert "/seen-now?person=" in browser.get(browser.url("person", unit_a.paul.pk)).content.decode()
    page = browser.get(f"{browser.url('seen_now')}?person={unit_a.paul.pk}")
    assert page.context["form"]["agenda"].value() == unit_a.doctor.pk
    assert page.context["form"]["kind"].value() == unit_a.consultation.pk

    sent = {"q": "", "person": unit_a.paul.pk, "agenda": unit_a.doctor.pk, "kind": unit_a.consultation.pk}
    answer = browser.post(browser.url("seen_now"), sent)
    assert answer.status_code == 302
    shown = browser.get(answer.url).content.decode()
    assert "Recorded as seen" in shown
    assert Kind.objects.get(pk=Appointment.objects.get().kind_id) == unit_a.consultation

    again = browser.post(browser.url("seen_now"), sent | {"carehub_form": ""})
    assert again.status_code == 422
    assert "record there" in again.content.decode()


def waits(unit: Unit, **changes: Any) -> Request:
    today = unit.establishment.day_of(timezone.now())
    values: dict[str, Any] = {"establishment": unit.establishment, "unit": unit.doctor.unit, "detainee": unit.paul}
    values |= {"source": Source.LETTER, "received_on": today, "last_asked_on": today, "due_on": today}
    return Request.objects.create(**values | {"discipline": unit.doctor.discipline} | changes)


def sent(unit: Unit, **changes: Any) -> dict[str, Any]:
    return {"q": "", "person": unit.paul.pk, "agenda": unit.doctor.pk, "kind": unit.consultation.pk} | changes


def test_the_visit_answers_what_the_person_asked_for(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    asked = waits(unit_a)
    browser = at_door(alice)
    page = browser.get(f"{browser.url('seen_now')}?person={unit_a.paul.pk}")
    assert page.context["said"] == f"{asked.pk}|1"

    unsaid = browser.post(browser.url("seen_now"), sent(unit_a))
    assert (unsaid.status_code, Appointment.objects.count()) == (422, 0)
    assert f"{asked.pk}|1" in unsaid.content.decode()

    stale = browser.post(browser.url("seen_now"), sent(unit_a, answers=f"{asked.pk}|7"))
    assert (stale.status_code, Appointment.objects.count()) == (409, 0)

    assert browser.post(browser.url("seen_now"), sent(unit_a, answers=f"{asked.pk}|1")).status_code == 302
    asked.refresh_from_db()
    made = Appointment.objects.get()
    assert (asked.status, asked.appointment_id) == (RequestStatus.ANSWERED, made.pk)

    with through("care"):
        booking.undo(by=alice, appointment=made, revision=1)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.OPEN


def test_the_person_may_go_on_waiting(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    asked = waits(unit_a)
    browser = at_door(alice)

    assert browser.post(browser.url("seen_now"), sent(unit_a, answers="none")).status_code == 302
    asked.refresh_from_db()
    assert asked.status == RequestStatus.OPEN


def alert_about(unit: Unit) -> Alert:
    return Alert.objects.create(
        establishment=unit.establishment,
        building=unit.building,
        register_number=unit.paul.register_number,
        last_name=unit.paul.last_name,
        urgency="now",
    )


@pytest.mark.parametrize("who", ["paul", "karim"])
def test_an_alert_is_received_by_the_visit_of_its_person_alone(
    unit_a: Unit, alice: User, at_door: AtDoor, who: str
) -> None:
    alert = alert_about(unit_a)
    browser = at_door(alice)
    assert f"alert={alert.pk}" in browser.get(browser.url("alerts")).content.decode()

    person = getattr(unit_a, who)
    assert browser.post(browser.url("seen_now"), sent(unit_a, person=person.pk, alert=alert.pk)).status_code == 302
    assert Alert.objects.filter(pk=alert.pk, received_at__isnull=False).exists() == (who == "paul")


def test_a_booking_from_an_alert_receives_it_and_answers_it(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    alert = alert_about(unit_a)
    browser = at_door(alice)
    answer = browser.post(browser.url("alert_request", alert.pk), {"then": "book"})

    asked = Request.objects.get()
    assert answer.url == f"{browser.url('book')}?request={asked.pk}"
    assert not Alert.objects.filter(received_at__isnull=True).exists()
    form = browser.get(answer.url).context["form"]
    assert (form["person"].value(), form["agenda"].value()) == (str(unit_a.paul.pk), unit_a.doctor.pk)
    assert form["kind"].value() == unit_a.consultation.pk


def earlier(unit: Unit, days: int, hour: int = 16, minute: int = 20) -> datetime:
    """An hour of a day before today, at the establishment's clocks."""
    return local(unit.establishment, unit.establishment.today() - timedelta(days=days), hour, minute)


def test_from_paper_a_visit_takes_the_minute_of_the_paper(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    at = earlier(unit_a, 1)
    on_paper = {"day": at.astimezone(unit_a.establishment.zone).strftime("%d/%m/%Y"), "time": "16h20"}

    answer = browser.post(browser.url("seen_now"), sent(unit_a, **on_paper))

    made = Appointment.objects.get()
    assert (made.starts_at, made.called_at, made.status, made.movement_id) == (at, at, Status.SEEN, None)
    assert answer.status_code == 302
    day = browser.get(answer.url).content.decode()
    assert unit_a.paul.display_name in day
    # When it was entered stands in its history.
    assert unit_a.establishment.day_of(made.changes.get().at) == unit_a.establishment.today()
    assert Movement.objects.count() == 0


def test_slip_of_the_hand_from_paper_is_taken_back_on_the_day_of_entering(unit_a: Unit, alice: User) -> None:
    made = see(unit_a, alice, at=earlier(unit_a, 2))
    with through("care"):
        undone = booking.undo(by=alice, appointment=made, revision=1)
    assert (undone.status, undone.cancel_reason) == (Status.CANCELLED, CancelReason.MISTAKE)


def test_what_was_entered_on_another_day_stays(unit_a: Unit, alice: User) -> None:
    made = see(unit_a, alice, at=earlier(unit_a, 2))
    # As if its line of today were of another one: there is none for this row.
    of_before = made
    of_before.pk, of_before.detainee = uuid4(), unit_a.karim
    of_before.save(force_insert=True)
    with through("care"), pytest.raises(IntegrityError, match="day of this appointment is over"), transaction.atomic():
        Appointment.objects.filter(pk=of_before.pk).update(status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)


@pytest.mark.parametrize(("days", "code"), [(-1, "to_come"), (8, "too_late")])
def test_paper_is_of_the_last_week(unit_a: Unit, alice: User, days: int, code: str) -> None:
    with pytest.raises(booking.BookingRefused) as refusal:
        see(unit_a, alice, at=earlier(unit_a, days))
    assert refusal.value.code == code
    assert see(unit_a, alice, at=earlier(unit_a, 7)).status == Status.SEEN


def test_database_takes_no_visit_into_a_week_that_was_counted(unit_a: Unit, alice: User) -> None:
    made = see(unit_a, alice, at=earlier(unit_a, 1))
    made.pk, made.starts_at = uuid4(), earlier(unit_a, 30)
    made.called_at, made.ends_at = made.starts_at, made.starts_at + timedelta(minutes=5)
    with through("care"), pytest.raises(IntegrityError, match="entered within a week"), transaction.atomic():
        made.save(force_insert=True)


def test_whoever_was_expected_or_away_at_the_minute_of_the_paper_is_refused(unit_a: Unit, alice: User) -> None:
    session = open_session(unit_a.doctor, workday(-1))
    at = local(unit_a.establishment, workday(-1), 9, 30)
    appointment(unit_a.paul, session, unit_a.consultation, at)
    with pytest.raises(booking.BookingRefused) as expected:
        see(unit_a, alice, at=at)
    assert expected.value.code == "person"

    Absence.objects.create(
        establishment=unit_a.establishment,
        agenda=unit_a.doctor,
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        reason=AbsenceReason.LEAVE,
    )
    with pytest.raises(booking.BookingRefused) as away:
        see(unit_a, alice, detainee=unit_a.karim, agenda=unit_a.doctor, at=at)
    assert away.value.code == "away"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "yesterday"}, "at what time"),
        ({"day": "yesterday", "time": "25h99"}, "valid time"),
        ({"day": "tomorrow", "time": "09:00"}, "still to come"),
        ({"day": "0001-01-01", "time": "09:00"}, "Check the year"),
    ],
)
def test_form_says_what_is_wrong_with_the_minute(
    unit_a: Unit, alice: User, at_door: AtDoor, typed: dict[str, str], said: str
) -> None:
    browser = at_door(alice)
    today = unit_a.establishment.today()
    days = {"yesterday": today - timedelta(days=1), "tomorrow": today + timedelta(days=1)}
    typed = typed | {"day": days[typed["day"]].isoformat()} if typed["day"] in days else typed

    answer = browser.post(browser.url("seen_now"), sent(unit_a, **typed))

    assert (answer.status_code, Appointment.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert said in page
    assert '<details class="place" open>' in page
