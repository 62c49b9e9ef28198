"""An officer's alert to the unit: "this person should be seen". One way, no word of health, no answer but "received".

The person is named as the prison names them; care finds the person of its own list by the register number. The
officers' own record stands at the prison side; this is what the courier brought of it, and what care did with it.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import Urgency


class AlertQuerySet(models.QuerySet["Alert"]):
    """Reads of alerts."""

    def waiting(self) -> AlertQuerySet:
        """Alerts that care has not received yet, the most urgent first, then the oldest."""
        return self.filter(is_received=False).order_by(
            Case(When(urgency=Urgency.NOW, then=0), default=1), "raised_at", "id"
        )


class Alert(models.Model):
    """One alert about one person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("access.Building", on_delete=models.PROTECT, related_name="+")
    register_number = models.CharField(_("register number"), max_length=20)
    last_name = models.CharField(_("name"), max_length=100, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=100, blank=True, default="")
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    raised_at = models.DateTimeField(db_default=Now())
    # When care reads its alerts is care's business: neither of these two is told to the prison side.
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    # All the answer that the prison side gets, and whether the courier has told it.
    is_received = models.GeneratedField(
        expression=Case(When(received_at__isnull=False, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    is_told = models.BooleanField(default=False, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="alert_urgency_known"),
            # Digits and letters: neither a number nor a name has room for a sentence about health.
            models.CheckConstraint(condition=Q(register_number__regex=r"^[0-9A-Za-z ./-]{1,20}$"), name="alert_number"),
            models.CheckConstraint(
                condition=Q(last_name__regex=r"^[^\d!?.,;:()]{0,60}$", first_name__regex=r"^[^\d!?.,;:()]{0,60}$"),
                name="alert_names",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="alert_received_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-raised_at"], name="alert_newest")]

    def __str__(self) -> str:
        return f"{self.register_number} {self.urgency}"

    @property
    def display_name(self) -> str:
        """The name as officers' lists have it: NAME in capitals, then first name, if any list has the number."""
        return f"{self.last_name.upper()} {self.first_name}".strip() or str(_("number on no list"))
