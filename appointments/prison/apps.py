"""Declares the prison side's own tables, which stand in the prison's database alone."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrisonConfig(AppConfig):
    """Its tables hold published lists and what officers record, and nothing that refers to an appointment."""

    name = "appointments.prison"
    label = "prison"
    verbose_name = _("Movements")
