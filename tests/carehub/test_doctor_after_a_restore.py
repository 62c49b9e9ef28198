"""A database that came back from a backup says the same rules in other words; the doctor knows them."""

from __future__ import annotations

import pytest
from django.db import connection

from carehub.doctor.wall import as_first_made

MADE = "SELECT pg_get_constraintdef(oid, %s) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"


@pytest.mark.django_db
@pytest.mark.parametrize("rule", ["word IN ('a', 'b')", "NOT (word IN ('a', 'b') AND word <> 'c')"])
def test_rule_of_a_restored_database_is_the_rule_that_was_dumped(rule: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE first_made (word character varying CHECK ({rule}))")
        # As pg_dump writes it, and as it is read back.
        cursor.execute(MADE, [False, "first_made"])
        [(dumped,)] = cursor.fetchall()
        cursor.execute(f"CREATE TABLE restored (word character varying, {dumped})")
        found = []
        for table in ("first_made", "restored"):
            cursor.execute(MADE, [True, table])
            found += [text for (text,) in cursor.fetchall()]

    assert found[0] != found[1]
    assert as_first_made(found[0]) == as_first_made(found[1])
    assert as_first_made(found[0]) != as_first_made(found[0].replace("'b'", "'d'"))
