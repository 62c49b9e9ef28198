"""Sends an officer's alert to the unit: the only writer of PrisonAlert. One way: all that comes back is "received"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Verb
from access.models import Building, Establishment, User
from access.refusal import sentences_for_constraints
from appointments.arithmetic.timegrid import local_midnights
from appointments.models.enums.movement import Urgency
from appointments.prison.desk import DeskRefused
from appointments.prison.models import PrisonAlert
from appointments.prison.scope import buildings_visible_to

SHOWN_FOR = timedelta(hours=1)
CONSTRAINTS = {
    "one_alert_waiting": (
        "sent",
        gettext_lazy("The unit already has this alert about this person and has not received it yet."),
    ),
    "notices_of_a_minute": ("many", gettext_lazy("Too many alerts in one minute. Wait a moment, and telephone.")),
}


def alerts_seen_by(user: User, establishment: Establishment) -> Sequence[PrisonAlert]:
    """Return the alerts about people in the buildings that `user` sees, since yesterday, newest first. One query."""
    yesterday = local_midnights(establishment.today() - timedelta(days=1), establishment.zone)[0]
    here = PrisonAlert.objects.filter(
        establishment=establishment,
        building__in=buildings_visible_to(user, establishment),
        raised_at__gte=yesterday,
    )
    return list(here.select_related("building").order_by("-raised_at", "-id"))


def alerts_of_the_hour(user: User, establishment: Establishment) -> Sequence[PrisonAlert]:
    """Return the latest alerts, which every page of the desk shows until an hour is over. One query."""
    return list(alerts_shown(user, establishment))


def alerts_shown(user: User, establishment: Establishment) -> QuerySet[PrisonAlert]:
    return PrisonAlert.objects.filter(
        establishment=establishment,
        building__in=buildings_visible_to(user, establishment),
        raised_at__gte=Now() - SHOWN_FOR,
    ).order_by("-raised_at", "-id")


def raise_alert(
    *,
    by: User,
    establishment: Establishment,
    building: Building,
    register_number: str,
    urgency: Urgency,
) -> PrisonAlert:
    """Tell the unit that somebody should be seen; the database writes the name of the list. Raises DeskRefused."""
    if not buildings_visible_to(by, establishment).filter(pk=building.pk).exists():
        raise DeskRefused("right", _("You may not send an alert about somebody in this building."))
    with sentences_for_constraints(CONSTRAINTS, DeskRefused), transaction.atomic():
        alert = PrisonAlert.objects.create(
            establishment=establishment,
            building=building,
            register_number=register_number,
            urgency=urgency,
            raised_by=by,
        )
        record(by=by, verb=Verb.ALERT, target=alert, establishment=establishment)
    return alert
