"""An administrator of one side, whatever SQL their door is made to run: the other side's accounts are not there.

Each attack of the list is tried with the accounts door's own login, asking in that administrator's name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, connections, transaction
from psycopg import errors

from access.models import Membership, ReviewLine, User
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import agreed, member, paris_day
from tests.wall.conftest import Login, standing

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = "SELECT access_open_account(%s, %s, %s, %s, 'X', '', %s)"
ACCESS = "SELECT access_write_access(%s, %s, %s, %s, %s, %s, '{}', '{}', '{}', %s)"
SEEN = "SELECT username FROM access_user ORDER BY 1"


@pytest.fixture
def carl(unit_a: Unit) -> User:
    """Manages the care side's accounts of A."""
    return member("account_admin", unit_a.establishment, username="carl", administers="care")


@pytest.fixture
def petra(unit_a: Unit) -> User:
    """Manages the prison side's accounts of A."""
    return member("account_admin", unit_a.establishment, username="petra", administers="prison")


def names(connection: psycopg.Connection[Any], statement: str = SEEN) -> list[str]:
    return [name for (name,) in connection.execute(statement)]


def test_each_sees_the_accounts_of_their_own_side_and_of_their_own_place(
    unit_a: Unit, unit_b: Unit, carl: User, petra: User, alice: User, chloe: User, oscar: User, ada: User, login: Login
) -> None:
    here = unit_a.establishment.pk
    of_care = standing(login("accounts"), carl.pk)
    assert names(of_care) == ["alice", "carl"]
    assert names(of_care, "SELECT DISTINCT side FROM access_membership ORDER BY 1") == ["accounts", "care"]
    assert set(names(of_care, "SELECT name FROM appointments_agenda")) == {
        unit_a.doctor.name,
        unit_a.psychiatrist.name,
    }
    # Their door names no place in the prison's database.
    assert names(standing(login("accounts", "prison"), carl.pk)) == []

    of_prison = standing(login("accounts"), petra.pk, here)
    assert names(of_prison) == ["petra"]
    for statement in (
        "SELECT name FROM appointments_agenda",
        "SELECT object_pk FROM guardian_userobjectpermission",
        "SELECT what FROM access_secondword",
    ):
        assert names(of_prison, statement) == []
    assert names(standing(login("accounts", "prison"), petra.pk, here)) == ["oscar"]
    # Who manages both sees both; whom they name without managing anything sees themselves.
    assert names(standing(login("accounts"), ada.pk)) == ["ada", "alice", "carl", "petra"]
    assert names(standing(login("accounts"), alice.pk)) == ["alice"]


def test_log_shows_each_the_lines_of_their_own_side(
    unit_a: Unit, carl: User, petra: User, alice: User, oscar: User, ada: User, login: Login
) -> None:
    here = unit_a.establishment
    for user in (alice, oscar):
        DoorClient(user.side).sign_in(user).get("/")
    login("accounts").execute("SELECT access_set_first_password(%s, %s, %s, 'x')", [ada.pk, here.pk, alice.pk])

    def doors(login_of: psycopg.Connection[Any]) -> set[tuple[str, str]]:
        return set(login_of.execute("SELECT door, username FROM access_auditentry"))

    assert doors(standing(login("accounts"), carl.pk)) == {("care", "alice"), ("accounts", "ada")}
    assert doors(standing(login("accounts"), petra.pk, here.pk)) == set()
    assert doors(standing(login("accounts", "prison"), petra.pk, here.pk)) == {("prison", "oscar")}
    assert doors(standing(login("accounts", "prison"), carl.pk)) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT access_set_first_password(%s, %s, %s, 'x')",
        "SELECT access_reset_second_factor(%s, %s, %s)",
        "SELECT access_set_active(%s, %s, %s, false)",
        "SELECT access_unlock(%s, %s, %s)",
        "SELECT access_change_account(%s, %s, %s, 'X', '')",
        "SELECT access_write_access(%s, %s, %s, NULL, NULL, NULL, '{}', '{}', '{}')",
        "SELECT access_ask_word(%s, %s, %s, 'reset_factor')",
    ],
)
def test_nothing_is_done_to_an_account_of_the_other_side(
    statement: str, unit_a: Unit, carl: User, petra: User, alice: User, oscar: User, ada: User, login: Login
) -> None:
    here = unit_a.establishment.pk
    before = list(User.objects.order_by("pk").values())
    # Alice's by the prison's administrator, one of both by either, an officer's by the care side's.
    for actor, account in ((petra, alice), (petra, ada), (carl, ada), (petra, carl), (carl, petra)):
        with pytest.raises(errors.InsufficientPrivilege, match="administrator of another side"):
            standing(login("accounts"), actor.pk, here).execute(statement, [actor.pk, here, account.pk])
    with pytest.raises(errors.InsufficientPrivilege, match="another side"):
        standing(login("accounts", "prison"), carl.pk).execute(statement, [carl.pk, here, oscar.pk])
    assert list(User.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("side", ["care", "prison"])
def test_nothing_is_done_in_bulk_to_the_other_side(
    side: str, unit_a: Unit, carl: User, petra: User, alice: User, oscar: User, login: Login
) -> None:
    here, actor, account = (
        unit_a.establishment.pk,
        petra if side == "care" else carl,
        alice if side == "care" else oscar,
    )
    accounts = standing(
        login("accounts", "" if side == "care" else "prison"), actor.pk, *([here] if actor == petra else [])
    )
    line = (
        '[{"username": "new", "full_name": "New", "email": "", "role": "nurse", "begins": "2026-01-01", "wanted": []}]'
    )
    for statement, values in (
        ("SELECT access_import_accounts(%s, %s, %s, '{}', '{}', %s)", [actor.pk, here, side, line]),
        ("SELECT access_make_sheets(%s, %s, ARRAY[%s]::bigint[], ARRAY['x'], now())", [actor.pk, here, account.pk]),
        ("SELECT access_open_review(%s, %s, %s)", [actor.pk, here, side]),
    ):
        with pytest.raises(errors.InsufficientPrivilege, match="another"):
            accounts.execute(statement, values)
    alias = "default" if side == "care" else "prison"
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT access_open_review(NULL, %s, %s)", [here, side])
    for table in ("access_accessreview", "access_reviewline"):
        assert accounts.execute(f"SELECT id FROM {table}").fetchall() == []
    line_of = ReviewLine.objects.using(alias).get(user_id=account.pk)
    for decision in ("confirmed", "withdrawn"):
        with pytest.raises(errors.InsufficientPrivilege, match="another account administrator"):
            accounts.execute("SELECT access_decide_line(%s, %s, %s, %s)", [actor.pk, here, line_of.pk, decision])
    assert User.objects.filter(username="new").count() == 0


def test_no_account_is_opened_and_no_side_taken_that_is_not_ones_own(
    unit_a: Unit, carl: User, petra: User, login: Login
) -> None:
    here, today = unit_a.establishment.pk, paris_day()
    accounts, hashed = login("accounts"), make_password("x")
    for actor, side in ((petra, "care"), (carl, "prison")):
        with pytest.raises(errors.InsufficientPrivilege, match="another account administrator"):
            accounts.execute(OPEN, [actor.pk, here, side, "new", hashed])
    for actor, administers in ((petra, "care"), (petra, "both"), (carl, "prison"), (carl, "both")):
        # A new administrator, and oneself.
        [key] = accounts.execute(OPEN, [actor.pk, here, "accounts", f"n{actor.pk}{administers}", hashed]).fetchone()
        for account in (key, actor.pk):
            with pytest.raises(errors.InsufficientPrivilege, match="another account administrator"):
                accounts.execute(ACCESS, [actor.pk, here, account, "account_admin", today, None, administers])
    assert set(Membership.objects.filter(role="account_admin").values_list("user", "administers")) == {
        (carl.pk, "care"),
        (petra.pk, "prison"),
    }


def test_both_sides_need_an_agreement_whoever_writes_it(unit_b: Unit, login: Login) -> None:
    adam = member("account_admin", unit_b.establishment, username="adam", administers="care")
    with pytest.raises(DatabaseError, match="needs an agreement"), transaction.atomic():
        Membership.objects.filter(user=adam).update(administers="both")
    agreement = agreed(unit_b.establishment)
    Membership.objects.filter(user=adam).update(administers="both")
    with pytest.raises(DatabaseError, match="Somebody still manages both sides"), transaction.atomic():
        agreement.delete()


@pytest.mark.parametrize("change", ["closed", "ended", "dated", "moved", "taken"])
def test_last_administrator_of_a_side_stays_whoever_tries(
    change: str, unit_a: Unit, carl: User, ada: User, login: Login
) -> None:
    """Ada is the only one of the prison side; Carl of the care side beside her. Nor does Ada remove herself."""
    here, today = unit_a.establishment.pk, paris_day()
    accounts = login("accounts")
    past = today - timedelta(days=1)

    def try_on(account: User, actor: User) -> None:
        whom = [actor.pk, here, account.pk]
        if change == "closed":
            accounts.execute("SELECT access_set_active(%s, %s, %s, false)", whom)
        else:
            begins, ends, administers = {
                "ended": (past, past, account.memberships.get().administers),
                "taken": (past, past, ""),
                "dated": (past, today + timedelta(days=30), ""),
                "moved": (past, None, "care"),
            }[change]
            accounts.execute(ACCESS, [*whom, "account_admin", begins, ends, administers])

    with pytest.raises(errors.CheckViolation, match="last account administrator of a side stays"):
        try_on(ada, ada)
    if change != "moved":
        # There is Ada for the care side, and then no longer another one.
        try_on(carl, ada)
    petra = member("account_admin", unit_a.establishment, username="petra", administers="prison")
    carla = member("account_admin", unit_a.establishment, username="carla", administers="care")
    assert petra.is_active
    assert carla.is_active
    try_on(ada, ada)
