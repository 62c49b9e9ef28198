"""Declares the appointments app: the agenda and its neutral shadow."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from appointments import wall


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Appointments")

    def ready(self) -> None:
        """Register the rights that can be given and how they are asked, and let the wall follow each migration."""
        from access.arrival import ask_along
        from access.enums import Side
        from appointments.rights import GIVEN_ALONG, register_scopes

        register_scopes()
        ask_along(Side.CARE, GIVEN_ALONG)
        post_migrate.connect(put_up_the_wall, sender=self)


def put_up_the_wall(*, using: str, **kwargs: Any) -> None:
    """After `manage.py migrate`: make the database's rules those of the files, unless migrations are still waiting.

    A step of its own, not a migration: the files are today's, and go with today's tables only.
    """
    # `flush`, which tests use, sends the signal too; it changes no table and brings no plan.
    if "plan" in kwargs and not _waiting(using):
        with transaction.atomic(using), connections[using].cursor() as cursor:
            wall.put_up(cursor.execute, database=wall.of_alias(using))


def _waiting(using: str) -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
