"""What officers record about a line: the outbox of taps, which they fill and cannot read, and where each line stands.

A tap is written once; the database then sets the line's state and keeps what undoing would bring back
(wall/prison/functions/prison_take_tap.sql). No row that the prison login can read holds the hour of a return, nor the
hour of an arrival once the person has left: together they would tell how long a visit took (docs/adr/0011).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import Impediment, MovementState, impeded_with_reason

# Of these states the hour is shown; of a return it would tell how long the visit took.
HOURS_SHOWN = (MovementState.CALLED, MovementState.LEFT, MovementState.ARRIVED, MovementState.IMPEDED)


class Tap(models.Model):
    """One recorded change of one line, on its way to the unit. The courier takes it along and deletes it here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The officers' order within their establishment. This and the next four are written by the database alone.
    number = models.BigIntegerField(editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    register_number = models.CharField(max_length=20, editable=False)
    expected_at = models.DateTimeField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    # Which line, as which officer saw it, and what they recorded.
    line = models.UUIDField()
    seen_state = models.CharField(max_length=10)
    seen_impediment = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=10, choices=MovementState.choices)
    impediment = models.CharField(max_length=10, choices=Impediment.choices, blank=True, default="")
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "number"], name="tap_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=MovementState.values), name="tap_state_known"),
            models.CheckConstraint(condition=impeded_with_reason(), name="tap_impeded_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"


class LineState(models.Model):
    """Where the person of one line stands now. Lines without a row are expected."""

    # The line's own key: a line that is withdrawn and called again comes back as officers left it.
    line = models.UUIDField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=10, choices=MovementState.choices)
    impediment = models.CharField(max_length=10, choices=Impediment.choices, blank=True, default="")
    # Since when, by the database's clock; none for those who are back or expected again.
    at = models.DateTimeField(null=True)
    # What undoing the last tap brings back.
    previous_state = models.CharField(max_length=10, choices=MovementState.choices)
    previous_impediment = models.CharField(max_length=10, choices=Impediment.choices, blank=True, default="")

    class Meta:
        verbose_name = _("movement")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MovementState.values), name="line_state_known"),
            models.CheckConstraint(condition=impeded_with_reason(), name="line_impeded_with_reason"),
            models.CheckConstraint(
                condition=impeded_with_reason("previous_state", "previous_impediment"),
                name="line_was_impeded_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HOURS_SHOWN, at__isnull=False) | (~Q(state__in=HOURS_SHOWN) & Q(at__isnull=True)),
                name="no_hour_of_a_return",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "day"], name="line_state_of_day")]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"


class DeskCount(models.Model):
    """How many taps an establishment's officers have made: a board that knows the number is up to date."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    taps = models.BigIntegerField(default=0)
    # The outbox must not fill the disk: taps of the present minute are counted, and bounded.
    minute = models.DateTimeField(null=True)
    of_minute = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.taps}"
