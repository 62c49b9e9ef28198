"""Appointments: who is seen, by whom, when. State changes are in appointments.booking only."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from appointments.enums import HOLDING, CancelReason, NotComeReason, Status
from appointments.models.agenda import Period


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Reads of appointments."""

    def holding(self) -> AppointmentQuerySet:
        """Appointments that hold the practitioner's and the person's time."""
        return self.filter(status__in=HOLDING)

    def booked(self) -> AppointmentQuerySet:
        """Appointments still to come or to be recorded."""
        return self.filter(status=Status.BOOKED)

    def with_names(self) -> AppointmentQuerySet:
        """With all that a line of the agenda shows, in one query."""
        return self.select_related("detainee", "detainee__building", "kind", "agenda")


class Appointment(models.Model):
    """One consultation of one person. It points to its movement; a movement never points back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    agenda = models.ForeignKey("appointments.Agenda", on_delete=models.PROTECT, related_name="appointments")
    # None for a cancelled appointment whose session was deleted later: nothing else may lose its session.
    session = models.ForeignKey(
        "appointments.ConsultationSession", null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="appointments")
    kind = models.ForeignKey("appointments.Kind", on_delete=models.PROTECT, related_name="+")
    # What it was booked together with, if anything.
    series = models.ForeignKey("appointments.Series", null=True, on_delete=models.PROTECT, related_name="appointments")
    movement = models.ForeignKey("appointments.Movement", null=True, on_delete=models.PROTECT, related_name="+")
    # The common arrival time under which the person is called; kept when old movements are purged.
    called_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    cancel_reason = models.CharField(max_length=10, choices=CancelReason.choices, blank=True, default="")
    not_come_reason = models.CharField(max_length=10, choices=NotComeReason.choices, blank=True, default="")
    booked_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    booked_at = models.DateTimeField(auto_now_add=True)
    # Counts changes: two people who edit the same appointment are told, instead of the last one winning.
    revision = models.PositiveIntegerField(default=1)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("appointment")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"),
            models.CheckConstraint(condition=Q(called_at__lte=F("starts_at")), name="called_before_start"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="appointment_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancel_reason__in=CancelReason.values)
                | (~Q(status=Status.CANCELLED) & Q(cancel_reason="")),
                name="cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.NOT_COME, not_come_reason__in=NotComeReason.values)
                | (~Q(status=Status.NOT_COME) & Q(not_come_reason="")),
                name="not_come_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=False) | Q(status=Status.CANCELLED),
                name="only_cancelled_without_session",
            ),
            # A cancelled appointment calls nobody.
            models.CheckConstraint(
                condition=~Q(status=Status.CANCELLED) | Q(movement__isnull=True),
                name="cancelled_without_movement",
            ),
            # Checked with each statement, unless a verb that exchanges times asks to be judged by the outcome.
            ExclusionConstraint(
                name="agenda_overlap",
                expressions=[("agenda", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                condition=Q(status__in=HOLDING),
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="person_overlap",
                expressions=[("detainee", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                condition=Q(status__in=HOLDING),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "starts_at"], name="appointment_by_start"),
            models.Index(fields=["detainee", "-starts_at"], name="appointment_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.agenda_id}"
