"""Opens a page as a door serves it, inside this process: the door's settings, its database and its role there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.databases import database_of
from access.enums import Side
from access.models import User


@contextmanager
def through(door: str) -> Iterator[None]:
    """Act as the process of `door`: what its login may not read, is not read."""
    with (
        override_settings(
            CAREHUB_DOOR=door,
            ROOT_URLCONF=f"carehub.urls.{door}",
            SESSION_COOKIE_NAME=f"carehub_{door}_session",
            CSRF_COOKIE_NAME=f"carehub_{door}_csrf",
            LANGUAGE_COOKIE_NAME=f"carehub_{door}_lang",
        ),
        at_prison() if door == Side.PRISON else nullcontext(),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE carehub_{door}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@contextmanager
def at_prison() -> Iterator[None]:
    """Let the prison's database be the only one, as it is for the process of the prison door."""
    care, kinds = connections[DEFAULT_DB_ALIAS], ContentType.objects
    connections[DEFAULT_DB_ALIAS] = connections[settings.CAREHUB_PRISONS[0]]
    kinds.clear_cache()  # what is remembered of one database is not true of the other
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = care
        kinds.clear_cache()


def signed_in(user: User) -> Client:
    """Return a browser in which `user` has passed both factors."""
    devices = TOTPDevice.objects.using(database_of(user))
    device, _created = devices.get_or_create(user=user, name="bench", defaults={"confirmed": True})
    with through(user.side):
        browser = Client()
        browser.force_login(user, backend="access.backends.DoorBackend")
        session = browser.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return browser


def page(user: User, path: str, *, times: int) -> tuple[float, int]:
    """Open the page `times` times; return the median seconds and the number of queries of the last time."""
    browser, seconds, queries = signed_in(user), [], 0
    with through(user.side):
        browser.get(path)  # the first time also reads templates
        for _each in range(times):
            with CaptureQueriesContext(connection) as captured:
                began = time.perf_counter()
                answer = browser.get(path)
                seconds.append(time.perf_counter() - began)
            if answer.status_code != 200:
                msg = f"{path} of the {user.side} door answers {answer.status_code}."
                raise RuntimeError(msg)
            queries = len(captured)
    return sorted(seconds)[times // 2], queries
