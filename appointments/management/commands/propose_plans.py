"""manage.py propose_plans: looks for the weekly plans that heads of unit asked for. The worker runs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, no_translations

from appointments.models import PlanSearch
from appointments.models.enums.plan import SearchState


class Command(BaseCommand):
    """Safe to run again: what is finished stays, what was broken off is begun anew."""

    help = "Look for the weekly plans that heads of unit asked for, and keep what was found."

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Load the solver and the learner only when somebody asked."""
        if not PlanSearch.objects.filter(state__in=[SearchState.ASKED, SearchState.RUNNING]).exists():
            return
        from appointments.plans.work import do_searches

        for search in do_searches():
            found = len(search.found.get("proposals", ()))
            self.stdout.write(f"{search.establishment.code}: {found} plans proposed ({search.state}).")
