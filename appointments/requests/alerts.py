"""Officers' alerts as care reads them: who should be seen, how soon, and the word "received", which is all they get.

The other end of `appointments.prison.alerts`. A request for an appointment may be made from an alert, in one go, so
that no alert is received without somebody waiting for it: the caller takes the alert from `alerts_visible_to` and the
person from `people_of`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from access.audit import record
from access.enums import Side, Verb
from access.models import Establishment, User
from appointments.models import Alert, Detainee, FormerNumber, Request
from appointments.models.alert import AlertQuerySet
from appointments.models.enums.request import Source
from appointments.requests.entering import enter, join
from appointments.requests.guards import AlreadyAsked
from appointments.rights import Rights, detainees_visible_to

SHOWN_FOR = timedelta(days=7)
# Officers know two urgencies, and both mean today.
ALERT_DAYS = 0


def alerts_visible_to(user: User, establishment: Establishment) -> AlertQuerySet:
    """Return the alerts of `establishment`: every member of its care team may receive any of them."""
    alerts = Alert.objects.select_related("building", "received_by")
    return alerts.filter(establishment=establishment) if user.side == Side.CARE else alerts.none()


def unreceived_at(establishment: Establishment) -> AlertQuerySet:
    return Alert.objects.filter(establishment=establishment, received_at__isnull=True)


def received_lately(user: User, establishment: Establishment) -> AlertQuerySet:
    since = timezone.now() - SHOWN_FOR
    alerts = alerts_visible_to(user, establishment).filter(received_at__isnull=False, raised_at__gte=since)
    return alerts.order_by("-raised_at", "-id")


def people_of(alerts: Iterable[Alert], *, by: User, establishment: Establishment) -> dict[UUID, Detainee]:
    """Return the person of each alert, by its key: whoever is here under that register number, or was. Two queries.

    A number that nobody has here is left out: the alert then shows what the officer typed.
    """
    numbers = {alert.pk: alert.register_number.strip() for alert in alerts}
    typed = set(numbers.values())
    here = detainees_visible_to(Rights(by, establishment)).present().select_related("building")
    # An officer may still have the number that the person had before.
    before = FormerNumber.objects.filter(establishment=establishment, register_number__in=typed).order_by("pk")
    pairs = dict(before.values_list("register_number", "detainee"))
    people = list(here.filter(Q(register_number__in=typed) | Q(pk__in=set(pairs.values()))))
    by_key = {person.pk: person for person in people}
    known = {number: by_key[key] for number, key in pairs.items() if key in by_key}
    known |= {person.register_number: person for person in people}
    return {key: known[number] for key, number in numbers.items() if number in known}


def receive(*, by: User, alert: Alert) -> None:
    """Say that the unit has received `alert`; one that was received already stays as it is."""
    with transaction.atomic():
        waiting = Alert.objects.filter(Q(pk=alert.pk), received_at__isnull=True)
        if waiting.update(received_at=Now(), received_by=by):
            record(by=by, verb=Verb.RECEIVE_ALERT, target=alert, establishment=alert.establishment_id)


def enter_alert(*, by: User, alert: Alert, detainee: Detainee) -> Request:
    """Put the person of `alert` into the queue, urgent and to be sorted, and receive the alert.

    Two alerts about one person are one request, asked twice. Raises Refused.
    """
    day = alert.establishment.day_of(alert.raised_at)
    with transaction.atomic():
        try:
            asked = enter(
                by=by,
                establishment=alert.establishment,
                detainee=detainee,
                source=Source.OFFICER,
                received_on=day,
                within_days=ALERT_DAYS,
            )
        except AlreadyAsked as known:
            asked = join(by=by, known=known.known, asked_on=day)
        receive(by=by, alert=alert)
    return asked
