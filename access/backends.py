"""Tells Django whose session it is. Names and passwords are checked in access.password_check, and nowhere else."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.backends import BaseBackend

from access.arrival import account_read
from access.models import User


class DoorBackend(BaseBackend):
    """Keeps active accounts of this door's side; opens to nobody by itself."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session, or None once it was deactivated: that takes effect at once."""
        if known := account_read(user_id):
            return known
        return cast("User | None", User.objects.filter(pk=user_id, side=settings.CAREHUB_DOOR, is_active=True).first())
