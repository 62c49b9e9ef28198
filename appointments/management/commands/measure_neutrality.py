"""manage.py measure_neutrality: measures what every establishment's list tells, for the page of the head of unit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, no_translations

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure
from appointments.neutrality.nightly import keep_measure


class Command(BaseCommand):
    """Safe to run again: each establishment keeps its last measure. One of the nightly worker's (carehub.nightly)."""

    help = "Measure what the movement lists of the half-year that ended yesterday tell, and keep it for the page."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        for establishment in Establishment.objects.order_by("code"):
            try:
                kept = keep_measure(establishment)
            except NothingToMeasure:
                self.stdout.write(f"{establishment.code}: nobody was called, nothing to measure.")
                continue
            missed = sum(not each["met"] for each in kept.findings["targets"])
            self.stdout.write(
                f"{establishment.code}: {kept.findings['calls']} calls measured, targets missed: {missed}."
            )
