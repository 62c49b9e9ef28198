"""The access log: who did what, when, at which door, to which record. Never clinical content, never free text."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from access.enums import Verb


class AuditEntry(models.Model):
    """One line of the log. Triggers chain the lines and refuse any change, even to the schema's owner.

    Only the database's function access_write_lines adds one; each door's lines of each establishment are a chain.
    """

    at = models.DateTimeField(_("when"), db_default=Now())
    door = models.CharField(_("door"), max_length=10)
    # Plain values, no foreign keys: the log outlives the accounts and the records that it names.
    user_id = models.BigIntegerField(null=True)
    username = models.CharField(_("who"), max_length=60)
    verb = models.CharField(_("verb"), max_length=20, choices=Verb.choices)
    target_type = models.CharField(_("record"), max_length=40)
    target_id = models.CharField(max_length=60, blank=True, default="")
    establishment_id = models.BigIntegerField(null=True)
    # Filled by the database: SHA-256 over the hash of the line before it in its chain and this line.
    previous_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log entries")
        indexes = [
            models.Index(fields=["establishment_id", "-id"], name="audit_establishment"),
            # By what a reader narrows the log: a person who did, a person concerned, a verb, a period.
            models.Index(fields=["user_id", "-id"], name="audit_user"),
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_target"),
            models.Index(fields=["establishment_id", "verb", "-id"], name="audit_verb"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.verb} {self.target_type} {self.target_id}"


class AuditChain(models.Model):
    """The end of one door's chain at one establishment (0: at none), and what was written in its present minute.

    Written by the log's own trigger, closed to every login: whoever writes a line locks the row until the commit.
    """

    pk = models.CompositePrimaryKey("establishment_id", "door")
    establishment_id = models.BigIntegerField()
    door = models.CharField(max_length=10)
    last_id = models.BigIntegerField()
    last_hash = models.CharField(max_length=64, blank=True)
    minute = models.DateTimeField(null=True)
    lines = models.IntegerField()
    # Where the chain begins since its old lines were forgotten: the last of them, and its digest.
    forgotten_id = models.BigIntegerField(db_default=0)
    forgotten_hash = models.CharField(max_length=64, blank=True, db_default="")

    def __str__(self) -> str:
        return f"{self.door} {self.establishment_id}: {self.last_id}"
