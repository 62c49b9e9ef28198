"""Notes, tasks and drafts, tried with care's own login: in nobody else's name, at no other time, never rewritten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg import errors

from access.models import User
from appointments.models import TeamTask
from appointments.team import keep_draft
from tests.conftest import Unit
from tests.factories import unit_of, workday
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = """INSERT INTO appointments_shiftnote (id, establishment_id, unit_id, text, written_by_id, written_at)
    VALUES (%s, %s, %s, %s, %s, {at})"""
DRAFT = """INSERT INTO appointments_draft (id, establishment_id, owner_id, form, sealed, saved_at)
    VALUES (%s, %s, %s, 'book', %s, {at})"""


def test_note_is_written_now_by_somebody_who_works_there_and_stays_as_it_is(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, login: Login
) -> None:
    care = login("care")
    here, unit = unit_a.establishment.pk, unit_of(unit_a.establishment).pk

    def write(text: str = "x", *, by: User = alice, unit: int = unit, at: str = "now()") -> None:
        care.execute(NOTE.format(at=at), [uuid4(), here, unit, text, by.pk])
        care.execute("SET CONSTRAINTS ALL IMMEDIATE")

    write()
    for changed, refused in (
        ({"by": chloe}, errors.InsufficientPrivilege),
        ({"at": "now() - interval '1 day'"}, errors.InsufficientPrivilege),
        ({"text": ""}, errors.CheckViolation),
        ({"unit": unit_of(unit_b.establishment).pk}, errors.ForeignKeyViolation),
    ):
        with pytest.raises(refused), care.transaction():
            write(**changed)
    for statement in ("UPDATE appointments_shiftnote SET text = 'y'", "DELETE FROM appointments_shiftnote"):
        with pytest.raises(errors.InsufficientPrivilege), care.transaction():
            care.execute(statement)


def test_task_is_done_by_somebody_who_works_there_and_never_rewritten(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, login: Login
) -> None:
    TeamTask.objects.create(
        establishment=unit_a.establishment, unit=unit_of(unit_a.establishment), what="Order slips",
        due_on=workday(1), added_by=alice,
    )  # fmt: skip
    care = login("care")

    for statement in (
        f"UPDATE appointments_teamtask SET done_at = now(), done_by_id = {chloe.pk}",
        "UPDATE appointments_teamtask SET what = 'y'",
        "DELETE FROM appointments_teamtask",
    ):
        with pytest.raises(errors.InsufficientPrivilege), care.transaction():
            care.execute(statement)
    with pytest.raises(errors.CheckViolation), care.transaction():
        care.execute("UPDATE appointments_teamtask SET done_at = now()")


def test_draft_is_sealed_and_its_owners(unit_a: Unit, alice: User, chloe: User, login: Login) -> None:
    keep_draft(by=alice, establishment=unit_a.establishment, form="series", fields=[("q", ["durand"])])
    care, here = login("care"), unit_a.establishment.pk

    for by, sealed, at, refused in (
        (chloe, "gAAAAx", "now()", errors.InsufficientPrivilege),
        (alice, "durand", "now()", errors.CheckViolation),
        (alice, "gAAAAx", "now() + interval '1 day'", errors.InsufficientPrivilege),
    ):
        with pytest.raises(refused), care.transaction():
            care.execute(DRAFT.format(at=at), [uuid4(), here, by.pk, sealed])
    with pytest.raises(errors.InsufficientPrivilege), care.transaction():
        care.execute("UPDATE appointments_draft SET owner_id = %s", [chloe.pk])


@pytest.mark.parametrize(("name", "database"), [("prison", "care"), ("accounts", "care"), ("courier", "care")])
def test_no_other_login_reads_what_a_team_tells_itself(name: str, database: str, login: Login) -> None:
    if name == "prison":
        with pytest.raises(Exception, match=r"permission denied|not permitted|CONNECT"):
            login(name, database)
        return
    visitor = login(name, database)
    for table in ("shiftnote", "teamtask", "draft"):
        with pytest.raises(errors.InsufficientPrivilege), visitor.transaction():
            visitor.execute(f"SELECT 1 FROM appointments_{table}")
