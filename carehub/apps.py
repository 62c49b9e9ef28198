"""Declares the composing app: it registers its checks and decides nothing."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class CarehubConfig(AppConfig):
    """Loads the checks of a door's own process."""

    name = "carehub"

    def ready(self) -> None:
        from carehub.doctor import checks  # noqa: F401

        if settings.CAREHUB_DOOR == "courier":
            # Its command stands below this package, and knows nothing of it.
            from carehub.observing import endpoint

            endpoint.begin()
