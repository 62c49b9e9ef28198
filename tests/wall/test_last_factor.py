"""Nobody who has enrolled is left with a password alone, whatever the code forgets and however quick two hands are."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.utils import timezone
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from psycopg import errors

from access.models import User
from tests.conftest import Unit
from tests.doors import at_prison
from tests.wall.conftest import Login, open_connection, standing

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("otp_totp_totpdevice", "otp_hotp_hotpdevice", "django_otp_webauthn_webauthncredential")


@pytest.fixture
def enrolled(oscar: User) -> User:
    """Oscar with an authenticator, a token, a key and a code sheet, in the prison's database."""
    with at_prison():
        TOTPDevice.objects.create(user=oscar, name="telephone", confirmed=True)
        HOTPDevice.objects.create(user=oscar, name="token", confirmed=True)
        WebAuthnCredential.objects.create(user=oscar, name="key", credential_id=b"x", public_key=b"x", aaguid="")
        StaticDevice.objects.create(user=oscar, name="backup codes").token_set.create(token="abcd2345")
        User.objects.filter(pk=oscar.pk).update(second_factor_since=timezone.now())
    return oscar


@pytest.mark.parametrize("last", TABLES)
def test_last_factor_is_neither_removed_nor_switched_off(last: str, enrolled: User, login: Login) -> None:
    prison = login("prison")
    for table in TABLES:
        if table != last:
            assert prison.execute(f"DELETE FROM {table} WHERE user_id = %s", [enrolled.pk]).rowcount == 1

    for statement in (f"DELETE FROM {last}", f"UPDATE {last} SET confirmed = false"):
        with pytest.raises(errors.CheckViolation, match="The last second factor of an account stays"):
            prison.execute(f"{statement} WHERE user_id = %s", [enrolled.pk])
    assert prison.execute(f"UPDATE {last} SET name = 'other' WHERE user_id = %s", [enrolled.pk]).rowcount == 1


def test_somebody_who_has_not_enrolled_yet_may_begin_again(enrolled: User, login: Login) -> None:
    User.objects.using("prison").filter(pk=enrolled.pk).update(second_factor_since=None)

    for table in TABLES:
        assert login("prison").execute(f"DELETE FROM {table} WHERE user_id = %s", [enrolled.pk]).rowcount == 1


def test_administrator_resets_them_all_at_once(unit_a: Unit, ada: User, enrolled: User, login: Login) -> None:
    acting = [ada.pk, unit_a.establishment.pk, enrolled.pk]
    accounts = standing(login("accounts", "prison"), ada.pk, unit_a.establishment.pk)
    accounts.execute("SELECT access_reset_second_factor(%s, %s, %s)", acting)

    for table in TABLES:
        assert login("owner", "prison").execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_two_hands_that_remove_two_last_factors_at_once_leave_one(enrolled: User, login: Login) -> None:
    login("prison").execute("DELETE FROM otp_totp_totpdevice WHERE user_id = %s", [enrolled.pk])
    both_have_removed, said = threading.Barrier(2), []

    def remove(table: str) -> None:
        with open_connection("prison") as hand:
            try:
                with hand.transaction():
                    hand.execute(f"DELETE FROM {table} WHERE user_id = %s", [enrolled.pk])
                    both_have_removed.wait(timeout=20)
            except errors.CheckViolation:
                said.append("refused")
            else:
                said.append("removed")

    hands = [threading.Thread(target=remove, args=[table]) for table in TABLES[1:]]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert sorted(said) == ["refused", "removed"]
    left: list[Any] = [login("owner", "prison").execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]
    assert sum(count for (count,) in left) == 1


@pytest.mark.parametrize(
    ("column", "value"), [("key", "'00'"), ("key", "repeat('zz', 20)"), ("digits", "7"), ("tolerance", "101")]
)
def test_token_that_could_be_guessed_is_refused(column: str, value: str, enrolled: User, login: Login) -> None:
    with pytest.raises(errors.CheckViolation, match="hotp_token_is_usable"):
        login("prison").execute(f"UPDATE otp_hotp_hotpdevice SET {column} = {value} WHERE user_id = %s", [enrolled.pk])
