"""The closed lists of reports: what for, where they stand, to whom and how they go, what a letter is kept as."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportKind(models.TextChoices):
    COLLECTIVE = "collective", _("Report of a period")
    URGENT = "urgent", _("Urgent report of one fact")
    YEARLY = "yearly", _("Balance sheet of a year")


class ReportStatus(models.TextChoices):
    """Where a report stands; a sent one waits for its answers until it is closed."""

    DRAFT = "draft", pgettext_lazy("report", "Draft")
    READING = "reading", _("At the second reader’s")
    APPROVED = "approved", pgettext_lazy("report", "Approved")
    SENT = "sent", pgettext_lazy("report", "Sent")
    CLOSED = "closed", pgettext_lazy("report", "Closed")
    DROPPED = "dropped", pgettext_lazy("report", "Dropped")


class ReadingDecision(models.TextChoices):
    APPROVED = "approved", pgettext_lazy("report", "Approved")
    SENT_BACK = "sent_back", _("Sent back")


class AddresseeKey(models.TextChoices):
    """Whom a letter goes to; name, address and legal ground are each establishment's (Addressee)."""

    ARS = "ars", _("Regional health agency")
    ORDER = "order", _("Council of the order")
    CGLPL = "cglpl", _("Inspector of places of detention (CGLPL)")
    DEFENDER = "defender", _("Defender of rights")
    HOSPITAL = "hospital", _("Hospital management")
    PRISON = "prison", _("Head of the prison")
    JUDGE = "judge", _("Chief judge")


class SendingMode(models.TextChoices):
    REGISTERED = "registered", _("Registered post")
    POST = "post", _("Ordinary post")
    SECURE = "secure", _("Secure health mail")
    HAND = "hand", _("By hand, against a receipt")


class FileFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    ODT = "odt", "ODT"
    SIGNED = "signed", _("Signed copy")


class ConsentForm(models.TextChoices):
    WRITTEN = "written", _("In writing, signed")
    WITNESSED = "witnessed", _("By word of mouth, before two carers")
