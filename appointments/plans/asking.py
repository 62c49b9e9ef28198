"""The verb of the care door: ask for a search. The worker does it; nothing is changed by it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import PlanSearch
from appointments.models.enums.plan import SearchState
from appointments.rights import Rights


def ask_for_plans(establishment: Establishment, *, by: User) -> PlanSearch:
    """Ask for a search; where one is asked for already, that one is the answer. Raises PermissionDenied."""
    if not Rights(by, establishment).leads_unit:
        raise PermissionDenied(_("Only the head of the unit changes its planning."))
    try:
        with transaction.atomic():
            search = PlanSearch.objects.create(establishment=establishment, asked_by=by)
            record(by=by, verb=Verb.CHANGE_PLANNING, target=search, establishment=establishment)
    except IntegrityError:
        return PlanSearch.objects.get(establishment=establishment, state__in=[SearchState.ASKED, SearchState.RUNNING])
    return search


def latest_search(establishment: Establishment) -> PlanSearch | None:
    return PlanSearch.objects.filter(establishment=establishment).first()


def asked_on(search: PlanSearch) -> date:
    """Return the local day on which a search was asked for."""
    return search.establishment.day_of(search.asked_at)
