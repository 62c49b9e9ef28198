"""How long an establishment keeps each kind of data, and what was forgotten when. Never of whom.

A purge is possible only in the transaction that writes its record: the database refuses every other deletion of what
is kept (appointments.wall, kept_until_purged).
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.retention import PERIODS, RetentionKind


class RetentionPeriod(models.Model):
    """How many months one establishment keeps one kind; without a row, the usual number."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=RetentionKind.choices)
    months = models.PositiveSmallIntegerField(_("months"))

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "kind"], name="retention_period_once"),
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (Q(kind=kind, months__range=(each.least, each.most)) for kind, each in PERIODS.items()),
                ),
                name="retention_period_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"


class PurgeRecord(models.Model):
    """That rows of one kind were forgotten on a day: how many, of before which day. Written by the purge alone."""

    # None for lines of the access log that are of no establishment.
    establishment = models.ForeignKey("access.Establishment", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=RetentionKind.choices)
    day = models.DateField()
    # What was of this day or later stayed.
    before = models.DateField()
    forgotten = models.PositiveIntegerField()
    # The last of the day's purges of this kind, by the database's clock.
    purged_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-day", "kind", "id"]
        verbose_name = _("record of a purge")
        verbose_name_plural = _("records of purges")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "kind", "day", "before"],
                nulls_distinct=False,
                name="purge_recorded_once_a_day",
            ),
            models.CheckConstraint(condition=Q(kind__in=RetentionKind.values), name="purge_kind_known"),
            models.CheckConstraint(
                condition=Q(establishment__isnull=False) | Q(kind=RetentionKind.LOG), name="only_log_without_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.forgotten}"
