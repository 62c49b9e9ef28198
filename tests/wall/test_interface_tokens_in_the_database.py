"""Interface tokens are behind the care door's login alone; none can stand in a prison's database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from psycopg import errors

from access.models import InterfaceSending, InterfaceToken, User
from tests.conftest import Unit
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("access_interfacetoken", "access_interfacesending")
INSERT = (
    "INSERT INTO access_interfacetoken (user_id, side, establishment_id, name, scopes, digest, created_at, expires_at)"
    " VALUES (%s, %s, (SELECT min(id) FROM access_establishment), 'x', '{system/Slot.rs}', 'x', now(),"
    " now() + interval '1 day')"
)


@pytest.fixture
def token(unit_a: Unit, alice: User) -> InterfaceToken:
    made = InterfaceToken.objects.create(
        user=alice,
        establishment=unit_a.establishment,
        name="EAI",
        scopes=["system/Slot.rs"],
        digest="d" * 64,
        expires_at=timezone.now() + timedelta(days=1),
    )
    InterfaceSending.objects.create(token=made, word="w", content="c", made="m")
    return made


@pytest.mark.parametrize(
    ("door", "database"),
    [("prison", "prison"), ("accounts", "care"), ("accounts", "prison"), ("courier", "care"), ("courier", "prison")],
)
def test_no_other_login_reads_or_writes_tokens(
    token: InterfaceToken, oscar: User, login: Login, door, database
) -> None:
    for table in TABLES:
        for statement in (f"SELECT FROM {table}", f"SELECT count(*) FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                login(door, database).execute(statement)
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        login(door, database).execute(INSERT, [oscar.pk, "care"])


def test_prison_s_database_holds_none_not_even_its_owner_s(token: InterfaceToken, oscar: User, login: Login) -> None:
    owner = login("owner", "prison")
    assert [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES] == [(0,), (0,)]
    with pytest.raises(errors.CheckViolation, match="interface_token_of_care"):
        owner.execute(INSERT, [oscar.pk, "prison"])
    with pytest.raises(errors.ForeignKeyViolation, match="interface_token_on_side_of_user"):
        owner.execute(INSERT, [oscar.pk, "care"])


def test_care_login_opens_none_for_an_administrator_and_changes_no_scope(
    token: InterfaceToken, alice: User, ada: User, login: Login
) -> None:
    care = login("care")
    assert care.execute("SELECT digest FROM access_interfacetoken").fetchall() == [("d" * 64,)]
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        care.execute(INSERT, [ada.pk, "care"])
    for column in ("scopes = '{}'", "digest = 'x'", "expires_at = now()", f"user_id = {alice.pk}", "name = 'y'"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            care.execute(f"UPDATE access_interfacetoken SET {column}")
    for table in TABLES:
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            care.execute(f"DELETE FROM {table}")
