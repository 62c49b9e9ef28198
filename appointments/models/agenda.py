"""The planning: agendas of practitioners, their sessions, kinds of consultation, the common arrival times."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from appointments.enums import Discipline


class Period(Func):
    """The half-open time range [starts_at, ends_at) in SQL."""

    function = "TSTZRANGE"

    def __init__(self) -> None:
        super().__init__(F("starts_at"), F("ends_at"), RangeBoundary())


class Agenda(models.Model):
    """The diary of one practitioner (or of a nurses' room) at one establishment."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("practitioner"), max_length=80)
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline.choices)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("column"), default=0)
    # The account whose own diary this is, if any: it may subscribe to it as a calendar.
    owner = models.ForeignKey("access.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "name", "id"]
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
    name = models.CharField(_("kind of consultation"), max_length=60)
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline.choices)
    default_minutes = models.PositiveSmallIntegerField(_("usual duration (minutes)"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["discipline", "name", "id"]
        verbose_name = _("kind of consultation")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="kind_name_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="kind_of_establishment"),
            models.CheckConstraint(
                condition=Q(default_minutes__gte=5, default_minutes__lte=240),
                name="kind_lasts_5_to_240_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> timedelta:
        """The usual duration."""
        return timedelta(minutes=self.default_minutes)


class ConsultationSession(models.Model):
    """A half-day (or less) on which an agenda is open; appointments stand inside it."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    slot_minutes = models.PositiveSmallIntegerField(_("slot (minutes)"), default=20)

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("session")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240), name="session_slot_5_to_240_minutes"
            ),
            models.UniqueConstraint(fields=["agenda", "id"], name="session_of_agenda"),
            ExclusionConstraint(
                name="session_overlap",
                expressions=[("agenda", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This agenda already has a session at that time."),
            ),
        ]
        indexes = [models.Index(fields=["establishment", "starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ArrivalTime(models.Model):
    """One of the establishment's common arrival times: all that the prison side ever learns of an hour."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="arrival_times")
    at = models.TimeField(_("arrival time"))

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("arrival time")
        constraints = [models.UniqueConstraint(fields=["establishment", "at"], name="arrival_time_once")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"
