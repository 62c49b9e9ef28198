"""Doors behind PgBouncer in transaction mode: one connection of the server serves everybody, and nobody sees the other.

The pool has a single server connection, so that whatever one leaves behind is what the next one finds.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.databases import database_of
from access.models import User
from access.postgresql.base import STANDING, DatabaseWrapper
from appointments.courier import rounds
from appointments.courier.service import Courier
from appointments.models import Appointment
from carehub.doctor import checks
from carehub.tools import doors as processes
from carehub.tools.bench.browser import Browser
from carehub.tools.demo.cast import PASSWORD
from carehub.tools.embedded.server import clean_environment
from carehub.tools.generate.accounts import key_of
from carehub.tools.pooler import pooled, program
from tests.conftest import Unit
from tests.factories import agreed, member, open_session, workday

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(program() is None, reason="PgBouncer is not installed (Debian: apt-get install pgbouncer)"),
]
SEEN = "SELECT username FROM access_user ORDER BY 1"
THROUGH = ("OWNER", "OWNER_PRISON", "CARE", "PRISON", "ACCOUNTS", "ACCOUNTS_PRISON")
ROUNDS = 12


@pytest.fixture
def addresses(db: None) -> dict[str, str]:
    """The logins' addresses of the tests' own databases."""
    names = {side: connections[side].settings_dict["NAME"] for side in ("default", "prison")}
    found = {}
    for name in THROUGH:
        there = names["prison" if name.endswith("PRISON") else "default"]
        found[name] = urlunsplit(urlsplit(os.environ[f"DATABASE_URL_{name}"])._replace(path=f"/{there}"))
    return found


@pytest.fixture
def through(addresses: dict[str, str]) -> Iterator[dict[str, str]]:
    with pooled(addresses) as found:
        yield found


@pytest.fixture
def connection_of(through: dict[str, str]) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Return a function that gives a connection of the accounts door through the pool, as its process opens it."""
    with ExitStack() as stack:

        def opened(stands: str = "each transaction", address: str = "") -> DatabaseWrapper:
            own = dj_database_url.parse(address or through["ACCOUNTS"])
            made = DatabaseWrapper({**connections["default"].settings_dict, **own, "STANDS": stands, "OPTIONS": {}})
            stack.callback(made.close)
            return made

        yield opened


@pytest.fixture
def carl(unit_a: Unit) -> User:
    """Manages the care side's accounts of A."""
    return member("account_admin", unit_a.establishment, username="carl", administers="care")


@pytest.fixture
def charlotte(unit_b: Unit) -> User:
    """Manages the care side's accounts of B."""
    return member("account_admin", unit_b.establishment, username="charlotte", administers="care")


def seen(connection: DatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return [name for (name,) in cursor.fetchall()]


def stand(connection: DatabaseWrapper, user: User) -> None:
    connection.stand_for({STANDING[0]: str(user.pk)})


def test_two_administrators_on_one_server_connection_never_see_each_others_rows(
    connection_of: Callable[..., DatabaseWrapper], carl: User, charlotte: User, alice: User, chloe: User
) -> None:
    of_a, of_b, of_nobody = connection_of(), connection_of(), connection_of()
    stand(of_a, carl)
    stand(of_b, charlotte)
    # Nobody sees administrators alone, to sign them in.
    administrators = ["carl", "charlotte"]

    for _each in range(ROUNDS):
        assert seen(of_a) == ["alice", "carl"]
        assert seen(of_b) == ["charlotte", "chloe"]
        assert seen(of_nobody) == administrators
    of_a.stand_for({})
    assert seen(of_a) == administrators
    assert seen(of_b) == ["charlotte", "chloe"]


def test_whoever_stands_stands_through_a_transaction_and_its_savepoints(
    connection_of: Callable[..., DatabaseWrapper], carl: User, charlotte: User, alice: User, chloe: User
) -> None:
    one, other = connection_of(), connection_of()
    stand(one, carl)
    one.set_autocommit(False)
    assert seen(one) == ["alice", "carl"]
    kept = one.savepoint()
    stand(one, charlotte)
    assert seen(one) == ["charlotte", "chloe"]
    one.savepoint_rollback(kept)
    one.rollback()

    stand(other, carl)
    assert seen(other) == ["alice", "carl"]
    # Of the transaction that was undone nothing is left; the next one says anew for whom it asks.
    assert seen(one) == ["charlotte", "chloe"]
    one.rollback()
    assert seen(other) == ["alice", "carl"]


def test_refused_statement_leaves_the_connection_whole(
    connection_of: Callable[..., DatabaseWrapper], carl: User, alice: User
) -> None:
    one = connection_of()
    stand(one, carl)
    with pytest.raises(Exception, match="permission denied"), one.cursor() as cursor:
        cursor.execute("DELETE FROM access_user")

    assert seen(one) == ["alice", "carl"]


def test_what_another_program_left_on_the_server_connection_shows_nobody_more(
    through: dict[str, str],
    connection_of: Callable[..., DatabaseWrapper],
    carl: User,
    charlotte: User,
    alice: User,
    chloe: User,
) -> None:
    def leave(user: User) -> list[str]:
        with psycopg.connect(through["ACCOUNTS"], autocommit=True) as link:
            link.execute("SELECT set_config(%s, %s, false)", [STANDING[0], str(user.pk)])
        # The hostile end of it: a connection that says nothing gets what the other one had said.
        with psycopg.connect(through["ACCOUNTS"], autocommit=True) as link:
            return [name for (name,) in link.execute(SEEN)]

    assert leave(carl) == ["alice", "carl"]
    of_nobody, of_b = connection_of(), connection_of()
    stand(of_b, charlotte)
    assert seen(of_nobody) == ["carl", "charlotte"]
    assert seen(of_b) == ["charlotte", "chloe"]


def test_door_that_was_not_told_of_its_pooler_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
    addresses: dict[str, str],
    through: dict[str, str],
    connection_of: Callable[..., DatabaseWrapper],
) -> None:
    with pytest.raises(OperationalError, match="CAREHUB_POOLED=1"):
        seen(connection_of("connection"))
    assert seen(connection_of("connection", addresses["ACCOUNTS"])) == []

    monkeypatch.setattr(checks, "connection", connection_of("", through["CARE"]))
    assert "leads through a connection pooler" in (checks.untold_pooler() or "")
    monkeypatch.setattr(checks, "connection", connection_of("", addresses["CARE"]))
    assert checks.untold_pooler() is None


def test_courier_does_not_listen_through_a_pooler(monkeypatch: pytest.MonkeyPatch, through: dict[str, str]) -> None:
    host = dj_database_url.parse(through["OWNER"])["HOST"]
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", host)
    courier = Courier()
    with pytest.raises(ImproperlyConfigured, match="hears no word"):
        courier.listen()
    assert courier.ear is not None
    courier.ear.close()


@contextmanager
def served(through: dict[str, str], logs: Path) -> Iterator[dict[str, processes.Door]]:
    """Open the three doors through the pool, each with its own login."""
    variables = {**clean_environment(), "CAREHUB_ENV": "test", "CAREHUB_POOLED": "1"}
    variables |= {f"DATABASE_URL_{name}": address for name, address in through.items()}
    with ExitStack() as stack:
        opened = []
        for name in processes.NAMES:
            listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            listener.bind((processes.LOOPBACK, 0))
            opened.append(processes.Door(name=name, port=listener.getsockname()[1], listener=listener, workers=1))
        running = stack.enter_context(processes.opened(opened, logs=logs, variables=variables))
        processes.wait_until_open(running, logs=logs)
        yield {door.name: door for door in opened}


def who_signs_in(*users: User) -> None:
    for user in users:
        alias = database_of(user)
        user.set_password(PASSWORD)
        user.second_factor_since = timezone.now()
        user.save(using=alias)
        key = key_of(user.username).hex()
        TOTPDevice.objects.using(alias).update_or_create(
            user=user, defaults={"key": key, "confirmed": True, "name": "t"}
        )


@pytest.mark.slow
def test_people_sign_in_book_and_read_their_lists_through_the_pool(
    unit_a: Unit,
    unit_b: Unit,
    alice: User,
    chloe: User,
    olga: User,
    carl: User,
    charlotte: User,
    through: dict[str, str],
    tmp_path: Path,
) -> None:
    agreed(unit_a.establishment)
    session = open_session(unit_a.doctor, workday(1))
    rounds.go("prison")
    who_signs_in(alice, olga, carl, charlotte)

    with served(through, tmp_path) as doors, ExitStack() as stack:

        def browser(user: User) -> Browser:
            found = Browser(doors[user.side], user.username)
            stack.callback(found.close)
            found.sign_in()
            return found

        local = session.starts_at.astimezone(unit_a.establishment.zone)
        form = {"person": str(unit_a.paul.pk), "kind": str(unit_a.consultation.pk), "agenda": str(unit_a.doctor.pk)}
        answer = browser(alice).ask("/book", {**form, "day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"})
        assert (answer.status, Appointment.objects.get().starts_at) == (302, session.starts_at)
        rounds.go("prison")
        officer = browser(olga)
        assert [officer.ask(page).status for page in ("/", "/board", "/board/lines")] == [200, 200, 200]
        with ThreadPoolExecutor(2) as pool:
            of_a, of_b = pool.map(look_again_and_again, [browser(carl), browser(charlotte)])
        assert of_a == {(200, True, False)}
        assert of_b == {(200, False, True)}
    logs = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.log"))
    assert "Error" not in logs


def look_again_and_again(administrator: Browser) -> set[tuple[int, bool, bool]]:
    """Open the list of accounts; return whether it names alice, of A, and chloe, of B."""
    pages = [administrator.ask("/") for _each in range(ROUNDS)]
    return {(page.status, b"alice" in page.content, b"chloe" in page.content) for page in pages}
