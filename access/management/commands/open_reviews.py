"""manage.py open_reviews: opens each quarter's reviews of accounts, door by door, at every establishment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from access import reviews
from access.models import Establishment


class Command(BaseCommand):
    """One of the nightly worker's (carehub.nightly)."""

    help = (
        "Open this quarter's reviews of accounts where there is none yet. One that is still open from before is closed"
        " unfinished."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        for establishment in Establishment.objects.order_by("pk"):
            opened = reviews.open_due(establishment, now=timezone.now())
            if opened:
                self.stdout.write(f"{establishment.code}: reviews opened for {', '.join(opened)}.")
