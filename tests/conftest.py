"""The cast and the set-up of every test: real PostgreSQL, no network, warnings are errors.

Alice is a nurse of unit A, Bob its psychiatrist, Hélène its head, Emma a secretary who plans hospital escorts;
Chloé is a nurse of unit B and must see nothing of A.
Oscar works on one floor of A, Olga in A's health unit, Otto in B. Ada manages A's accounts.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.frontend import CommandLineInterface
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings
from whitenoise.middleware import WhiteNoiseMiddleware

from access import attempts
from access.enums import Role
from access.models import Building, Establishment, User
from access.policy import give
from appointments.models import Agenda, Alert, Detainee, Kind
from appointments.models.enums.planning import Discipline
from carehub.messages import CATALOGUE, is_compiled
from tests import databases
from tests.doors import DoorClient
from tests.factories import (
    AgendaFactory,
    BuildingFactory,
    DetaineeFactory,
    EstablishmentFactory,
    KindFactory,
    may_export,
    member,
)

OPEN = {"db", "transactional_db"}
# A busy machine is no failure: an example has no deadline, and may be slow to draw.
settings.register_profile("carehub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("carehub")

# Rows that migrations wrote, the same for every test.
KEPT = {"auth_permission", "django_content_type", "django_migrations"}
BROWSER_TESTS = Path(__file__).parent / "browser"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what drives Chromium (`-m "not browser"` is for machines without one); open both databases to the others."""
    if BROWSER_TESTS in item.path.parents or "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)
    elif (own := item.get_closest_marker("django_db")) or OPEN & set(getattr(item, "fixturenames", ())):
        kept = own.kwargs if own else {}
        item.add_marker(pytest.mark.django_db(**{"databases": "__all__", **kept}), append=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal what takes long to the heads of the workers' shares, which are equal: nobody waits for what was begun last.

    Browser tests come first of all, so that the doors' processes that serve them do not work beside all the others.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long: dict[str, dict[str, list[pytest.Item]]] = {"browser": {}, "slow": {}}
    others, total = [], len(items)
    for item in items:
        kind = next((kind for kind in long if item.get_closest_marker(kind)), None)
        if kind is None:
            others.append(item)
        else:
            # A module that is slow as a whole shares what it has computed: it stays together.
            is_own = any(mark.name == kind for mark in item.own_markers)
            long[kind].setdefault(item.nodeid if is_own else str(item.path), []).append(item)
    units = [*long["browser"].values(), *long["slow"].values()]
    items.clear()
    for worker in range(workers):
        head = [item for unit in units[worker::workers] for item in unit]
        room = max(0, (total - len(items)) // (workers - worker) - len(head))
        room = len(others) if worker == workers - 1 else room
        items += head + others[:room]
        others = others[room:]


def pytest_collection_finish() -> None:
    """Let the collector of rubbish no longer look through what stays for the whole run: code, models, tests.

    And let it come less often: with its usual 700 objects it took a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def forget_request(record: logging.LogRecord) -> bool:
    """Let a line about a refused request not hold on to it: pytest keeps every line of a test, thousands of them."""
    vars(record).pop("request", None)
    return True


logging.getLogger("django.request").addFilter(forget_request)


_static_files: dict[str, Any] = {}
_list_static_files = WhiteNoiseMiddleware.add_files_from_finders


def list_static_files_once(self: WhiteNoiseMiddleware) -> None:
    """List the static files for the first browser of this process; each further one would list them again."""
    if not _static_files:
        _list_static_files(self)
        _static_files.update(self.files)
    self.files = _static_files


WhiteNoiseMiddleware.add_files_from_finders = list_static_files_once


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Let each test begin with connections that ask for nobody: what an earlier one said is said again when they open.

    And it stays said then: the next administrator would be looked for among the accounts of one who is gone.
    """
    yield
    for each in connections.all(initialized_only=True):
        said, each.standing = each.standing, {}
        if said and not each.in_atomic_block:
            each.close()


def pytest_configure(config: pytest.Config) -> None:
    """Compile the French where `make` did not, before there are workers that read it."""
    if not hasattr(config, "workerinput") and not is_compiled():
        locale = str(CATALOGUE.parents[2])
        CommandLineInterface().run(["pybabel", "--quiet", "compile", "--domain", "django", "--directory", locale])


@pytest.fixture(scope="session")
def copied_pairs(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """What databases are copied from stands until the end of the run, whoever has done with their own copy before."""
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.remove_pairs()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: pytest.FixtureRequest,
    copied_pairs: None,
) -> Iterator[None]:
    """In place of pytest-django's: this worker's databases are copies, not each migrated anew."""
    before = {side: connections[side].settings_dict["NAME"] for side in databases.SIDES}
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for side in databases.SIDES:
            name = connections[side].creation._get_test_db_name()
            databases.make(side, name)
            connections[side].settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for side in databases.SIDES:
            name = connections[side].settings_dict["NAME"]
            databases.end_sweeper(name)
            with connections[side].cursor() as cursor:
                end_forgotten_sessions(cursor)
            connections[side].close()
            connections[side].settings_dict["NAME"] = before[side]
            databases.remove(side, name)


def empty_tables(self: TransactionTestCase) -> None:
    """Empty what a test has committed, of both databases. Django's own flush would also write all rights anew."""
    for alias in self._databases_names(include_mirrors=False):
        databases.empty(alias, tables_of(alias))


@cache
def tables_of(alias: str) -> list[str]:
    names = set(connections[alias].introspection.django_table_names(only_existing=True))
    return sorted(name for name in names - KEPT if not name.startswith("procrastinate"))


TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]


def end_forgotten_sessions(cursor: CursorWrapper) -> None:
    """End and name what is still connected: a database in use cannot be dropped."""
    cursor.execute(
        "SELECT pid, usename, state, left(query, 200) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    for pid, *what in cursor.fetchall():
        sys.stderr.write(f"A test left a connection open: {what}\n")
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.fixture(autouse=True)
def source_language() -> Iterator[None]:
    """Let each test begin in the language of the source: a page asked for in another one leaves it behind."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_failures_yet() -> None:
    """Let each test begin as a door's process does: no address has failed to sign in yet."""
    attempts.forget_addresses()


@dataclass
class Unit:
    """One establishment with all that a test of the agenda needs."""

    establishment: Establishment
    building: Building
    other_building: Building
    doctor: Agenda
    psychiatrist: Agenda
    consultation: Kind
    psychiatry: Kind
    paul: Detainee
    karim: Detainee


def urgent_alert(unit: Unit) -> Alert:
    """An officer's alert about Paul, to be answered at once."""
    return Alert.objects.create(
        establishment=unit.establishment,
        building=unit.building,
        register_number=unit.paul.register_number,
        last_name="Durand",
        first_name="Paul",
        urgency="now",
    )


def make_unit(code: str) -> Unit:
    """A unit with a general practitioner, a psychiatrist, two buildings and two people."""
    place = EstablishmentFactory(code=code)
    north, south = (
        BuildingFactory(establishment=place, name="A"),
        BuildingFactory(establishment=place, name="B"),
    )
    return Unit(
        establishment=place,
        building=north,
        other_building=south,
        doctor=AgendaFactory(establishment=place, name="Dr Leroy", position=1),
        psychiatrist=AgendaFactory(establishment=place, name="Dr Bob", position=2, discipline=Discipline.PSYCHIATRY),
        consultation=KindFactory(establishment=place, name="Consultation", default_minutes=20),
        psychiatry=KindFactory(
            establishment=place,
            name="Psychiatric interview",
            default_minutes=30,
            discipline=Discipline.PSYCHIATRY,
        ),
        paul=DetaineeFactory(
            establishment=place,
            building=north,
            cell="A-2-214",
            last_name="Durand",
            first_name="Paul",
            register_number="004217",
        ),
        karim=DetaineeFactory(
            establishment=place,
            building=south,
            cell="B-1-101",
            last_name="Benali",
            first_name="Karim",
            birth_date=date(1985, 2, 3),
            register_number="012345",
        ),
    )


@pytest.fixture
def unit_a(db: None) -> Unit:
    """The unit in which most tests happen."""
    return make_unit("MAA")


@pytest.fixture
def unit_b(db: None) -> Unit:
    """Another unit, of which nobody in A may see anything."""
    return make_unit("MAB")


@pytest.fixture
def alice(unit_a: Unit) -> User:
    """Nurse of A: books for the general practitioner, sees the psychiatrist's agenda without booking in it."""
    user = member(Role.NURSE, unit_a.establishment, username="alice")
    give(user, "view_agenda", unit_a.doctor)
    give(user, "book_agenda", unit_a.doctor)
    give(user, "view_agenda", unit_a.psychiatrist)
    return user


@pytest.fixture
def bob(unit_a: Unit) -> User:
    """Psychiatrist of A: their own agenda only."""
    user = member(Role.CLINICIAN, unit_a.establishment, username="bob")
    give(user, "view_agenda", unit_a.psychiatrist)
    give(user, "book_agenda", unit_a.psychiatrist)
    Agenda.objects.filter(pk=unit_a.psychiatrist.pk).update(owner=user)
    return user


@pytest.fixture
def helene(unit_a: Unit) -> User:
    """Head of unit A."""
    return member(Role.HEAD, unit_a.establishment, username="helene")


@pytest.fixture
def emma(unit_a: Unit) -> User:
    """Medical secretary of A, for the general practitioner, who was also given the hospital escorts."""
    user = member(Role.SECRETARY, unit_a.establishment, username="emma")
    give(user, "view_agenda", unit_a.doctor)
    give(user, "book_agenda", unit_a.doctor)
    give(user, "manage_escorts", unit_a.establishment)
    return user


@pytest.fixture
def chloe(unit_b: Unit) -> User:
    """Nurse of B."""
    user = member(Role.NURSE, unit_b.establishment, username="chloe")
    give(user, "view_agenda", unit_b.doctor)
    give(user, "book_agenda", unit_b.doctor)
    return user


@pytest.fixture
def oscar(unit_a: Unit) -> User:
    """Floor officer of building A of A."""
    user = member(Role.FLOOR_OFFICER, unit_a.establishment, username="oscar")
    give(user, "view_movements", unit_a.building)
    return user


@pytest.fixture
def olga(unit_a: Unit) -> User:
    """Health-unit officer of A: every building."""
    return member(Role.UNIT_OFFICER, unit_a.establishment, username="olga")


@pytest.fixture
def exports_open(unit_a: Unit, oscar: User, olga: User) -> None:
    """Files and calendar, which are closed, are open to the officers of A."""
    may_export(unit_a.establishment, oscar.username, olga.username)


@pytest.fixture
def otto(unit_b: Unit) -> User:
    """Health-unit officer of B."""
    return member(Role.UNIT_OFFICER, unit_b.establishment, username="otto")


@pytest.fixture
def ada(unit_a: Unit) -> User:
    """Account administrator of A."""
    return member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="ada")


@pytest.fixture
def at_door(db: None) -> Callable[[User], DoorClient]:
    """Return a function that gives a browser in which a user is fully signed in at their own door."""

    def browser(user: User) -> DoorClient:
        return DoorClient(user.side).sign_in(user)

    return browser
