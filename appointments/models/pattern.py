"""Rooms, and the weekly patterns from which an agenda's sessions are written."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.models.agenda import MOST_OVERBOOKED, Agenda, capacity_fits_mode
from appointments.models.enums.planning import SessionMode


class Room(models.Model):
    """A room of the unit: one session at a time. Never leaves the care side."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("room"), max_length=40)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = [FrenchKey("name"), "id"]
        verbose_name = _("room")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="room_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="room_of_establishment"),
        ]

    def __str__(self) -> str:
        return self.name


class SessionPattern(models.Model):
    """The same hours again and again, by the establishment's clocks: an RFC 5545 rule of days, and its exceptions."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="patterns")
    # An RRULE without its dates: they are first and last. RDATE and EXDATE are the two lists.
    rule = models.CharField(max_length=120)
    first = models.DateField()
    last = models.DateField(null=True, blank=True)
    extra_dates = ArrayField(models.DateField(), default=list, blank=True)
    except_dates = ArrayField(models.DateField(), default=list, blank=True)
    # Whether sessions are held on public holidays too.
    on_holidays = models.BooleanField(default=False)
    start = models.TimeField()
    end = models.TimeField()
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    mode = models.CharField(max_length=8, choices=SessionMode.choices, default=SessionMode.FIXED)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    overbooking = models.PositiveSmallIntegerField(default=0)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agenda", "first", "start", "id"]
        verbose_name = _("weekly pattern")
        constraints = [
            models.UniqueConstraint(fields=["agenda", "id"], name="pattern_of_agenda"),
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="pattern_ends_after_first_day"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="pattern_ends_after_start"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240), name="pattern_slot_5_to_240_minutes"
            ),
            models.CheckConstraint(condition=capacity_fits_mode(), name="pattern_capacity_fits_mode"),
            models.CheckConstraint(condition=Q(overbooking__lte=MOST_OVERBOOKED), name="pattern_overbooking_limited"),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.rule} {self.start:%H:%M}"
