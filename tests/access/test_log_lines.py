"""A line of the access log is written with its transaction: last, once, in order, and not at all when it is undone."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction

from access.audit import record
from access.enums import Verb
from access.models import AuditEntry, Building
from tests.factories import EstablishmentFactory

pytestmark = pytest.mark.django_db(transaction=True)


def say(verb: Verb) -> None:
    record(by=None, verb=verb, target="access.user")


def said() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def is_log_held() -> bool:
    """Whether this connection holds the end of a chain of the log."""
    held = "SELECT count(*) FROM pg_locks WHERE relation = 'access_auditchain'::regclass AND pid = pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(held)
        return cursor.fetchone() != (0,)


def test_line_outside_a_transaction_is_written_at_once() -> None:
    say(Verb.READ)

    assert said() == ["read"]


def test_lines_of_a_transaction_are_written_in_their_order_and_hold_nobody_up_before() -> None:
    with transaction.atomic():
        say(Verb.BOOK)
        with transaction.atomic():
            say(Verb.MOVE)
        say(Verb.CANCEL)
        assert not is_log_held()

    assert said() == ["book", "move", "cancel"]
    hashes = AuditEntry.objects.order_by("id").values_list("previous_hash", "hash")
    assert [before for before, _own in hashes] == ["", *[own for _before, own in hashes][:-1]]


def test_lines_of_what_was_undone_are_not_written() -> None:
    with transaction.atomic():
        say(Verb.BOOK)
        with suppress(ZeroDivisionError), transaction.atomic():
            say(Verb.MOVE)
            raise ZeroDivisionError
        by_hand = transaction.savepoint()
        say(Verb.PRINT)
        transaction.savepoint_rollback(by_hand)
        say(Verb.CANCEL)
    with suppress(ZeroDivisionError), transaction.atomic():
        say(Verb.EXPORT)
        raise ZeroDivisionError
    with transaction.atomic():
        say(Verb.READ)
        transaction.set_rollback(True)

    assert said() == ["book", "cancel"]


def test_lines_wait_for_the_commit_where_transactions_are_begun_by_hand() -> None:
    transaction.set_autocommit(False)
    try:
        say(Verb.BOOK)
        transaction.rollback()
        say(Verb.CANCEL)
        assert said() == []
        transaction.commit()
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)

    assert said() == ["cancel"]


def test_lines_of_a_connection_that_was_lost_are_not_written_later() -> None:
    with suppress(DatabaseError), transaction.atomic():
        say(Verb.BOOK)
        connection.close()
        say(Verb.MOVE)
    with transaction.atomic():
        say(Verb.CANCEL)

    assert said() == ["cancel"]


def test_deed_whose_line_cannot_be_written_is_not_done() -> None:
    place = EstablishmentFactory()

    @transaction.atomic
    def build() -> None:
        record(by=None, verb=Verb.READ, target="longer than the log takes: " + "a" * 40)
        Building.objects.create(establishment=place, name="Z")

    with pytest.raises(DatabaseError):
        build()

    assert not Building.objects.exists()
    say(Verb.READ)
    assert said() == ["read"]
