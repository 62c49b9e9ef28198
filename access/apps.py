"""Declares the access app: who you are, which door you use, what you may see, what you have read."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Knows nothing of appointments; it only gives the mechanism of rights."""

    name = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from access.enums import Side
        from access.models import Building
        from access.policy import Scope, register_scope
        from access.sorting import FrenchKey

        register_scope(
            Scope(
                key="building",
                side=Side.PRISON,
                label=_("Buildings"),
                model=Building,
                levels=(("view", _("sees the list"), ("view_movements",)),),
                rows=lambda place: Building.objects.filter(establishment=place).order_by(FrenchKey("name"), "id"),
            )
        )
