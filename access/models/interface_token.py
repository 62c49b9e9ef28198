"""Interface tokens: with one, another program of the hospital's asks in the name of the account that opened it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.enums import InterfaceScope, Side

LONGEST_LIFE = timedelta(days=366)


class InterfaceToken(models.Model):
    """One token of one care account at one establishment. Whoever holds it asks; only its SHA-256 is kept."""

    user = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    # Repeated here so that the database itself keeps tokens on the care side (interface_token_on_side_of_user).
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.CARE)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # Which program it is for, as its owner knows it.
    name = models.CharField(_("name"), max_length=60)
    scopes = ArrayField(models.CharField(max_length=30, choices=InterfaceScope.choices))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("interface token")
        verbose_name_plural = _("interface tokens")
        constraints = [
            models.CheckConstraint(condition=Q(side=Side.CARE), name="interface_token_of_care"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=InterfaceScope.values, scopes__len__gte=1),
                name="interface_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + LONGEST_LIFE),
                name="interface_token_ends",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="interface_token_named"),
        ]

    def __str__(self) -> str:
        return f"interface token {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.expires_at <= timezone.now()

    @property
    def opens(self) -> list[str]:
        """What the token opens, in words, in the order of the list."""
        return [str(scope.label) for scope in InterfaceScope if scope in self.scopes]


class InterfaceSending(models.Model):
    """What was done with one sending of a program, so that the same one sent again is answered and not done twice.

    Whoever comes second waits at `one_answer_a_sending` for the first one's transaction (docs/adr/0065).
    """

    token = models.ForeignKey(InterfaceToken, on_delete=models.CASCADE, related_name="+")
    # Digests of the word by which the program knows the sending, and of what was sent.
    word = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    # The key of what was made.
    made = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["id"]
        verbose_name = _("sending of a program")
        verbose_name_plural = _("sendings of programs")
        constraints = [models.UniqueConstraint(fields=["token", "word"], name="one_answer_a_sending")]

    def __str__(self) -> str:
        return f"sending {self.pk} of token {self.token_id}"
