"""What the databases refuse of files and calendars, whatever the code forgets: tried with the doors' own logins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from access.models import User
from appointments.models import ExportPermission
from appointments.prison.models import PrisonExportPermission
from tests.conftest import Unit
from tests.doors import carry
from tests.factories import may_export, member
from tests.wall.conftest import Login, open_connection

pytestmark = pytest.mark.django_db(transaction=True)
TAKE = "INSERT INTO prison_exportuse (establishment_id, by_id, taken_as) VALUES (%s, %s, %s)"
ADDRESS = (
    "INSERT INTO access_calendaraddress (user_id, establishment_id, scope, digest, created_at, expires_at)"
    " VALUES (%s, %s, '', %s, now(), now() + interval '1 day')"
)


@pytest.fixture
def prison(login: Login) -> psycopg.Connection[Any]:
    """The prison door's login at its database."""
    return login("prison")


@pytest.fixture
def care(login: Login) -> psycopg.Connection[Any]:
    return login("care")


def test_prison_login_writes_no_permission(unit_a: Unit, oscar: User, prison: psycopg.Connection[Any]) -> None:
    may_export(unit_a.establishment, "olga")
    carry()

    for statement in (
        "INSERT INTO prison_exportpermission (id, establishment_id, username, until, is_known)"
        " SELECT gen_random_uuid(), establishment_id, 'oscar', until, true FROM prison_exportpermission",
        "UPDATE prison_exportpermission SET until = until + 1",
        "UPDATE prison_exportpermission SET is_known = true",
        "DELETE FROM prison_exportpermission",
        "TRUNCATE prison_exportpermission",
        "SELECT prison_may_export(1, 1)",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(statement)


def test_nothing_is_taken_and_no_address_opened_without_a_permission(
    unit_a: Unit, unit_b: Unit, oscar: User, olga: User, prison: psycopg.Connection[Any]
) -> None:
    may_export(unit_a.establishment, "olga")
    carry()
    here, there = unit_a.establishment.pk, unit_b.establishment.pk

    for account, place in ((oscar.pk, here), (olga.pk, there)):
        with pytest.raises(errors.CheckViolation, match="closed to this account"):
            prison.execute(TAKE, [place, account, "file"])
        with pytest.raises(errors.CheckViolation, match="closed to this account"):
            prison.execute(ADDRESS, [account, place, "a" * 64])

    prison.execute(TAKE, [here, olga.pk, "file"])
    prison.execute(ADDRESS, [olga.pk, here, "a" * 64])
    with pytest.raises(errors.CheckViolation):
        prison.execute(TAKE, [here, olga.pk, "photograph"])


def test_ended_address_is_not_put_in_force_again(unit_a: Unit, oscar: User, prison: psycopg.Connection[Any]) -> None:
    may_export(unit_a.establishment, "oscar")
    carry()
    prison.execute(ADDRESS, [oscar.pk, unit_a.establishment.pk, "a" * 64])
    ExportPermission.objects.all().delete()
    carry()

    [(revoked_at,)] = prison.execute("SELECT revoked_at FROM access_calendaraddress").fetchall()
    assert revoked_at is not None
    with pytest.raises(errors.CheckViolation, match="closed to this account"):
        prison.execute("UPDATE access_calendaraddress SET revoked_at = NULL")


def test_address_is_not_renewed_once_the_calendar_is_closed(
    unit_a: Unit, oscar: User, prison: psycopg.Connection[Any]
) -> None:
    may_export(unit_a.establishment, "oscar")
    carry()
    prison.execute(ADDRESS, [oscar.pk, unit_a.establishment.pk, "a" * 64])
    PrisonExportPermission.objects.using("prison").update(until=unit_a.establishment.today() - timedelta(days=1))

    with pytest.raises(errors.CheckViolation, match="closed to this account"):
        prison.execute("UPDATE access_calendaraddress SET expires_at = now() + interval '9 years'")


def test_hour_name_and_key_of_what_was_taken_are_the_databases(
    unit_a: Unit, oscar: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    may_export(unit_a.establishment, "oscar")
    carry()

    for column in ("username", "hour", "id"):
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(f"INSERT INTO prison_exportuse (establishment_id, by_id, {column}) VALUES (1, 1, NULL)")
    prison.execute(TAKE, [unit_a.establishment.pk, oscar.pk, "calendar"])
    with pytest.raises(errors.InsufficientPrivilege):
        prison.execute("SELECT hour FROM prison_exportuse")

    found = login("courier", "prison").execute("SELECT username, date_trunc('hour', hour) = hour FROM prison_exportuse")
    assert found.fetchall() == [("oscar", True)]


def test_nobody_but_the_courier_says_that_an_account_is_known(unit_a: Unit, oscar: User, login: Login) -> None:
    courier = login("courier", "prison")
    carry()
    place, until = unit_a.establishment.pk, unit_a.establishment.today() + timedelta(days=9)

    courier.execute(
        "INSERT INTO prison_exportpermission (id, establishment_id, username, until, is_known)"
        " VALUES (gen_random_uuid(), %s, 'nobody', %s, true)",
        [place, until],
    )

    assert not PrisonExportPermission.objects.using("prison").get().is_known


def test_care_login_opens_in_its_own_name_for_a_year_at_most_and_answers_nothing(
    unit_a: Unit, helene: User, care: psycopg.Connection[Any]
) -> None:
    new = (
        "INSERT INTO appointments_exportpermission"
        " (id, establishment_id, username, opened_on, until, opened_by_id, answer)"
        " VALUES (gen_random_uuid(), %s, %s, current_date + %s, current_date + %s, %s, %s)"
    )
    place, other = unit_a.establishment.pk, member_of_accounts(unit_a).pk

    with pytest.raises(errors.CheckViolation, match="export_a_year"):
        care.execute(new, [place, "a", 0, 400, helene.pk, ""])
    for opened, until, by, answer in (
        (0, 9, helene.pk, "open"),
        (0, 9, other, ""),
        (200, 400, helene.pk, ""),
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            care.execute(new, [place, "b", opened, until, by, answer])
    care.execute(new, [place, "c", 0, 9, helene.pk, ""])
    for change in ("until = until + 300", "answer = 'open'", "username = 'd'"):
        with pytest.raises(errors.InsufficientPrivilege):
            care.execute(f"UPDATE appointments_exportpermission SET {change}")
    with pytest.raises(errors.InsufficientPrivilege):
        care.execute("DELETE FROM appointments_exportpermission")
    with pytest.raises(errors.InsufficientPrivilege):
        care.execute("INSERT INTO appointments_exportuse DEFAULT VALUES")


def test_what_was_withdrawn_stays_withdrawn(unit_a: Unit, helene: User, care: psycopg.Connection[Any]) -> None:
    may_export(unit_a.establishment, "oscar")
    withdraw = "UPDATE appointments_exportpermission SET withdrawn_at = now(), withdrawn_by_id = %s"
    assert care.execute(withdraw, [helene.pk]).rowcount == 1

    again = care.execute("UPDATE appointments_exportpermission SET withdrawn_at = NULL, withdrawn_by_id = NULL")

    assert again.rowcount == 0


def test_care_login_does_not_reach_the_permissions_of_the_prison() -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        open_connection("care", "prison")


def member_of_accounts(unit: Unit) -> User:
    """Somebody whose account the care login does not see."""
    return member("account_admin", unit.establishment, username="admin")  # type: ignore[arg-type]
