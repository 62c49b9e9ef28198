"""Which identity at the provider an account belongs to. Its owner links it; nothing else opens the account by it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from access.enums import Side
from access.models.user import JUSTICE_MAIL


class ProviderLink(Device):  # type: ignore[misc]
    """A device of django-otp's too: a session whose second factor the provider showed refers to it, and ends with it.

    It judges no code.
    """

    # One link an account.
    user = models.OneToOneField("access.User", on_delete=models.CASCADE, related_name="+")
    # Repeated here so that the database itself keeps a link on the care side (provider_link_on_side_of_user).
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.CARE)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(_("since"), db_default=Now())
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("link with the identity provider")
        verbose_name_plural = _("links with the identity provider")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_identity"),
            models.CheckConstraint(condition=Q(side=Side.CARE), name="provider_link_of_care"),
            models.CheckConstraint(
                condition=~Q(subject__iregex=JUSTICE_MAIL) & ~Q(subject="") & ~Q(issuer=""),
                name="provider_link_without_justice",
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk} of account {self.user_id}"
