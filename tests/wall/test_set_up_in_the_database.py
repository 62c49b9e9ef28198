"""The database itself keeps who says how far a unit is made ready, and what can be said."""

from __future__ import annotations

import pytest
from psycopg import errors

from access.models import User
from tests.conftest import Unit
from tests.factories import unit_of
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)

SAID = (
    "INSERT INTO appointments_setupanswer (unit_id, step, word, said_by_id, said_at)"
    " VALUES (%s, %s, %s, %s, now() + %s::interval)"
)


def test_only_a_head_of_the_house_says_so_and_only_now(
    unit_a: Unit, unit_b: Unit, helene: User, alice: User, chloe: User, login: Login
) -> None:
    care, unit = login("care"), unit_of(unit_a.establishment).pk

    for values, refused in (
        ((unit, "rooms", "later", alice.pk, "0"), errors.InsufficientPrivilege),
        ((unit, "rooms", "later", chloe.pk, "0"), errors.InsufficientPrivilege),
        ((unit, "rooms", "later", helene.pk, "-1 day"), errors.InsufficientPrivilege),
        ((unit, "kitchen", "later", helene.pk, "0"), errors.CheckViolation),
        ((unit, "rooms", "never", helene.pk, "0"), errors.CheckViolation),
    ):
        with pytest.raises(refused), care.transaction():
            care.execute(SAID, values)
    care.execute(SAID, (unit, "rooms", "later", helene.pk, "0"))
    with pytest.raises(errors.UniqueViolation), care.transaction():
        care.execute(SAID, (unit, "rooms", "done", helene.pk, "0"))
    with pytest.raises(errors.InsufficientPrivilege), care.transaction():
        care.execute("UPDATE appointments_setupanswer SET said_by_id = %s, said_at = now()", [alice.pk])
    for statement in ("UPDATE appointments_setupanswer SET step = 'list'", "DELETE FROM appointments_setupanswer"):
        with pytest.raises(errors.InsufficientPrivilege), care.transaction():
            care.execute(statement)


@pytest.mark.parametrize("name", ["accounts", "courier"])
def test_no_other_login_reads_it(name: str, login: Login) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        login(name, "care").execute("SELECT 1 FROM appointments_setupanswer")
