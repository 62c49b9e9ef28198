"""manage.py purge_movements: forgets what no officer can see any longer, lines and printed sheets. Every night."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.prison.sheets import purge_printed
from appointments.projection import purge, purge_publications


class Command(BaseCommand):
    """Delete the movements and the printed sheets of the days before yesterday."""

    help = (
        "Forget the movements expected before yesterday and the sheets printed of those days."
        " Appointments keep their own history on the care side."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        now = timezone.now()
        purged = purge(before=end_of_the_window(now))
        sheets = 0
        for establishment in Establishment.objects.order_by("pk"):
            yesterday = establishment.day_of(now) - timedelta(days=1)
            purge_publications(establishment, before=yesterday)
            for prison in settings.CAREHUB_PRISONS:
                sheets += purge_printed(establishment, before=yesterday, prison=prison)
        self.stdout.write(f"{purged} movements and {sheets} printed sheets forgotten.")


def end_of_the_window(now: datetime) -> datetime:
    """Return the start of yesterday, where it began first: nobody's list reaches further back."""
    yesterdays = [
        local_midnights(establishment.day_of(now) - timedelta(days=1), establishment.zone)[0]
        for establishment in Establishment.objects.order_by("pk")
    ]
    return min(yesterdays, default=now)
