"""Appointments: who is seen, by whom, when. State changes are in appointments.booking only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from appointments.models.agenda import Agenda, TimeRange
from appointments.models.enums.appointment import (
    CARE_MAY_SAY,
    HOLDING,
    PRISON_MAY_SAY,
    CancelReason,
    NotComeReason,
    RefusalCause,
    Status,
)
from appointments.models.enums.movement import Impediment, MovementState

ON_THE_WAY = frozenset({MovementState.CALLED, MovementState.LEFT, MovementState.ARRIVED})
# The person has said it to care: after the hour, or before it, which then is why care cancels.
CONFIRMED_REFUSAL = Q(status=Status.NOT_COME, not_come_reason=NotComeReason.REFUSAL_CONFIRMED) | Q(
    status=Status.CANCELLED, cancel_reason=CancelReason.REFUSED
)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def holding(self) -> AppointmentQuerySet:
        """Appointments that hold the practitioner's and the person's time."""
        return self.filter(status__in=HOLDING)

    def planned(self) -> AppointmentQuerySet:
        """Appointments for which somebody was expected and called."""
        return self.filter(is_unplanned=False)

    def booked(self) -> AppointmentQuerySet:
        """Appointments still to come or to be recorded."""
        return self.filter(status=Status.BOOKED)

    def declared_as(self, reason: str) -> AppointmentQuerySet:
        """Appointments of which the prison declares `reason` (see Appointment.declared)."""
        live = NullIf(F("movement__impediment"), Value(""))
        return self.alias(declares=Coalesce(live, F("not_come_declared"))).filter(declares=reason)

    def shown_between(self, agendas: Iterable[Agenda], start: datetime, end: datetime) -> AppointmentQuerySet:
        """What pages show of `agendas` from `start` to `end`, earliest first; cancelled ones leave no trace."""
        agendas = list(agendas)
        # Every agenda is of a house, and the index of the large table begins with it.
        found = self.filter(establishment__in={agenda.establishment_id for agenda in agendas}, agenda__in=agendas)
        return found.shown(start, end).with_names()

    def shown(self, start: datetime, end: datetime) -> AppointmentQuerySet:
        found = self.filter(starts_at__gte=start, starts_at__lt=end)
        return found.exclude(status=Status.CANCELLED).order_by("starts_at", "id")

    def with_names(self) -> AppointmentQuerySet:
        return self.select_related("detainee", "detainee__building", "kind", "agenda", "movement", "session")


class Appointment(models.Model):
    """One consultation of one person. It points to its movement; a movement never points back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Where an index below begins with a column, or leaves out what is mostly empty, it has none of its own.
    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agenda = models.ForeignKey(
        "appointments.Agenda", on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    # None for a cancelled appointment whose session was deleted later, and for who was seen while the agenda was not
    # open, without an appointment: nothing else stands outside a session.
    session = models.ForeignKey(
        "appointments.ConsultationSession", null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    detainee = models.ForeignKey(
        "appointments.Detainee", on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    kind = models.ForeignKey("appointments.Kind", on_delete=models.PROTECT, related_name="+")
    # What it was booked together with, if anything.
    series = models.ForeignKey(
        "appointments.Series", null=True, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    movement = models.ForeignKey("appointments.Movement", null=True, on_delete=models.PROTECT, related_name="+")
    # The common arrival time under which the person is called; kept when old movements are purged.
    called_at = models.DateTimeField()
    # The building from which the person was called, kept by a trigger when the movement is purged; people move on.
    called_from = models.ForeignKey("access.Building", null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # The practitioner's time is shared on purpose: a flexible half-day, a group, or an overbooked appointment.
    shares_time = models.BooleanField(default=False)
    # Seen without having been expected: on no list, in no place of the session (docs/adr/0045).
    is_unplanned = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.BOOKED)
    # When care saw the person come in, the consultation begin, and end. None where nobody noted it.
    arrived_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=10, choices=CancelReason.choices, blank=True, default="")
    # Two parties, two columns: what the prison declared (copied from the movement, which is purged), and what care
    # verified. A refusal that the prison declared is one only once care has written REF_CONF.
    not_come_declared = models.CharField(max_length=10, choices=NotComeReason.choices, blank=True, default="")
    not_come_reason = models.CharField(max_length=10, choices=NotComeReason.choices, blank=True, default="")
    # Why the person refused, once care has asked them; a refusal that nobody confirmed has no cause.
    refusal_cause = models.CharField(max_length=10, choices=RefusalCause.choices, blank=True, default="")
    # The appointment that this one makes up for: a person summoned again keeps the whole chain.
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    booked_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    booked_at = models.DateTimeField(auto_now_add=True)
    # Counts changes: two people who edit the same appointment are told, instead of the last one winning.
    revision = models.PositiveIntegerField(default=1)

    objects = AppointmentQuerySet.as_manager()

    # Noted for a page by booking.summonses: which summons of its chain this is, whether another may follow.
    summons_number: int | None = None
    may_summon_again: bool = False
    # Noted by stranded: "undecided" or "kept" while its practitioner is away or has left, "" otherwise.
    stranded: str = ""

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("appointment")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"),
            models.CheckConstraint(condition=Q(called_at__lte=F("starts_at")), name="called_before_start"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="appointment_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancel_reason__in=CancelReason.values)
                | (~Q(status=Status.CANCELLED) & Q(cancel_reason="")),
                name="cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=Status.NOT_COME)
                    & (
                        Q(not_come_reason__in=CARE_MAY_SAY)
                        | Q(not_come_reason="", not_come_declared__in=PRISON_MAY_SAY)
                    )
                )
                | (~Q(status=Status.NOT_COME) & Q(not_come_reason="", not_come_declared="")),
                name="not_come_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(not_come_declared="") | Q(not_come_declared__in=PRISON_MAY_SAY),
                name="declared_by_the_prison",
            ),
            models.CheckConstraint(
                condition=Q(refusal_cause="") | (Q(refusal_cause__in=RefusalCause.values) & CONFIRMED_REFUSAL),
                name="cause_of_a_confirmed_refusal",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[Status.BOOKED, Status.CANCELLED], arrived_at=None, started_at=None, ended_at=None
                )
                | Q(status=Status.ARRIVED, arrived_at__isnull=False, started_at=None, ended_at=None)
                | Q(status=Status.IN_CONSULTATION, started_at__isnull=False, ended_at=None)
                | Q(status=Status.NOT_COME, started_at=None, ended_at=None)
                | Q(status=Status.SEEN),
                name="times_of_the_status",
            ),
            models.CheckConstraint(
                condition=(Q(arrived_at=None) | Q(started_at=None) | Q(started_at__gte=F("arrived_at")))
                & (Q(started_at=None) | Q(ended_at=None) | Q(ended_at__gte=F("started_at")))
                & (Q(arrived_at=None) | Q(ended_at=None) | Q(ended_at__gte=F("arrived_at"))),
                name="times_in_order",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="follows_another"),
            # A failure is made up for once; a summons that was cancelled makes up for nothing.
            models.UniqueConstraint(
                fields=["follows"], condition=~Q(status=Status.CANCELLED), name="summoned_again_once"
            ),
            # Target of the composite foreign key that keeps the chain to one person.
            models.UniqueConstraint(fields=["detainee", "id"], name="appointment_of_person"),
            models.CheckConstraint(
                # Who is seen without an appointment comes at any hour.
                condition=Q(session__isnull=False) | Q(status=Status.CANCELLED) | Q(is_unplanned=True),
                name="only_expected_inside_session",
            ),
            # A cancelled appointment calls nobody.
            models.CheckConstraint(
                condition=~Q(status=Status.CANCELLED) | Q(movement__isnull=True),
                name="cancelled_without_movement",
            ),
            # Nobody was called, so nobody can have failed to come; what has not begun has a movement, by a trigger.
            models.CheckConstraint(
                condition=Q(is_unplanned=False)
                | Q(
                    status__in=[Status.SEEN, Status.CANCELLED],
                    movement=None,
                    called_from=None,
                    called_at=F("starts_at"),
                    shares_time=True,
                    series=None,
                    follows=None,
                ),
                name="unplanned_calls_nobody",
            ),
            # Checked with each statement, unless a verb that exchanges times asks to be judged by the outcome.
            ExclusionConstraint(
                name="agenda_overlap",
                expressions=[("agenda", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
                condition=Q(status__in=HOLDING, shares_time=False),
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="person_overlap",
                expressions=[("detainee", RangeOperators.EQUAL), (TimeRange(), RangeOperators.OVERLAPS)],
                condition=Q(status__in=HOLDING),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "starts_at"], name="appointment_by_start"),
            models.Index(fields=["detainee", "-starts_at"], name="appointment_by_person"),
            models.Index(fields=["agenda", "starts_at"], name="appointment_by_agenda"),
            models.Index(fields=["series"], condition=Q(series__isnull=False), name="appointment_of_series"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.agenda_id}"

    @property
    def declared(self) -> str:
        """What the prison declares of a non-attendance: what its movement says, or said before it was purged."""
        return self.floor_impediment or self.not_come_declared

    @property
    def cause(self) -> str:
        """The reason by which figures count somebody who did not come.

        What care verified goes before what the prison declared, except that care knows no reason. A declared refusal
        (REF_DECL) is never counted as a refusal: only REF_CONF is one, and it is care's word.
        """
        if self.not_come_reason in {"", NotComeReason.NO_REASON}:
            return self.declared or self.not_come_reason
        return self.not_come_reason

    @property
    def cause_label(self) -> str:
        return str(NotComeReason(self.cause).label) if self.cause else ""

    @property
    def declared_label(self) -> str:
        return str(NotComeReason(self.declared).label) if self.declared else ""

    @property
    def is_confirmed_refusal(self) -> bool:
        """Whether the person has said to care that they refuse: CONFIRMED_REFUSAL of one row."""
        if self.status == Status.CANCELLED:
            return self.cancel_reason == CancelReason.REFUSED
        return self.status == Status.NOT_COME and self.not_come_reason == NotComeReason.REFUSAL_CONFIRMED

    @property
    def is_to_verify(self) -> bool:
        """Whether the prison declares a refusal that care has neither confirmed with the person nor denied."""
        return self.status == Status.NOT_COME and self.cause == NotComeReason.REFUSAL_REPORTED

    @property
    def floor_state(self) -> str:
        """Where officers say that the person is; "expected" when they said nothing or the line is purged."""
        return MovementState.EXPECTED if self.movement is None else self.movement.state

    @property
    def floor_impediment(self) -> str:
        """Why officers say that the person cannot be brought, "" when they say nothing of the kind."""
        return "" if self.movement is None else self.movement.impediment

    @property
    def floor_words(self) -> str:
        """What officers say, in words: the state, with the reason when there is one; "" when they said nothing."""
        if self.floor_state == MovementState.EXPECTED:
            return ""
        said = str(MovementState(self.floor_state).label)
        return f"{said} · {Impediment(self.floor_impediment).label}" if self.floor_impediment else said

    @property
    def is_impeded(self) -> bool:
        return self.floor_state == MovementState.IMPEDED

    @property
    def is_on_the_way(self) -> bool:
        """Whether officers have called the person or saw them leave or come in, and care has not met them yet."""
        return self.status == Status.BOOKED and self.floor_state in ON_THE_WAY
