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

from appointments.models.enums.escort import EXTRACTION_TO_COME, ExtractionCancelReason, ExtractionStatus, TransportNote


class ExtractionQuerySet(models.QuerySet["Extraction"]):
    """Reads of hospital escorts."""

    def to_come(self) -> ExtractionQuerySet:
        """Those that still have to be carried out."""
        return self.filter(status__in=EXTRACTION_TO_COME)

    def with_names(self) -> ExtractionQuerySet:
        """With the person, in one query."""
        return self.select_related("detainee", "detainee__building", "follows")


class Extraction(models.Model):
    """One escort of one person to one hospital. Only whoever was given `manage_extractions` sees any of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="extractions")
    # The escort must know where to drive; the department would tell why.
    hospital = models.CharField(_("hospital"), max_length=80)
    department = models.CharField(_("department"), max_length=80, blank=True, default="")
    expected_at = models.DateTimeField(_("expected at the hospital"))
    transport = ArrayField(models.CharField(max_length=12, choices=TransportNote.choices), default=list, blank=True)
    status = models.CharField(max_length=10, choices=ExtractionStatus.choices, default=ExtractionStatus.PLANNED)
    cancel_reason = models.CharField(max_length=10, choices=ExtractionCancelReason.choices, blank=True, default="")
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

    objects = ExtractionQuerySet.as_manager()

    class Meta:
        ordering = ["expected_at", "id"]
        verbose_name = _("hospital escort")
        verbose_name_plural = _("hospital escorts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ExtractionStatus.values), name="extraction_status_known"),
            models.CheckConstraint(condition=~Q(hospital=""), name="extraction_has_hospital"),
            models.CheckConstraint(
                condition=Q(transport__contained_by=TransportNote.values), name="extraction_transport_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ExtractionStatus.CANCELLED, cancel_reason__in=ExtractionCancelReason.values)
                | (~Q(status=ExtractionStatus.CANCELLED) & Q(cancel_reason="")),
                name="extraction_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ExtractionStatus.DEPARTED, ExtractionStatus.DONE], departed_at__isnull=False)
                | Q(status__in=EXTRACTION_TO_COME, departed_at__isnull=True)
                | Q(status=ExtractionStatus.CANCELLED),
                name="extraction_departed_when_it_did",
            ),
            # No line on the prison side before the departure, and none after a cancellation.
            models.CheckConstraint(
                condition=Q(movement__isnull=True) | Q(status__in=[ExtractionStatus.DEPARTED, ExtractionStatus.DONE]),
                name="extraction_calls_at_departure",
            ),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="extraction_follows_another"),
            models.UniqueConstraint(fields=["detainee", "id"], name="extraction_of_person"),
            models.UniqueConstraint(
                fields=["detainee", "expected_at"],
                condition=~Q(status=ExtractionStatus.CANCELLED),
                name="extraction_once",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "expected_at"], name="extraction_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.expected_at:%Y-%m-%d %H:%M} {self.establishment_id}"

    @property
    def transport_words(self) -> list[str]:
        """What the journey needs, in words."""
        return [str(TransportNote(each).label) for each in self.transport]
