"""The planning: agendas of practitioners, their sessions, kinds of consultation, the common arrival times."""

from __future__ import annotations

import re
from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from access.sorting import FrenchKey
from appointments.models.enums.planning import Discipline, SessionMode

# Words such as "de" and "of" do not tell kinds apart.
SHORT_WORD = 3
MOST_PLACES, MOST_OVERBOOKED = 60, 20
# People whom officers bring to one arrival time.
MOST_BROUGHT = 200


class TimeRange(Func):
    """The half-open time range [starts_at, ends_at) in SQL."""

    function = "TSTZRANGE"

    def __init__(self) -> None:
        super().__init__(F("starts_at"), F("ends_at"), RangeBoundary())


def capacity_fits_mode() -> Q:
    """A session of fixed times has no capacity; the others have one."""
    shared = Q(mode__in=[SessionMode.FLEXIBLE, SessionMode.GROUP], capacity__isnull=False)
    shared &= Q(capacity__gte=1, capacity__lte=MOST_PLACES)
    return Q(mode=SessionMode.FIXED, capacity__isnull=True) | shared


class Agenda(models.Model):
    """The diary of one practitioner (or of a nurses' room) at one establishment."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("practitioner"), max_length=80)
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline.choices)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("column"), default=0)
    # The account whose own diary this is, if any: it may subscribe to it as a calendar.
    owner = models.ForeignKey("access.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", FrenchKey("name"), "id"]
        verbose_name = _("agenda")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="agenda_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="agenda_of_establishment"),
        ]
        permissions = [("book_agenda", "Books, moves and cancels in the agenda")]

    def __str__(self) -> str:
        return self.name


class Kind(models.Model):
    """A kind of consultation: what it is called among carers and how long it usually takes, in minutes."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("kind of consultation"), max_length=60)
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline.choices)
    default_minutes = models.PositiveSmallIntegerField(_("usual duration (minutes)"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["discipline", FrenchKey("name"), "id"]
        verbose_name = _("kind of consultation")
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="kind_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="kind_of_establishment"),
            models.UniqueConstraint(fields=["unit", "id"], name="kind_of_unit"),
            models.CheckConstraint(
                condition=Q(default_minutes__gte=5, default_minutes__lte=240),
                name="kind_lasts_5_to_240_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.default_minutes)

    @property
    def initials(self) -> str:
        """One or two letters by which a narrow card tells the kind without its colour: of its first long words."""
        words = [word for word in re.split(r"[\s’'-]+", self.name) if len(word) > SHORT_WORD] or [self.name]
        return "".join(word[0] for word in words[:2]).upper()


class ConsultationSession(models.Model):
    """A half-day (or less) on which an agenda is open; appointments stand inside it."""

    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    slot_minutes = models.PositiveSmallIntegerField(_("slot (minutes)"), default=20)
    mode = models.CharField(max_length=8, choices=SessionMode.choices, default=SessionMode.FIXED)
    # How many people share a flexible half-day or a group; None when each has a time of their own.
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many more may be booked on purpose, because so many do not come.
    overbooking = models.PositiveSmallIntegerField(default=0)
    room = models.ForeignKey("appointments.Room", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The pattern that wrote this session, and for which of its days; a session changed by hand is left to itself.
    pattern = models.ForeignKey(
        "appointments.SessionPattern",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions",
        db_index=False,
    )
    pattern_day = models.DateField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("session")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240), name="session_slot_5_to_240_minutes"
            ),
            models.CheckConstraint(condition=capacity_fits_mode(), name="session_capacity_fits_mode"),
            models.CheckConstraint(condition=Q(overbooking__lte=MOST_OVERBOOKED), name="session_overbooking_limited"),
            models.UniqueConstraint(fields=["agenda", "id"], name="session_of_agenda"),
            models.UniqueConstraint(fields=["pattern", "pattern_day"], name="session_once_per_pattern_day"),
            ExclusionConstraint(
                name="room_overlap",
                expressions=[("room", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
                condition=Q(room__isnull=False),
            ),
            ExclusionConstraint(
                name="session_overlap",
                expressions=[("agenda", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This agenda already has a session at that time."),
            ),
        ]
        indexes = [models.Index(fields=["establishment", "starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_shared(self) -> bool:
        return self.mode != SessionMode.FIXED

    @property
    def seats(self) -> int:
        """How many may be booked in all into shared time: the capacity and what may be overbooked."""
        return (self.capacity or 0) + self.overbooking


class ArrivalTime(models.Model):
    """One of the establishment's common arrival times: all that the prison side ever learns of an hour."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="arrival_times")
    at = models.TimeField(_("arrival time"))
    # How many people officers can bring then, as far as anybody said.
    most_people = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("arrival time")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "at"], name="arrival_time_once"),
            models.CheckConstraint(
                condition=Q(most_people__isnull=True) | Q(most_people__gte=1, most_people__lte=MOST_BROUGHT),
                name="arrival_time_brings_1_to_200",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"
