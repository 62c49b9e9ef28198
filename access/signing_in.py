"""The verbs of signing in and out once the password is right (access.passing): second factor, backup codes.

Knows no form and no page.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as remember_device
from django_otp.middleware import is_verified
from django_otp.models import Device
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from django_otp_webauthn.models import WebAuthnCredential

from access import (
    audit,
    events,
    factors,
    interface_tokens,
    known_devices,
    own_sessions,
    security_keys,
    session_life,
    unused,
)
from access.enums import Happening, Verb
from access.factors import WrongCode
from access.models import User
from access.security_keys import KeyRefused

BACKEND = "access.backends.DoorBackend"

# What a session holds between the steps.
NEXT = "next"
NEW_KEY = "new_second_factor"
SHOW_BACKUP_CODES = "show_backup_codes"
# After how many days somebody is back whose account was soon to be suspended.
BACK_AFTER = "back_after"


class AlreadyEnrolled(Exception):
    """The account has a second factor; only an account administrator resets it."""


def begin(request: HttpRequest, *, user: User, next_path: str) -> None:
    """Open a fresh session for `user`, whose second factor is still to come; afterwards they go to `next_path`.

    Nothing of an earlier session of this browser goes over into it: not another person's choices, not one's own.
    """
    last_sign_in = user.last_login
    request.session.flush()
    login(request, user, backend=BACKEND)
    # What django-otp's middleware does where somebody comes with a session.
    vars(user).update(otp_device=None, is_verified=partial(is_verified, user))
    session_life.begin(request)
    # A right password alone is no sign-in.
    User.objects.filter(pk=user.pk).update(last_login=last_sign_in)
    request.session[NEXT] = next_path


def verify_code(request: HttpRequest, *, user: User, code: str) -> Device:
    """Finish signing in with a code of an authenticator, a token or the code sheet; return what accepted it.

    Raises WrongCode.
    """
    try:
        device = factors.accept(user, code)
    except WrongCode as wrong:
        if not wrong.refused_unread:
            note_wrong_code(request, user)
        raise
    complete(request, user=user, device=device)
    return device


def verify_key(request: HttpRequest, *, user: User, answer: str) -> Device:
    """Finish signing in with a security key, and return it. Raises KeyRefused."""
    try:
        key = security_keys.accept(request, user=user, answer=answer)
    except KeyRefused:
        note_wrong_code(request, user)
        raise
    complete(request, user=user, device=key)
    return key


def note_wrong_code(request: HttpRequest, user: User) -> None:
    """Write down that a right password came with a wrong code: its owner should know."""
    with transaction.atomic():
        events.note(request, user, Happening.WRONG_CODE)
        audit.record(by=None, verb=Verb.WRONG_CODE, target=user)


def complete(request: HttpRequest, *, user: User, device: Device) -> None:
    """Mark the session as verified under a new key, and record that `user` has signed in."""
    remember_device(request, device)
    request.session.cycle_key()
    known_devices.remember(request, user)
    if user.last_login is not None and unused.suspension_day(user):
        request.session[BACK_AFTER] = (timezone.now() - user.last_login).days
    with transaction.atomic():
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
        if factors.awaits_backup_codes(user):
            factors.write_backup_codes(user)
            request.session[SHOW_BACKUP_CODES] = True
        events.note(request, user, Happening.SIGN_IN)
        audit.record(by=user, verb=Verb.SIGN_IN, target=user)


def pending_device(request: HttpRequest, *, user: User, name: str = "authenticator") -> TOTPDevice:
    """Return the authenticator being enrolled in this session, not saved yet.

    Its key lives in the session: it stays the same while the person types, and a new sign-in starts from a new one.
    """
    key = request.session.setdefault(NEW_KEY, default_key())
    return TOTPDevice(user=user, name=name, key=key, confirmed=True)


def typed_secret(device: TOTPDevice) -> str:
    """Return the device's secret in groups of four, to be typed where no QR code can be read."""
    text = b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def enrol(request: HttpRequest, *, user: User, confirm: Callable[[], Any]) -> None:
    """Make what `confirm` saves and returns the first second factor of `user`, give ten backup codes, sign them in.

    Raises AlreadyEnrolled, or what `confirm` raises; then nothing is kept.
    """
    with transaction.atomic():
        account = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if account.second_factor_since is not None:
            raise AlreadyEnrolled
        for model in (TOTPDevice, HOTPDevice, WebAuthnCredential):
            model.objects.filter(user=account).delete()
        device = confirm()
        account.second_factor_since = timezone.now()
        account.save(update_fields=["second_factor_since"])
        factors.write_backup_codes(account)
        events.note(request, account, Happening.NEW_FACTOR)
        audit.record(by=account, verb=Verb.ENROL_FACTOR, target=account)
    request.session.pop(NEW_KEY, None)
    request.session[SHOW_BACKUP_CODES] = True
    complete(request, user=user, device=device)


def renew_backup_codes(request: HttpRequest, *, by: User) -> None:
    """Give `by` ten new backup codes, shown once; the old ones are worth nothing any more."""
    with transaction.atomic():
        factors.write_backup_codes(by)
        events.note(request, by, Happening.NEW_CODES)
        audit.record(by=by, verb=Verb.ENROL_FACTOR, target=StaticDevice)
    request.session[SHOW_BACKUP_CODES] = True


def change_password(request: HttpRequest, *, by: User, password: str) -> None:
    """Give `by` a new password of their own; their other sessions end, this one goes on under a new key."""
    with transaction.atomic():
        by.set_password(password)
        by.must_change_password = False
        by.save(update_fields=["password", "must_change_password"])
        own_sessions.end_others(request, by)
        interface_tokens.end_all(by)
        events.note(request, by, Happening.NEW_PASSWORD)
        audit.record(by=by, verb=Verb.CHANGE_PASSWORD, target=by)
    update_session_auth_hash(request, by)
    known_devices.remember(request, by)


def sign_out(request: HttpRequest) -> None:
    user = request.user
    if isinstance(user, User):
        audit.record(by=user, verb=Verb.SIGN_OUT, target=user)
    logout(request)
