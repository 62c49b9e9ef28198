"""An individual complaint: one person's case, told with their consent in a sealed letter, apart from every report.

Nothing leads from here to a report or back, and a fact that a report tells can not be the fact of a complaint
(appointments.wall, complaint_apart). State changes are in appointments.obstruction.reports.complaints only.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.report import AddresseeKey, ConsentForm, SendingMode


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def due(self, today: date) -> ComplaintQuerySet:
        waits = Q(letters__sent_on__isnull=False, letters__answered_on__isnull=True, letters__follow_up_on__lte=today)
        return self.filter(waits).distinct()


class Complaint(models.Model):
    """What one person asks to have told about themselves, to whom, and their consent or its withdrawal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="complaints")
    obstruction = models.OneToOneField(
        "appointments.Obstruction", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    addressee = models.CharField(_("to"), max_length=10, choices=AddresseeKey.choices)
    body = models.TextField(_("what happened, in the person’s sense"), max_length=4000, blank=True, default="")
    consent_on = models.DateField(_("consent given on"))
    consent_form = models.CharField(_("how it was given"), max_length=10, choices=ConsentForm.choices)
    consent_recorded_by_name = models.CharField(max_length=150)
    withdrawn_on = models.DateField(_("consent withdrawn on"), null=True, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("individual complaint")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "year", "number"], name="complaint_number_once"),
            models.CheckConstraint(condition=Q(consent_form__in=ConsentForm.values), name="consent_form_known"),
            models.CheckConstraint(condition=Q(addressee__in=AddresseeKey.values), name="complaint_addressee_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("consent_on")),
                name="withdrawn_after_consent",
            ),
            # Whoever takes their consent back leaves nothing of what they said.
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(body=""), name="withdrawn_complaint_says_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"P\u2011{self.year}\u2011{self.number:02}"

    @property
    def has_consent(self) -> bool:
        return self.withdrawn_on is None


class ComplaintLetter(models.Model):
    """A complaint's sealed letter as it was written, with the SHA-256 of its bytes, and what became of it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="letters")
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    mode = models.CharField(_("how"), max_length=10, choices=SendingMode.choices, blank=True, default="")
    follow_up_on = models.DateField(_("look again on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta:
        ordering = ["complaint", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, mode="") | Q(sent_on__isnull=False, mode__in=SendingMode.values),
                name="complaint_letter_sent_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.made_at:%Y-%m-%d}"
