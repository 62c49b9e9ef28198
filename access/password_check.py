"""Checks a name and a password as a stranger types them: counted, slowed down, hashed within bounds, written down.

Who is at a device that they know, or shows a code of theirs beside the password, does not wait for what strangers did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device

from access import attempts, audit, events, factors, hashing, known_devices
from access.attempts import Slowed, digest
from access.clients import address_of
from access.enums import Happening, Verb
from access.hashing import Busy, Pool
from access.models import User
from access.reach import ADDRESS, UNKNOWN_NAME

# Of a name that no account has the log keeps a sign: the same one for the same name, and none gives the name away.
SIGN_LENGTH = 16


class Expired(Exception):
    """The right code of an enrolment sheet, too late."""


class Closed(Exception):
    """The right password of an account that is closed: told to whoever has it, and to nobody else."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user


@dataclass(frozen=True)
class Passed:
    """A right password, and the factor that was shown with it, if one was."""

    user: User
    device: Device | None = None


def check(request: HttpRequest, *, username: str, password: str, code: str = "") -> Passed | None:
    """Return whose name and password these are, or None. Raises Slowed, Busy, Expired, Closed.

    The name is counted in lower case, so that writing it another way gives no further attempts. A name that no account
    has is counted, hashed and answered like one that has.
    """
    name, address = username.strip().lower(), address_of(request)
    user = account_named(name)
    mark = known_devices.mark_in(request, user)
    try:
        if mark is None and not attempts.was_let_in(user):
            attempts.require_quiet(address)
        lane = digest("name", name) if mark is None else digest("device", name, mark)
        attempts.count(lane, user=user)
    except Slowed as slowed:
        return with_code(request, user, password=password, code=code, slowed=slowed)
    right = is_right(user, password, lane=lane, pool=hashing.STRANGERS if mark is None else hashing.KNOWN)
    is_late = user is not None and right and hashing.has_expired(user.password)
    if right and user is not None and not is_late:
        attempts.forget(lane)
        require_open(user)
        return Passed(user)
    if mark is None:
        attempts.count_address(address)
    note_failure(request, user, name=name, lane=lane)
    if is_late:
        raise Expired
    return None


def with_code(request: HttpRequest, user: User | None, *, password: str, code: str, slowed: Slowed) -> Passed | None:
    """Let through whoever shows a code of theirs first; raise `slowed` against everybody else.

    A wrong code costs its owner nothing here, or strangers could use up their patience with them. A right one is used
    up, and has a lane of its own, which nobody enters who has not got the factor.
    """
    device = factors.accept_first(user, code) if user is not None and code else None
    if device is None or user is None:
        if slowed.is_new:
            audit.record(by=None, verb=Verb.SLOW_DOWN, target=ADDRESS)
        raise slowed
    lane = digest("factor", user.pk)
    attempts.count(lane, user=user)
    if is_right(user, password, lane=lane) and not hashing.has_expired(user.password):
        attempts.forget(lane)
        require_open(user)
        return Passed(user, device)
    note_failure(request, user, name=user.username, lane=lane)
    return None


def is_present(request: HttpRequest, *, user: User, password: str) -> bool:
    """Whether this is the password of who is signed in, asked again before what a stranger at their terminal must not.

    Raises Slowed, Busy.
    """
    lane = digest("present", user.pk)
    attempts.count(lane, user=user)
    if is_right(user, password, lane=lane):
        attempts.forget(lane)
        return True
    note_failure(request, user, name=user.username, lane=lane)
    return False


def require_open(user: User) -> None:
    """Let nobody in with a closed account, and write the attempt down. Raises Closed."""
    if not user.is_active:
        audit.record(by=None, verb=Verb.FAILED_SIGN_IN, target=user)
        raise Closed(user)


def account_named(name: str) -> User | None:
    """Return the account of this door's side; the door's database login cannot read others anyway."""
    found: User | None = User.objects.filter(side=settings.CAREHUB_DOOR, username__iexact=name).first()
    return found


def is_right(user: User | None, password: str, *, lane: str, pool: Pool = hashing.KNOWN) -> bool:
    """Hash once, whether or not there is such an account. What nobody had time for is not counted. Raises Busy."""
    try:
        with hashing.within(pool):
            if user is None:
                make_password(password)
                return False
            right, must_update = verify_password(password, user.password)
            # The code of a sheet keeps its own form, which says until when it is good.
            if right and must_update and user.is_active and hashing.last_instant(user.password) is None:
                user.set_password(password)
                user.save(update_fields=["password"])
    except Busy:
        attempts.take_back(lane)
        raise
    return right


def note_failure(request: HttpRequest, user: User | None, *, name: str, lane: str) -> None:
    """Write the failure into the log and for its account's owner; and that the next one will have to wait."""
    waits = attempts.has_begun_to_wait(lane)
    target: Any = user or UNKNOWN_NAME
    key = "" if user else digest("unknown", name)[:SIGN_LENGTH]
    with transaction.atomic():
        if user is not None:
            events.note(request, user, Happening.SLOW_DOWN if waits else Happening.WRONG_PASSWORD)
        audit.record(by=None, verb=Verb.FAILED_SIGN_IN, target=target, key=key)
        if waits:
            audit.record(by=None, verb=Verb.SLOW_DOWN, target=target, key=key)
