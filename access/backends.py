"""Checks a name and a password against the accounts of this door's side; knows nothing of second factors."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from access.models import User


class DoorBackend(BaseBackend):
    """Lets in active accounts of this door's side.

    The side is asked for here as courtesy; the door's database login cannot read other accounts anyway.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_kwargs: Any,
    ) -> User | None:
        """Return the account, or None; takes the same time whether or not the name exists."""
        if not username or password is None:
            return None
        user = User.objects.filter(side=settings.CAREHUB_DOOR, username__iexact=username).first()
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and user.is_active:
            return cast("User", user)
        return None

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session, or None once it was deactivated: that takes effect at once."""
        return cast("User | None", User.objects.filter(pk=user_id, side=settings.CAREHUB_DOOR, is_active=True).first())
