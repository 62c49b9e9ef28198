"""Tables that the doors share: each login sees the rows of its own side, with others there that could leak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential
from guardian.models import UserObjectPermission
from psycopg import errors, sql

from access.digest import digest_of
from access.models import CalendarAddress, Session, User
from appointments.models import Movement
from tests.conftest import Unit
from tests.factories import local
from tests.wall.conftest import DOORS, Login

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
    "axes_accessattempt": "username",
    "axes_accessattemptexpiration": "(SELECT a.username FROM axes_accessattempt a WHERE a.id = access_attempt_id)",
    "axes_accessfailurelog": "username",
    "axes_accesslog": "username",
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
    """Give `user` a row in every shared table, as the schema's owner."""
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
    """What django-axes writes, on the side of `user`."""
    common = {"side": user.side, "username": user.username, "agent": "browser", "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO axes_accessattempt (side, username, ip_address, user_agent, attempt_time, get_data, post_data,"
            " failures_since_start, http_accept, path_info)"
            " VALUES (%(side)s, %(username)s, '127.0.0.1', %(agent)s, %(now)s, '', '', 1, '', '') RETURNING id",
            common,
        )
        cursor.execute(
            "INSERT INTO axes_accessattemptexpiration (access_attempt_id, expires_at) VALUES (%s, %s)",
            [cursor.fetchone()[0], timezone.now()],
        )
        cursor.execute(
            "INSERT INTO axes_accessfailurelog (side, username, user_agent, attempt_time, locked_out, http_accept,"
            " path_info) VALUES (%(side)s, %(username)s, %(agent)s, %(now)s, true, '', '')",
            common,
        )
        cursor.execute(
            "INSERT INTO axes_accesslog (side, username, user_agent, attempt_time, http_accept, path_info,"
            " session_hash) VALUES (%(side)s, %(username)s, %(agent)s, %(now)s, '', '', '')",
            common,
        )


@pytest.fixture
def sides(unit_a: Unit, alice: User, oscar: User, ada: User) -> Sides:
    """Alice at the care door, Oscar at the prison door, Ada at the accounts door, with something to hide each."""
    UserObjectPermission.objects.all().delete()
    for user in (alice, oscar, ada):
        furnish(user, unit_a)
    return Sides(care=alice, prison=oscar, accounts=ada)


def seen(door: psycopg.Connection[Any], table: str) -> set[str]:
    """What a login finds when it asks for everything."""
    return {value for (value,) in door.execute(sql.SQL(f"SELECT {WHOSE[table]} FROM {table}"))}


def tables_of(door: str) -> list[str]:
    """The shared tables that the login of `door` may ask at all."""
    return [table for table in WHOSE if not (door == "accounts" and table == "access_calendaraddress")]


def test_every_shared_table_has_a_row_of_each_side_that_could_leak(sides: Sides, login: Login) -> None:
    owner = login("owner")

    for table in WHOSE:
        assert seen(owner, table) == {mark(table, sides.of(door)) for door in DOORS}, table


def test_every_table_that_belongs_to_accounts_is_split_by_side(login: Login) -> None:
    pointing = login("owner").execute(
        "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " WHERE c.contype = 'f' AND c.confrelid IN ('access_user'::regclass, 'otp_static_staticdevice'::regclass,"
        " 'axes_accessattempt'::regclass) AND NOT t.relrowsecurity"
    )

    # Behind the care door alone, and Django's own rights by group, which no login may touch.
    assert {name for (name,) in pointing} - {
        "appointments_agenda",
        "appointments_appointment",
        "appointments_escort",
        "appointments_question",
        "appointments_registryimport",
        "appointments_registryupload",
        "appointments_request",
        "appointments_series",
    } == set()


def test_each_login_sees_the_rows_of_its_own_side_only(sides: Sides, login: Login) -> None:
    for door in DOORS:
        connected = login(door)
        for table in tables_of(door):
            everybody = door == "accounts" and table in MANAGED
            expected = {mark(table, sides.of(side)) for side in (DOORS if everybody else [door])}

            assert seen(connected, table) == expected, (door, table)


def test_no_login_changes_or_removes_rows_of_another_side(sides: Sides, login: Login) -> None:
    change = {
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
        "otp_static_staticdevice": "DELETE FROM otp_static_staticdevice WHERE user_id = %s",
    }
    for door in DOORS:
        for table, statement in change.items():
            if table not in tables_of(door):
                continue
            for other in {*DOORS} - {door}:
                assert login(door).execute(statement, [sides.of(other).pk]).rowcount == 0, (door, other, table)


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
    (
        "INSERT INTO axes_accesslog (side, username, user_agent, attempt_time, http_accept, path_info,"
        " session_hash) VALUES (%s, 'x', '', now(), '', '', '')",
        ("side",),
    ),
]
# The accounts login has no grant on this table at all: there the refusal is another one (test_what_each_login_reaches).
FORGED_CALENDAR = (
    "INSERT INTO access_calendaraddress (user_id, establishment_id, scope, digest, created_at)"
    " VALUES (%s, (SELECT min(id) FROM access_establishment), 'other', 'forged', now())",
    ("pk",),
)


@pytest.mark.parametrize("door", DOORS)
def test_no_login_writes_a_row_for_another_side(door: str, sides: Sides, login: Login) -> None:
    other = sides.of("care" if door == "prison" else "prison")

    for statement, names in FORGED if door == "accounts" else [*FORGED, FORGED_CALENDAR]:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            login(door).execute(statement, [getattr(other, name) for name in names])


def test_wrong_password_is_counted_on_the_side_where_it_was_typed(sides: Sides, login: Login) -> None:
    for door in DOORS:
        login(door).execute(
            "INSERT INTO axes_accesslog (username, user_agent, attempt_time, http_accept, path_info, session_hash)"
            " VALUES ('typed', '', now(), '', '', '')"
        )

    rows = login("owner").execute("SELECT side FROM axes_accesslog WHERE username = 'typed' ORDER BY side")
    assert [side for (side,) in rows] == sorted(DOORS)


def test_account_cannot_be_carried_to_another_side(sides: Sides, login: Login) -> None:
    for door in DOORS:
        with pytest.raises(errors.InsufficientPrivilege):
            login(door).execute("UPDATE access_user SET side = 'care' WHERE id = %s", [sides.prison.pk])
        with pytest.raises(errors.InsufficientPrivilege):
            login(door).execute("UPDATE access_membership SET side = 'care' WHERE user_id = %s", [sides.prison.pk])
    with pytest.raises(errors.CheckViolation, match="role_belongs_to_side"):
        login("owner").execute("UPDATE access_membership SET side = 'care' WHERE user_id = %s", [sides.prison.pk])
    with pytest.raises(errors.ForeignKeyViolation, match="membership_on_side_of_user"):
        login("owner").execute(
            "UPDATE access_membership SET side = 'care', role = 'nurse' WHERE user_id = %s", [sides.prison.pk]
        )


def acting(unit: Unit, sides: Sides, account: int | None) -> list[int | None]:
    """Ada acts at her establishment on an account."""
    return [sides.accounts.pk, unit.establishment.pk, account]


def test_administrator_resets_what_he_cannot_read(unit_a: Unit, sides: Sides, login: Login) -> None:
    accounts = login("accounts")

    accounts.execute("SELECT access_reset_second_factor(%s, %s, %s)", acting(unit_a, sides, sides.care.pk))
    accounts.execute("SELECT access_set_active(%s, %s, %s, false)", acting(unit_a, sides, sides.prison.pk))

    owner = login("owner")
    prison, ada = sides.prison.username, sides.accounts.username
    assert seen(owner, "otp_totp_totpdevice") == {prison, ada}
    assert seen(owner, "otp_hotp_hotpdevice") == {prison, ada}
    assert seen(owner, "django_otp_webauthn_webauthncredential") == {prison, ada}
    assert seen(owner, "django_otp_webauthn_webauthnattestation") == {prison, ada}
    assert seen(owner, "otp_static_statictoken") == {prison, ada}
    assert seen(owner, "access_session") == {ada}
    revoked = owner.execute("SELECT user_id FROM access_calendaraddress WHERE revoked_at IS NOT NULL ORDER BY user_id")
    assert [user for (user,) in revoked] == sorted([sides.care.pk, sides.prison.pk])


GIVE = "SELECT access_give_token(%s, %s, %s, %s, repeat('ab', 20), 6, 30, 4, '4711')"


def test_administrator_gives_a_token_whose_secret_they_cannot_read_back(
    unit_a: Unit, sides: Sides, login: Login
) -> None:
    accounts, owner = login("accounts"), login("owner")

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


@pytest.mark.parametrize("door", ["care", "prison"])
def test_nobody_but_the_administrator_gives_tokens_or_asks_for_kinds(
    door: str, unit_a: Unit, sides: Sides, login: Login
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        login(door).execute(GIVE, [*acting(unit_a, sides, sides.of(door).pk), "hotp"])
    with pytest.raises(errors.InsufficientPrivilege, match="permission denied for function"):
        login(door).execute("SELECT access_factor_kinds(ARRAY[%s])", [sides.of(door).pk])


def test_administrator_learns_kinds_of_factors_and_nothing_else(sides: Sides, login: Login) -> None:
    asked = [[user.pk for user in (sides.care, sides.prison)]]

    found = login("accounts").execute("SELECT * FROM access_factor_kinds(%s) ORDER BY 1, 2", asked)

    assert [each.name for each in found.description or ()] == ["user_id", "kind", "how_many"]
    assert list(found) == [
        (user.pk, kind, 1) for user in (sides.care, sides.prison) for kind in ("codes", "hotp", "key", "totp")
    ]


def test_prison_login_sees_movements_of_yesterday_to_the_day_after_tomorrow(
    unit_a: Unit, login: Login, expect_on_day: Callable[..., None]
) -> None:
    for days in range(-4, 6):
        expect_on_day(days)

    days_seen = login("prison").execute("SELECT register_number FROM appointments_movement")
    days_there = login("care").execute("SELECT register_number FROM appointments_movement")

    assert sorted(int(number) for (number,) in days_seen) == [-1, 0, 1, 2]
    assert sorted(int(number) for (number,) in days_there) == list(range(-4, 6))


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "America/Guadeloupe", "Pacific/Tahiti"])
def test_window_of_movements_follows_the_clocks_of_an_overseas_establishment(
    zone: str, unit_a: Unit, login: Login, expect_on_day: Callable[..., None]
) -> None:
    unit_a.establishment.time_zone = zone
    unit_a.establishment.save()
    for hour in (0, 23):
        for days in (-2, -1, 2, 3):
            expect_on_day(days, hour=hour)

    found = login("prison").execute("SELECT register_number FROM appointments_movement")

    assert sorted(int(number) for (number,) in found) == [-1, -1, 2, 2]


@pytest.fixture
def expect_on_day(unit_a: Unit) -> Callable[..., None]:
    """Return a function that expects somebody some days from today, their number saying how many."""

    def expect(days: int, *, hour: int = 12) -> None:
        place = unit_a.establishment
        day = timezone.localdate(timezone=place.zone) + timedelta(days=days)
        Movement.objects.create(
            establishment=place,
            building=unit_a.building,
            cell="A-1",
            last_name="Durand",
            first_name="Paul",
            register_number=str(days),
            expected_at=local(place, day, hour),
        )

    return expect
