"""What is older than a unit keeps it is forgotten at night, with a record; what was published stays as bare figures."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from access.models import User
from appointments.models import (
    Complaint,
    Obstruction,
    ObstructionReport,
    PublishedFigure,
    ReportFile,
    ReportSettings,
    RetentionPurge,
)
from tests.appointments.obstruction.reports.conftest import revealed
from tests.appointments.obstruction.reports.test_complaints import BODY
from tests.appointments.obstruction.reports.test_reports import approved, told
from tests.conftest import Unit
from tests.factories import unit_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old(unit_a: Unit, draft: ObstructionReport, friday: Obstruction, helene: User, frida: User) -> Unit:
    """A report of two years ago, with its letters, a complaint of then, and a fact of then that nothing tells."""
    approved(told(draft, helene, friday), helene, frida)
    then = timezone.now() - timedelta(days=730)
    complaint = Complaint.objects.create(
        establishment=unit_a.establishment,
        unit=unit_of(unit_a.establishment),
        detainee=unit_a.paul,
        year=then.year,
        number=1,
        addressee="cglpl",
        body=BODY,
        consent_on=then.date(),
        consent_form="written",
        consent_recorded_by_name="x",
        begun_at=then,
    )
    assert complaint.has_consent
    fact = revealed(unit_a, helene)
    Obstruction.objects.filter(pk=fact.pk).update(day=then.date(), revision=2)
    # Number and age are kept by a trigger, the owner's test apart.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_obstructionreport DISABLE TRIGGER report_keeps")
        ObstructionReport.objects.filter(pk=draft.pk).update(begun_at=then)
        cursor.execute("ALTER TABLE appointments_obstructionreport ENABLE TRIGGER report_keeps")
    return unit_a


def purge(**options: bool) -> str:
    said = StringIO()
    call_command("purge_reports", stdout=said, **options)
    return said.getvalue()


def test_nothing_is_forgotten_before_its_time(old: Unit) -> None:
    assert purge() == "0 reports, 0 complaints and 0 facts forgotten.\n"
    assert not RetentionPurge.objects.exists()


def test_what_is_too_old_is_forgotten_and_how_much_is_recorded(old: Unit) -> None:
    ReportSettings.objects.create(establishment=old.establishment, reports_years=1, complaints_years=1, facts_years=1)
    figures = PublishedFigure.objects.count()

    assert purge(dry_run=True) == "1 reports, 1 complaints and 1 facts would be forgotten.\n"
    assert ObstructionReport.objects.count() == 1, "A dry run forgets nothing."
    purge()

    assert [model.objects.count() for model in (ObstructionReport, ReportFile, Complaint)] == [0, 0, 0]
    assert Obstruction.objects.count() == 1, "The fact of last week stays."
    assert PublishedFigure.objects.count() == figures > 0
    record = RetentionPurge.objects.get()
    assert (record.reports, record.complaints, record.facts) == (1, 1, 1)
    assert purge() == "0 reports, 0 complaints and 0 facts forgotten.\n"
