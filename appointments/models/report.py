"""Reports of obstructed care: from the draft to the answer; the letters as they went out; what was published.

Care side only, and of nobody in particular: what one person suffered has tables of its own (models.complaint), and no
row here leads there. State changes are in appointments.obstruction.reports only.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.report import (
    AddresseeKey,
    FileFormat,
    ReadingDecision,
    ReportKind,
    ReportStatus,
    SendingMode,
)


class ObstructionReportQuerySet(models.QuerySet["ObstructionReport"]):
    def standing(self) -> ObstructionReportQuerySet:
        return self.exclude(status=ReportStatus.DROPPED)


class ObstructionReport(models.Model):
    """One report with its number of the year, and what its author has chosen for it so far."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # Which tables of figures it shows, and the rows that must stay hidden: {table: [row, ...]}.
    tables = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    hidden = models.JSONField(default=dict, blank=True)
    # When figures and texts were last judged together; every change clears it.
    checked_at = models.DateTimeField(null=True, blank=True)
    steps_taken = models.TextField(_("steps already taken"), max_length=2000, blank=True, default="")
    demand = models.TextField(_("what is asked for"), max_length=2000, blank=True, default="")
    addressees = ArrayField(models.CharField(max_length=10, choices=AddresseeKey.choices), default=list, blank=True)
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    author = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=150)
    begun_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)

    objects = ObstructionReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("report of obstructed care")
        constraints = [
            models.UniqueConstraint(fields=["establishment", "year", "number"], name="report_number_once"),
            models.UniqueConstraint(fields=["establishment", "id"], name="report_of_establishment"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="report_status_known"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="report_period_in_order"),
            models.CheckConstraint(
                condition=Q(addressees__contained_by=AddresseeKey.values), name="report_addressees_known"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        # A hyphen that does not break: the number is read as one word.
        return f"{self.year}\u2011{self.number:02}"

    @property
    def is_draft(self) -> bool:
        return self.status == ReportStatus.DRAFT


class ReportFact(models.Model):
    """A fact of the log that a report tells, in words of its own that point to nobody."""

    report = models.ForeignKey(ObstructionReport, on_delete=models.PROTECT, related_name="facts")
    obstruction = models.ForeignKey("appointments.Obstruction", on_delete=models.PROTECT, related_name="+")
    wording = models.CharField(_("in the letter"), max_length=600)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "obstruction"], name="fact_once_in_report"),
            models.CheckConstraint(condition=~Q(wording=""), name="fact_has_wording"),
        ]

    def __str__(self) -> str:
        return self.wording


class ReportVersion(models.Model):
    """A report as it was handed to the second reader: frozen, with who decided what about it."""

    report = models.ForeignKey(ObstructionReport, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    # All that the letters say (appointments.obstruction.reports.freezing).
    content = models.JSONField()
    # Plain values, as in the access log: who wrote and who read outlives the accounts.
    submitted_by_id = models.BigIntegerField()
    submitted_by_name = models.CharField(max_length=150)
    submitted_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=10, choices=ReadingDecision.choices, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("what is to be changed"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["report", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["report", "version"], name="report_version_once"),
            models.CheckConstraint(condition=Q(decision__in=["", *ReadingDecision.values]), name="decision_known"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decision_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.version}"

    @property
    def is_approved(self) -> bool:
        return self.decision == ReadingDecision.APPROVED


class ReportFile(models.Model):
    """A letter as it was written once, or its signed copy, with the SHA-256 of its bytes."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="files")
    addressee = models.CharField(max_length=10, choices=AddresseeKey.choices, blank=True, default="")
    format = models.CharField(max_length=6, choices=FileFormat.choices)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version", "addressee", "format", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=FileFormat.values), name="report_file_format_known"),
            models.UniqueConstraint(
                fields=["version", "addressee", "format"],
                condition=~Q(format=FileFormat.SIGNED),
                name="report_file_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.addressee} {self.format}"


# An answer settles the days up to its own; a later one is that of what it announces.
TO_LOOK_AT_AGAIN = Q(answered_on__isnull=True) | Q(follow_up_on__gt=F("answered_on"))


class SendingQuerySet(models.QuerySet["ReportSending"]):
    def due(self, today: date) -> SendingQuerySet:
        """Letters to be looked at again: the answer has not come, or the day chosen for what it announces has."""
        return self.filter(TO_LOOK_AT_AGAIN, follow_up_on__lte=today)


class ReportSending(models.Model):
    """That an approved letter went to somebody, how and when; by when an answer is expected, and the answer."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="sendings")
    addressee = models.CharField(max_length=10, choices=AddresseeKey.choices)
    mode = models.CharField(_("how"), max_length=10, choices=SendingMode.choices)
    sent_on = models.DateField(_("sent on"))
    proof = models.CharField(_("proof of sending"), max_length=80, blank=True, default="")
    follow_up_on = models.DateField(_("look again on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True, default="")
    recorded_by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = SendingQuerySet.as_manager()

    class Meta:
        ordering = ["sent_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "addressee"], name="letter_sent_once"),
            models.CheckConstraint(condition=Q(mode__in=SendingMode.values), name="sending_mode_known"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="") | Q(answered_on__gte=F("sent_on")),
                name="answer_after_sending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.addressee} {self.sent_on}"

    def is_due(self, today: date) -> bool:
        """The same as the query `due`, of one letter that was read already."""
        if self.follow_up_on is None or self.follow_up_on > today:
            return False
        return self.answered_on is None or self.follow_up_on > self.answered_on


class PublishedFigure(models.Model):
    """A figure that an approved report shows. It stays when the report is purged: differences outlive letters."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    # Which of the tables, and what is counted: people not brought, expected, or the difference of both.
    table = models.CharField(max_length=20)
    measure = models.CharField(max_length=10)
    keys = ArrayField(models.CharField(max_length=120))
    since = models.DateField()
    before = models.DateField()
    count = models.IntegerField()
    reference = models.CharField(max_length=12)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(before__gt=F("since")), name="published_days_in_order")]
        indexes = [models.Index(fields=["establishment", "since"], name="published_by_day")]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.table} {self.measure} {self.since}"


class Addressee(models.Model):
    """How one establishment writes to somebody; without a row the usual words hold."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=10, choices=AddresseeKey.choices)
    salutation = models.CharField(_("salutation"), max_length=120)
    address = models.TextField(_("name and address"), max_length=500)
    ground = models.CharField(_("legal ground"), max_length=400, blank=True, default="")
    is_offered = models.BooleanField(_("offered for each report"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["establishment", "key"], name="addressee_once"),
            models.CheckConstraint(condition=Q(key__in=AddresseeKey.values), name="addressee_known"),
            models.CheckConstraint(condition=~Q(salutation="") & ~Q(address=""), name="addressee_is_named"),
        ]

    def __str__(self) -> str:
        return self.get_key_display()


class LetterWording(models.Model):
    """The words of one establishment's letters of one kind: plain text with places that are filled."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    body = models.TextField(_("text of the letter"), max_length=6000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["establishment", "kind"], name="letter_wording_once"),
            models.CheckConstraint(condition=~Q(body=""), name="letter_wording_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.kind}"


class Letterhead(models.Model):
    """The head of one unit's letters: its hospital, itself, who signs."""

    care_unit = models.OneToOneField(
        "appointments.CareUnit", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    hospital = models.CharField(_("hospital"), max_length=120, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=120, blank=True, default="")
    address = models.TextField(_("address"), max_length=300, blank=True, default="")
    town = models.CharField(_("town, before the date"), max_length=80, blank=True, default="")
    signatory = models.CharField(_("signed by"), max_length=120, blank=True, default="")
    capacity = models.CharField(_("capacity"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("letterhead")

    def __str__(self) -> str:
        return f"{self.care_unit_id} {self.hospital}"


class ReportSettings(models.Model):
    """How long an establishment keeps reports, complaints and facts, of all its units."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    reports_years = models.PositiveSmallIntegerField(_("reports, years"), default=10)
    complaints_years = models.PositiveSmallIntegerField(_("individual complaints, years"), default=5)
    facts_years = models.PositiveSmallIntegerField(_("facts of the log, years"), default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_years__range=(1, 30), complaints_years__range=(1, 30), facts_years__range=(1, 30)),
                name="report_retention_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.reports_years} {self.complaints_years} {self.facts_years}"


class RetentionPurge(models.Model):
    """That old reports, complaints and facts were forgotten: when and how many, of which days, and nothing of them."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    purged_at = models.DateTimeField(default=timezone.now)
    reports = models.PositiveIntegerField()
    complaints = models.PositiveIntegerField()
    facts = models.PositiveIntegerField()
    reports_before = models.DateField()
    complaints_before = models.DateField()
    facts_before = models.DateField()

    class Meta:
        ordering = ["-purged_at", "-id"]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.purged_at:%Y-%m-%d}"
