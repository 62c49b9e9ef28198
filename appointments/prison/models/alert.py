"""An officer's alert to the unit: "this person should be seen". One way, no word of health, no answer but "received".

The officers' own record; the courier copies it to the unit and brings the one word back (appointments.models.alert).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import Urgency


class PrisonAlert(models.Model):
    """One alert about one person, named as the prison names them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("access.Building", on_delete=models.PROTECT, related_name="+")
    register_number = models.CharField(_("register number"), max_length=20)
    # The names that the building's list has for the number, written by the database (functions/prison_name_alert.sql):
    # nobody types one. Empty for a number that no list has.
    last_name = models.CharField(_("name"), max_length=100, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=100, blank=True, default="")
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices)
    raised_at = models.DateTimeField(db_default=Now())
    raised_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    # All the answer that comes back; neither when nor by whom it was received is known here.
    is_received = models.BooleanField(default=False, editable=False)
    # Whether the courier has told the unit.
    is_carried = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-raised_at", "-id"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "register_number", "urgency"],
                condition=Q(is_received=False),
                name="one_alert_waiting",
            ),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="prison_alert_urgency_known"),
            # Digits and letters: neither a number nor a name has room for a sentence about health.
            models.CheckConstraint(
                condition=Q(register_number__regex=r"^[0-9A-Za-z ./-]{1,20}$"), name="prison_alert_number"
            ),
            models.CheckConstraint(
                condition=Q(last_name__regex=r"^[^\d!?.,;:()]{0,60}$", first_name__regex=r"^[^\d!?.,;:()]{0,60}$"),
                name="prison_alert_names",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "-raised_at"], name="prison_alert_newest"),
            models.Index(fields=["id"], condition=Q(is_carried=False), name="alert_to_carry"),
        ]

    def __str__(self) -> str:
        return f"{self.register_number} {self.urgency}"

    @property
    def display_name(self) -> str:
        """The name as the list has it: NAME in capitals, then first name, if any list has the number."""
        return f"{self.last_name.upper()} {self.first_name}".strip() or str(_("number on no list"))
