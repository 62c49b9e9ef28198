"""The publication of movement lists: when they go out, which were printed. Nothing here knows an appointment."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PublicationTime(models.Model):
    """A time of day at which an establishment's lists go out, on the days from `since` and before `until`.

    A change holds from the next day, so that the publications of a day that has begun never move.
    """

    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="publication_times"
    )
    at = models.TimeField(_("publication time"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("publication time")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "at"], condition=Q(until__isnull=True), name="publication_time_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="publication_time_holds_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"


class UnplannedPublication(models.Model):
    """The list of a day went out between two publication times. It counts in the version and tells no more."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["establishment", "day"], name="unplanned_by_day")]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.day}"


class MovementMark(models.Model):
    """What the prison side is told of a line's history: added, withdrawn or nothing. A view of the database.

    It is computed from instants that the prison login cannot read (appointments/wall/care/views.sql).
    """

    id = models.UUIDField(primary_key=True)
    mark = models.TextField()

    class Meta:
        managed = False
        db_table = "appointments_movementmark"

    def __str__(self) -> str:
        return f"{self.id} {self.mark}"


class PrintedSheet(models.Model):
    """One building's list as it was printed: the lines as they stood, to tell later what has changed since."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The sheets that were printed with one click.
    batch = models.UUIDField(editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("access.Building", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    version = models.PositiveIntegerField(_("version"))
    lines = models.JSONField()
    printed_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-printed_at", "-id"]
        verbose_name = _("printed sheet")
        verbose_name_plural = _("printed sheets")
        constraints = [models.UniqueConstraint(fields=["batch", "building"], name="one_sheet_a_building_and_click")]
        indexes = [models.Index(fields=["building", "day", "-printed_at"], name="sheet_by_building")]

    def __str__(self) -> str:
        return f"{self.building_id} {self.day} {self.version}"
