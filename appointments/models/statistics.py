"""The unit's figures as they were counted, by night or when somebody asked. Numbers; no person.

Who may read them is decided by the agendas that are in them (appointments.statistics.kept).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.statistics import CountState


class CountedFigures(models.Model):
    """One period of some agendas, or of the whole house; `findings` is what appointments.statistics.counts writes."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # The whole house counts agendas that nobody had yet when it was asked for; else these and no others, in order.
    is_whole = models.BooleanField(default=False)
    agendas = ArrayField(models.BigIntegerField(), default=list)
    since = models.DateField()
    until = models.DateField()
    # Kept anew each night; what somebody asked for goes after a while.
    is_nightly = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=CountState.choices, default=CountState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    progress = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-until", "-id"]
        verbose_name = _("counted figures")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "is_whole", "agendas", "since", "until"], name="counted_figures_once"
            ),
            models.CheckConstraint(
                condition=Q(is_whole=True, agendas__len=0) | Q(is_whole=False, agendas__len__gte=1),
                name="counted_figures_of_agendas",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="counted_figures_of_days"),
            models.CheckConstraint(condition=Q(state__in=CountState.values), name="counted_figures_state_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="counted_figures_progress_of_100"),
            models.CheckConstraint(
                condition=~Q(state=CountState.DONE) | Q(counted_at__isnull=False, findings__has_key="version"),
                name="counted_figures_done_are_there",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=[CountState.ASKED, CountState.RUNNING]),
                name="counted_figures_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.since} {self.until} {self.agendas or 'whole'}"

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has it still to do; what was counted before is shown meanwhile."""
        return self.state != CountState.DONE
