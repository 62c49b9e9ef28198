"""When nobody is seen: absences of a practitioner, closures of the unit, public holidays of the territory."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.agenda import Agenda, TimeRange
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Territory


class Absence(models.Model):
    """A time at which a practitioner is not there: nothing is offered or booked in their agenda."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=AbsenceReason.choices)
    # Empty for what was noted before this was kept.
    noted_at = models.DateTimeField(null=True, db_default=Now())
    noted_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("absence")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=Q(reason__in=AbsenceReason.values), name="absence_reason_known"),
            ExclusionConstraint(
                name="absence_overlap",
                expressions=[("agenda", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Closure(models.Model):
    """A time at which a whole unit holds no consultation."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=ClosureReason.choices)
    noted_at = models.DateTimeField(null=True, db_default=Now())
    noted_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("closure")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_ends_after_start"),
            models.CheckConstraint(condition=Q(reason__in=ClosureReason.values), name="closure_reason_known"),
            ExclusionConstraint(
                name="closure_overlap",
                expressions=[("unit", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.starts_at:%Y-%m-%d %H:%M}"


class UnitCalendar(models.Model):
    """Whose public holidays an establishment keeps; without a row, those that its time zone suggests."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    territory = models.CharField(max_length=3, choices=Territory.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(territory__in=Territory.values), name="territory_known"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.territory}"
