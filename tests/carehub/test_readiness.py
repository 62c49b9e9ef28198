"""/readyz at each door: what stands, what does not, and nothing about anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connections

from access.models import User
from appointments.courier.reference import bring_reference, establishments_of
from carehub import readiness
from carehub.doctor.verdict import Verdict
from tests.conftest import Unit
from tests.doors import DoorClient, carry, was_reached
from tests.published import early_there, publish_at, publish_just_now


@pytest.fixture
def published(unit_a: Unit) -> None:
    """Lists go out at unit A, where it is past six in the morning."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)


def asked(door: str) -> tuple[int, list[str]]:
    """The status of the page, and its lines."""
    response = DoorClient(door, is_served=False).get("/readyz")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["Cache-Control"] == "no-store, private"
    return response.status_code, response.content.decode().splitlines()


@pytest.mark.parametrize("door", ["care", "prison", "accounts"])
def test_door_after_the_couriers_visit_is_ready(door: str, unit_a: Unit, published: None) -> None:
    carry()

    status, lines = asked(door)

    assert (status, {line[:8].strip() for line in lines}) == (200, {"ok"}), lines
    assert lines[0] == "ok       The database answers, its migrations are applied"


def test_accounts_door_looks_at_both_databases(unit_a: Unit) -> None:
    status, lines = asked("accounts")

    assert status == 200
    assert lines == [
        "ok       The database answers, its migrations are applied",
        "ok       The database of prison answers, its migrations are applied",
    ]


@pytest.mark.parametrize(
    ("door", "sentence"),
    [("care", "The courier has never reached prison"), ("prison", "The courier has never been here")],
)
def test_door_that_the_courier_has_never_seen_is_not_ready(door: str, sentence: str, unit_a: Unit) -> None:
    status, lines = asked(door)

    assert status == 503
    assert f"problem  {sentence}" in lines


def test_doors_where_nobody_works_yet_wait_for_no_courier(db: None) -> None:
    assert asked("care") == (200, ["ok       The database answers, its migrations are applied"])


def test_courier_that_stays_away_is_seen_at_both_doors(unit_a: Unit) -> None:
    carry()
    was_reached(ago=timedelta(minutes=3))

    care, prison = asked("care"), asked("prison")

    assert (care[0], prison[0]) == (503, 503)
    assert re.fullmatch(r"problem  The courier reached prison 1[89]\d s ago, and not since", care[1][1])
    assert re.fullmatch(r"problem  The courier was here 1[89]\d s ago, and not since", prison[1][1])


def test_list_that_is_late_is_seen_at_both_doors(unit_a: Unit) -> None:
    early_there(unit_a.establishment)
    carry()
    due = publish_just_now(unit_a.establishment)
    # The courier has brought the hours of publication, and broken off before the editions.
    bring_reference("prison", establishments_of("prison"))
    was_reached(at=due - timedelta(seconds=1))

    assert "problem  Lists are late at prison: MAA" in asked("care")[1]
    assert "problem  Lists that are older than their hour: MAA" in asked("prison")[1]


def test_database_that_does_not_answer_is_said_without_saying_where_it_is(
    unit_a: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = readiness.tables

    def refused(alias: str, name: str) -> Verdict:
        if alias == "prison":
            raise OperationalError('connection to server at "10.0.0.7", user "carehub_accounts" failed')
        return look(alias, name)

    monkeypatch.setattr(readiness, "tables", refused)

    status, lines = asked("accounts")

    assert status == 503
    assert lines[1] == "problem  The database of prison does not answer"
    assert "10.0.0.7" not in "".join(lines)


def test_missing_migration_is_said(unit_a: Unit) -> None:
    carry()
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_prisonlink DROP COLUMN restored_at CASCADE")

    status, lines = asked("accounts")

    assert status == 503
    assert lines[0] == "problem  The database answers, but 1 columns are missing: its migrations are not applied"


def test_page_names_nobody(unit_a: Unit, published: None, alice: User, oscar: User) -> None:
    carry()

    said = "\n".join(line for door in ("care", "prison", "accounts") for line in asked(door)[1])

    assert [word for word in ("alice", "oscar", "Durand", "DURAND", "004217", "Leroy") if word in said] == []
