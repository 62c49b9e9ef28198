"""Tables that the doors share: each login sees the rows of its own side, with others there that could leak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential
from guardian.models import UserObjectPermission
from psycopg import errors, sql

from access.digest import digest_of
from access.models import AccountEvent, CalendarAddress, FailedAttempts, Session, User
from appointments.prison.models import PrisonExportPermission
from tests.conftest import Unit
from tests.doors import at_prison
from tests.wall.conftest import Login, standing

pytestmark = pytest.mark.django_db(transaction=True)

# What tells one row from another, and whose it is, in each table that has rows of several sides.
WHOSE = {
    "access_user": "username",
    "access_membership": "(SELECT u.username FROM access_user u WHERE u.id = user_id)",
    "access_session": "session_key",
    "access_calendaraddress": "digest",
    "guardian_userobjectpermission": "object_pk",
    "otp_totp_totpdevice": "name",
    "otp_hotp_hotpdevice": "name",
    "django_otp_webauthn_webauthncredential": "name",
    "django_otp_webauthn_webauthnattestation": "fmt",
    "otp_static_staticdevice": "name",
    "otp_static_statictoken": "token",
    "access_failedattempts": "lane",
    "access_accountevent": "browser",
}
# Tables of which the accounts login sees every side, passwords apart: managing them, by functions, is its work.
MANAGED = {"access_user", "access_membership", "guardian_userobjectpermission"}


@dataclass
class Sides:
    """One account a door, each with a row in every shared table."""

    care: User
    prison: User
    accounts: User

    def of(self, door: str) -> User:
        account: User = getattr(self, door)
        return account


def mark(table: str, user: User) -> str:
    """What the row of `user` in `table` is called."""
    if table == "access_calendaraddress":
        return digest_of(user.username)
    if table == "guardian_userobjectpermission":
        return f"90{user.pk}"
    return user.username[:16]


def furnish(user: User, unit: Unit) -> None:
    """Give `user` a row in every shared table of their database, as the schema's owner."""
    Session.objects.create(
        session_key=user.username, session_data="secret", expire_date=timezone.now(), side=user.side, user=user
    )
    CalendarAddress.objects.create(user=user, establishment=unit.establishment, digest=digest_of(user.username))
    TOTPDevice.objects.create(user=user, name=user.username, confirmed=True)
    HOTPDevice.objects.create(user=user, name=user.username, confirmed=True)
    key = WebAuthnCredential.objects.create(
        user=user, name=user.username, credential_id=user.username.encode(), public_key=b"public", aaguid=""
    )
    WebAuthnAttestation.objects.create(credential=key, fmt=user.username, data=b"", client_data_json=b"")
    StaticDevice.objects.create(user=user, name=user.username).token_set.create(token=user.username)
    right = UserObjectPermission(
        user=user,
        permission=Permission.objects.get(codename="view_movements"),
        content_type=ContentType.objects.get(app_label="access", model="building"),
        object_pk=mark("guardian_userobjectpermission", user),
    )
    UserObjectPermission.objects.bulk_create([right])  # a building of that number need not exist
    count_a_wrong_password(user)


def count_a_wrong_password(user: User) -> None:
    FailedAttempts.objects.create(side=user.side, lane=user.username, user=user, throttling_failure_count=9)
    AccountEvent.objects.create(user=user, what="wrong_password", browser=user.username)


@pytest.fixture
def sides(unit_a: Unit, alice: User, oscar: User, ada: User) -> Sides:
    """Alice at the care door, Oscar at the prison door, Ada at the accounts door, with something to hide each."""
    UserObjectPermission.objects.all().delete()
    furnish(alice, unit_a)
    furnish(ada, unit_a)
    with at_prison():
        UserObjectPermission.objects.all().delete()
        # The unit has opened the calendar to this account.
        PrisonExportPermission.objects.create(
            id=uuid4(), establishment=unit_a.establishment, username="oscar", until=unit_a.establishment.today()
        )
        furnish(oscar, unit_a)
    return Sides(care=alice, prison=oscar, accounts=ada)


# Who works with accounts in which database, and whose accounts stand there.
VISITS = [("care", "care"), ("accounts", "care"), ("prison", "prison"), ("accounts", "prison")]
LIVE_IN = {"care": ("care", "accounts"), "prison": ("prison",)}
EACH_VISIT = pytest.mark.parametrize(("door", "database"), VISITS, ids=[" at ".join(visit) for visit in VISITS])


def seen(door: psycopg.Connection[Any], table: str) -> set[str]:
    """What a login finds when it asks for everything."""
    return {value for (value,) in door.execute(sql.SQL(f"SELECT {WHOSE[table]} FROM {table}"))}


def tables_of(door: str) -> list[str]:
    """The shared tables that the login of `door` may ask at all."""
    return [table for table in WHOSE if not (door == "accounts" and table == "access_calendaraddress")]


@pytest.mark.parametrize("database", LIVE_IN)
def test_every_shared_table_has_a_row_of_each_side_that_could_leak(database: str, sides: Sides, login: Login) -> None:
    owner = login("owner", database)

    for table in WHOSE:
        assert seen(owner, table) == {mark(table, sides.of(side)) for side in LIVE_IN[database]}, table


# Behind the care door alone, and what officers themselves recorded.
OF_ONE_SIDE = {
    "care": {
        "appointments_absence",
        "appointments_agenda",
        "appointments_alert",
        "appointments_appointment",
        "appointments_closure",
        "appointments_dayfilter",
        "appointments_detainee",
        "appointments_escort",
        "appointments_obstruction",
        "appointments_obstructionreader",
        "appointments_obstructionreport",
        "appointments_plansearch",
        "appointments_question",
        "appointments_registryimport",
        "appointments_registryupload",
        "appointments_request",
        "appointments_series",
    },
    "prison": {"prison_exportuse", "prison_tap", "prison_printedsheet", "prison_walldisplay"},
}


@pytest.mark.parametrize("database", LIVE_IN)
def test_every_table_that_belongs_to_accounts_is_split_by_side(database: str, login: Login) -> None:
    pointing = login("owner", database).execute(
        "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " WHERE c.contype = 'f' AND c.confrelid IN ('access_user'::regclass, 'otp_static_staticdevice'::regclass)"
        " AND NOT t.relrowsecurity"
    )

    assert {name for (name,) in pointing} - OF_ONE_SIDE[database] == set()


@EACH_VISIT
def test_each_login_sees_the_rows_of_its_own_side_only(
    door: str, database: str, sides: Sides, unit_a: Unit, login: Login
) -> None:
    connected = login(door, database)
    if door == "accounts":
        # Without saying for whom it asks: administrators, to sign in, and nobody else's account.
        assert seen(connected, "access_user") == ({"ada"} if database == "care" else set())
        assert seen(connected, "access_membership") == seen(connected, "guardian_userobjectpermission") == set()
        standing(connected, sides.accounts.pk, unit_a.establishment.pk)

    for table in tables_of(door):
        everybody = door == "accounts" and table in MANAGED
        expected = {mark(table, sides.of(side)) for side in LIVE_IN[database] if everybody or side == door}
        assert seen(connected, table) == expected, table


def test_courier_sees_no_account_and_nothing_of_theirs(sides: Sides, login: Login) -> None:
    for database in LIVE_IN:
        for table in WHOSE:
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                login("courier", database).execute(f"SELECT FROM {table}")


# A row of each shared table for another account, and what of the account stands in it.
FORGED = [
    (
        "INSERT INTO access_session (session_key, session_data, expire_date, side, user_id)"
        " VALUES ('forged', '', now(), %s, %s)",
        ("side", "pk"),
    ),
    (
        "INSERT INTO otp_totp_totpdevice (name, confirmed, key, step, t0, digits, tolerance, drift, last_t,"
        " user_id, throttling_failure_count) VALUES ('forged', true, '00', 30, 0, 6, 1, 0, -1, %s, 0)",
        ("pk",),
    ),
    (
        "INSERT INTO otp_hotp_hotpdevice (name, confirmed, key, digits, tolerance, counter, user_id,"
        " throttling_failure_count) VALUES ('forged', true, repeat('00', 20), 6, 5, 0, %s, 0)",
        ("pk",),
    ),
    (
        "INSERT INTO django_otp_webauthn_webauthncredential (name, confirmed, credential_type, credential_id,"
        " public_key, transports, sign_count, backup_eligible, backup_state, aaguid, credential_id_sha256, user_id)"
        " VALUES ('forged', true, 'public-key', '', '', '[]', 0, false, false, '', 'forged', %s)",
        ("pk",),
    ),
    (
        "INSERT INTO otp_static_staticdevice (name, confirmed, user_id, throttling_failure_count)"
        " VALUES ('forged', true, %s, 0)",
        ("pk",),
    ),
    ("INSERT INTO access_failedattempts (side, lane, throttling_failure_count) VALUES (%s, 'x', 0)", ("side",)),
    (
        "INSERT INTO access_accountevent (user_id, what, browser, address, session) VALUES (%s, 'x', '', '', '')",
        ("pk",),
    ),
]
# The accounts login has no grant on this table at all: there the refusal is another one (test_what_each_login_reaches).
FORGED_CALENDAR = (
    "INSERT INTO access_calendaraddress (user_id, establishment_id, scope, digest, created_at, expires_at)"
    " VALUES (%s, (SELECT min(id) FROM access_establishment), 'other', 'forged', now(), now())",
    ("pk",),
)

CHANGES = {
    "access_user": "UPDATE access_user SET password = 'mine' WHERE id = %s",
    "access_session": "DELETE FROM access_session WHERE user_id = %s",
    "access_calendaraddress": "UPDATE access_calendaraddress SET revoked_at = now() WHERE user_id = %s",
    "otp_totp_totpdevice": "UPDATE otp_totp_totpdevice SET key = 'mine' WHERE user_id = %s",
    "otp_hotp_hotpdevice": "UPDATE otp_hotp_hotpdevice SET counter = 0 WHERE user_id = %s",
    "django_otp_webauthn_webauthncredential": (
        "UPDATE django_otp_webauthn_webauthncredential SET public_key = 'mine' WHERE user_id = %s"
    ),
    "django_otp_webauthn_webauthnattestation": (
        "DELETE FROM django_otp_webauthn_webauthnattestation WHERE credential_id IN"
        " (SELECT id FROM django_otp_webauthn_webauthncredential WHERE user_id = %s)"
    ),
    # Nobody clears what was counted at another side's door.
    "access_failedattempts": "DELETE FROM access_failedattempts WHERE user_id = %s",
    "otp_static_staticdevice": "DELETE FROM otp_static_staticdevice WHERE user_id = %s",
}


@EACH_VISIT
def test_no_login_changes_or_removes_rows_of_another_side(door: str, database: str, sides: Sides, login: Login) -> None:
    for table, statement in CHANGES.items():
        if table not in tables_of(door):
            continue
        for other in {*LIVE_IN[database]} - {door}:
            changed = login(door, database).execute(statement, [sides.of(other).pk])
            assert changed.rowcount == 0, (other, table)


@EACH_VISIT
def test_no_login_writes_a_row_for_another_side(door: str, database: str, sides: Sides, login: Login) -> None:
    others = {
        ("care", "care"): (sides.accounts.side, sides.accounts.pk),
        ("accounts", "care"): (sides.care.side, sides.care.pk),
        # No account of another side stands in the prison's database.
        ("prison", "prison"): ("care", 0),
        ("accounts", "prison"): (sides.prison.side, sides.prison.pk),
    }
    other = dict(zip(("side", "pk"), others[door, database], strict=True))

    for statement, names in FORGED if door == "accounts" else [*FORGED, FORGED_CALENDAR]:
        refused = pytest.raises(errors.InsufficientPrivilege, match="row-level security")
        if (door, statement) == ("prison", FORGED_CALENDAR[0]):
            # The unit has opened nothing to that account, and the trigger speaks first.
            refused = pytest.raises(errors.CheckViolation, match="are closed to this account")
        with refused:
            login(door, database).execute(statement, [other[name] for name in names])


@EACH_VISIT
def test_no_login_takes_away_or_changes_what_an_account_is_told(
    door: str, database: str, sides: Sides, login: Login
) -> None:
    for statement in ("DELETE FROM access_accountevent", "UPDATE access_accountevent SET what = 'sign_in'"):
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            login(door, database).execute(statement)


def test_account_cannot_be_carried_to_another_side(sides: Sides, login: Login) -> None:
    for door, database in VISITS:
        for table in ("access_user", "access_membership"):
            with pytest.raises(errors.InsufficientPrivilege):
                login(door, database).execute(f"UPDATE {table} SET side = 'care'")
    owner = login("owner")
    with pytest.raises(errors.CheckViolation, match="role_belongs_to_side"):
        owner.execute("UPDATE access_membership SET side = 'care' WHERE user_id = %s", [sides.accounts.pk])
    with pytest.raises(errors.ForeignKeyViolation, match="membership_on_side_of_user"):
        owner.execute(
            "UPDATE access_membership SET side = 'care', role = 'nurse', administers = '' WHERE user_id = %s",
            [sides.accounts.pk],
        )


@pytest.mark.parametrize(("database", "side"), [("care", "prison"), ("prison", "care"), ("prison", "accounts")])
def test_account_of_another_side_cannot_stand_in_a_database_not_even_by_its_owner(
    database: str, side: str, unit_a: Unit, sides: Sides, login: Login
) -> None:
    with pytest.raises(errors.CheckViolation, match="user_of_this_side"):
        login("owner", database).execute(
            "INSERT INTO access_user (username, full_name, email, side, password, is_active, must_change_password,"
            " date_joined) VALUES ('spy', '', '', %s, '', true, false, now())",
            [side],
        )
    with pytest.raises((errors.CheckViolation, errors.InsufficientPrivilege)):
        login("accounts", database).execute(
            "SELECT access_open_account(%s, %s, %s, 'spy', 'Spy', '', 'x')",
            [sides.accounts.pk, unit_a.establishment.pk, side],
        )


def acting(unit: Unit, sides: Sides, account: int | None) -> list[int | None]:
    """Ada acts at her establishment on an account."""
    return [sides.accounts.pk, unit.establishment.pk, account]


RESET = "SELECT access_reset_second_factor(%s, %s, %s)"


def test_administrator_resets_what_they_cannot_read(unit_a: Unit, sides: Sides, login: Login) -> None:
    login("accounts").execute(RESET, acting(unit_a, sides, sides.care.pk))
    standing(login("accounts", "prison"), sides.accounts.pk, unit_a.establishment.pk)
    login("accounts", "prison").execute(RESET, acting(unit_a, sides, sides.prison.pk))
    closes = "SELECT access_set_active(%s, %s, %s, false)"
    login("accounts", "prison").execute(closes, acting(unit_a, sides, sides.prison.pk))

    owner, prison = login("owner"), login("owner", "prison")
    factors = (
        "otp_totp_totpdevice",
        "otp_hotp_hotpdevice",
        "django_otp_webauthn_webauthncredential",
        "django_otp_webauthn_webauthnattestation",
        "otp_static_statictoken",
    )
    for table in factors:
        assert seen(owner, table) == {sides.accounts.username[:16]}
        assert seen(prison, table) == set()
    assert seen(owner, "access_session") == {sides.accounts.username}
    assert seen(prison, "access_session") == set()
    revoked = prison.execute("SELECT user_id FROM access_calendaraddress WHERE revoked_at IS NOT NULL")
    assert [user for (user,) in revoked] == [sides.prison.pk]


GIVE = "SELECT access_give_token(%s, %s, %s, %s, repeat('ab', 20), 6, 30, 4, '4711')"


def test_administrator_gives_a_token_whose_secret_they_cannot_read_back(
    unit_a: Unit, sides: Sides, login: Login
) -> None:
    accounts, owner = login("accounts", "prison"), login("owner", "prison")
    standing(accounts, sides.accounts.pk, unit_a.establishment.pk)

    for kind, table in (("hotp", "otp_hotp_hotpdevice"), ("totp", "otp_totp_totpdevice")):
        accounts.execute(GIVE, [*acting(unit_a, sides, sides.prison.pk), kind])
        for nobody in (0, None):
            with pytest.raises(errors.InsufficientPrivilege, match="There is no such account"):
                accounts.execute(GIVE, [*acting(unit_a, sides, nobody), kind])
        assert "4711" not in seen(accounts, table)
        assert "4711" in seen(login("prison"), table)
        assert "4711" not in seen(login("care"), table)
        assert owner.execute(f"SELECT count(*) FROM {table} WHERE name = '4711'").fetchone() == (1,)
    with pytest.raises(errors.CheckViolation, match="hotp_token_is_usable"):
        accounts.execute(GIVE.replace("repeat('ab', 20)", "'short'"), [*acting(unit_a, sides, sides.prison.pk), "hotp"])
    with pytest.raises(errors.CheckViolation, match="A token has a clock or a button"):
        accounts.execute(GIVE, [*acting(unit_a, sides, sides.prison.pk), "sms"])


@pytest.mark.parametrize(("door", "database"), [("care", "care"), ("prison", "prison"), ("courier", "prison")])
def test_nobody_but_the_administrator_gives_tokens_or_asks_for_kinds(
    door: str, database: str, unit_a: Unit, sides: Sides, login: Login
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        login(door, database).execute(GIVE, [*acting(unit_a, sides, sides.prison.pk), "hotp"])
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        login(door, database).execute("SELECT access_factor_kinds(ARRAY[%s])", [sides.prison.pk])


@pytest.mark.parametrize("database", LIVE_IN)
def test_administrator_learns_kinds_of_factors_and_nothing_else(
    database: str, sides: Sides, unit_a: Unit, login: Login
) -> None:
    user, asking = sides.of(database), login("accounts", database)
    assert asking.execute("SELECT * FROM access_factor_kinds(%s)", [[user.pk]]).fetchall() == []
    standing(asking, sides.accounts.pk, unit_a.establishment.pk)

    found = asking.execute("SELECT * FROM access_factor_kinds(%s) ORDER BY 1, 2", [[user.pk]])

    assert [each.name for each in found.description or ()] == ["user_id", "kind", "how_many"]
    assert list(found) == [(user.pk, kind, 1) for kind in ("codes", "hotp", "key", "totp")]
