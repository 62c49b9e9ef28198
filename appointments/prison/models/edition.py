"""Editions: the list of one day as it was published last, whole. Written by the courier alone (appointments.courier).

An edition is one row with all its lines, in the order in which they are shown. So nothing of how it is stored (row
order, transaction numbers, sequences) can tell when, in which order or by which act care changed something.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.models.establishment import Establishment
from appointments.arithmetic.publication_grid import PublicationGrid


class Edition(models.Model):
    """The list of one day of one establishment."""

    # Derived from the establishment and the day, so that no sequence counts writes.
    id = models.UUIDField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    # How many times the list has gone out; 0 where lists are open all the time.
    version = models.PositiveIntegerField(_("version"))
    # The last publication time that it contains, by the plan; none for lists that are open all the time. Never the
    # instant of a writing.
    planned_for = models.DateTimeField(null=True)
    # Each line: id, building, cell, last_name, first_name, register_number, expected_at, mark. Nothing else passes:
    # the database checks the words of every line (wall/prison/functions/prison_lines_are_neutral.sql).
    lines = models.JSONField()
    # SHA-256 of the lines, by which a page and the courier see that nothing has changed.
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["establishment", "day"]
        verbose_name = _("movement list")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "day"], name="one_edition_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.day} {self.version}"


class PublishingHourQuerySet(models.QuerySet["PublishingHour"]):
    """Reads of publishing hours."""

    def grid_of(self, establishment: Establishment) -> PublicationGrid:
        """Return when the establishment's lists go out. One query."""
        rows = self.filter(establishment=establishment).order_by("at", "since")
        return PublicationGrid.of(rows.values_list("at", "since", "until"), establishment.zone)


class PublishingHour(models.Model):
    """A time of day at which the establishment's lists go out, as the unit has set it. A copy, kept by the courier."""

    # The key of the unit's own row.
    id = models.BigIntegerField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    at = models.TimeField()
    since = models.DateField()
    until = models.DateField(null=True)

    objects = PublishingHourQuerySet.as_manager()

    class Meta:
        ordering = ["at", "since"]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="hour_holds_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"


class Heartbeat(models.Model):
    """When the courier was here last. One row; it beats by the clock, whatever care does."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_heartbeat")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
