"""What weekly plans are searched with and what was found: half-days that a practitioner could hold, searches."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.arithmetic.recurrence import HALF_DAYS_OF_WEEK, HalfDay
from appointments.models.agenda import Agenda
from appointments.models.enums.plan import SearchState

MOST_WEEKS_APART = 4


class AgendaHours(models.Model):
    """On which half-days an agenda could be held, every how many weeks, and whether its days may be changed at all."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    agenda = models.OneToOneField(Agenda, on_delete=models.PROTECT, related_name="could_hold")
    half_days = ArrayField(models.PositiveSmallIntegerField())
    every = models.PositiveSmallIntegerField(default=1)
    may_move = models.BooleanField(default=False)

    class Meta:
        ordering = ["agenda"]
        verbose_name = _("possible half-days")
        constraints = [
            models.CheckConstraint(
                condition=Q(half_days__contained_by=list(HALF_DAYS_OF_WEEK)) & Q(half_days__len__gte=1),
                name="agenda_hours_of_a_week",
            ),
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=MOST_WEEKS_APART), name="agenda_hours_every_1_to_4_weeks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.half_days}"

    @property
    def possible(self) -> frozenset[HalfDay]:
        return frozenset(map(HalfDay.numbered, self.half_days))


class PlanSearch(models.Model):
    """A search for weekly plans: asked for at the care door, done by the worker, kept with what it found.

    `found` holds agendas by key, half-days, times and figures; no person.
    """

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=SearchState.choices, default=SearchState.ASKED)
    progress = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("search for plans")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment"],
                condition=Q(state__in=[SearchState.ASKED, SearchState.RUNNING]),
                name="plan_search_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=SearchState.values), name="plan_search_state_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="plan_search_progress_of_100"),
            models.CheckConstraint(
                condition=Q(state__in=[SearchState.ASKED, SearchState.RUNNING], finished_at__isnull=True)
                | Q(state__in=[SearchState.DONE, SearchState.FAILED], finished_at__isnull=False),
                name="plan_search_finished_when_done",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-asked_at"], name="plan_search_newest")]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.asked_at:%Y-%m-%d %H:%M}"
