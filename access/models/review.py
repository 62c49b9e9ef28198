"""Reviews of accounts: who had what at one establishment when it was asked, and what was decided about each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from access.enums import ReviewDecision, Role, Side


class AccessReview(models.Model):
    """One side's accounts at one establishment, to be confirmed or withdrawn one by one. Kept as proof.

    Written by functions of the database alone; it stands where the accounts stand that it is about.
    """

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    # Nobody: the nightly work. No foreign key: an administrator's account stands in the hospital's database.
    opened_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        verbose_name = _("review of accounts")
        verbose_name_plural = _("reviews of accounts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["establishment", "side"], condition=Q(closed_at=None), name="one_open_review_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.establishment_id} {self.opened_at:%Y-%m-%d}"


class ReviewLine(models.Model):
    """What one account had when the review opened, and what was decided. Plain values: it outlives the account."""

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    user_id = models.BigIntegerField()
    username = models.CharField(max_length=60)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField()
    last_login = models.DateTimeField(null=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    # [{"model": "agenda", "right": "view_agenda", "row": "12", "name": "Dr Leroy"}, …]
    rights = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=ReviewDecision.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    # Of a confirmed line: what the account had at that moment, which is what somebody confirmed.
    stood = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["review", "full_name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "user_id"], name="account_once_a_review"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by_id=None)
                | Q(decision__in=ReviewDecision.values, decided_at__isnull=False),
                name="decision_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username}: {self.decision or 'undecided'}"
