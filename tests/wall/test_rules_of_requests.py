"""What the database refuses about requests and questions: tried with the care login, past all our verbs."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg import errors

from appointments.models import Appointment, Question, Request
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.request import Cause, Closing, RequestAnswer, RequestStatus, Source
from tests.conftest import Unit
from tests.doors import through
from tests.factories import RequestFactory, appointment, local, open_session, workday
from tests.wall.conftest import Login
from tests.wall.former_word import write

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("appointments_request", "appointments_question", "appointments_requestsettings")


@pytest.fixture
def booked(unit_a: Unit) -> Appointment:
    """Paul tomorrow at 9:40."""
    session = open_session(unit_a.doctor, workday(1))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(1), 9, 40))


@pytest.fixture
def asked(unit_a: Unit) -> Request:
    """Paul's request in the queue."""
    return RequestFactory(detainee=unit_a.paul)


def save(row: Any, **fields: Any) -> None:
    """Change a row as the care login and end the transaction."""
    for name, value in fields.items():
        setattr(row, name, value)
    write(row)


def change_as_owner(row: Request, **fields: Any) -> None:
    with transaction.atomic():
        Request.objects.filter(pk=row.pk).update(**fields)
        connection.check_constraints()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": RequestStatus.PLANNED},
        {"status": RequestStatus.ANSWERED},
        {"status": RequestStatus.CLOSED},
        {"status": RequestStatus.OPEN, "answer": RequestAnswer.SEEN},
        {"status": RequestStatus.CLOSED, "closing": Closing.LEFT, "answer": RequestAnswer.SEEN},
        {"status": RequestStatus.ANSWERED, "closing": Closing.LEFT},
        {"status": RequestStatus.ANSWERED, "answer": "perhaps"},
        {"status": "lost"},
    ],
)
def test_request_is_settled_one_way_or_not_at_all(asked: Request, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="request_settled_one_way"):
        save(asked, **fields)


def test_request_says_one_thing_that_is_wanted_and_a_sorted_one_says_it(unit_a: Unit, asked: Request) -> None:
    with pytest.raises(IntegrityError, match="request_kind_or_discipline"):
        save(asked, kind=unit_a.consultation)
    asked.refresh_from_db()
    with pytest.raises(IntegrityError, match="request_sorted_says_for_whom"):
        save(asked, discipline="", triaged_at=timezone.now())
    with pytest.raises(IntegrityError, match="request_discipline_known"):
        save(asked, discipline="astrology", triaged_at=None)


def test_preferred_half_days_are_of_a_week(asked: Request) -> None:
    with pytest.raises(IntegrityError, match="request_half_days_of_a_week"):
        save(asked, half_days=[2, 14])


def test_dates_ranks_and_sources_are_possible_ones(asked: Request) -> None:
    before = asked.received_on.replace(year=asked.received_on.year - 1)
    for fields, name in (
        ({"due_on": before}, "request_dates_in_order"),
        ({"last_asked_on": before}, "request_dates_in_order"),
        ({"priority": 9}, "request_words_known"),
        ({"source": "pigeon"}, "request_words_known"),
    ):
        with pytest.raises(IntegrityError, match=name):
            save(asked, **fields)
        asked.refresh_from_db()


def test_request_takes_nothing_from_another_establishment_or_person(
    unit_a: Unit, unit_b: Unit, asked: Request, booked: Appointment
) -> None:
    with pytest.raises(IntegrityError, match="passes to no other"):
        save(asked, detainee=unit_b.paul)
    asked.refresh_from_db()
    # Not even the owner, whom that rule leaves alone.
    with pytest.raises(IntegrityError, match="request_detainee_here"):
        change_as_owner(asked, detainee=unit_b.paul)
    with pytest.raises(IntegrityError, match="request_kind_"):
        save(asked, discipline="", kind=unit_b.consultation)
    karims = RequestFactory(detainee=unit_a.karim)
    with pytest.raises(IntegrityError, match="request_appointment_of_person"):
        save(karims, status=RequestStatus.PLANNED, appointment=booked)
    karims.refresh_from_db()
    with pytest.raises(IntegrityError, match="request_returned_of_person"):
        save(karims, returned_from=booked)
    with pytest.raises(IntegrityError, match="question_appointment_of_person"), through("care"), transaction.atomic():
        Question.objects.create(
            establishment=unit_a.establishment, detainee=unit_a.karim, appointment=booked, cause=Cause.LEFT
        )


def test_request_does_not_rest_on_an_appointment_that_did_not_take_place(asked: Request, booked: Appointment) -> None:
    save(asked, status=RequestStatus.PLANNED, appointment=booked)

    for fields in (
        {"status": Status.CANCELLED, "cancel_reason": CancelReason.MISTAKE, "movement": None},
        {"status": Status.NOT_COME, "not_come_reason": NotComeReason.NO_REASON},
        {"status": Status.SEEN},
    ):
        with pytest.raises(IntegrityError, match="says otherwise"):
            save(booked, **fields)
        booked.refresh_from_db()
    with pytest.raises(IntegrityError, match="says otherwise"):
        save(asked, status=RequestStatus.ANSWERED)


def test_arrival_is_asked_for_once_and_an_appointment_questioned_once(unit_a: Unit, booked: Appointment) -> None:
    RequestFactory(detainee=unit_a.karim, source=Source.ARRIVAL)
    with pytest.raises(IntegrityError, match="arrival_asked_once"), transaction.atomic():
        RequestFactory(detainee=unit_a.karim, source=Source.ARRIVAL)
    fields = {"establishment": unit_a.establishment, "detainee": unit_a.paul, "appointment": booked}
    first = Question.objects.create(cause=Cause.LEFT, **fields)
    with pytest.raises(IntegrityError, match="one_open_question_per_appointment"), transaction.atomic():
        Question.objects.create(cause=Cause.WING, **fields)
    with pytest.raises(IntegrityError, match="question_decided_with_time"):
        save(first, decision="keep")


def test_care_login_deletes_no_request_and_no_question(asked: Request) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), through("care"), transaction.atomic():
        Request.objects.filter(pk=asked.pk)._raw_delete(using="default")


@pytest.mark.parametrize("door", ["courier", "accounts"])
@pytest.mark.parametrize("table", TABLES)
def test_other_doors_do_not_even_count_requests(door: str, table: str, login: Login) -> None:
    connection: psycopg.Connection[Any] = login(door)

    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"SELECT count(*) FROM {table}")
