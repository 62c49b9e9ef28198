"""An individual complaint: nothing without consent, nothing after it was taken back, nothing mixed with a report."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from access.models import User
from access.refusal import Refused
from appointments.models import Complaint, ComplaintLetter, Obstruction, ObstructionReport, ReportFact
from appointments.models.enums.report import ConsentForm, SendingMode
from appointments.obstruction.reports import complaints as verbs
from appointments.obstruction.reports.drafting import offered_facts
from tests.appointments.obstruction.conftest import day
from tests.appointments.obstruction.reports.conftest import revealed
from tests.appointments.papers.text import text_of_pdf
from tests.conftest import Unit
from tests.doors import through

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "Le 26 novembre, M. Durand a été appelé à voix haute.\n\nIl ne veut plus venir."


@pytest.fixture
def complaint(unit_a: Unit, helene: User) -> Complaint:
    with through("care"):
        return verbs.begin_complaint(
            by=helene,
            detainee=unit_a.paul,
            addressee="defender",
            consent_on=unit_a.establishment.today(),
            consent_form=ConsentForm.WRITTEN,
            body=BODY,
        )


def letter_of(complaint: Complaint, by: User) -> ComplaintLetter:
    with through("care"):
        return verbs.write_sealed_letter(by=by, complaint=complaint, revision=complaint.revision)


def test_sealed_letter_names_the_person_and_their_consent(complaint: Complaint, helene: User) -> None:
    letter = letter_of(complaint, helene)

    text = " ".join(text_of_pdf(bytes(letter.content)).split())
    assert "PLI CONFIDENTIEL" in text
    assert "DURAND Paul" in text
    assert "donné par écrit le" in text
    assert "Il ne veut plus venir." in text


def test_consent_taken_back_erases_what_was_written(complaint: Complaint, helene: User, unit_a: Unit) -> None:
    letter_of(complaint, helene)

    with through("care"):
        verbs.withdraw_consent(by=helene, complaint=complaint, revision=2, withdrawn_on=unit_a.establishment.today())

    kept = Complaint.objects.get(pk=complaint.pk)
    assert (kept.body, kept.letters.count()) == ("", 0)
    with pytest.raises(Refused, match="took their consent back"), through("care"):
        verbs.write_sealed_letter(by=helene, complaint=kept, revision=kept.revision)
    with pytest.raises(IntegrityError, match="consent"), through("care"), transaction.atomic():
        ComplaintLetter.objects.create(complaint=kept, content=b"x", size=1, sha256="0" * 64, made_by_name="x")
    with pytest.raises(IntegrityError, match="as it was given"), transaction.atomic():
        Complaint.objects.filter(pk=kept.pk).update(withdrawn_on=None)


def test_letter_that_went_out_stays_on_record(complaint: Complaint, helene: User, unit_a: Unit) -> None:
    letter, today = letter_of(complaint, helene), unit_a.establishment.today()
    letter.complaint = Complaint.objects.get(pk=complaint.pk)
    with through("care"):
        verbs.record_complaint_sent(
            by=helene, letter=letter, revision=2, mode=SendingMode.POST, sent_on=today, follow_up_on=None
        )
        verbs.withdraw_consent(by=helene, complaint=complaint, revision=3, withdrawn_on=today)
        with pytest.raises(IntegrityError, match="stays on record"), transaction.atomic():
            ComplaintLetter.objects.filter(pk=letter.pk).delete()
    assert ComplaintLetter.objects.get().sent_on == today


def test_fact_of_a_complaint_is_told_in_no_report_and_the_other_way_round(
    complaint: Complaint, draft: ObstructionReport, unit_a: Unit, helene: User
) -> None:
    alone, shared = revealed(unit_a, helene), revealed(unit_a, helene)
    with through("care"):
        Complaint.objects.filter(pk=complaint.pk).update(obstruction=alone)
        with pytest.raises(IntegrityError, match="told in no report"), transaction.atomic():
            ReportFact.objects.create(report=draft, obstruction=alone, wording="x", position=0)
        ReportFact.objects.create(report=draft, obstruction=shared, wording="x", position=0)
        with pytest.raises(IntegrityError, match="no individual complaint"), transaction.atomic():
            Complaint.objects.filter(pk=complaint.pk).update(obstruction=shared)
    assert alone not in offered_facts(draft)


def test_complaint_offers_the_facts_about_the_person_that_nothing_else_tells(
    complaint: Complaint, draft: ObstructionReport, unit_a: Unit, helene: User
) -> None:
    alone, shared, others = revealed(unit_a, helene), revealed(unit_a, helene), revealed(unit_a, helene)
    Obstruction.objects.filter(pk=others.pk).update(detainee=unit_a.karim, revision=2)
    with through("care"):
        ReportFact.objects.create(report=draft, obstruction=shared, wording="x", position=0)
        assert list(verbs.facts_about(unit_a.paul)) == [alone]
        for told in (shared, others):
            with pytest.raises(Refused, match="about somebody else"):
                verbs.write_complaint(by=helene, complaint=complaint, revision=1, addressee="ars", body=BODY, fact=told)
        verbs.write_complaint(by=helene, complaint=complaint, revision=1, addressee="ars", body=BODY, fact=alone)

        assert list(verbs.facts_about(unit_a.paul)) == []
        assert list(verbs.facts_about(unit_a.paul, complaint)) == [alone]
    assert alone not in offered_facts(draft)


@pytest.mark.parametrize("is_sent", [False, True])
def test_consent_taken_back_before_any_letter_frees_the_fact(
    complaint: Complaint, unit_a: Unit, helene: User, is_sent: bool
) -> None:
    fact, today = revealed(unit_a, helene), unit_a.establishment.today()
    with through("care"):
        verbs.write_complaint(by=helene, complaint=complaint, revision=1, addressee="ars", body=BODY, fact=fact)
        complaint.refresh_from_db()
        letter = letter_of(complaint, helene)
        letter.complaint.refresh_from_db()
        if is_sent:
            verbs.record_complaint_sent(
                by=helene, letter=letter, revision=3, mode=SendingMode.POST, sent_on=today, follow_up_on=None
            )
        complaint.refresh_from_db()
        verbs.withdraw_consent(by=helene, complaint=complaint, revision=complaint.revision, withdrawn_on=today)

    assert (list(verbs.facts_about(unit_a.paul)) == [fact]) is not is_sent


def test_no_table_of_reports_leads_to_a_complaint_or_back(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
        links = cursor.fetchall()

    apart = {
        (here, there)
        for here, there in links
        if ("complaint" in here) != ("complaint" in there) and ("report" in here or "report" in there)
    }
    assert apart == set()


def test_complaint_needs_a_consent_that_was_given(unit_a: Unit, helene: User) -> None:
    with pytest.raises(Refused, match="a day that is past"):
        verbs.begin_complaint(
            by=helene,
            detainee=unit_a.paul,
            addressee="defender",
            consent_on=day(20),
            consent_form=ConsentForm.WITNESSED,
            body=BODY,
        )
    assert not Complaint.objects.exists()
