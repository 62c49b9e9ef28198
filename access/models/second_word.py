"""What waits for a second person's word, who gives it beside the head, and where one administration is agreed.

These tables are filled in the hospital's database only, where administrators and care accounts stand.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from access.enums import Asked, Word

# What was asked was changed before anybody answered: asked for anew, or dropped.
REPLACED = "replaced"


class JointAdministration(models.Model):
    """At this establishment one administrator may manage the accounts of both sides, because an agreement says so."""

    establishment = models.OneToOneField("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # Who decided, by name and function, and on which day: as the signed agreement has it.
    decided_by = models.CharField(max_length=200)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(decided_by=""), name="agreement_decided_by_somebody")]

    def __str__(self) -> str:
        return f"{self.establishment_id}: {self.decided_by}, {self.decided_on}"


class Custodian(models.Model):
    """A carer whom the head of unit named to give the second word beside them."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("second person")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "user"], condition=Q(ended_at__isnull=True), name="custodian_once"
            ),
            models.CheckConstraint(condition=~Q(user=models.F("named_by")), name="custodian_named_by_another"),
        ]

    def __str__(self) -> str:
        return f"second person {self.user_id} at {self.establishment_id}"


class SecondWord(models.Model):
    """Something that an account administrator asked for, and that takes effect with another person's word only.

    Functions of the database write it. Names are kept as they were, of askers and answerers, who stand on two sides,
    and of whom it is about: what was confirmed is what was read.
    """

    # What a page says of it, and whether its reader may not confirm it (access.second_words).
    lines: list[str]
    is_in_hand: bool

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=20, choices=Asked.choices)
    asked_by_id = models.BigIntegerField()
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    # What is written when it is confirmed: a name, a role with its rights, that the account opens again.
    change = models.JSONField(default=dict)
    # The account as it was asked for: name, role, dates, rights by name, and under "before" what stood there.
    told = models.JSONField(default=dict)
    answer = models.CharField(
        max_length=10, choices=[*Word.choices, (REPLACED, _("replaced before an answer"))], blank=True, default=""
    )
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=120, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        verbose_name = _("word of a second person")
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "account", "what"], condition=Q(answer=""), name="word_asked_once"
            ),
            models.CheckConstraint(condition=Q(answer__in=["", *Word.values, REPLACED]), name="word_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="word_dated",
            ),
            models.CheckConstraint(
                condition=Q(answered_by_id__isnull=True) | ~Q(answered_by_id=models.F("asked_by_id")),
                name="word_of_another_person",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-asked_at"], name="words_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.account_id}: {self.answer or 'asked'}"

    @property
    def name(self) -> str:
        """Of whom it is, as it was asked: both names where one is to be put in the place of the other."""
        name = self.told.get("full_name", "")
        before = self.told.get("before", {}).get("full_name", name)
        return f"{before} → {name}" if before != name else name

    @property
    def username(self) -> str:
        return str(self.told.get("username", ""))
