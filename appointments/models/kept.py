"""Appointments that care keeps although the practitioner is away or has left: somebody else sees these people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptAppointment(models.Model):
    """Somebody's word that one appointment stays, where and when it stands, for one cause. It is never rewritten.

    Of no force once the appointment stands elsewhere, or for another cause (docs/adr/0048).
    """

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey("appointments.Appointment", on_delete=models.PROTECT, related_name="kept")
    agenda = models.ForeignKey("appointments.Agenda", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    # In spite of what: one absence, or that this account no longer works here. Both go with their cause.
    absence = models.ForeignKey("appointments.Absence", null=True, on_delete=models.CASCADE, related_name="kept")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kept_at", "id"]
        verbose_name = _("appointment kept")
        constraints = [
            models.CheckConstraint(
                condition=Q(absence__isnull=False, owner=None) | Q(absence=None, owner__isnull=False),
                name="kept_for_one_cause",
            ),
            models.UniqueConstraint(fields=["appointment", "absence", "starts_at"], name="kept_once_under_absence"),
            models.UniqueConstraint(fields=["appointment", "owner", "agenda", "starts_at"], name="kept_once_for_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.starts_at:%Y-%m-%d %H:%M}"
