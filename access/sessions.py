"""Keeps web sessions in the database, one door's apart from another's."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from access.models.session import Session


class SessionStore(DatabaseStore):
    """Django's database store, which also notes the side and the account of each session."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to write; the database refuses a row of another side."""
        row = cast("Session", super().create_model_instance(data))
        row.side = settings.CAREHUB_DOOR
        user_id = data.get(SESSION_KEY)
        row.user_id = int(user_id) if user_id else None
        return row
