"""A connection that is kept between requests is asked nothing while it is whole, and opened anew when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections, transaction


@pytest.fixture
def kept(transactional_db: None) -> Iterator[Any]:
    """A connection as a door keeps it, between two requests."""
    link = connections["default"].copy()
    link.settings_dict = {**link.settings_dict, "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": None}
    with link.cursor() as cursor:
        cursor.execute("SELECT 'the last request'")
    link.close_if_unusable_or_obsolete()
    assert not link.health_check_done
    yield link
    link.close()


def server_of(link: Any) -> int:
    return int(link.connection.info.backend_pid)


def last_asked(server: int) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [server])
        return str(cursor.fetchone()[0])


def test_connection_that_is_whole_is_asked_nothing_first(kept: Any) -> None:
    server = server_of(kept)

    kept.ensure_connection()
    kept.close_if_health_check_failed()

    assert kept.health_check_done
    assert server_of(kept) == server
    assert last_asked(server) == "SELECT 'the last request'"


def test_server_that_was_not_asked_for_a_while_is_asked(kept: Any) -> None:
    server = server_of(kept)
    kept.trusted_until = 0

    kept.close_if_health_check_failed()

    assert server_of(kept) == server
    assert last_asked(server) == "SELECT 1"


def test_connection_whose_server_has_ended_is_opened_anew_before_anybody_asks(kept: Any) -> None:
    server = server_of(kept)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [server])
        assert cursor.fetchone() == (True,)

    with kept.cursor() as cursor:
        cursor.execute("SELECT 'this request'")
        assert cursor.fetchone() == ("this request",)

    assert server_of(kept) != server


def test_connection_on_which_something_stands_unread_is_asked_and_kept(kept: Any) -> None:
    server = server_of(kept)
    with kept.cursor() as cursor:
        cursor.execute("LISTEN kept")
    kept.close_if_unusable_or_obsolete()
    with connections["default"].cursor() as cursor:
        cursor.execute("NOTIFY kept")

    with kept.cursor() as cursor:
        cursor.execute("SELECT 'this request'")

    assert server_of(kept) == server


@pytest.mark.parametrize("way", ["cursor", "chunked_cursor"])
def test_instants_are_read_as_django_reads_them(db: None, way: str) -> None:
    asked = ["0001-01-02 00:00+00", "2026-10-25 02:30:00.000001+01", "9999-12-30 23:59:59.999999-00"]

    with transaction.atomic(), getattr(connections["default"], way)() as link:
        link.execute("SELECT given::timestamptz FROM unnest(%s::text[]) AS given", [asked])
        found = [at for [at] in link.fetchall()]

    assert found == [datetime.fromisoformat(f"{each}:00") for each in asked]
    assert {at.tzinfo for at in found} == {UTC}
