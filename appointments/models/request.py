"""Requests to be seen, and questions that the nominal list asks about appointments to come. The care side's alone."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.arithmetic.recurrence import HALF_DAYS_OF_WEEK, HalfDay
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import (
    UNSETTLED,
    Cause,
    Closing,
    Priority,
    QuestionDecision,
    RequestAnswer,
    RequestStatus,
    Source,
)
from appointments.models.half_days import preference_words

LONGEST_WAIT = 365
CLOSED_WINGS = "QD*, QI*"


class RequestQuerySet(models.QuerySet["Request"]):
    def open(self) -> RequestQuerySet:
        return self.filter(status=RequestStatus.OPEN)

    def unsettled(self) -> RequestQuerySet:
        """Requests in the queue, and those whose appointment is still to come."""
        return self.filter(status__in=UNSETTLED)

    def as_forwarded(self) -> RequestQuerySet:
        """Requests that another unit forwarded and that nobody has touched since."""
        return self.open().filter(forwarded_as=F("revision"))

    def with_names(self) -> RequestQuerySet:
        """With all that a line of the queue shows, in one query."""
        return self.select_related(
            "detainee", "detainee__building", "kind", "appointment", "appointment__agenda", "returned_from"
        )


class Request(models.Model):
    """Somebody asks to be seen, or somebody asks it for them. State changes are in appointments.requests only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # The unit that it is addressed to. One that is forwarded changes it, and nothing of the former unit's goes along.
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="requests")
    # Either what the person is to be seen for, or only by which discipline; neither until it is sorted.
    kind = models.ForeignKey("appointments.Kind", null=True, on_delete=models.PROTECT, related_name="+")
    discipline = models.CharField(_("discipline"), max_length=20, choices=Discipline.choices, blank=True, default="")
    source = models.CharField(_("how it came"), max_length=10, choices=Source.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.ROUTINE)
    received_on = models.DateField(_("received on"))
    # The last day on which the person is to be seen.
    due_on = models.DateField(_("to be seen by"))
    # For the care team alone: never exported, never printed for anybody else.
    note = models.CharField(_("note for the care team"), max_length=120, blank=True, default="")
    # When the person would rather come: Monday morning is 0, Sunday afternoon 13; none where it makes no difference.
    half_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    # How often the person has asked for the same, and when last.
    times_asked = models.PositiveSmallIntegerField(default=1)
    last_asked_on = models.DateField()
    status = models.CharField(max_length=10, choices=RequestStatus.choices, default=RequestStatus.OPEN)
    # The appointment that answers it, and the one that did not: cancelled, or the person was not there.
    appointment = models.ForeignKey(
        "appointments.Appointment", null=True, on_delete=models.PROTECT, related_name="requests"
    )
    returned_from = models.ForeignKey("appointments.Appointment", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=RequestAnswer.choices, blank=True, default="")
    closing = models.CharField(max_length=12, choices=Closing.choices, blank=True, default="")
    entered_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    triaged_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    triaged_at = models.DateTimeField(null=True)
    # Counts changes, as an appointment's does.
    revision = models.PositiveIntegerField(default=1)
    # By which unit of the house it was forwarded. Until somebody of the other one touches it: as which revision, and
    # what was not told with it, which taking it back gives again.
    forwarded_from = models.ForeignKey("appointments.CareUnit", null=True, on_delete=models.PROTECT, related_name="+")
    forwarded_as = models.PositiveIntegerField(null=True)
    left_behind = models.JSONField(default=dict)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "priority", "received_on", "id"]
        verbose_name = _("request")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN, appointment=None, answer="", closing="")
                | Q(status=RequestStatus.PLANNED, appointment__isnull=False, answer="", closing="")
                | Q(status=RequestStatus.ANSWERED, appointment__isnull=False, answer="", closing="")
                | Q(status=RequestStatus.ANSWERED, appointment=None, answer__in=RequestAnswer.values, closing="")
                | Q(status=RequestStatus.CLOSED, appointment=None, answer="", closing__in=Closing.values),
                name="request_settled_one_way",
            ),
            models.CheckConstraint(condition=Q(kind=None) | Q(discipline=""), name="request_kind_or_discipline"),
            models.CheckConstraint(
                condition=Q(discipline="") | Q(discipline__in=Discipline.values), name="request_discipline_known"
            ),
            models.CheckConstraint(
                condition=Q(triaged_at=None) | Q(kind__isnull=False) | ~Q(discipline=""),
                name="request_sorted_says_for_whom",
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values, priority__in=Priority.values), name="request_words_known"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on"), last_asked_on__gte=F("received_on"), times_asked__gte=1),
                name="request_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(half_days__contained_by=list(HALF_DAYS_OF_WEEK)), name="request_half_days_of_a_week"
            ),
            models.CheckConstraint(
                condition=Q(forwarded_as=None, left_behind={})
                | Q(forwarded_from__isnull=False, forwarded_as__isnull=False),
                name="request_left_behind_by_somebody",
            ),
            # A list imported twice asks once.
            models.UniqueConstraint(
                fields=["detainee"],
                condition=Q(source=Source.ARRIVAL, status__in=UNSETTLED),
                name="arrival_asked_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["establishment", "due_on"],
                condition=Q(status=RequestStatus.OPEN),
                name="request_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_on} {self.detainee_id}"

    @property
    def is_sorted(self) -> bool:
        """Whether care has said which kind of consultation, or at least which discipline, it is for."""
        return self.kind_id is not None or bool(self.discipline)

    @property
    def wanted_discipline(self) -> str:
        return self.kind.discipline if self.kind else self.discipline

    @property
    def wanted(self) -> str:
        return self.kind.name if self.kind else self.get_discipline_display()

    @property
    def preferred(self) -> frozenset[HalfDay]:
        """The half-days on which the person would rather come, empty when it makes no difference."""
        return frozenset(map(HalfDay.numbered, self.half_days))

    @property
    def prefers(self) -> str:
        return preference_words(self.preferred)

    @property
    def within_days(self) -> int:
        return (self.due_on - self.received_on).days

    def days_late(self, today: date) -> int:
        """How many days ago the person should have been seen; negative while there is time."""
        return (today - self.due_on).days


class Question(models.Model):
    """The nominal list puts an appointment to come in question: care decides, nothing is cancelled by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="questions")
    appointment = models.ForeignKey("appointments.Appointment", on_delete=models.PROTECT, related_name="questions")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    found_by = models.ForeignKey("appointments.RegistryImport", null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=10, choices=QuestionDecision.choices, blank=True, default="")
    decided_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["found_at", "id"]
        verbose_name = _("question about an appointment")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(decision=""), name="one_open_question_per_appointment"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="question_cause_known"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | Q(decision__in=QuestionDecision.values, decided_at__isnull=False),
                name="question_decided_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment"], condition=Q(decision=""), name="question_open"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.appointment_id}"


class RequestSettings(models.Model):
    """What one unit does with its requests and its nominal list; without a row, the usual."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_wings = models.CharField(
        _("closed wings"),
        max_length=200,
        blank=True,
        default=CLOSED_WINGS,
        help_text=_("Buildings or beginnings of cells, separated by commas; * stands for the rest: QD*, QI*."),
    )
    arrivals_asked = models.BooleanField(_("people new on the nominal list are to be seen"), default=True)
    arrival_kind = models.ForeignKey(
        "appointments.Kind",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("kind of consultation on arrival"),
    )
    arrival_days = models.PositiveSmallIntegerField(_("seen within so many days of arrival"), default=2)

    class Meta:
        verbose_name = _("settings of requests")
        constraints = [
            models.CheckConstraint(condition=Q(arrival_days__lte=LONGEST_WAIT), name="arrival_seen_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id}"
