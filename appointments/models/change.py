"""The histories of appointments and of escorts' outcomes: who changed what, when. Care only, and they only grow."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.appointment import ChangeKind, RefusalCause
from appointments.models.enums.escort import EscortCancelReason


class AppointmentChange(models.Model):
    """One change of one appointment, with the values before and after. Triggers refuse to rewrite it.

    Written by appointments.booking in the transaction of the change itself. It tells the second of two editors what
    the first one did, and is what "undo" goes back to.
    """

    establishment = models.ForeignKey(
        "access.Establishment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    appointment = models.ForeignKey(
        "appointments.Appointment", on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    # The revision that the change made.
    revision = models.PositiveIntegerField()
    what = models.CharField(_("what"), max_length=10, choices=ChangeKind.choices)
    # Only what differs, as appointments.booking.history writes it.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # The change that this one takes back.
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    # Plain values beside each other, as in the access log: the history outlives the account.
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("who"), max_length=150)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["appointment", "revision"]
        verbose_name = _("change of an appointment")
        verbose_name_plural = _("changes of appointments")
        constraints = [
            models.UniqueConstraint(fields=["appointment", "revision"], name="one_change_a_revision"),
            models.CheckConstraint(condition=models.Q(what__in=ChangeKind.values), name="change_known"),
            models.CheckConstraint(
                condition=models.Q(what=ChangeKind.UNDONE, undoes__isnull=False)
                | (~models.Q(what=ChangeKind.UNDONE) & models.Q(undoes=None)),
                name="undone_undoes_something",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-at"], name="change_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name} {self.what} {self.appointment_id}"

    @property
    def undo_words(self) -> str:
        return str(ChangeKind(self.what).undo_words)


class EscortChange(models.Model):
    """What was written down of an escort that did not take place, each time anew. Triggers refuse to rewrite it."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    escort = models.ForeignKey("appointments.Escort", on_delete=models.PROTECT, related_name="changes")
    # The revision that the change made.
    revision = models.PositiveIntegerField()
    cancel_reason = models.CharField(max_length=10, choices=EscortCancelReason.choices)
    refusal_cause = models.CharField(max_length=10, choices=RefusalCause.choices, blank=True, default="")
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("who"), max_length=150)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["escort", "revision"]
        verbose_name = _("change of an escort")
        constraints = [
            models.UniqueConstraint(fields=["escort", "revision"], name="one_escort_change_a_revision"),
            models.CheckConstraint(
                condition=models.Q(cancel_reason__in=EscortCancelReason.values)
                & models.Q(refusal_cause__in=["", *RefusalCause.values]),
                name="escort_change_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name} {self.cancel_reason} {self.escort_id}"
