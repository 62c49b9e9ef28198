"""Forty colleagues at the same moment: one gets the slot, the others a sentence, and nobody waits for ever."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import dj_database_url
import pytest
from django.db import connection
from django.test import Client

from access.models import AuditEntry, User
from appointments.models import Appointment, Detainee, Movement, Request
from tests.conftest import Unit
from tests.crowd import one_crowd_at_a_time
from tests.doors import DoorClient, through
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, open_session, workday

pytestmark = pytest.mark.django_db(transaction=True)

COLLEAGUES = 40
# Longer than any of them has to wait: a circle of waiting shows as a status 500, not as a test without end.
PATIENCE = "20s"
# Who answers, and how many appointments they are told about.
Send = Callable[[Client], int]


def log_in_as_care() -> None:
    """Give this thread a connection of its own, opened with the care door's own login."""
    if "DATABASE_URL_CARE" not in os.environ:
        pytest.fail("The race is run with the care door's own login: DATABASE_URL_CARE is not set.")
    login = dj_database_url.parse(os.environ["DATABASE_URL_CARE"])
    own = {key: login[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    connection.settings_dict = {**connection.settings_dict, **own}
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("carehub_care",)


def all_at_once(user: User, sends: Sequence[Send]) -> Counter[int]:
    """Let each of `sends` act in a thread of its own at the same moment; return how often each status came."""
    signed_in = DoorClient("care").sign_in(user)
    start = Barrier(len(sends))

    def run(send: Send) -> int:
        browser = Client(raise_request_exception=False, headers={"accept-language": "en"})
        browser.cookies = signed_in.cookies
        log_in_as_care()
        try:
            start.wait(timeout=30)
            return send(browser)
        finally:
            connection.close()

    with one_crowd_at_a_time(), through("care"), ThreadPoolExecutor(len(sends)) as pool:
        return Counter(pool.map(run, sends))


def booking_of(person: Detainee, unit: Unit, at: datetime, *, sentences: tuple[str, ...]) -> Send:
    """Book `person` for the doctor; who is refused reads one of `sentences`, and what they chose is kept."""

    def send(browser: Client) -> int:
        response = browser.post(
            "/book",
            {
                "person": str(person.pk),
                "kind": unit.consultation.pk,
                "agenda": unit.doctor.pk,
                "day": f"{at:%Y-%m-%d}",
                "time": f"{at:%H:%M}",
            },
        )
        if response.status_code == 422:
            page = response.content.decode()
            assert any(sentence in page for sentence in sentences)
            assert str(person.pk) in page
        return response.status_code

    return send


def test_forty_bookings_of_one_slot_give_one_appointment_and_thirty_nine_sentences(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    people = [DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building) for _ in range(COLLEAGUES)]
    at = local(unit_a.establishment, day, 9, 30)

    statuses = all_at_once(
        helene, [booking_of(person, unit_a, at, sentences=("has just been taken",)) for person in people]
    )

    assert statuses == {302: 1, 422: COLLEAGUES - 1}
    assert Appointment.objects.count() == 1
    assert Movement.objects.count() == 1
    assert AuditEntry.objects.filter(verb="book").count() == 1


def test_forty_bookings_of_one_person_at_one_time_give_one_appointment(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    at = local(unit_a.establishment, day, 9, 30)
    # Whoever comes when the first one is written down already reads the last of them.
    sentences = ("has just been taken", "already has an appointment", "already expected that half-day")

    statuses = all_at_once(helene, [booking_of(unit_a.paul, unit_a, at, sentences=sentences)] * COLLEAGUES)

    assert statuses == {302: 1, 422: COLLEAGUES - 1}
    assert Appointment.objects.count() == 1


def test_colleagues_who_plan_one_request_make_one_appointment_and_the_others_are_told(
    unit_a: Unit, helene: User
) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    asked = RequestFactory(detainee=unit_a.paul, kind=unit_a.consultation)

    def plan(number: int) -> Send:
        at = local(unit_a.establishment, day, 9, 10) + timedelta(minutes=20 * number)

        def send(browser: Client) -> int:
            response = browser.post(
                "/book",
                {
                    "person": str(unit_a.paul.pk),
                    "kind": unit_a.consultation.pk,
                    "agenda": unit_a.doctor.pk,
                    "day": f"{at:%Y-%m-%d}",
                    "time": f"{at:%H:%M}",
                    "request": str(asked.pk),
                    "request_revision": asked.revision,
                },
            )
            if response.status_code == 422:
                assert "Somebody else changed this request" in response.content.decode()
            return response.status_code

        return send

    statuses = all_at_once(helene, [plan(number) for number in range(8)])

    assert statuses == {302: 1, 422: 7}
    assert Appointment.objects.get() == Request.objects.get().appointment


def test_twenty_crossing_exchanges_end_without_a_circle_of_waiting(unit_a: Unit, helene: User) -> None:
    place, day = unit_a.establishment, workday(1)
    sessions = [open_session(agenda, day) for agenda in (unit_a.doctor, unit_a.psychiatrist)]
    kinds = [unit_a.consultation, unit_a.psychiatry]
    people = [DetaineeFactory(establishment=place, building=unit_a.building) for _ in range(6)]
    rows = [
        appointment(person, sessions[number % 2], kinds[number % 2], local(place, day, 9, 10 * number))
        for number, person in enumerate(people[:2])
    ] + [
        appointment(person, sessions[number % 2], kinds[number % 2], local(place, day, 10, 10 * number))
        for number, person in enumerate(people[2:])
    ]
    pairs = [(rows[a], rows[b]) for a in range(6) for b in range(6) if a != b][:20]

    def exchange(one: Appointment, other: Appointment) -> Send:
        def send(browser: Client) -> int:
            answer = browser.post(f"/appointment/{one.pk}/exchange", {"revision": 1, "other": f"{other.pk}|1"})
            return answer.status_code

        return send

    statuses = all_at_once(helene, [exchange(one, other) for one, other in pairs])

    # Whoever comes after another on the same appointment is told that it changed, or that the time is taken.
    assert statuses[302] >= 1
    assert set(statuses) <= {302, 409, 422}
    assert sum(statuses.values()) == 20
    assert Appointment.objects.filter(revision=2).count() == 2 * statuses[302]
    assert sorted(set(Appointment.objects.values_list("movement", flat=True))) == sorted(
        set(Movement.objects.values_list("pk", flat=True))
    )
