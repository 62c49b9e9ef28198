"""Declares the composing app: it registers its checks, and decides nothing."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import pre_migrate


class CarehubConfig(AppConfig):
    """Loads the checks of a door's own process."""

    name = "carehub"

    def ready(self) -> None:
        from carehub.doctor import checks  # noqa: F401
        from carehub.known_versions import refuse_unknown

        # Once a migrate: Django sends the signal for each application that has models, and this one has none.
        pre_migrate.connect(refuse_unknown, sender=apps.get_app_config("access"))

        if settings.CAREHUB_DOOR == "courier":
            # Its command stands below this package, and knows nothing of it.
            from carehub.observing import endpoint

            endpoint.begin()
