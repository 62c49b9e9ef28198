"""Seen without an appointment: written at once, called by nobody, counted apart; the database holds it to that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.models import User
from appointments import booking
from appointments.models import Appointment, ConsultationSession, Kind, Movement
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.planning import Discipline, SessionMode
from appointments.rights import Rights
from appointments.statistics.period import Period
from appointments.statistics.report import read_report
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


@pytest.mark.parametrize("case", ["closed", "kind", "right"])
def test_seen_now_is_refused_in_words(unit_a: Unit, alice: User, open_now, case: str) -> None:
    changes: dict[str, Any] = {}
    if case == "closed":
        ConsultationSession.objects.filter(pk=open_now.pk).delete()
    elif case == "kind":
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

    report = read_report(Rights(helene, unit_a.establishment), Period(today, today), agendas=None)

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
