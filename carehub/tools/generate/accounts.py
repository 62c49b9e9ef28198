"""The accounts of generated establishments: a head, a nurse and two officers each, and one administrator of accounts.

Their password and the way their second factors are derived are those of the demonstration: known to everybody.
"""

from __future__ import annotations

import hashlib
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.enums import Administered, Role, Side, side_of_role
from access.models import Building, Establishment, JointAdministration, Membership, User
from access.policy import give
from appointments.models import Agenda
from appointments.rights import BOOK_AGENDA, LEAD_UNIT, VIEW_AGENDA
from carehub.tools.demo.cast import PASSWORD

ADMINISTRATOR = "admin"
CARERS = {"cheffe": Role.HEAD, "infirmiere": Role.NURSE}
OFFICERS = {"poste": Role.UNIT_OFFICER, "etage": Role.FLOOR_OFFICER}


def key_of(username: str) -> bytes:
    """Return the secret of an account's second factor, 20 bytes."""
    return hashlib.sha256(f"CareHub demonstration: {username}".encode()).digest()[:20]


def usernames(code: str) -> dict[str, str]:
    """Return the user names of a house by what their bearers do."""
    return {name: f"{name}.{code.lower()}" for name in (*CARERS, *OFFICERS)}


def open_accounts(place: Establishment, *, since: date, encoded: str) -> User:
    """Write the accounts of one establishment on both sides; return the nurse, who books."""
    names, carers = usernames(place.code), {}
    for name, role in {**CARERS, **OFFICERS}.items():
        user = open_account(names[name], place, role, since=since, encoded=encoded)
        carers[name] = user
    give(carers["cheffe"], LEAD_UNIT, place)
    for agenda in Agenda.objects.filter(establishment=place):
        give(carers["infirmiere"], VIEW_AGENDA, agenda)
        give(carers["infirmiere"], BOOK_AGENDA, agenda)
    give(carers["poste"], "view_all_movements", place)
    for building in Building.objects.filter(establishment=place).order_by("pk")[:1]:
        give(carers["etage"], "view_movements", building)
    return carers["infirmiere"]


def open_administrator(place: Establishment, *, since: date, encoded: str) -> None:
    """Write the one account of the accounts door, of both sides of the first establishment."""
    JointAdministration.objects.create(
        establishment=place, decided_by="Directions des deux établissements", decided_on=since
    )
    open_account(ADMINISTRATOR, place, Role.ACCOUNT_ADMIN, since=since, encoded=encoded)


def open_account(username: str, place: Establishment, role: Role, *, since: date, encoded: str) -> User:
    side = side_of_role(role)
    alias = place.prison if side == Side.PRISON else DEFAULT_DB_ALIAS
    user = User(
        username=username,
        full_name=f"{username.capitalize()} (invented)",
        side=side,
        password=encoded,
        must_change_password=False,
        second_factor_since=timezone.now(),
    )
    user.save(force_insert=True, using=alias)
    TOTPDevice.objects.using(alias).create(user=user, name="generated", key=key_of(username).hex(), confirmed=True)
    Membership.objects.using(alias).create(
        user_id=user.pk,
        establishment_id=place.pk,
        side=side,
        role=role,
        valid_from=since,
        administers=Administered.BOTH if role == Role.ACCOUNT_ADMIN else "",
    )
    return user


def encoded_password() -> str:
    """Hash the one password once: a hash of each account's own would take a nation's time."""
    return make_password(PASSWORD)
