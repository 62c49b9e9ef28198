"""Hospital escorts: a person is taken to a hospital on a date that neither they nor the floors may learn beforehand.

D.215-7 of the code pénitentiaire asks for "the greatest discretion" about date, identity and destination. So this is
no appointment: it stands in no agenda, blocks no slot and calls nobody until the departure itself (docs/adr/0020).
State changes are in appointments.escorts only.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.appointment import RefusalCause
from appointments.models.enums.escort import (
    ESCORT_TO_COME,
    PARTIES,
    EscortCancelReason,
    EscortParty,
    EscortStatus,
    TransportNote,
)


class EscortQuerySet(models.QuerySet["Escort"]):
    def to_come(self) -> EscortQuerySet:
        return self.filter(status__in=ESCORT_TO_COME)

    def with_names(self) -> EscortQuerySet:
        return self.select_related("detainee", "detainee__building", "follows")


class Escort(models.Model):
    """One escort of one person to one hospital. Only whoever was given `manage_escorts` sees any of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="escorts")
    # The escort must know where to drive; the department would tell why.
    hospital = models.CharField(_("hospital"), max_length=80)
    department = models.CharField(_("department"), max_length=80, blank=True, default="")
    expected_at = models.DateTimeField(_("expected at the hospital"))
    transport = ArrayField(models.CharField(max_length=12, choices=TransportNote.choices), default=list, blank=True)
    status = models.CharField(max_length=10, choices=EscortStatus.choices, default=EscortStatus.PLANNED)
    cancel_reason = models.CharField(max_length=10, choices=EscortCancelReason.choices, blank=True, default="")
    # Why the person refused, once care has asked them.
    refusal_cause = models.CharField(max_length=10, choices=RefusalCause.choices, blank=True, default="")
    # The neutral line that lets a floor bring the person down: none before the day, none before the departure.
    movement = models.ForeignKey("appointments.Movement", null=True, on_delete=models.PROTECT, related_name="+")
    departed_at = models.DateTimeField(null=True, blank=True)
    # The escort that this one makes up for.
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="planned_again_as"
    )
    planned_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    objects = EscortQuerySet.as_manager()

    class Meta:
        ordering = ["expected_at", "id"]
        verbose_name = _("hospital escort")
        verbose_name_plural = _("hospital escorts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EscortStatus.values), name="escort_status_known"),
            models.CheckConstraint(condition=~Q(hospital=""), name="escort_has_hospital"),
            models.CheckConstraint(
                condition=Q(transport__contained_by=TransportNote.values), name="escort_transport_known"
            ),
            models.CheckConstraint(
                condition=Q(status=EscortStatus.CANCELLED, cancel_reason__in=EscortCancelReason.values)
                | (~Q(status=EscortStatus.CANCELLED) & Q(cancel_reason="")),
                name="escort_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(refusal_cause="")
                | Q(
                    refusal_cause__in=RefusalCause.values,
                    status=EscortStatus.CANCELLED,
                    cancel_reason=EscortCancelReason.REFUSED,
                ),
                name="escort_cause_of_a_refusal",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[EscortStatus.DEPARTED, EscortStatus.DONE], departed_at__isnull=False)
                | Q(status__in=ESCORT_TO_COME, departed_at__isnull=True)
                | Q(status=EscortStatus.CANCELLED),
                name="escort_departed_when_it_did",
            ),
            # No line on the prison side before the departure, and none after a cancellation.
            models.CheckConstraint(
                condition=Q(movement__isnull=True) | Q(status__in=[EscortStatus.DEPARTED, EscortStatus.DONE]),
                name="escort_calls_at_departure",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="escort_follows_another"),
            models.UniqueConstraint(fields=["detainee", "id"], name="escort_of_person"),
            models.UniqueConstraint(fields=["establishment", "id"], name="escort_of_establishment"),
            models.UniqueConstraint(
                fields=["detainee", "expected_at"],
                condition=~Q(status=EscortStatus.CANCELLED),
                name="escort_once",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "expected_at"], name="escort_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.expected_at:%Y-%m-%d %H:%M} {self.establishment_id}"

    @property
    def transport_words(self) -> list[str]:
        return [str(TransportNote(each).label) for each in self.transport]

    @property
    def party(self) -> EscortParty | None:
        """Who refused or cancelled it; None when nobody did."""
        return PARTIES.get(EscortCancelReason(self.cancel_reason)) if self.cancel_reason else None

    @property
    def is_refused(self) -> bool:
        """Whether the person has said to care that they refuse."""
        return self.status == EscortStatus.CANCELLED and self.cancel_reason == EscortCancelReason.REFUSED
