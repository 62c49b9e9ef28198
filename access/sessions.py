"""Keeps web sessions in the database, one door's apart from another's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError, IntegrityError
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from access.arrival import Arrival, read
from access.models.session import Session
from access.session_life import ADDRESS, ALIVE, BEGAN, BROWSER
from access.written import update


class SessionStore(DatabaseStore):
    """Django's database store, which also notes whose each session is, and for its owner from where and since when.

    With a session comes whose it is and what they are (access.arrival).
    """

    arrival: Arrival | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.arrival = read(self.session_key, timezone.now())
        if self.arrival is None:
            self._session_key = None
            return None
        return self.arrival.session

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 as Django calls it
        """Write what is known of the session. A row that there is takes one statement, without a transaction for it."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        try:
            is_there = update(self.create_model_instance(dict(self.items())))
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise UpdateError from error
        if not is_there:
            raise UpdateError

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to write; the database refuses a row of another side."""
        row = cast("Session", super().create_model_instance(data))
        row.side = settings.CAREHUB_DOOR
        user_id = data.get(SESSION_KEY)
        row.user_id = int(user_id) if user_id else None
        row.browser, row.address = data.get(BROWSER, ""), data.get(ADDRESS, "")
        row.began_at, row.alive_at = instant(data.get(BEGAN)), instant(data.get(ALIVE))
        row.is_verified = DEVICE_ID_SESSION_KEY in data
        return row


def instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
