"""Web sessions, marked by side so that row-level security keeps each door to its own."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from access.enums import Side


class Session(AbstractBaseSession):
    side = models.CharField(max_length=10, choices=Side.choices)
    user = models.ForeignKey("access.User", null=True, on_delete=models.CASCADE, related_name="+")
    # For its owner's eyes (access.views.my_security): where and since when, and when it was last used.
    browser = models.CharField(max_length=60, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    is_verified = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["user"], name="session_user")]

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store
