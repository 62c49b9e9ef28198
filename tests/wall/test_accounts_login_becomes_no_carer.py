"""The login `carehub_accounts`, stolen or made to run other SQL: it becomes no carer unseen, and puts nothing back.

The attack of issue 9, step by step: set a carer's password, give a token, sign in at the care door, put the old hash
back. Each step is refused, or leaves a line that the login cannot do without and an owner who cannot sign in any more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg import errors

from access.models import AuditEntry, CalendarAddress, Membership, Session, User
from access.policy import granted
from appointments.models import Agenda
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import PASSWORD, member, paris_day
from tests.wall.conftest import DOORS, Login

pytestmark = pytest.mark.django_db(transaction=True)

STOLEN = "a password that the thief knows"
FIRST_PASSWORD = "SELECT access_set_first_password(%s, %s, %s, %s)"
TOKEN = "SELECT access_give_token(%s, %s, %s, 'hotp', repeat('ab', 20), 6, 30, 0, 'mine')"
RESET = "SELECT access_reset_second_factor(%s, %s, %s)"
SET_ACTIVE = "SELECT access_set_active(%s, %s, %s, %s)"
UNLOCK = "SELECT access_unlock(%s, %s, %s)"
OPEN = "SELECT access_open_account(%s, %s, 'care', 'mallory', 'Mallory', '', %s)"
RENAME = "SELECT access_change_account(%s, %s, %s, 'Mallory', '')"
ACCESS = "SELECT access_write_access(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


@pytest.fixture
def thief(login: Login) -> psycopg.Connection[Any]:
    """Whoever holds the login of the accounts door."""
    return login("accounts")


@pytest.fixture
def acting(unit_a: Unit, ada: User, alice: User) -> list[int]:
    """In whose name, where, on whom."""
    return [ada.pk, unit_a.establishment.pk, alice.pk]


def lines() -> list[tuple[str, str, str, str]]:
    """What the log says of it: door, who, verb, account."""
    return list(AuditEntry.objects.order_by("id").values_list("door", "username", "verb", "target_id"))


def hash_of(user: User) -> str:
    found: str = User.objects.using(user._state.db).values_list("password", flat=True).get(pk=user.pk)
    return found


@pytest.mark.parametrize("column", ["password", "*"])
def test_step_0_hashes_of_other_sides_cannot_be_read(
    column: str, thief: psycopg.Connection[Any], alice: User, ada: User
) -> None:
    for statement in (
        f"SELECT {column} FROM access_user",
        "SELECT id FROM access_user WHERE password > 'm'",
        "SELECT id FROM access_user ORDER BY password",
        "SELECT u::text FROM access_user u",
        "UPDATE access_user SET last_login = now() RETURNING password",
        "TABLE access_usedpassword",
        "COPY access_user (password) TO STDOUT",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            thief.execute(statement)
    asked = "SELECT access_administrator_password(%s), access_administrator_password(%s)"
    assert thief.execute(asked, [alice.pk, ada.pk]).fetchone() == (None, hash_of(ada))


@pytest.mark.parametrize(
    "change",
    [
        "password = 'mine'",
        "must_change_password = false",
        "second_factor_since = now()",
        "last_login = NULL",
    ],
)
def test_step_1_password_of_a_carer_is_not_written_directly(
    change: str, thief: psycopg.Connection[Any], alice: User
) -> None:
    before = User.objects.values().get(pk=alice.pk)

    assert thief.execute(f"UPDATE access_user SET {change} WHERE id = %s", [alice.pk]).rowcount == 0

    assert User.objects.values().get(pk=alice.pk) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_user SET is_active = true",
        "UPDATE access_user SET username = 'alice2'",
        "INSERT INTO access_user (username, full_name, email, side, is_active, password, must_change_password,"
        " date_joined) VALUES ('mallory', '', '', 'care', true, 'mine', false, now())",
        "INSERT INTO access_membership (user_id, establishment_id, side, role, valid_from)"
        " SELECT id, 1, 'care', 'head', now() FROM access_user",
        "UPDATE access_membership SET valid_until = NULL",
        "DELETE FROM access_membership",
        "INSERT INTO guardian_userobjectpermission (user_id, permission_id, content_type_id, object_pk)"
        " SELECT id, 1, 1, '1' FROM access_user",
        "UPDATE guardian_userobjectpermission SET object_pk = '1'",
        "DELETE FROM guardian_userobjectpermission",
        "DELETE FROM access_usedpassword",
        "SELECT access_end_sessions(1)",
        "SELECT access_log_account(1, 'read', 1, 1)",
    ],
)
def test_step_1_nothing_of_an_account_is_written_past_the_functions(
    statement: str, thief: psycopg.Connection[Any], alice: User
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        thief.execute(statement)


def test_whole_attack_leaves_lines_and_a_carer_who_cannot_sign_in_any_more(
    unit_a: Unit, thief: psycopg.Connection[Any], acting: list[int], ada: User, alice: User, login: Login
) -> None:
    alice_at_work = DoorClient("care").sign_in(alice)
    address = CalendarAddress.objects.create(user=alice, establishment=unit_a.establishment, digest="d" * 64)
    before = hash_of(alice)

    # 1. Her password, by the only way there is.
    thief.execute(FIRST_PASSWORD, [*acting, make_password(STOLEN)])
    # 2. A token whose secret the thief knows.
    thief.execute(TOKEN, acting)
    # 3. The thief signs in: a sign-in that reads nothing before the password was changed once more.
    browser = DoorClient("care")
    assert browser.post("/sign-in", {"username": "alice", "password": STOLEN}).url == "/sign-in/code"
    browser.sign_in(User.objects.get(pk=alice.pk))
    assert browser.get("/").url == "/password"
    # 4. The old hash, to be unseen again: nobody puts it back, whatever the way.
    for way, statement, values in (
        (thief, FIRST_PASSWORD, [*acting, before]),
        (login("care"), "UPDATE access_user SET password = %s WHERE id = %s", [before, alice.pk]),
        (login("owner"), "UPDATE access_user SET password = %s WHERE id = %s", [before, alice.pk]),
    ):
        with pytest.raises(errors.CheckViolation, match="A password that an account has had does not come back"):
            way.execute(statement, values)
    assert thief.execute("UPDATE access_user SET password = %s WHERE id = %s", [before, alice.pk]).rowcount == 0

    assert lines() == [
        ("accounts", "ada", "reset_password", str(alice.pk)),
        ("accounts", "ada", "give_token", str(alice.pk)),
    ]
    assert alice_at_work.get("/my-account").url.startswith("/sign-in")
    address.refresh_from_db()
    assert address.revoked_at is not None
    assert DoorClient("care").post("/sign-in", {"username": "alice", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize("statement", [TOKEN, RESET])
def test_factor_alone_is_of_no_use_to_who_knows_the_password_without_its_owner_noticing(
    statement: str, thief: psycopg.Connection[Any], acting: list[int], alice: User
) -> None:
    alice_at_work = DoorClient("care").sign_in(alice)

    thief.execute(statement, acting)

    assert alice_at_work.get("/my-account").url.startswith("/sign-in")
    browser = DoorClient("care").sign_in(User.objects.get(pk=alice.pk))
    assert browser.get("/").url == "/password"
    changed = {"new_password": "les clefs du bâtiment A", "again": "les clefs du bâtiment A"}
    assert browser.post("/password", changed).status_code == 302
    assert DoorClient("care").post("/sign-in", {"username": "alice", "password": PASSWORD}).status_code == 401
    assert lines()[0][2] in {"give_token", "reset_factor"}


@pytest.mark.parametrize("door", DOORS)
def test_former_hash_comes_back_to_nobody_even_after_others(door: str, login: Login, ada: User, alice: User) -> None:
    oscar = member("floor_officer", Membership.objects.get(user=alice).establishment, username="oscar")
    user = {"care": alice, "prison": oscar, "accounts": ada}[door]
    change = "UPDATE access_user SET password = %s WHERE id = %s"
    first, others = hash_of(user), [make_password(f"password {number}") for number in range(3)]
    for other in others:
        assert login(door).execute(change, [other, user.pk]).rowcount == 1

    for former in (first, others[0], others[1]):
        with pytest.raises(errors.CheckViolation, match="does not come back"):
            login(door).execute(change, [former, user.pk])
    # Unchanged is no change, and the same word in a new salt is an honest one.
    assert login(door).execute(change, [others[2], user.pk]).rowcount == 1
    assert login(door).execute(change, [make_password("password 0"), user.pk]).rowcount == 1


def test_new_account_of_ones_own_needs_a_new_password_a_factor_and_two_lines(
    unit_a: Unit, thief: psycopg.Connection[Any], ada: User
) -> None:
    here = unit_a.establishment.pk
    [key] = thief.execute(OPEN, [ada.pk, here, make_password(STOLEN)]).fetchone() or [None]
    right = Permission.objects.get(codename="view_agenda").pk
    today = paris_day()
    thief.execute(ACCESS, [ada.pk, here, key, "nurse", today, None, [right], [str(unit_a.doctor.pk)], [True]])

    mallory = User.objects.get(pk=key)
    assert (mallory.side, mallory.must_change_password, mallory.second_factor_since) == ("care", True, None)
    # Nor does it open before somebody else has confirmed it (tests/wall/test_second_words.py).
    assert not mallory.is_active
    assert list(granted(mallory, "view_agenda", Agenda)) == [unit_a.doctor]
    assert lines() == [("accounts", "ada", verb, str(key)) for verb in ("open_account", "ask_word", "grant")]


def test_role_and_rights_never_come_or_go_without_a_line(
    unit_a: Unit, thief: psycopg.Connection[Any], acting: list[int], alice: User
) -> None:
    view, book = (Permission.objects.get(codename=f"{word}_agenda").pk for word in ("view", "book"))
    doctor, psychiatrist = str(unit_a.doctor.pk), str(unit_a.psychiatrist.pk)
    nothing: list[Any] = [[], [], []]
    past = paris_day() - timedelta(days=3)

    def verbs(*values: Any) -> list[str]:
        known = AuditEntry.objects.count()
        thief.execute(ACCESS, [*acting, *values])
        return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)[known:])

    assert verbs(None, None, None, *nothing) == []
    assert verbs(None, None, None, [book], [psychiatrist], [True]) == ["grant"]
    assert verbs(None, None, None, [book], [psychiatrist], [True]) == []
    assert verbs(None, None, None, [book], [doctor], [False]) == ["revoke"]
    assert verbs(None, None, None, [view, book], [doctor, doctor], [False, True]) == ["grant", "revoke"]
    # The first head of the unit, whom nobody can confirm.
    assert verbs("head", paris_day(), None, *nothing) == ["ask_word", "grant"]
    # Ended before today is taken back; what is given under its cover is told, too.
    assert verbs("head", past, past, [view], [doctor], [True]) == ["grant", "revoke"]


def test_right_on_a_row_of_another_establishment_is_not_hidden_in_the_log_of_this_one(
    unit_a: Unit, unit_b: Unit, thief: psycopg.Connection[Any], acting: list[int], alice: User
) -> None:
    agenda, building, house = (
        Permission.objects.get(codename=codename).pk for codename in ("view_agenda", "view_movements", "lead_unit")
    )
    for permission, row in (
        (agenda, unit_b.doctor.pk),
        (building, unit_b.building.pk),
        (house, unit_b.establishment.pk),
        (agenda, 0),
        (agenda, None),
        (Permission.objects.get(codename="view_user").pk, alice.pk),
        (0, unit_a.doctor.pk),
    ):
        for is_wanted in (True, False):
            rights = [[permission], [None if row is None else str(row)], [is_wanted]]
            with pytest.raises(errors.InsufficientPrivilege, match="does not belong to this establishment"):
                thief.execute(ACCESS, [*acting, None, None, None, *rights])
    for permission, row in ((building, unit_a.building.pk), (house, unit_a.establishment.pk)):
        thief.execute(ACCESS, [*acting, None, None, None, [permission], [str(row)], [True]])
    assert [verb for _door, _who, verb, _account in lines()] == ["grant", "grant"]


def test_closed_account_is_not_opened_again_without_a_line(
    thief: psycopg.Connection[Any], acting: list[int], alice: User
) -> None:
    DoorClient("care").sign_in(alice)
    thief.execute(SET_ACTIVE, [*acting, False])
    assert not Session.objects.filter(user=alice).exists()
    thief.execute(SET_ACTIVE, [*acting, True])

    assert [verb for _door, _who, verb, _account in lines()] == ["deactivate", "reactivate"]


def verbs_of_the_database(actor: Any, establishment: Any, account: Any) -> dict[str, tuple[str, list[Any]]]:
    """Each function that changes an account, with what it is called with."""
    whom = [actor, establishment, account]
    return {
        "password": (FIRST_PASSWORD, [*whom, make_password(STOLEN)]),
        "token": (TOKEN, whom),
        "reset": (RESET, whom),
        "unlock": (UNLOCK, whom),
        "active": (SET_ACTIVE, [*whom, False]),
        "name": (RENAME, whom),
        "access": (ACCESS, [*whom, "head", paris_day(), None, [], [], []]),
        "open": (OPEN, [actor, establishment, make_password(STOLEN)]),
    }


@pytest.mark.parametrize("verb", ["password", "token", "reset", "unlock", "active", "name", "access", "open"])
def test_nothing_is_done_in_the_name_of_nobody_or_of_who_does_not_administer(
    verb: str, unit_a: Unit, unit_b: Unit, thief: psycopg.Connection[Any], ada: User, alice: User, chloe: User
) -> None:
    here, there = unit_a.establishment.pk, unit_b.establishment.pk
    elsewhere = member("account_admin", unit_b.establishment, username="adam")
    closed = member("account_admin", unit_a.establishment, username="old", is_active=False)
    former = member("account_admin", unit_a.establishment, username="former")
    yesterday = paris_day() - timedelta(days=2)
    Membership.objects.filter(user=former).update(valid_from=yesterday, valid_until=yesterday)
    before = list(User.objects.order_by("pk").values())
    tried = [
        *((nobody, here, alice.pk) for nobody in (None, 0, alice.pk, elsewhere.pk, closed.pk, former.pk)),
        (ada.pk, there, chloe.pk),
        (ada.pk, None, alice.pk),
    ]
    if verb != "open":
        # Whoever is managed elsewhere alone is out of reach; nobody is there to be changed.
        tried += [(ada.pk, here, chloe.pk), (ada.pk, here, 0), (ada.pk, here, None)]

    for attempt in tried:
        with pytest.raises(errors.InsufficientPrivilege, match="account"):
            thief.execute(*verbs_of_the_database(*attempt)[verb])

    assert list(User.objects.order_by("pk").values()) == before
    assert lines() == []


def test_line_cannot_be_left_out_by_undoing_a_part(
    thief: psycopg.Connection[Any], acting: list[int], alice: User
) -> None:
    with thief.transaction(), thief.transaction():
        thief.execute("SET CONSTRAINTS ALL DEFERRED")
        thief.execute(FIRST_PASSWORD, [*acting, make_password(STOLEN)])
    with thief.transaction(force_rollback=True):
        thief.execute(RESET, acting)

    assert TOTPDevice.objects.count() == 0
    assert [verb for _door, _who, verb, _account in lines()] == ["reset_password"]
    assert not User.objects.get(pk=alice.pk).check_password(PASSWORD)


def test_administrator_still_changes_their_own_password(thief: psycopg.Connection[Any], ada: User) -> None:
    browser = DoorClient("accounts").sign_in(ada)

    changed = {"present": PASSWORD, "new_password": "les clefs du bâtiment A", "again": "les clefs du bâtiment A"}
    assert browser.post("/password", changed).status_code == 302

    assert User.objects.get(pk=ada.pk).check_password("les clefs du bâtiment A")
    assert browser.get("/").status_code == 200
    assert DoorClient("accounts").post("/sign-in", {"username": "ada", "password": PASSWORD}).status_code == 401
