"""What the hospital's database refuses of rounds, whatever the code forgets: tried with the doors' own logins."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors

from access.models import User
from appointments.models.enums.rounds import VisitOutcome
from tests.appointments.rounds.scenes import dressings, say, since, wing_round
from tests.conftest import Unit
from tests.wall.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
VISIT = """INSERT INTO appointments_roundvisit
    (id, establishment_id, stay_id, day, outcome, reason, cell, made_by_id, recorded_by_id{more})
    SELECT gen_random_uuid(), {place}, s.id, {day}, {outcome}, '', '', {who}, {who}{values}
    FROM appointments_roundstay s WHERE s.place <> ''"""
USUAL = {"place": "s.establishment_id", "day": "current_date - 1", "outcome": "'seen'", "more": "", "values": ""}


@pytest.fixture
def care(login: Login) -> psycopg.Connection[Any]:
    return login("care")


def test_visit_stands_on_its_round_its_day_and_a_colleagues_name(
    unit_a: Unit, unit_b: Unit, alice: User, chloe: User, care: psycopg.Connection[Any]
) -> None:
    since(unit_a.paul, wing_round(unit_a.establishment), 5)
    usual = {**USUAL, "who": alice.pk}

    for changed, refused in (
        ({"day": "current_date - 9"}, errors.CheckViolation),
        ({"day": "current_date + 2"}, errors.CheckViolation),
        ({"outcome": "'prevented'"}, errors.CheckViolation),
        ({"outcome": "'void'"}, errors.CheckViolation),
        # In the name of somebody of another establishment, for another establishment, at another time.
        ({"who": chloe.pk}, errors.InsufficientPrivilege),
        ({"place": unit_b.establishment.pk, "who": chloe.pk}, errors.ForeignKeyViolation),
        ({"more": ", recorded_at", "values": ", now() - interval '2 days'"}, errors.InsufficientPrivilege),
    ):
        with pytest.raises(refused):
            care.execute(VISIT.format(**usual | changed))
    care.execute(VISIT.format(**usual))
    with pytest.raises(errors.UniqueViolation):
        care.execute(VISIT.format(**usual))


def test_what_was_said_of_a_visit_only_grows(unit_a: Unit, alice: User, login: Login) -> None:
    say(alice, since(unit_a.paul, wing_round(unit_a.establishment), 5), VisitOutcome.SEEN)

    for statement in ("UPDATE appointments_roundvisit SET outcome = 'refused'", "DELETE FROM appointments_roundvisit"):
        with pytest.raises(errors.InsufficientPrivilege):
            login("care").execute(statement)
    with pytest.raises(errors.InsufficientPrivilege, match="Visits only grow"):
        login("owner").execute("UPDATE appointments_roundvisit SET outcome = 'refused'")


def test_nobody_is_put_into_a_wing_or_taken_out_of_it_by_a_statement(
    unit_a: Unit, alice: User, care: psycopg.Connection[Any]
) -> None:
    since(unit_a.paul, wing_round(unit_a.establishment), 5)
    dressings(unit_a.establishment)

    with pytest.raises(errors.InsufficientPrivilege):
        care.execute(
            "INSERT INTO appointments_roundstay (id, establishment_id, kind_id, detainee_id, place, since, added_by_id)"
            " SELECT gen_random_uuid(), d.establishment_id, k.id, d.id, 'QD*', current_date, %s"
            " FROM appointments_detainee d, appointments_roundkind k WHERE k.places = '' AND d.last_name = 'Benali'",
            [alice.pk],
        )
    # Hidden from changes: the statement finds nothing.
    assert care.execute("UPDATE appointments_roundstay SET ends_on = current_date").rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege):
        care.execute("DELETE FROM appointments_roundstay")


@pytest.mark.parametrize("name", ["accounts", "courier"])
def test_no_other_login_reads_a_round(unit_a: Unit, name: str, login: Login) -> None:
    for table in ("roundkind", "roundstay", "roundvisit"):
        with pytest.raises(errors.InsufficientPrivilege):
            login(name, "care").execute(f"SELECT 1 FROM appointments_{table}")
