"""Obstructed care: each fact once, with its day, half-day, building and cause; its former states; who reads the log.

Care side only. Nothing here is deleted or overwritten in silence: the database keeps what a row said before each
change (ObstructionPast). State changes are in appointments.obstruction only.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.models.enums.obstruction import (
    BY_HAND,
    COUNTED,
    HalfDay,
    ObstructionCause,
    ObstructionKind,
    ObstructionSource,
)

# How often in a row, and how many minutes, an establishment may choose.
REPEATED_TIMES = (2, 20)
SILENT_MINUTES = (5, 720)


class ObstructionQuerySet(models.QuerySet["Obstruction"]):
    def standing(self) -> ObstructionQuerySet:
        """Facts that nobody withdrew and that the counts still find."""
        return self.filter(withdrawn_at__isnull=True)

    def between(self, first: date, last: date) -> ObstructionQuerySet:
        return self.filter(day__gte=first, day__lte=last)

    def with_names(self) -> ObstructionQuerySet:
        return self.select_related("building", "detainee", "recorded_by")

    def latest_first(self) -> ObstructionQuerySet:
        return self.order_by("-day", "half_day", FrenchKey("building__name").asc(nulls_first=True), "kind", "id")


class Obstruction(models.Model):
    """One fact. A counted one says numbers and nobody's name; what is written by hand stays on the care side."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # Whose log it stands in.
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what happened"), max_length=16, choices=ObstructionKind.choices)
    day = models.DateField(_("day"))
    half_day = models.CharField(_("half-day"), max_length=10, choices=HalfDay.choices)
    # None where it concerns the unit or the whole house.
    building = models.ForeignKey(
        "access.Building", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("building")
    )
    cause = models.CharField(_("cause"), max_length=12, choices=ObstructionCause.choices)
    facts = models.TextField(_("facts"), max_length=1000, blank=True, default="")
    # What was counted: how many of how many, and minutes where it is about time. The sentence is made from these.
    affected = models.PositiveIntegerField(null=True, blank=True)
    expected = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    detainee = models.ForeignKey(
        "appointments.Detainee", null=True, blank=True, on_delete=models.PROTECT, related_name="obstructions"
    )
    appointment = models.ForeignKey(
        "appointments.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=8, choices=ObstructionSource.choices)
    # What makes it the same fact when it is counted, or sent, once more.
    source_key = models.CharField(max_length=120)
    is_serious = models.BooleanField(_("serious"), default=False)
    recorded_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    # Withdrawn by somebody, with a reason; or, with neither, because the counts no longer find it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True, default="")
    # Who made the present state; None when CareHub counted it.
    changed_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    objects = ObstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "id"]
        verbose_name = _("obstruction")
        verbose_name_plural = _("obstructions")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "source_key"], name="obstruction_once"),
            models.CheckConstraint(condition=~Q(source_key=""), name="obstruction_has_key"),
            models.CheckConstraint(condition=Q(cause__in=ObstructionCause.values), name="obstruction_cause_known"),
            models.CheckConstraint(condition=Q(half_day__in=HalfDay.values), name="obstruction_half_day_known"),
            models.CheckConstraint(
                condition=Q(source=ObstructionSource.COUNTED, kind__in=COUNTED)
                | (Q(source=ObstructionSource.BY_HAND, kind__in=BY_HAND) & ~Q(facts="")),
                name="obstruction_kind_of_source",
            ),
            models.CheckConstraint(
                condition=Q(affected__isnull=True) | Q(expected__isnull=True) | Q(affected__lte=F("expected")),
                name="obstruction_part_of_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by__isnull=True, withdrawn_reason=""),
                name="obstruction_withdrawn_when",
            ),
            # What somebody saw is withdrawn by somebody who says why.
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(source=ObstructionSource.COUNTED) | ~Q(withdrawn_reason=""),
                name="obstruction_withdrawn_why",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-day"], name="obstruction_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.half_day} {self.kind}"

    @property
    def is_counted(self) -> bool:
        return self.source == ObstructionSource.COUNTED

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class ObstructionPast(models.Model):
    """What a fact said before a change: written by a trigger with each change, and only growing."""

    obstruction = models.ForeignKey(Obstruction, on_delete=models.PROTECT, related_name="past")
    revision = models.PositiveIntegerField()
    was = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["obstruction", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["obstruction", "revision"], name="obstruction_past_once"),
        ]

    def __str__(self) -> str:
        return f"{self.obstruction_id} {self.revision}"


class ObstructionReader(models.Model):
    """Somebody of the care team whom the head of unit lets read the log and the figures; ended, never deleted."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["named_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "user"], condition=Q(ended_at__isnull=True), name="obstruction_reader_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("named_at")),
                name="obstruction_reader_ends_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.user_id}"


class ObstructionSettings(models.Model):
    """From when on an establishment counts an impediment as repeated, and silence of the prison's side as a fact."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    repeated_times = models.PositiveSmallIntegerField(_("times in a row"), default=3)
    silent_minutes = models.PositiveSmallIntegerField(_("minutes without the prison’s side"), default=15)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(repeated_times__gte=REPEATED_TIMES[0], repeated_times__lte=REPEATED_TIMES[1]),
                name="repeated_times_sensible",
            ),
            models.CheckConstraint(
                condition=Q(silent_minutes__gte=SILENT_MINUTES[0], silent_minutes__lte=SILENT_MINUTES[1]),
                name="silent_minutes_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.repeated_times} {self.silent_minutes}"


class PrisonSilence(models.Model):
    """A time in which the courier could not reach a prison's database: kept by a trigger, since the link keeps one."""

    prison = models.CharField(max_length=30)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["prison", "began_at"], name="prison_silence_once"),
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="silence_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.prison} {self.began_at:%Y-%m-%d %H:%M}"
