"""What officers report, as care reads it: on the day's cards, in the banner, for any set of appointments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from appointments.models import Appointment, Movement
from tests.appointments.care.open_page.asking import address, ask, long_ago
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, appointment, local, open_session, workday


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul tomorrow at 9:40, called at 9:30."""
    session = open_session(unit_a.doctor, workday(1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 40))


def report(row: Appointment, state: str, impediment: str = "") -> None:
    """Let officers have recorded something."""
    Movement.objects.filter(pk=row.movement_id).update(state=state, impediment=impediment, state_at=timezone.now())


def test_card_and_banner_of_the_day_say_what_officers_reported(
    booked: Appointment, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    report(booked, "impeded", "PARLOIR")

    page = at_door(alice).get(f"/day/{workday(1)}").content.decode()

    assert "1 person cannot be brought, says the prison" in page
    assert page.count("Not brought · Visit, lawyer") == 2  # in the banner and on the card


def test_expected_person_and_unpublished_report_leave_no_trace(
    booked: Appointment, alice: User, at_door: AtDoor
) -> None:
    page = at_door(alice).get(f"/day/{workday(1)}").content.decode()

    assert "cannot be brought" not in page
    assert "The prison says" not in page


def test_banner_names_nobody_of_an_agenda_out_of_view_and_nobody_whom_care_has_settled(
    booked: Appointment, unit_a: Unit, bob: User, alice: User, at_door: AtDoor
) -> None:
    report(booked, "impeded", "TRAVAIL")
    path = address(unit_a, workday(1), "day")

    assert "DURAND" in ask(at_door(alice), path).content.decode()
    assert "DURAND" not in ask(at_door(bob), path).content.decode()
    Appointment.objects.filter(pk=booked.pk).update(status="not_come", not_come_declared="TRAVAIL")
    assert "DURAND" not in ask(at_door(alice), path).content.decode()


def test_banner_that_is_asked_for_again_is_sent_only_when_it_changed(
    booked: Appointment, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), address(unit_a, workday(1), "day")
    tag = ask(browser, path).headers["ETag"]

    assert ask(browser, path, long_ago(tag)).status_code == 304
    report(booked, "impeded", "SANS_MOTIF")
    assert ask(browser, path, long_ago(tag)).status_code == 200


def test_reports_of_many_appointments_are_one_query(unit_a: Unit) -> None:
    session = open_session(unit_a.doctor, workday(1))
    rows = []
    for number in range(12):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        starts_at = local(unit_a.establishment, workday(1), 8, 30) + timedelta(minutes=15 * number)
        rows.append(appointment(person, session, unit_a.consultation, starts_at, minutes=15))
    report(rows[0], "arrived")
    report(rows[1], "back")
    report(rows[2], "impeded", "TRAVAIL")

    with CaptureQueriesContext(connection) as queries:
        shown = Appointment.objects.shown_between([unit_a.doctor], rows[0].starts_at, session.ends_at)
        said = {one.pk: (one.floor_words, one.is_impeded) for one in shown}

    assert len(queries) == 1
    assert said == dict.fromkeys(said, ("", False)) | {
        rows[0].pk: ("Arrived", False),
        rows[1].pk: ("Back", False),
        rows[2].pk: ("Not brought · Work, training", True),
    }
    assert len(said) == 12
