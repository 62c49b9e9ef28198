"""The verbs of signing in and out: password, second factor, backup codes. Knows no form and no page."""

from __future__ import annotations

from base64 import b32encode
from datetime import timedelta
from math import ceil
from typing import cast

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as remember_device
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from access import audit
from access.enums import Verb
from access.models import User

BACKUP_CODES = 10
TOTP_DIGITS = 6
# What a session holds between the steps.
NEXT = "next"
NEW_KEY = "new_second_factor"
SHOW_BACKUP_CODES = "show_backup_codes"


class WrongCode(Exception):
    """The code is not right, was used before, or comes too soon after wrong ones."""

    def __init__(self, *, wait_seconds: int = 0, refused_unread: bool = False) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds
        # The code was not even looked at: too many wrong ones came before.
        self.refused_unread = refused_unread


class AlreadyEnrolled(Exception):
    """The account has a second factor; only an account administrator resets it."""


def check_password(request: HttpRequest, *, username: str, password: str) -> User | None:
    """Return the account of this door with that name and password, or None; counts failures and locks out.

    The name is counted in lower case, so that writing it another way gives no further attempts.
    """
    return authenticate(request, username=username.strip().lower(), password=password)


def begin(request: HttpRequest, *, user: User, next_path: str) -> None:
    """Open a fresh session for `user`, whose second factor is still to come; afterwards he goes to `next_path`."""
    last_sign_in = user.last_login
    login(request, user)
    # A right password alone is no sign-in.
    User.objects.filter(pk=user.pk).update(last_login=last_sign_in)
    request.session[NEXT] = next_path


def verify_code(request: HttpRequest, *, user: User, code: str) -> TOTPDevice | StaticDevice:
    """Finish signing in with a code of the authenticator or a backup code, and return what accepted it.

    Raises WrongCode.
    """
    token = plain(code)
    device = device_for(user, token)
    if device is None:
        raise WrongCode
    wait = seconds_to_wait(device)
    if wait:
        raise WrongCode(wait_seconds=wait, refused_unread=True)
    verified = verify_token(user, device.persistent_id, token)
    if verified is None:
        device.refresh_from_db()
        raise WrongCode(wait_seconds=seconds_to_wait(device))
    complete(request, user=user, device=verified)
    return cast("TOTPDevice | StaticDevice", verified)


def plain(code: str) -> str:
    """Return a code as the device knows it, however it was grouped when typed."""
    return "".join(code.replace("-", " ").split()).lower()


def device_for(user: User, token: str) -> TOTPDevice | StaticDevice | None:
    """Return the device that answers a code of this shape: six digits the authenticator, all else the code sheet."""
    model = TOTPDevice if len(token) == TOTP_DIGITS and token.isdecimal() else StaticDevice
    return cast(
        "TOTPDevice | StaticDevice | None", model.objects.filter(user=user, confirmed=True).order_by("-pk").first()
    )


def seconds_to_wait(device: TOTPDevice | StaticDevice) -> int:
    """Return for how many seconds the device refuses any code after wrong ones (doubles with each)."""
    allowed, why = device.verify_is_allowed()
    if allowed or not why or "locked_until" not in why:
        return 0
    return max(1, ceil(cast("timedelta", why["locked_until"] - timezone.now()).total_seconds()))


def complete(request: HttpRequest, *, user: User, device: TOTPDevice | StaticDevice) -> None:
    """Mark the session as verified under a new key, and record that `user` has signed in."""
    remember_device(request, device)
    request.session.cycle_key()
    with transaction.atomic():
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        audit.record(by=user, verb=Verb.SIGN_IN, target=user)


def pending_device(request: HttpRequest, *, user: User) -> TOTPDevice:
    """Return the authenticator being enrolled in this session, not saved yet.

    Its key lives in the session: it stays the same while the person types, and a new sign-in starts from a new one.
    """
    key = request.session.setdefault(NEW_KEY, default_key())
    return TOTPDevice(user=user, name="authenticator", key=key, confirmed=True)


def typed_secret(device: TOTPDevice) -> str:
    """Return the device's secret in groups of four, to be typed where no QR code can be read."""
    text = b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def enrol(request: HttpRequest, *, user: User, code: str) -> None:
    """Make the pending authenticator the second factor of `user`, once it has shown one right code.

    Gives ten backup codes and finishes signing in. Raises WrongCode or AlreadyEnrolled.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=user.pk)
        if account.second_factor_since is not None:
            raise AlreadyEnrolled
        TOTPDevice.objects.filter(user=account).delete()
        device = pending_device(request, user=account)
        device.save()
        if not device.verify_token(plain(code)):
            raise WrongCode
        account.second_factor_since = timezone.now()
        account.save(update_fields=["second_factor_since"])
        write_backup_codes(account)
        audit.record(by=account, verb=Verb.ENROL_FACTOR, target=account)
    request.session.pop(NEW_KEY, None)
    request.session[SHOW_BACKUP_CODES] = True
    complete(request, user=user, device=device)


def write_backup_codes(user: User) -> None:
    """Replace the backup codes of `user` by ten new ones, each good for one sign-in."""
    # The device itself stays: a session that was opened with a backup code hangs on it.
    device, _new = StaticDevice.objects.get_or_create(user=user, defaults={"name": "backup codes", "confirmed": True})
    device.token_set.all().delete()
    codes: set[str] = set()
    while len(codes) < BACKUP_CODES:
        codes.add(StaticToken.random_token())
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in sorted(codes))


def renew_backup_codes(request: HttpRequest, *, by: User) -> None:
    """Give `by` ten new backup codes, shown once; the old ones are worth nothing any more."""
    with transaction.atomic():
        write_backup_codes(by)
        audit.record(by=by, verb=Verb.ENROL_FACTOR, target=StaticDevice)
    request.session[SHOW_BACKUP_CODES] = True


def backup_codes(user: User) -> list[str]:
    """Return the unused backup codes of `user`, in two groups of four."""
    tokens = StaticToken.objects.filter(device__user=user).order_by("pk").values_list("token", flat=True)
    return [f"{token[:4]}-{token[4:]}" for token in tokens]


def change_password(request: HttpRequest, *, by: User, password: str) -> None:
    """Give `by` a new password of his own; his other sessions end, this one goes on under a new key."""
    with transaction.atomic():
        by.set_password(password)
        by.must_change_password = False
        by.save(update_fields=["password", "must_change_password"])
        audit.record(by=by, verb=Verb.CHANGE_PASSWORD, target=by)
    update_session_auth_hash(request, by)


def sign_out(request: HttpRequest) -> None:
    """End the session and forget all that it held."""
    user = request.user
    if isinstance(user, User):
        audit.record(by=user, verb=Verb.SIGN_OUT, target=user)
    logout(request)
