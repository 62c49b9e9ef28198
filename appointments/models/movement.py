"""Movements: "this person is expected at the health unit at this time". All that is ever exported to the prison side.

No relation to an appointment, an agenda or a practitioner; no free text. The instants of publication stay on this side:
the courier makes an edition of them, in which a line carries a word (appointments.courier). What officers record about
a line (`state`, `state_at`, `impediment`) is theirs; the courier brings it, care reads it.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.models.enums.movement import Impediment, MovementState, impeded_with_reason
from appointments.models.person import by_name


class MovementQuerySet(models.QuerySet["Movement"]):
    """Reads of movements."""

    def between(self, start: datetime, end: datetime) -> MovementQuerySet:
        """Movements expected in [start, end)."""
        return self.filter(expected_at__gte=start, expected_at__lt=end)

    def in_floor_order(self) -> MovementQuerySet:
        """Sorted as officers work, by building, time and cell, so that nothing of the booking order shows."""
        return self.order_by(FrenchKey("building__name"), "expected_at", "cell", *by_name())


class Movement(models.Model):
    """One person expected at one arrival time.

    The neutral columns are written by appointments.projection only, what officers recorded by the courier only.
    """

    # Derived from the person and the arrival time with a secret key (projection.movement_id): never sequential,
    # never time-ordered, and the same when a movement is withdrawn and written again.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("access.Building", on_delete=models.PROTECT, related_name="+")
    cell = models.CharField(_("cell"), max_length=30)
    last_name = models.CharField(_("name"), max_length=100)
    first_name = models.CharField(_("first name"), max_length=100)
    register_number = models.CharField(_("register number"), max_length=20)
    expected_at = models.DateTimeField(_("expected at"))
    state = models.CharField(_("state"), max_length=10, choices=MovementState.choices, default=MovementState.EXPECTED)
    # When the present state was recorded, by the officers' clock.
    state_at = models.DateTimeField(null=True, blank=True)
    impediment = models.CharField(_("impediment"), max_length=10, choices=Impediment.choices, blank=True, default="")
    # From when officers see the line; None once it is simply there. Before, it can go without a trace.
    visible_from = models.DateTimeField(null=True, editable=False)
    # It came after the list of its day was first published.
    is_added = models.BooleanField(default=False, editable=False)
    # From when it shows as withdrawn (never, when that would be after the call), and as standing again.
    withdrawn_from = models.DateTimeField(null=True, editable=False)
    restored_from = models.DateTimeField(null=True, editable=False)

    objects = MovementQuerySet.as_manager()

    class Meta:
        ordering = ["expected_at", "cell", *by_name()]
        verbose_name = _("movement")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "register_number", "expected_at"],
                name="one_movement_per_person_and_arrival",
            ),
            models.CheckConstraint(condition=Q(state__in=MovementState.values), name="movement_state_known"),
            models.CheckConstraint(
                condition=impeded_with_reason(),
                name="impeded_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=MovementState.EXPECTED, state_at__isnull=True)
                | (~Q(state=MovementState.EXPECTED) & Q(state_at__isnull=False)),
                name="recorded_state_has_time",
            ),
            models.CheckConstraint(
                condition=Q(visible_from__isnull=True) | Q(visible_from__lte=F("expected_at")),
                name="movement_published_before_the_call",
            ),
            models.CheckConstraint(
                condition=Q(restored_from__isnull=True) | Q(withdrawn_from__isnull=False),
                name="movement_restored_after_withdrawal",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "expected_at"], name="movement_by_time")]

    def __str__(self) -> str:
        return f"{self.display_name} {self.expected_at:%Y-%m-%d %H:%M}"

    @property
    def display_name(self) -> str:
        """The name as lists show it."""
        return f"{self.last_name.upper()} {self.first_name}"
