"""Emergency access in the database: an hour, a carer of the unit, a reason, judged once by somebody else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg import errors

from access.models import Membership, User
from appointments.models import EmergencyAccess
from tests.conftest import Unit
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)

BEGIN = (
    "INSERT INTO appointments_emergencyaccess"
    " (id, establishment_id, user_id, agenda_id, detainee_id, reason, began_at, until, word_until, ended_at, word)"
    " VALUES (%s, %s, %s, %s, %s, %s, now() - interval '1 day', now() + interval '9 days', now(), NULL, '')"
)
REASON = "Psychotic crisis, nobody of psychiatry here"


def taken(login: Login, unit: Unit, user: User, *, by: str = "care", **fields: Any) -> EmergencyAccess:
    values = {"agenda": unit.psychiatrist.pk, "person": None, "reason": REASON, "place": unit.establishment.pk} | fields
    key = uuid4()
    row = [key, values["place"], user.pk, values["agenda"], values["person"], values["reason"]]
    login(by).execute(BEGIN, row)
    return EmergencyAccess.objects.get(pk=key)


def test_it_lasts_an_hour_whatever_is_written_and_grows_no_more(unit_a: Unit, alice: User, login: Login) -> None:
    access = taken(login, unit_a, alice)
    assert (access.until - access.began_at).total_seconds() == 3600
    zone = unit_a.establishment.zone
    due = access.word_until.astimezone(zone)
    assert (due.hour, (due.date() - access.began_at.astimezone(zone).date()).days) == (10, 1)
    for change in (
        "until = until + interval '1 hour'",
        "reason = 'another reason that is long enough'",
        "user_id = user_id + 1",
        "word_until = now() + interval '9 days'",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            login("care").execute(f"UPDATE appointments_emergencyaccess SET {change}")
    for statement in ("DELETE FROM appointments_emergencyaccess", "TRUNCATE appointments_emergencyaccess"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            login("care").execute(statement)
    for other in ("accounts", "courier"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            login(other).execute("SELECT FROM appointments_emergencyaccess")


def test_it_is_a_carers_of_that_unit_about_a_row_of_that_unit_for_a_reason(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, ada: User, helene: User, login: Login
) -> None:
    # A carer of another unit, an administrator, who has left, an account that is closed.
    Membership.objects.filter(user=helene).update(valid_from="2020-01-01", valid_until="2020-02-01")
    for nobody in (chloe, ada, helene):
        with pytest.raises(errors.InsufficientPrivilege):
            taken(login, unit_a, nobody)
    with pytest.raises(errors.ForeignKeyViolation, match="emergency_agenda_here"):
        taken(login, unit_a, alice, agenda=unit_b.doctor.pk)
    with pytest.raises(errors.ForeignKeyViolation, match="emergency_detainee_here"):
        taken(login, unit_a, alice, agenda=None, person=unit_b.paul.pk)
    for wrong in ({"reason": "urgent         "}, {"agenda": None}, {"person": unit_a.paul.pk}):
        with pytest.raises(errors.CheckViolation):
            taken(login, unit_a, alice, **wrong)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(errors.InsufficientPrivilege):
        taken(login, unit_a, alice)
    assert not EmergencyAccess.objects.exists()


def test_it_is_judged_once_by_somebody_who_gives_the_second_word(
    unit_a: Unit, alice: User, bob: User, chloe: User, helene: User, login: Login
) -> None:
    access, care = taken(login, unit_a, alice), login("care")
    judge = "UPDATE appointments_emergencyaccess SET word = %s, word_by_id = %s WHERE id = %s"
    for nobody in (alice, bob, chloe):
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            care.execute(judge, ["confirmed", nobody.pk, access.pk])
    care.execute(judge, ["refused", helene.pk, access.pk])
    access.refresh_from_db()
    assert access.ended_at is not None
    assert access.word_at is not None
    for change in ("word = 'confirmed'", "ended_at = NULL", "ended_at = now() + interval '1 hour'"):
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            care.execute(f"UPDATE appointments_emergencyaccess SET {change}")
