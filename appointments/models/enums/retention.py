"""What is kept for how long: the kinds of data that a unit forgets by night, with the law's or the usual period.

Sources. GDPR art. 5(1)(e): no longer than needed, so every kind has an end. CNIL, délibération 2021-122 of 14 October
2021: lines of a log for six months to one year, up to three where they serve internal control. The medical record and
its twenty years (R.1112-7 CSP) are not this software's: nothing here is one. Where the law gives no figure, the usual
one is the three years for which a unit compares its figures.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionKind(models.TextChoices):
    """A kind of data, in the order in which it is forgotten: what rests on something else goes before it."""

    REQUESTS = "requests", _("Requests that are settled")
    APPOINTMENTS = "appointments", _("Past appointments, with their history and series")
    ESCORTS = "escorts", _("Hospital escorts that are over")
    ROUNDS = "rounds", _("Visits of rounds, and time on a round that has ended")
    OFFICERS = "officers", _("What officers recorded: movements and freezes")
    ALERTS = "alerts", _("Officers’ alerts that were received")
    EMERGENCIES = "emergencies", _("Emergency accesses that were judged")
    HANDOVERS = "handovers", _("Records of hand-overs")
    PEOPLE = "people", _("People who have left, once nothing else is kept of them")
    LISTS = "lists", _("Records of nominal lists")
    LOG = "log", _("Lines of the access log")


class Months(NamedTuple):
    """How long a kind is usually kept, and between which bounds a unit may choose."""

    usual: int
    least: int
    most: int


# No purge reaches nearer than this to today, whatever anybody sets: the database itself refuses it.
LEAST_MONTHS = 6

PERIODS: dict[RetentionKind, Months] = {
    RetentionKind.REQUESTS: Months(36, 12, 120),
    RetentionKind.APPOINTMENTS: Months(36, 12, 120),
    RetentionKind.ESCORTS: Months(36, 12, 120),
    RetentionKind.ROUNDS: Months(36, 12, 120),
    RetentionKind.OFFICERS: Months(12, LEAST_MONTHS, 36),
    RetentionKind.ALERTS: Months(12, LEAST_MONTHS, 36),
    RetentionKind.EMERGENCIES: Months(36, 12, 60),
    RetentionKind.HANDOVERS: Months(36, 12, 120),
    RetentionKind.PEOPLE: Months(36, 12, 120),
    RetentionKind.LISTS: Months(12, LEAST_MONTHS, 60),
    RetentionKind.LOG: Months(12, LEAST_MONTHS, 36),
}
