"""Failures that the care login itself tries to erase, by any statement: the database keeps them."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from access.models import User
from appointments import booking
from appointments.models import Appointment, EscortChange
from appointments.models.enums.appointment import CancelReason, NotComeReason, RefusalCause, Status
from tests.appointments.booking.life import do
from tests.conftest import Unit
from tests.factories import appointment, escort, local, open_session, workday
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
HISTORY = """INSERT INTO appointments_appointmentchange
    (establishment_id, appointment_id, revision, what, before, after, by_name, at)
    SELECT establishment_id, id, revision, 'moved', '{before}', '{{}}', 'x', now() FROM appointments_appointment"""


@pytest.fixture
def friday(unit_a: Unit) -> Appointment:
    """Paul was expected three days ago and nobody noted anything."""
    session = open_session(unit_a.doctor, workday(-3))
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, workday(-3), 9, 40))


@pytest.mark.parametrize(
    "change",
    [
        "starts_at = starts_at + interval '3 days', ends_at = ends_at + interval '3 days'",
        "starts_at = starts_at - interval '7 days', called_at = called_at - interval '7 days'",
        "status = 'cancelled', cancel_reason = 'ERREUR', movement_id = NULL",
        "agenda_id = agenda_id + 1",
        "detainee_id = gen_random_uuid()",
        # Into no session: its half-day would be lost no longer. From another building: its figure would be better.
        "session_id = NULL",
        "called_from_id = (SELECT min(id) FROM access_building)",
        "called_at = called_at - interval '1 day'",
        "ends_at = ends_at + interval '5 days', starts_at = starts_at + interval '5 days', status = 'not_come',"
        " not_come_reason = 'REF_CONF'",
    ],
)
def test_care_login_takes_no_failure_from_its_day(friday: Appointment, login: Login, change: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="day of this appointment is over"):
        login("care").execute(f"UPDATE appointments_appointment SET {change}")
    with pytest.raises(psycopg.Error, match="permission denied"):
        login("care").execute("DELETE FROM appointments_appointment")


def test_first_longer_then_moved_is_no_way_round(friday: Appointment, login: Login) -> None:
    longer = (
        "UPDATE appointments_appointment SET status = 'not_come', not_come_reason = 'SANS_MOTIF';"
        "UPDATE appointments_appointment SET ends_at = now() + interval '2 days';"
        "UPDATE appointments_appointment SET starts_at = now() + interval '1 day'"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="is over"):
        login("care").execute(longer)


def test_cancelled_of_a_past_day_is_not_called_a_mistake_later(unit_a: Unit, alice: User, login: Login) -> None:
    session = open_session(unit_a.doctor, workday(-3))
    at = local(unit_a.establishment, workday(-3), 9, 40)
    one = appointment(unit_a.paul, session, unit_a.consultation, at)
    Appointment.objects.filter(pk=one.pk).update(status="cancelled", cancel_reason="US_ABS", movement=None)

    for change in ("cancel_reason = 'ERREUR'", "status = 'booked', cancel_reason = ''"):
        with pytest.raises(psycopg.errors.CheckViolation, match="is over"):
            login("care").execute(f"UPDATE appointments_appointment SET {change}")


def test_outcome_is_still_written_and_corrected_but_only_with_its_history(
    friday: Appointment, alice: User, login: Login
) -> None:
    do(booking.record_not_come, alice, friday, reason=NotComeReason.REFUSAL_CONFIRMED, cause=RefusalCause.WAITED)
    for change in ("status = 'seen', not_come_reason = '', refusal_cause = ''", "refusal_cause = 'MIEUX'"):
        with pytest.raises(psycopg.errors.CheckViolation, match="not kept in the history"):
            login("care").execute(f"UPDATE appointments_appointment SET {change}, revision = revision + 1")
    forged = HISTORY.format(before='{"refusal_cause": "AUTRE"}')
    better = "UPDATE appointments_appointment SET refusal_cause = 'MIEUX', revision = revision + 1"
    with pytest.raises(psycopg.errors.CheckViolation, match="not kept in the history"):
        login("care").execute(f"{better}; {forged}")
    friday.refresh_from_db()
    assert (friday.status, friday.refusal_cause) == (Status.NOT_COME, RefusalCause.WAITED)


def test_what_is_still_to_come_leaves_its_former_time_in_the_history(unit_a: Unit, login: Login) -> None:
    day = workday(2)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="not kept in the history"):
        login("care").execute(
            "UPDATE appointments_appointment SET starts_at = starts_at + interval '5 minutes', revision = revision + 1"
        )


def test_chain_is_neither_cut_nor_doubled(unit_a: Unit, friday: Appointment, alice: User, login: Login) -> None:
    day = workday(2)
    session = open_session(unit_a.doctor, day)
    at = local(unit_a.establishment, day, 9, 40)
    appointment(unit_a.paul, session, unit_a.consultation, at, follows=friday)

    with pytest.raises(psycopg.errors.CheckViolation, match="stays linked"):
        login("care").execute("UPDATE appointments_appointment SET follows_id = NULL WHERE follows_id IS NOT NULL")
    appointment(unit_a.paul, session, unit_a.consultation, at + timedelta(hours=1))
    with pytest.raises(psycopg.errors.UniqueViolation, match="summoned_again_once"):
        login("care").execute(
            "UPDATE appointments_appointment SET follows_id = %s WHERE starts_at = %s",
            [friday.pk, at + timedelta(hours=1)],
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.BOOKED, "refusal_cause": "ATTENTE"},
        {"status": Status.NOT_COME, "not_come_reason": "NON_APPELE", "refusal_cause": "ATTENTE"},
        {"status": Status.NOT_COME, "not_come_reason": "REF_CONF", "refusal_cause": "NONE"},
        {"status": Status.CANCELLED, "cancel_reason": CancelReason.UNIT_ABSENT, "refusal_cause": "ATTENTE"},
    ],
)
def test_cause_stands_only_where_a_refusal_is_confirmed(friday: Appointment, fields: dict[str, str]) -> None:
    moved = {"movement": None} if fields["status"] == Status.CANCELLED else {}
    with pytest.raises(IntegrityError, match="cause_of_a_confirmed_refusal"):
        Appointment.objects.filter(pk=friday.pk).update(**fields, **moved)


def test_cause_of_an_escort_stands_only_where_the_person_refused(unit_a: Unit, login: Login) -> None:
    escort(unit_a.paul, timezone.now() + timedelta(days=2))
    for change in (
        "refusal_cause = 'ATTENTE'",
        "status = 'cancelled', cancel_reason = 'ESCORTE', refusal_cause = 'SEXE'",
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match="escort_cause_of_a_refusal"):
            login("care").execute(f"UPDATE appointments_escort SET {change}")


def test_escort_keeps_its_day_its_cancellation_and_what_was_said_of_it(unit_a: Unit, login: Login) -> None:
    gone = escort(unit_a.paul, timezone.now() - timedelta(days=2), status="cancelled", cancel_reason="ESCORTE")
    for change in (
        "expected_at = expected_at + interval '5 days'",
        "cancel_reason = 'ERREUR', revision = revision + 1",
        "status = 'planned', cancel_reason = ''",
        "cancel_reason = 'HOPITAL', revision = revision + 1",
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match=r"over|stays so|not kept in its history"):
            login("care").execute(f"UPDATE appointments_escort SET {change}")
    kept = {"escort": gone, "establishment": gone.establishment, "revision": 1, "cancel_reason": "ESCORTE"}
    EscortChange.objects.create(by_name="x", **kept)
    for statement in ("UPDATE appointments_escortchange SET by_name = 'y'", "DELETE FROM appointments_escortchange"):
        for who in ("owner", "care", "accounts", "courier"):
            with pytest.raises(psycopg.Error, match=r"only grows|permission denied"):
                login(who).execute(statement)
