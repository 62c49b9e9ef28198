"""manage.py count_statistics: counts every establishment's figures until yesterday, for the page of the statistics."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, no_translations

from access.models import Establishment
from appointments.statistics.kept import count_asked, count_night


class Command(BaseCommand):
    """Safe to run again: each establishment keeps its last count. One of the nightly worker's (carehub.nightly)."""

    help = "Count the figures of the last thirteen weeks until yesterday, and what heads and clinicians asked for."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        for establishment in Establishment.objects.order_by("code"):
            self.stdout.write(f"{establishment.code}: {count_night(establishment)} sets of agendas counted.")
        for _row in count_asked():
            pass
