"""Emergency access: a carer reaches an agenda or a person out of their scope, for an hour, with a reason."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from access.enums import Word

# Shorter says nothing to whoever reads it the next morning.
SHORTEST_REASON = 15


class EmergencyAccess(models.Model):
    """One hour of one carer with one agenda, or with one person's appointments. Its times are the database's.

    It is judged afterwards by somebody else (docs/adr/0039); until then it stands on the head of unit's first page.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    agenda = models.ForeignKey("appointments.Agenda", null=True, on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    began_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    # When the second word is due: the next morning.
    word_until = models.DateTimeField(db_default=Now())
    word = models.CharField(max_length=10, blank=True, default="", choices=Word.choices)
    word_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    word_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at", "-id"]
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        constraints = [
            models.CheckConstraint(
                condition=Q(agenda__isnull=False, detainee__isnull=True)
                | Q(agenda__isnull=True, detainee__isnull=False),
                name="emergency_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(word="", word_by__isnull=True, word_at__isnull=True)
                | Q(word__in=["confirmed", "refused"], word_by__isnull=False, word_at__isnull=False),
                name="emergency_word_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(word_by__isnull=True) | ~Q(word_by=F("user")), name="emergency_word_of_another"
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "user", "-began_at"], name="emergencies_of_account"),
            models.Index(fields=["establishment", "-began_at"], name="emergencies_newest"),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"
