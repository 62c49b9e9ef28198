"""Lets a test go through one door: its URLs, its cookies, its database and its own login, grants and policies.

In a test the hospital's database is `default` and a prison's is `prison`, as for the owner's commands; at the prison
door `default` is the prison's. `carry` is the courier.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import UserSettingsHolder, settings
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models.signals import post_migrate
from django.test import Client
from django.test.signals import root_urlconf_changed, setting_changed
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.models import Building, Establishment, User
from access.policy import granted
from access.session_life import ALIVE, BEGAN
from appointments.courier import rounds
from appointments.models import Agenda, PrisonLink
from appointments.prison.models import Heartbeat

# Resolvers are kept by the name of a door's addresses: going through another one makes none of them wrong, and reading
# all addresses again for each request takes longer than most requests.
setting_changed.disconnect(root_urlconf_changed)

HOSPITAL = "hospital"
# The hospital's connection of each thread, while `default` is another.
_here = threading.local()
# The keys of kinds of rows differ between two databases; what a process has learned of them is kept for each.
_kinds: dict[str, dict[str, Any]] = {}
post_migrate.connect(lambda **_kwargs: _kinds.clear(), weak=False)


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """Let `default` be that database: the hospital's, or a prison's."""
    before, kinds = connections[DEFAULT_DB_ALIAS], ContentType.objects._cache
    if before.alias == DEFAULT_DB_ALIAS:
        _here.hospital, _kinds[HOSPITAL] = before, kinds
    wanted = _here.hospital if name == HOSPITAL else connections[name]
    connections[DEFAULT_DB_ALIAS], ContentType.objects._cache = wanted, _kinds.setdefault(name, {})
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS], ContentType.objects._cache = before, kinds


def at_prison(name: str = "prison") -> AbstractContextManager[None]:
    """Let `default` be a prison's database, as it is in the process of the prison door."""
    return speaking_to(name)


@contextmanager
def as_login(name: str, *aliases: str) -> Iterator[None]:
    """Let each of these connections be that login's."""
    opened = [connections[alias] for alias in aliases]
    for each in opened:
        with each.cursor() as cursor:
            cursor.execute(f"SET ROLE carehub_{name}")
    try:
        yield
    finally:
        for each in opened:
            if not each.needs_rollback:
                with each.cursor() as cursor:
                    cursor.execute("RESET ROLE")


@contextmanager
def set_to(values: dict[str, Any]) -> Iterator[None]:
    """Let these settings be so, and tell nobody: for settings to which nobody in this process listens."""
    before = settings._wrapped
    holder = UserSettingsHolder(before)
    for name, value in values.items():
        setattr(holder, name, value)
    settings._wrapped = holder
    try:
        yield
    finally:
        settings._wrapped = before


@contextmanager
def through(door: str) -> Iterator[None]:
    """Act as the process of `door` does: settings, databases and login."""
    own = {
        "CAREHUB_DOOR": door,
        "ROOT_URLCONF": f"carehub.urls.{door}",
        "SESSION_COOKIE_NAME": f"carehub_{door}_session",
        "CSRF_COOKIE_NAME": f"carehub_{door}_csrf",
        "CAREHUB_DEVICE_COOKIE_NAME": f"carehub_{door}_device",
        "CAREHUB_PROVIDER_COOKIE_NAME": f"carehub_{door}_provider",
        "LANGUAGE_COOKIE_NAME": f"carehub_{door}_lang",
    }
    with set_to(own), speaking_to("prison" if door == "prison" else HOSPITAL):
        others = ["prison"] if door in {"accounts", "courier"} else []
        with as_login(door, DEFAULT_DB_ALIAS, *others):
            yield


def warm_up(user: User) -> None:
    """Let this process know the kinds of rows, as a door does after its first page: then queries can be counted."""
    for model in (Building, Establishment) if user.side == "prison" else (Agenda, Building, Establishment):
        for codename in (*dict(model._meta.permissions), f"view_{model._meta.model_name}"):
            granted(user, codename, model)


class DoorClient(Client):
    """A browser at one door, without JavaScript."""

    def __init__(self, door: str, *, is_served: bool = True, **kwargs: Any) -> None:
        self.door, self.is_served, self.served_until = door, is_served, 0.0
        kwargs.setdefault("headers", {"accept-language": "en"})
        super().__init__(**kwargs)

    def request(self, **request: Any) -> Any:
        """Ask. Around a question of an officer the courier comes by, as it does within seconds."""
        is_prison = self.door == "prison" and self.is_served
        if is_prison:
            carry()
        with through(self.door):
            response = super().request(**request)
        if is_prison and request.get("REQUEST_METHOD") == "POST":
            carry()
        return response

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return reverse(name, urlconf=f"carehub.urls.{self.door}", args=args, kwargs=kwargs)

    def sign_in(self, user: User, *, verified: bool = True) -> DoorClient:
        """Sign `user` in without the forms; with a verified second factor unless told otherwise."""
        with speaking_to("prison" if self.door == "prison" else HOSPITAL):
            device, _created = TOTPDevice.objects.get_or_create(user=user, name="test", defaults={"confirmed": True})
            if verified and user.second_factor_since is None:
                User.objects.filter(pk=user.pk).update(second_factor_since=timezone.now())
        if self.door == "care" and self.is_served:
            was_reached()
        with through(self.door):
            warm_up(user)
            self.force_login(user)
            if verified:
                session = self.session
                session[DEVICE_ID_SESSION_KEY] = device.persistent_id
                # As after the forms: the first page has no sign of life to write.
                session[BEGAN] = session[ALIVE] = int(time.time())
                session.save()
                assert session[SESSION_KEY]
        return self


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo in both databases what is done meanwhile."""
    with transaction.atomic(), transaction.atomic(using="prison"):
        yield
        for alias in ("default", "prison"):
            transaction.set_rollback(True, using=alias)


def carry(name: str = "prison") -> None:
    """Let the courier make a whole round, with its own logins."""
    with through("courier"):
        # Where a test has stopped the clock, the courier's stands, too.
        rounds.go(name, now=timezone.now())


def was_reached(name: str = "prison", *, ago: timedelta = timedelta(0), at: datetime | None = None) -> None:
    """Let the courier have been there so long ago, or at that instant, with nothing carried: for what tells of it."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - %s", [ago])
        [(then,)] = cursor.fetchall()
    PrisonLink.objects.update_or_create(name=name, defaults={"reached_at": at or then})
    Heartbeat.objects.using(name).update_or_create(id=1, defaults={"at": at or then})


# The fixture `at_door`: a browser in which this user is signed in.
AtDoor = Callable[[User], DoorClient]
