"""Lets a test go through one door: its URLs, its cookies and its own role in PostgreSQL, grants and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.models import Building, Establishment, User
from access.policy import granted
from appointments.models import Agenda


@contextmanager
def through(door: str) -> Iterator[None]:
    """Act as the process of `door` does: settings and database role."""
    settings = {
        "CAREHUB_DOOR": door,
        "ROOT_URLCONF": f"carehub.urls.{door}",
        "SESSION_COOKIE_NAME": f"carehub_{door}_session",
        "CSRF_COOKIE_NAME": f"carehub_{door}_csrf",
        "LANGUAGE_COOKIE_NAME": f"carehub_{door}_lang",
    }
    with override_settings(**settings):
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE carehub_{door}")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")


def warm_up(user: User) -> None:
    """Let this process know the kinds of rows, as a door does after its first page: then queries can be counted."""
    for model in (Agenda, Building, Establishment):
        for codename in (*dict(model._meta.permissions), f"view_{model._meta.model_name}"):
            granted(user, codename, model)


class DoorClient(Client):
    """A browser at one door, without JavaScript."""

    def __init__(self, door: str, **kwargs: Any) -> None:
        self.door = door
        kwargs.setdefault("headers", {"accept-language": "en"})
        super().__init__(**kwargs)

    def request(self, **request: Any) -> Any:
        with through(self.door):
            return super().request(**request)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return reverse(name, urlconf=f"carehub.urls.{self.door}", args=args, kwargs=kwargs)

    def sign_in(self, user: User, *, verified: bool = True) -> DoorClient:
        """Sign `user` in without the forms; with a verified second factor unless told otherwise."""
        device, _created = TOTPDevice.objects.get_or_create(user=user, name="test", defaults={"confirmed": True})
        if verified and user.second_factor_since is None:
            User.objects.filter(pk=user.pk).update(second_factor_since=timezone.now())
        warm_up(user)
        with through(self.door):
            self.force_login(user)
            if verified:
                session = self.session
                session[DEVICE_ID_SESSION_KEY] = device.persistent_id
                session.save()
                assert session[SESSION_KEY]
        return self


# The fixture `at_door`: a browser in which this user is signed in.
AtDoor = Callable[[User], DoorClient]
