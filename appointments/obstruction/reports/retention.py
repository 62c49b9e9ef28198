"""Forgets reports, complaints and facts that are older than an establishment keeps them, and keeps a record of it.

Done every night with the owner's login; no door may delete any of it. What was published stays as bare figures, for the
next reports are judged beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from access.models import Establishment
from appointments.models import (
    Complaint,
    ComplaintLetter,
    Obstruction,
    ObstructionPast,
    ObstructionReport,
    ReportFact,
    ReportFile,
    ReportSending,
    ReportVersion,
    RetentionPurge,
)
from appointments.obstruction.reports.words import settings_of


@dataclass(frozen=True)
class Forgotten:
    """What is to be forgotten, and of which days."""

    reports: list[UUID]
    complaints: list[UUID]
    facts: list[UUID]
    reports_before: date
    complaints_before: date
    facts_before: date

    @property
    def is_nothing(self) -> bool:
        return not (self.reports or self.complaints or self.facts)


def to_be_forgotten(establishment: Establishment) -> Forgotten:
    """Return what is older than the establishment keeps it. A fact stays as long as a report that tells it."""
    kept, today = settings_of(establishment), establishment.today()
    reports_before = years_before(today, kept.reports_years)
    complaints_before = years_before(today, kept.complaints_years)
    facts_before = years_before(today, kept.facts_years)
    reports = ObstructionReport.objects.filter(establishment=establishment)
    young = Q(versions__sendings__sent_on__gte=reports_before) | Q(versions__sendings__follow_up_on__gte=today)
    old = reports.filter(begun_at__date__lt=reports_before).exclude(pk__in=reports.filter(young).values("pk"))
    complaints = Complaint.objects.filter(establishment=establishment)
    waits = Q(letters__sent_on__gte=complaints_before) | Q(letters__follow_up_on__gte=today)
    over = complaints.filter(begun_at__date__lt=complaints_before)
    over = over.exclude(pk__in=complaints.filter(waits).values("pk"))
    old_keys, over_keys = list(old.values_list("pk", flat=True)), list(over.values_list("pk", flat=True))
    told = ReportFact.objects.filter(obstruction=OuterRef("pk")).exclude(report__in=old_keys)
    about = complaints.filter(obstruction=OuterRef("pk")).exclude(pk__in=over_keys)
    facts = Obstruction.objects.filter(establishment=establishment, day__lt=facts_before)
    facts = facts.filter(~Exists(told), ~Exists(about))
    return Forgotten(
        old_keys, over_keys, list(facts.values_list("pk", flat=True)), reports_before, complaints_before, facts_before
    )


def years_before(today: date, years: int) -> date:
    """Return the day `years` earlier; the 29th of February goes with the 28th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - years, today.month, day)


def forget(establishment: Establishment) -> Forgotten:
    """Delete what is too old, all or nothing, and record how many of what. To be called with the owner's login."""
    with transaction.atomic():
        found = to_be_forgotten(establishment)
        if found.is_nothing:
            return found
        ReportFile.objects.filter(version__report__in=found.reports).delete()
        ReportSending.objects.filter(version__report__in=found.reports).delete()
        ReportVersion.objects.filter(report__in=found.reports).delete()
        ReportFact.objects.filter(report__in=found.reports).delete()
        ObstructionReport.objects.filter(pk__in=found.reports).delete()
        ComplaintLetter.objects.filter(complaint__in=found.complaints).delete()
        Complaint.objects.filter(pk__in=found.complaints).delete()
        ObstructionPast.objects.filter(obstruction__in=found.facts).delete()
        Obstruction.objects.filter(pk__in=found.facts).delete()
        RetentionPurge.objects.create(
            establishment=establishment,
            reports=len(found.reports),
            complaints=len(found.complaints),
            facts=len(found.facts),
            reports_before=found.reports_before,
            complaints_before=found.complaints_before,
            facts_before=found.facts_before,
        )
    return found
