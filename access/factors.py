"""Second factors of an account: tokens, authenticators, keys and the code sheet, and how a typed code is judged.

Knows no request and no page. Security keys answer in access.security_keys; here they only count as factors.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any, cast

from django.db import connections, transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from access.databases import database_of
from access.enums import FactorKind
from access.kept_texts import Statement
from access.models import User

BACKUP_CODES = 10
DIGITS = (6, 8)
# How far a token may be from what is expected: every day, when it is new, and when two codes in a row are typed.
BUTTON_SLACK, NEW_BUTTON_SLACK, RESYNC_SLACK = 10, 100, 500
CLOCK_SLACK, NEW_CLOCK_SLACK = 1, 10
# A code is accepted a step early, and a clock is corrected by seconds: neither is a clock that was set back.
CLOCKS_AGREE = timedelta(minutes=2)
# The order in which they are locked and tried. Each code of a shape goes to every device of that shape.
MODELS: dict[FactorKind, Any] = {
    FactorKind.TIME: TOTPDevice,
    FactorKind.BUTTON: HOTPDevice,
    FactorKind.KEY: WebAuthnCredential,
}


class WrongCode(Exception):
    """The code is not right, was used before, or comes too soon after wrong ones."""

    def __init__(
        self, *, wait_seconds: int = 0, refused_unread: bool = False, clock_behind: timedelta = timedelta(0)
    ) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds
        # How far the server's clock stands before the last use of the authenticator: no code of it can be right.
        self.clock_behind = clock_behind
        # The code was not even looked at: too many wrong ones came before.
        self.refused_unread = refused_unread


class _NotThisOne(Exception):
    """Undoes what a device noted about a code that may be another device's."""


@dataclass(frozen=True)
class Factor:
    """One authenticator, token or key, as its owner reads it."""

    kind: FactorKind
    device: Any

    @property
    def key(self) -> str:
        """How an address names it: totp-5."""
        return f"{self.kind.value}-{self.device.pk}"

    @property
    def name(self) -> str:
        return str(self.device.name)

    @property
    def since(self) -> datetime | None:
        return cast("datetime | None", self.device.created_at)

    @property
    def last_used_at(self) -> datetime | None:
        return cast("datetime | None", self.device.last_used_at)


def factors_of(user: User) -> list[Factor]:
    """Return what `user` can show beside the password, the code sheet apart; oldest first within each kind."""
    return [
        Factor(kind, device)
        for kind, model in MODELS.items()
        for device in model.objects.filter(user=user, confirmed=True).order_by("pk")
    ]


SHOWN = ("id", "name", "created_at", "last_used_at")


def shown_of(user: User) -> dict[str, Statement]:
    """Return what asks for `factors_of`, of each what a list shows, and for how many codes the sheet has left."""
    asked = (
        f"(SELECT '{kind}' AS kind, {', '.join(SHOWN)} FROM {model._meta.db_table}"  # noqa: S608 names of tables alone
        " WHERE user_id = %s AND confirmed ORDER BY id)"
        for kind, model in MODELS.items()
    )
    codes = (
        "SELECT count(*) AS unused FROM otp_static_statictoken t JOIN otp_static_staticdevice d"
        " ON d.id = t.device_id WHERE d.user_id = %s"
    )
    return {"factors": (" UNION ALL ".join(asked), [user.pk] * len(MODELS)), "codes": (codes, [user.pk])}


def factors_in(found: Mapping[str, list[dict[str, Any]]], database: str) -> tuple[list[Factor], int]:
    """Return the factors that those statements told of, and how many codes the sheet has left."""
    factors = []
    for row in found["factors"]:
        kind = FactorKind(row["kind"])
        values = [MODELS[kind]._meta.get_field(name).to_python(row[name]) for name in SHOWN]
        factors.append(Factor(kind, MODELS[kind].from_db(database, SHOWN, values)))
    return factors, found["codes"][0]["unused"]


def new_device(*, user: User, kind: FactorKind | str, key: str, digits: int, step: int, name: str) -> Any:
    """Return a token or authenticator that is not saved yet; `key` is its secret in hexadecimal."""
    common = {"user": user, "name": name, "key": key, "digits": digits, "confirmed": True}
    if kind == FactorKind.BUTTON:
        return HOTPDevice(**common, tolerance=BUTTON_SLACK)
    return TOTPDevice(**common, step=step, tolerance=CLOCK_SLACK)


def synchronise(device: TOTPDevice | HOTPDevice, code: str) -> bool:
    """Set a new device by the code that it shows now, and say whether that code can be its own. Saves nothing.

    A token that lay unused may have counted presses of its button, and its clock may be off.
    """
    token = plain(code)
    if not (token.isdecimal() and len(token) == device.digits):
        return False
    if isinstance(device, HOTPDevice):
        for counter in range(device.counter, device.counter + NEW_BUTTON_SLACK):
            if hotp(device.bin_key, counter, device.digits) == int(token):
                device.counter = counter + 1
                return True
        return False
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    right: bool = clock.verify(int(token), NEW_CLOCK_SLACK)
    if right:
        # The same code opens nothing a second time.
        device.drift, device.last_t = clock.drift, clock.t()
    return right


def confirm(device: TOTPDevice | HOTPDevice, *, code: str) -> TOTPDevice | HOTPDevice:
    """Save a new device once it has shown a right code. Raises WrongCode, and then nothing is saved."""
    if not synchronise(device, code):
        raise WrongCode
    device.set_last_used_timestamp(commit=False)
    device.save()
    return device


def accept(user: User, code: str) -> Device:
    """Return the device of `user` that this code is of: any of those that show or hold codes. Raises WrongCode.

    A wrong code counts against each device that it might have been of, a right one against none.
    """
    token = plain(code)
    with transaction.atomic():
        devices = answering(user, token)
        wait = longest_wait(devices)
        if wait:
            raise WrongCode(wait_seconds=wait, refused_unread=True)
        accepted = next((device for device in devices if opens(device, token)), None)
        for device in devices:
            if accepted is not None or behind(device):
                device.throttle_reset(commit=False)
            device.save(update_fields=["throttling_failure_timestamp", "throttling_failure_count"])
    if accepted is None:
        raise WrongCode(
            wait_seconds=longest_wait(devices), clock_behind=max(map(behind, devices), default=timedelta(0))
        )
    return accepted


def accept_first(user: User, code: str) -> Device | None:
    """Return the device whose right code somebody shows before the password, or None; a right one is used up.

    A wrong one counts against no device: everybody can type one under anybody's name.
    """
    with transaction.atomic():
        return next((device for device in answering(user, plain(code)) if opens(device, plain(code))), None)


def plain(code: str) -> str:
    """Return a code as the device knows it, however it was grouped when typed."""
    return "".join(code.replace("-", " ").split()).lower()


def answering(user: User, token: str) -> list[Any]:
    """Return, locked, the devices that could have given a code of this shape.

    Six or eight digits come from an authenticator or a token, twice as many from a token with a button that is out of
    step; all else, and what no such device can have given, from the code sheet.
    """
    mine = {"user": user, "confirmed": True}
    found: list[Any] = []
    if token.isdecimal() and len(token) in DIGITS:
        for model in (TOTPDevice, HOTPDevice):
            found += model.objects.select_for_update().filter(**mine, digits=len(token)).order_by("pk")
    elif token.isdecimal() and len(token) // 2 in DIGITS and len(token) % 2 == 0:
        found += HOTPDevice.objects.select_for_update().filter(**mine, digits=len(token) // 2).order_by("pk")
    if not found or len(token) == max(DIGITS):
        found += StaticDevice.objects.select_for_update().filter(**mine).order_by("pk")
    for device in found:
        # A failure that lies ahead was noted before the clock was set back.
        if device.throttling_failure_timestamp and device.throttling_failure_timestamp > timezone.now():
            device.throttle_reset(commit=False)
    return found


def behind(device: Any) -> timedelta:
    """Return how far the server's clock stands before the device's last use; nothing for a device without a clock.

    A code that was used does not come back (RFC 6238, section 5.2), so none is accepted until that time has come again.
    """
    if not isinstance(device, TOTPDevice):
        return timedelta(0)
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock.time = time.time()
    ahead = timedelta(seconds=(device.last_t - clock.t()) * device.step)
    return ahead if ahead > CLOCKS_AGREE else timedelta(0)


def opens(device: Any, token: str) -> bool:
    """Whether the device accepts the code. A refusal is noted on the object alone, for the caller to save."""
    with suppress(_NotThisOne), transaction.atomic():
        if isinstance(device, HOTPDevice) and len(token) == 2 * device.digits:
            right = resynchronise(device, token[: device.digits], token[device.digits :])
        else:
            right = device.verify_token(token)
        if not right:
            raise _NotThisOne
        return True
    return False


def resynchronise(device: HOTPDevice, first: str, second: str) -> bool:
    """Find a token whose button was pressed often in a pocket, by two codes in a row (RFC 4226, section 7.4)."""
    expected = (int(first), int(second))
    codes = [hotp(device.bin_key, device.counter + ahead, device.digits) for ahead in range(RESYNC_SLACK + 1)]
    for ahead, pair in enumerate(pairwise(codes)):
        if pair == expected:
            device.counter += ahead + 2
            device.set_last_used_timestamp(commit=False)
            device.save()
            return True
    device.throttle_increment(commit=False)
    return False


def longest_wait(devices: Iterable[Any]) -> int:
    """Return for how many seconds no code is looked at after wrong ones (doubles with each)."""
    return max((seconds_to_wait(device) for device in devices), default=0)


def seconds_to_wait(device: Any) -> int:
    allowed, why = device.verify_is_allowed()
    if allowed or not why or "locked_until" not in why:
        return 0
    return max(1, ceil(cast("timedelta", why["locked_until"] - timezone.now()).total_seconds()))


def set_back_codes(database: str) -> int:
    """Let authenticators whose last use lies ahead be used from now on, and return how many there were.

    Codes that were shown before this moment stay worthless.
    """
    found = [device for device in TOTPDevice.objects.using(database).select_for_update() if behind(device)]
    for device in found:
        device.last_t = int((time.time() - device.t0) // device.step) + device.drift
        device.save(using=database, update_fields=["last_t"])
    return len(found)


def write_backup_codes(user: User) -> None:
    """Replace the backup codes of `user` by ten new ones, each good for one sign-in."""
    # The device itself stays: a session that was opened with a backup code refers to it.
    device, _new = StaticDevice.objects.get_or_create(user=user, defaults={"name": "backup codes", "confirmed": True})
    device.token_set.all().delete()
    codes: set[str] = set()
    while len(codes) < BACKUP_CODES:
        codes.add(StaticToken.random_token())
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in sorted(codes))
    if not device.confirmed:
        device.confirmed = True
        device.save(update_fields=["confirmed"])


def awaits_backup_codes(user: User) -> bool:
    """Whether an administrator gave `user` a token and nobody has printed a code sheet for them yet."""
    return bool(StaticDevice.objects.filter(user=user, confirmed=False).exists())


def backup_codes(user: User) -> list[str]:
    tokens = StaticToken.objects.filter(device__user=user).order_by("pk").values_list("token", flat=True)
    return [f"{token[:4]}-{token[4:]}" for token in tokens]


def kinds_of(users: Iterable[User]) -> dict[tuple[str, int], list[str]]:
    """Return which kinds of factor accounts have, of any side, in words, by side and key. One query a database.

    The accounts login learns no more.
    """
    keys: dict[str, dict[int, str]] = {}
    for user in users:
        keys.setdefault(database_of(user), {})[user.pk] = user.side
    found: dict[tuple[tuple[str, int], str], int] = {}
    for database, sides in keys.items():
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT user_id, kind, how_many FROM access_factor_kinds(%s)", [list(sides)])
            found |= {((sides[key], key), kind): how_many for key, kind, how_many in cursor.fetchall()}
    words: dict[tuple[str, int], list[str]] = {}
    for kind in FactorKind:
        for (user_id, its_kind), how_many in found.items():
            if its_kind == kind.value and how_many:
                label = str(kind.label)
                words.setdefault(user_id, []).append(f"{label} ({how_many})" if how_many > 1 else label)
    return words
