"""Hand-overs of a person to another unit: whose key a file is sealed to, what was sealed, what was taken over.

Care side only. No private key stands in the database: it is a file at the care door's host (docs/adr/0049). The sealed
file itself is not kept, nor what it held; who sent what to whom is.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.handover import HandOverPart

RECIPIENT = r"^age1[02-9ac-hj-np-z]{58}$"
DIGEST = r"^[0-9a-f]{64}$"


class PartnerUnit(models.Model):
    """Another establishment's care unit and its public key, whose fingerprint was read aloud by telephone."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("unit"), max_length=120)
    recipient = models.CharField(_("public key"), max_length=62)
    # Plain values: who compared the fingerprint outlives the account.
    verified_by_id = models.BigIntegerField()
    verified_by_name = models.CharField(max_length=150)
    verified_at = models.DateTimeField(db_default=Now())
    # A key that is no longer used: nothing is sealed to it.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("other unit")
        verbose_name_plural = _("other units")
        constraints = [
            models.CheckConstraint(condition=Q(recipient__regex=RECIPIENT), name="partner_key_is_a_key"),
            models.CheckConstraint(condition=~Q(name=""), name="partner_is_named"),
            models.UniqueConstraint(
                fields=["establishment", "recipient"], condition=Q(retired_at__isnull=True), name="partner_key_once"
            ),
            models.UniqueConstraint(fields=["establishment", "id"], name="partner_of_establishment"),
        ]

    def __str__(self) -> str:
        return self.name


class HandOver(models.Model):
    """One sealed file: of whom, to whom, by whom, and how much it holds. Its content is kept nowhere."""

    # The file says it, so that it is taken over once.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="hand_overs")
    partner = models.ForeignKey(PartnerUnit, on_delete=models.PROTECT, related_name="+")
    # SHA-256 of the sealed file.
    digest = models.CharField(max_length=64)
    requests = models.PositiveSmallIntegerField()
    series = models.PositiveSmallIntegerField()
    escorts = models.PositiveSmallIntegerField()
    # Whether what was handed over was ended here in the same step.
    is_ended_here = models.BooleanField(default=False)
    made_by_id = models.BigIntegerField()
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="hand_over_digest"),
        ]
        indexes = [models.Index(fields=["establishment", "-made_at"], name="hand_over_newest")]

    def __str__(self) -> str:
        return f"{self.detainee_id} → {self.partner_id}"


class HandOverTaken(models.Model):
    """That a part of a sealed file was taken over here: once, for which person, by whom."""

    # The file's own identifier.
    file = models.UUIDField(editable=False)
    part = models.CharField(max_length=8, choices=HandOverPart.choices)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="taken_over")
    from_name = models.CharField(_("from"), max_length=200)
    digest = models.CharField(max_length=64)
    # How many rows it brought.
    written = models.PositiveSmallIntegerField()
    taken_by_id = models.BigIntegerField()
    taken_by_name = models.CharField(max_length=150)
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-taken_at", "-id"]
        verbose_name = _("hand-over taken over")
        verbose_name_plural = _("hand-overs taken over")
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="taken_over_digest"),
            models.CheckConstraint(condition=Q(part__in=HandOverPart.values), name="taken_over_part_known"),
            models.UniqueConstraint(fields=["file", "part"], name="taken_over_once"),
        ]
        indexes = [models.Index(fields=["establishment", "-taken_at"], name="taken_over_newest")]

    def __str__(self) -> str:
        return f"{self.from_name} → {self.detainee_id}"
