"""Rounds: visits to people where they live. Kinds of round, who is on one and since when, and each visit.

No movement belongs to a visit, and no appointment: carers go to the person. Nothing here is known to the courier.
State changes are in appointments.rounds and, for people who come onto a round by their cell, in the database itself.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.rounds import LEGAL_MINIMUM, RoundRhythm, RoundTeam, VisitOutcome, VisitReason

TIMES_A_WEEK = (1, 6)
DAYS_BETWEEN = (1, 7)


class RoundKind(models.Model):
    """What one round is for: whose cells or which people, how often, by whom. Retired, never deleted."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    # Empty when carers put people on it one by one.
    places = models.CharField(_("wings and cells"), max_length=200, blank=True, default="")
    rhythm = models.CharField(_("how often"), max_length=10, choices=RoundRhythm.choices)
    times_a_week = models.PositiveSmallIntegerField(_("times a week"), default=LEGAL_MINIMUM)
    least_days = models.PositiveSmallIntegerField(_("days between two visits, at least"), default=1)
    most_days = models.PositiveSmallIntegerField(_("days between two visits, at most"), default=4)
    # Digits of the chosen weekdays in their order, 0 for Monday.
    weekdays = models.CharField(_("weekdays"), max_length=7, blank=True, default="")
    team = models.CharField(_("made by"), max_length=10, choices=RoundTeam.choices, default=RoundTeam.ANYONE)
    # Counted for the legal minimum of two visits a week.
    is_legal = models.BooleanField(_("counts for the two visits a week that the law asks"), default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("kind of round")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "name"], name="round_kind_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="round_kind_of_establishment"),
            models.CheckConstraint(
                condition=~Q(name="") & Q(rhythm__in=RoundRhythm.values, team__in=RoundTeam.values),
                name="round_kind_words_known",
            ),
            models.CheckConstraint(
                condition=Q(times_a_week__range=TIMES_A_WEEK, least_days__range=DAYS_BETWEEN)
                & Q(most_days__range=DAYS_BETWEEN, most_days__gte=F("least_days")),
                name="round_kind_sensible",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__regex=r"^0?1?2?3?4?5?6?$")
                & (~Q(rhythm=RoundRhythm.WEEKDAYS) | ~Q(weekdays=""))
                & (Q(rhythm=RoundRhythm.WEEKDAYS) | Q(weekdays="")),
                name="round_kind_weekdays",
            ),
            # What counts for the law comes at least as often as the law asks.
            models.CheckConstraint(
                condition=Q(is_legal=False)
                | Q(rhythm=RoundRhythm.DAILY)
                | Q(rhythm=RoundRhythm.WEEKLY, times_a_week__gte=LEGAL_MINIMUM)
                | Q(rhythm=RoundRhythm.WEEKDAYS, weekdays__regex=r"^..+$"),
                name="round_kind_legal_minimum",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_by_cell(self) -> bool:
        return bool(self.places)


class RoundStayQuerySet(models.QuerySet["RoundStay"]):
    def on(self, day: date) -> RoundStayQuerySet:
        """Those who are on a round on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), since__lte=day)

    def between(self, first: date, last: date) -> RoundStayQuerySet:
        """Those who were on a round on a day of those."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=first), since__lte=last)


class RoundStay(models.Model):
    """Somebody's time on a round: by their cell, opened and ended by the database; or put on it by a carer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(RoundKind, on_delete=models.PROTECT, related_name="stays")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="round_stays")
    # What of the kind's places the cell answers to; empty when a carer put the person on it.
    place = models.CharField(max_length=200, blank=True, default="")
    since = models.DateField(_("from"))
    # The first day on which the person is on it no longer.
    ends_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")

    objects = RoundStayQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        verbose_name = _("person on a round")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "id"], name="round_stay_of_establishment"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("since")), name="round_stay_ends_after"
            ),
            models.CheckConstraint(condition=~Q(place="") | Q(added_by__isnull=False), name="round_stay_by_somebody"),
            ExclusionConstraint(
                name="round_stay_once",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("detainee", RangeOperators.EQUAL),
                    (
                        Func("since", "ends_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["establishment", "ends_on"], name="round_stay_by_end")]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.detainee_id} {self.since}"

    @property
    def last_day(self) -> date | None:
        """The last day on which the person is on it, None while no end is known."""
        return None if self.ends_on is None else max(self.since, date.fromordinal(self.ends_on.toordinal() - 1))


class RoundVisitQuerySet(models.QuerySet["RoundVisit"]):
    def latest_words(self) -> RoundVisitQuerySet:
        """What stands of each visit now: nothing has replaced it."""
        return self.filter(replacement__isnull=True)

    def standing(self) -> RoundVisitQuerySet:
        return self.latest_words().exclude(outcome=VisitOutcome.VOID)


class RoundVisit(models.Model):
    """One word on one visit. It only grows: a correction, or taking it back, is a row that replaces another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    stay = models.ForeignKey(RoundStay, on_delete=models.PROTECT, related_name="visits")
    day = models.DateField(_("day"))
    # The establishment's clock; None when a paper did not say it.
    at = models.TimeField(_("time"), null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=VisitOutcome.choices)
    reason = models.CharField(max_length=10, choices=VisitReason.choices, blank=True, default="")
    # Where the person was then.
    building = models.ForeignKey("access.Building", null=True, on_delete=models.PROTECT, related_name="+")
    cell = models.CharField(max_length=30, blank=True, default="")
    # Who was at the door, and who wrote it down.
    made_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replacement")

    objects = RoundVisitQuerySet.as_manager()

    class Meta:
        ordering = ["day", "recorded_at", "id"]
        verbose_name = _("visit of a round")
        constraints = [
            models.UniqueConstraint(fields=["stay", "day", "id"], name="round_visit_of_day"),
            # One a day: what is said later replaces what was said first.
            models.UniqueConstraint(
                fields=["stay", "day"], condition=Q(replaces__isnull=True), name="round_visit_once_a_day"
            ),
            models.CheckConstraint(condition=Q(outcome__in=VisitOutcome.values), name="round_visit_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=VisitOutcome.PREVENTED, reason__in=VisitReason.values)
                | (~Q(outcome=VisitOutcome.PREVENTED) & Q(reason="")),
                name="round_visit_prevented_why",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=VisitOutcome.VOID) | Q(replaces__isnull=False), name="round_visit_takes_back"
            ),
        ]
        indexes = [models.Index(fields=["establishment", "day"], name="round_visit_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome} {self.stay_id}"

    @property
    def is_void(self) -> bool:
        return self.outcome == VisitOutcome.VOID
