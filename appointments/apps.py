"""Declares the appointments app: the agenda and its neutral shadow."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    """On start it tells access on which of its rows an account administrator can give rights."""

    name = "appointments"
    verbose_name = _("Appointments")

    def ready(self) -> None:
        """Register the rights that can be given."""
        from appointments.rights import register_scopes

        register_scopes()
