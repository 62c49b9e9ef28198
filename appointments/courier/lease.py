"""Which of several couriers acts: a lease of a few seconds in a row of its own, renewed with each round."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from appointments.models import CourierLease

# A courier that was killed is replaced after this long.
HOLDS = timedelta(seconds=10)


def take(holder: UUID) -> bool:
    """Take or renew the lease for `holder`; return whether it is theirs now. By the database's clock."""
    with transaction.atomic():
        CourierLease.objects.get_or_create(pk=1)
        free = Q(holder=holder) | Q(holder__isnull=True) | Q(until__lt=Now())
        return bool(CourierLease.objects.filter(free, pk=1).update(holder=holder, until=Now() + HOLDS))


def give_back(holder: UUID) -> None:
    """Let the next courier begin at once."""
    CourierLease.objects.filter(pk=1, holder=holder).update(holder=None)


def give_back_all() -> None:
    """Free the lease of a courier of which it is known that it has ended."""
    CourierLease.objects.update(holder=None)
