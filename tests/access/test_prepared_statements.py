"""A statement that comes again is planned once a connection, and a kept plan shows nobody more than they may see."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import _queries

from access.models import User
from appointments.models import Alert, Detainee
from tests.conftest import Unit
from tests.doors import as_login

# As many times as it takes until PostgreSQL decides whether to keep a plan, and some more.
OFTEN = 9


def kept_plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(generic_plans), 0) FROM pg_prepared_statements")
        [(plans,)] = cursor.fetchall()
    return int(plans)


def names() -> set[str]:
    return set(User.objects.order_by().values_list("username", flat=True))


def test_statement_that_comes_again_is_planned_once(unit_a: Unit) -> None:
    """By its key: where some values are commoner than others, PostgreSQL may go on planning for each."""
    before = kept_plans()

    for _each in range(OFTEN):
        assert Detainee.objects.filter(pk=unit_a.paul.pk).count() == 1

    assert kept_plans() > before


def test_kept_plan_shows_each_login_its_own_rows(unit_a: Unit, alice: User, ada: User) -> None:
    everybody = [names() for _each in range(OFTEN)][-1]

    with as_login("care", "default"):
        of_care = [names() for _each in range(OFTEN)][-1]
    with as_login("accounts", "default"):
        of_nobody = names()

    assert everybody >= {alice.username, ada.username}
    assert alice.username in of_care
    assert ada.username not in of_care
    assert alice.username not in of_nobody


def test_kept_plan_gives_nobody_what_their_login_may_not_read(unit_a: Unit) -> None:
    with as_login("care", "default"):
        for _each in range(OFTEN):
            assert Detainee.objects.count() == 2

    refused = pytest.raises(ProgrammingError, match="permission denied")
    with as_login("accounts", "default"), refused, transaction.atomic():
        Detainee.objects.count()


def test_more_values_than_a_prepared_statement_takes_are_written_into_it(unit_a: Unit) -> None:
    numbers = [f"{number:06d}" for number in range(70_000)]

    found = Detainee.objects.filter(register_number__in=[*numbers, unit_a.paul.register_number])

    assert unit_a.paul in found
    assert not Alert.objects.filter(pk__in=range(70_000)).exists()


def test_values_written_into_a_statement_stay_values(unit_a: Unit) -> None:
    strange = ["%s", "100 %", "'); DROP TABLE x; --", "\\", *(str(number) for number in range(2_000))]
    assert not Detainee.objects.filter(last_name__in=strange).exists()
    Detainee.objects.filter(pk=unit_a.paul.pk).update(last_name="100 %")

    assert Detainee.objects.get(last_name__in=strange) == unit_a.paul


def test_long_statement_with_many_values_is_read_once(unit_a: Unit) -> None:
    """What the menu counts is longer than what psycopg remembers by itself, and has more values."""
    many = f"SELECT {', '.join(['%s::int'] * 60)}, '{'x' * 6_000}'"

    def read_again() -> int:
        before = _queries._query2pg.cache_info().misses
        with connection.cursor() as cursor:
            cursor.execute(many, list(range(60)))
        return _queries._query2pg.cache_info().misses - before

    assert [read_again(), read_again()] == [1, 0]
