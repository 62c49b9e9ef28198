"""Filling a half-day on its page: one click books what is ticked, a refusal stands beside its line, nothing is lost."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments import booking
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Appointment, ArrivalTime, ConsultationSession, Kind, Request
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.request import RequestStatus
from tests.appointments.booking.test_race import all_at_once
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session, workday
from tests.reading import words_of


@pytest.fixture
def morning(unit_a: Unit) -> ConsultationSession:
    """Tomorrow 8:30 to 12:00 with the general practitioner."""
    return open_session(unit_a.doctor, workday(1))


def waits(unit: Unit, *, late: int = 0, **fields: Any) -> Request:
    today = unit.establishment.today()
    person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
    values = {"kind": unit.consultation, "received_on": today - timedelta(days=30)}
    return RequestFactory(detainee=person, due_on=today - timedelta(days=late), **values | fields)


def sent_of(page: Any) -> dict[str, Any]:
    """What the page would send as it stands."""
    data: dict[str, Any] = {"line": []}
    for line in (*page.context["lines"], *page.context["doubtful"]):
        key = f"{line.request.pk}"
        data["line"].append(key)
        data |= {f"{key}-revision": line.request.revision, f"{key}-kind": line.kind, f"{key}-at": line.at}
        if line.is_ticked:
            data[f"{key}-take"] = "on"
    return data


def test_half_day_is_filled_from_the_day_in_two_clicks(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    late, soon = waits(unit_a, late=3), waits(unit_a, late=-2)
    address = browser.url("session_fill", morning.pk)
    assert address in browser.get(browser.url("day", workday(1).isoformat())).text

    page = browser.get(address)
    done = browser.post(address, sent_of(page), follow=True)

    assert [line.request for line in page.context["lines"]] == [late, soon]
    assert "3 days late" in page.text
    assert "2 people are booked. Called at 08:30 (1), 09:30 (1)." in words_of(done.text)
    assert set(Request.objects.values_list("status", flat=True)) == {RequestStatus.PLANNED}


def test_lines_are_unticked_and_changed(unit_a: Unit, alice: User, at_door, morning: ConsultationSession) -> None:
    browser = at_door(alice)
    first, second = waits(unit_a, late=3), waits(unit_a, late=2)
    third = waits(unit_a, late=1, half_days=[HalfDay.of(workday(1), is_afternoon=True).number])
    sent = sent_of(browser.get(browser.url("session_fill", morning.pk)))
    del sent[f"{first.pk}-take"]
    sent |= {f"{second.pk}-at": "11:10", f"{third.pk}-take": "on", f"{third.pk}-at": "09:30"}

    browser.post(browser.url("session_fill", morning.pk), sent)

    zone = unit_a.establishment.zone
    times = {one.detainee: one.starts_at.astimezone(zone).time() for one in Appointment.objects.all()}
    assert times == {second.detainee: time(11, 10), third.detainee: time(9, 30)}


def test_the_kind_of_a_request_that_names_none_can_be_chosen(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    control = Kind.objects.create(
        establishment=unit_a.establishment,
        name="Contrôle",
        discipline=unit_a.consultation.discipline,
        default_minutes=15,
    )
    asked = waits(unit_a, kind=None)
    sent = sent_of(browser.get(browser.url("session_fill", morning.pk)))

    browser.post(browser.url("session_fill", morning.pk), sent | {f"{asked.pk}-kind": control.pk})

    assert Appointment.objects.get().kind == control


def test_refusal_stands_beside_its_line_and_what_was_typed_is_kept(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    settled, taken, unticked, changed = (waits(unit_a, late=days) for days in (9, 8, 7, 6))
    sent = sent_of(browser.get(browser.url("session_fill", morning.pk)))
    del sent[f"{unticked.pk}-take"]
    sent |= {f"{taken.pk}-at": "10:50", f"{changed.pk}-at": "11:30"}
    appointment(unit_a.karim, morning, unit_a.consultation, local(unit_a.establishment, workday(1), 10, 50))
    settled.status, settled.closing = RequestStatus.CLOSED, "withdrawn"
    settled.save()

    answer = browser.post(browser.url("session_fill", morning.pk), sent)

    assert answer.status_code == 409
    assert "Nobody was booked" in answer.text
    shown = {line.request: line for line in answer.context["lines"]}
    assert "just been taken" in shown[taken].refusal
    assert shown[taken].at != "10:50"
    assert (shown[unticked].is_ticked, shown[changed].is_ticked, shown[changed].at) == (False, True, "11:30")
    assert [gone.request for gone in answer.context["gone"]] == [settled]
    assert Appointment.objects.count() == 1
    again = browser.post(browser.url("session_fill", morning.pk), sent_of(answer))
    assert again.status_code == 302
    assert Appointment.objects.count() == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", ""),
        ("at", "25:99"),
        ("at", "00:10"),
        ("kind", ""),
        ("kind", "9" * 30),
        ("revision", ""),
        ("revision", "x"),
    ],
)
def test_line_that_says_nothing_usable_is_told_so(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession, field: str, value: str
) -> None:
    browser = at_door(alice)
    asked = waits(unit_a)
    sent = sent_of(browser.get(browser.url("session_fill", morning.pk))) | {f"{asked.pk}-{field}": value}

    answer = browser.post(browser.url("session_fill", morning.pk), sent)

    assert answer.status_code in {409, 422}
    assert answer.context["lines"][0].refusal
    assert not Appointment.objects.exists()


def test_nothing_ticked_and_nonsense_book_nobody(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    for sent in ({}, {"line": ["x", "\x00", "00000000-0000-4000-8000-000000000000"]}):
        answer = browser.post(browser.url("session_fill", morning.pk), sent)
        assert answer.status_code == 422
        assert "Tick at least one person." in answer.text


def test_page_asks_the_database_as_often_for_thirty_people_as_for_two(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    counts = []
    for number in (2, 28):
        for _each in range(number):
            waits(unit_a)
        browser.get(browser.url("session_fill", morning.pk))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(browser.url("session_fill", morning.pk)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_cancellation_offers_the_time_to_the_first_of_the_queue(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    at = local(unit_a.establishment, workday(1), 9, 30)
    with through("care"):
        booked = booking.book(
            by=alice, detainee=unit_a.paul, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=at
        )
    first = waits(unit_a, late=3)
    cancel = {"cancel-revision": 1, "cancel-reason": CancelReason.REFUSED}

    day = browser.post(browser.url("appointment_cancel", booked.pk), cancel, follow=True)
    offered = browser.get(browser.url("freed", workday(1).isoformat()))
    [freed] = offered.context["freed"]
    query = {"request": first.pk, "agenda": unit_a.doctor.pk, "at": freed.cancelled.starts_at.isoformat()}
    form = browser.get(browser.url("book"), query).context["form"]

    assert browser.url("freed", workday(1).isoformat()) in day.text
    assert first.detainee.display_name in offered.text
    assert (form["person"].value(), form["time"].value()) == (f"{first.detainee_id}", time(9, 30))


def test_booking_beyond_what_officers_bring_asks_for_a_knowing_click(
    unit_a: Unit, alice: User, at_door, morning: ConsultationSession
) -> None:
    browser = at_door(alice)
    day = workday(1)
    ArrivalTime.objects.filter(establishment=unit_a.establishment).update(most_people=1)
    appointment(unit_a.karim, morning, unit_a.consultation, local(unit_a.establishment, day, 9, 30))
    sent = {
        "person": f"{unit_a.paul.pk}",
        "kind": unit_a.consultation.pk,
        "agenda": unit_a.doctor.pk,
        "day": day.isoformat(),
        "time": "09:50",
    }

    refused = browser.post(browser.url("book"), sent)
    known = browser.post(browser.url("book"), sent | {"crowd": "on"})

    assert refused.status_code == 422
    assert "as officers can bring" in refused.text
    assert 'name="crowd"' in refused.text
    assert known.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_colleagues_who_fill_one_half_day_at_once_fill_it_once(
    unit_a: Unit, helene: User, at_door, morning: ConsultationSession
) -> None:
    for late in range(5):
        waits(unit_a, late=late)
    sent = sent_of(at_door(helene).get(f"/sessions/{morning.pk}/fill"))

    def send(browser: Client) -> int:
        return browser.post(f"/sessions/{morning.pk}/fill", sent).status_code

    statuses = all_at_once(helene, [send] * 6)

    assert statuses == {302: 1, 409: 5}
    assert Appointment.objects.count() == 5


def test_find_a_time_keeps_to_what_the_request_prefers(unit_a: Unit, alice: User, at_door: Any) -> None:
    browser: DoorClient = at_door(alice)
    day = workday(1)
    open_session(unit_a.doctor, day)
    open_session(unit_a.doctor, day, 14, 17, start_minute=0)
    asked = RequestFactory(
        detainee=unit_a.paul, kind=unit_a.consultation, half_days=[HalfDay.of(day, is_afternoon=True).number]
    )
    found = browser.post(
        browser.url("find"), {"kind": unit_a.consultation.pk, "person": f"{unit_a.paul.pk}"}, follow=True
    )
    booking_form = browser.get(browser.url("book"), {"request": asked.pk}).context

    hours = [slot["slot"].starts_at.astimezone(unit_a.establishment.zone).hour for slot in found.context["found"]]
    assert hours
    assert min(hours) >= 14
    assert booking_form["form"]["time"].value() == time(14)
    # The earliest of all stays in sight: care decides.
    assert booking_form["proposals"][-1]["slot"].starts_at == datetime.combine(
        day, time(8, 30), tzinfo=unit_a.establishment.zone
    )
