"""manage.py extend_planning: writes the sessions of the next weeks from the weekly patterns. Run it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, no_translations

from access.models import Establishment
from appointments.planning import extend_establishment


class Command(BaseCommand):
    """Safe to run again: what is written stays, and sessions with people in them are left alone."""

    help = "Write the sessions of the coming 26 weeks from the weekly patterns of every establishment."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """One establishment after the other, one pattern after the other: nobody waits long for a lock."""
        for establishment in Establishment.objects.order_by("code"):
            opened, removed = extend_establishment(establishment)
            self.stdout.write(f"{establishment.code}: {opened} sessions opened, {removed} removed.")
