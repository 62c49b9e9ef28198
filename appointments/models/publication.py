"""The publication of movement lists: when they go out. Nothing here knows an appointment."""

from __future__ import annotations

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
