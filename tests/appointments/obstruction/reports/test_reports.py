"""A report from its draft to its answers: what the letters say, who approves them, what may never stand in them."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone, translation

from access.folding import folded
from access.models import User
from access.refusal import Refused
from appointments.care.reports.urgent import DEMAND
from appointments.models import (
    Detainee,
    Obstruction,
    ObstructionReport,
    PublishedFigure,
    ReportFact,
    ReportFile,
    ReportSending,
    ReportVersion,
)
from appointments.models.enums.obstruction import ObstructionKind
from appointments.models.enums.report import FileFormat, ReportKind, ReportStatus, SendingMode
from appointments.obstruction.reports import drafting, following, preferences, urgent
from appointments.obstruction.reports.freezing import HIDDEN, METHOD
from appointments.obstruction.reports.french import MONTHS, day_in_french, in_french_typography, period_in_french
from appointments.obstruction.reports.letters import paper_of
from appointments.obstruction.reports.reading import approve, hand_in, send_back
from appointments.obstruction.reports.standing import waiting_for
from appointments.obstruction.reports.wording import FACTS, neutral_words
from appointments.obstruction.reports.words import kinds_with_wording, unknown_places, usual_wording
from appointments.papers import Paragraph
from appointments.rights import Rights
from tests.appointments.obstruction.conftest import day
from tests.appointments.obstruction.reports.conftest import begin, half_day, revealed
from tests.appointments.papers.text import text_of_odt, text_of_pdf
from tests.conftest import Unit
from tests.doors import through
from tests.factories import paris_day, unit_of
from tests.french import typography

pytestmark = pytest.mark.django_db(transaction=True)

NEUTRAL = "Le matin, bâtiment B, aucune des 12 personnes attendues n’a été conduite."


def present(report: ObstructionReport) -> ObstructionReport:
    return ObstructionReport.objects.select_related("establishment").get(pk=report.pk)


def told(report: ObstructionReport, by: User, fact: Obstruction, wording: str = NEUTRAL) -> ObstructionReport:
    """The report with one fact, judged."""
    drafting.choose_facts(by=by, report=report, revision=present(report).revision, wordings={fact.pk: wording})
    return present(report)


def approved(report: ObstructionReport, author: User, reader: User) -> ReportVersion:
    with through("care"):
        version = hand_in(by=author, report=report, revision=present(report).revision)
        version.report = present(report)
        approve(by=reader, version=version)
    return ReportVersion.objects.select_related("report__establishment").get(pk=version.pk)


def rows_of(version: ReportVersion, key: str) -> dict[str, list[str]]:
    table = next(table for table in version.content["tables"] if table["key"] == key)
    return {row[0]: row[1:] for row in table["rows"]}


def test_letters_tell_the_figures_of_the_period(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)

    assert {file.addressee for file in version.files.all()} == {"ars", "order", "cglpl", "defender", "hospital"}
    letter = text_of_pdf(bytes(version.files.get(addressee="ars", format=FileFormat.PDF).content))
    flat = " ".join(letter.split())
    assert "Agence régionale de santé" in flat
    assert "25 des 48 personnes attendues (52,1 %, intervalle de" in flat
    assert NEUTRAL in flat
    assert rows_of(version, "building")["B"][:3] == ["19", "24", "79,2"]
    paper = paper_of(version.content, addressee="ars", version=1, day=day())
    assert [found for block in paper.blocks if isinstance(block, Paragraph) for found in typography(block.text)] == []


def test_no_letter_names_anybody_of_the_unit(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)

    for file in version.files.all():
        read = text_of_pdf if file.format == FileFormat.PDF else text_of_odt
        text = f" {folded(read(bytes(file.content)))} "
        for person in Detainee.objects.all():
            for word in (person.last_name, person.first_name, person.register_number, person.cell):
                assert not re.search(rf"\b{re.escape(folded(word))}\b", text), (file.addressee, word)


def test_each_file_is_kept_with_the_digest_of_its_bytes(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)

    for file in version.files.all():
        assert hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256
    with pytest.raises(IntegrityError, match="report_file_digest"), transaction.atomic():
        ReportFile.objects.create(
            version=version, format=FileFormat.SIGNED, content=b"%PDF-1", size=6, sha256="0" * 64, made_by_name="x"
        )


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        ("M. Durand n’a pas été conduit.", "Durand"),
        ("La personne de la cellule A-2-214 n’a pas été conduite.", "A-2-214"),
        ("Le 004217 n’a pas été conduit.", "004217"),
        ("Le surveillant Martin a refusé.", "Martin"),
        ("La consultation du psychiatre a été annoncée.", "psychiatre"),
    ],
)
def test_words_that_point_to_somebody_are_not_handed_in(
    wording: str, words: str, draft: ObstructionReport, friday: Obstruction, helene: User
) -> None:
    report = told(draft, helene, friday, wording)

    judgement = drafting.judge_report(by=helene, report=report, revision=report.revision)

    assert words in [objection.words for objection in judgement.objections]
    assert all(objection.sentence and objection.instead for objection in judgement.objections)
    with pytest.raises(Refused):
        hand_in(by=helene, report=report, revision=present(report).revision)


@pytest.mark.parametrize("place", ["wording", "addressee", "letterhead"])
def test_words_settled_for_every_letter_are_judged_too(
    place: str, draft: ObstructionReport, friday: Obstruction, helene: User
) -> None:
    here = {"by": helene, "establishment": draft.establishment}
    if place == "wording":
        preferences.change_wording(**here, kind="collective", body="Paul Durand attend.\n\n{chiffres}")
    elif place == "addressee":
        words = {"salutation": "Madame", "ground": "Paul Durand", "address": "Rue du Port", "is_offered": True}
        preferences.change_addressee(**here, key="ars", **words)
    else:
        preferences.change_letterhead(by=helene, care_unit=draft.unit, unit="Unité de Paul Durand")
    report = told(draft, helene, friday)

    judgement = drafting.judge_report(by=helene, report=report, revision=report.revision)

    assert "Durand" in " ".join(objection.words for objection in judgement.objections)
    with pytest.raises(Refused):
        hand_in(by=helene, report=report, revision=present(report).revision)


def test_small_rows_are_hidden_in_the_letter_and_in_the_sum(unit_a: Unit, helene: User, frida: User) -> None:
    half_day(unit_a, 0, unit_a.paul, missed=3, seen=9)
    half_day(unit_a, 0, unit_a.karim, missed=9, seen=0)
    version = approved(begin(unit_a, helene), helene, frida)

    assert rows_of(version, "building") == {"A": [HIDDEN] * 4, "B": [HIDDEN] * 4}


def test_second_report_reveals_no_few_people_beside_the_first(hard_month: Unit, helene: User, frida: User) -> None:
    """The first tells the whole time, the second all but one day on which two people of A were not brought."""
    half_day(hard_month, 3, hard_month.paul, missed=2, seen=7)
    half_day(hard_month, 4, hard_month.karim, missed=9, seen=0)
    whole = approved(begin(hard_month, helene), helene, frida)
    shorter = approved(begin(hard_month, helene, last=2), helene, frida)

    assert rows_of(whole, "building")["A"][0] == "8"
    assert rows_of(shorter, "building")["A"] == [HIDDEN] * 4, "8 - 6 would be two people."


def test_number_expected_is_not_told_when_a_difference_would_tell_of_few(
    hard_month: Unit, helene: User, frida: User
) -> None:
    """Three people more were expected on the last day: 51 - 48 would tell it."""
    half_day(hard_month, 4, hard_month.paul, missed=0, seen=3)
    shorter = approved(begin(hard_month, helene, last=2), helene, frida)
    whole = approved(begin(hard_month, helene), helene, frida)

    assert "48 personnes étaient attendues" in shorter.content["sentences"][0]
    assert "51" not in str(whole.content["sentences"])
    assert {tuple(row[1:]) for row in whole.content["tables"][0]["rows"]} == {(HIDDEN,) * 4}


def earlier_month(unit: Unit) -> None:
    """On the ten days before the hard month 6 of 12 of each building are not brought."""
    half_day(unit, -9, unit.paul, missed=6, seen=6)
    half_day(unit, -9, unit.karim, missed=6, seen=6)


def all_but_three_days_before(unit: Unit) -> None:
    """On the ten days before the hard month 15 are not brought: 12 on the first two, 3 on the third."""
    half_day(unit, -9, unit.paul, missed=6, seen=6)
    half_day(unit, -8, unit.karim, missed=6, seen=6)
    half_day(unit, -7, unit.karim, missed=3, seen=9)


def compared(version: ReportVersion) -> list[tuple[str, list[str]]]:
    return list(rows_of(version, "comparison").items())


def test_letter_compares_with_the_period_before(hard_month: Unit, helene: User, frida: User) -> None:
    earlier_month(hard_month)

    version = approved(begin(hard_month, helene, first=0), helene, frida)

    now, before = compared(version)
    assert now[0].startswith("Période signalée, du ")
    assert now[1][:3] == ["25", "48", "52,1"]
    # Ten days, of which the first is not recorded: the letter says from which day on.
    assert before[0] == f"Période précédente, {period_in_french(day(-9), day(-1))}"
    assert before[1] == ["12", "24", "50,0", "31,4 – 68,6"]
    letter = text_of_pdf(bytes(version.files.get(addressee="ars", format=FileFormat.PDF).content))
    assert "comparées à d’autres périodes" in " ".join(letter.split())


def test_comparison_that_tells_of_few_is_hidden(hard_month: Unit, helene: User, frida: User) -> None:
    half_day(hard_month, -9, hard_month.paul, missed=3, seen=9)

    version = approved(begin(hard_month, helene, first=0), helene, frida)

    assert compared(version)[1][1] == [HIDDEN] * 4
    assert not PublishedFigure.objects.filter(before__lte=day(0)).exists()


def test_comparison_that_tells_of_few_beside_an_earlier_report_is_hidden(
    hard_month: Unit, helene: User, frida: User
) -> None:
    all_but_three_days_before(hard_month)
    first = approved(begin(hard_month, helene, first=-9, last=-8), helene, frida)
    second = approved(begin(hard_month, helene, first=0), helene, frida)

    assert "12 des 24" in " ".join(first.content["sentences"])
    assert compared(second)[1][1] == [HIDDEN] * 4, "15 - 12 are three people."


def test_report_is_reduced_beside_what_an_earlier_letter_compared_with(
    hard_month: Unit, helene: User, frida: User
) -> None:
    all_but_three_days_before(hard_month)
    first = approved(begin(hard_month, helene, first=0), helene, frida)
    second = approved(begin(hard_month, helene, first=-9, last=-8), helene, frida)

    assert compared(first)[1][1][0] == "15"
    assert {tuple(row) for row in rows_of(second, "cause").values()} == {(HIDDEN,) * 4}
    assert not any("n’ont pas été conduites" in said for said in second.content["sentences"])


def test_everybody_not_brought_is_not_told_beside_a_fact_that_tells_all_but_few(
    unit_a: Unit, helene: User, frida: User
) -> None:
    """Of B 12 of 12 on one morning, as the fact says; 3 others of A. The sum, 15, would tell them."""
    half_day(unit_a, 0, unit_a.karim, missed=12, seen=0)
    half_day(unit_a, 1, unit_a.paul, missed=3, seen=9)
    fact = Obstruction.objects.create(
        establishment=unit_a.establishment, kind=ObstructionKind.NOT_BROUGHT, day=day(0), half_day="morning",
        unit=unit_of(unit_a.establishment),
        building=unit_a.other_building, cause="staff", affected=12, expected=12, source="counted", source_key="b",
    )  # fmt: skip

    version = approved(told(begin(unit_a, helene), helene, fact), helene, frida)

    assert NEUTRAL in version.content["facts"]
    assert not any("15" in said for said in version.content["sentences"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_letters_are_in_french_whatever_the_author_reads(
    language: str, draft: ObstructionReport, helene: User, frida: User
) -> None:
    drafting.choose_tables(by=helene, report=draft, revision=draft.revision, tables=drafting.TABLES)
    with translation.override(language):
        version = approved(draft, helene, frida)

    assert list(rows_of(version, "half_day")) == ["Matin", "Après-midi"]
    months = sorted({day(number).replace(day=1) for number in (0, 1)})
    found = [label.split()[0].casefold() for label in rows_of(version, "month")]
    assert found == [MONTHS[month.month - 1] for month in months]


def test_approval_is_refused_when_another_report_came_between(hard_month: Unit, helene: User, frida: User) -> None:
    half_day(hard_month, 3, hard_month.paul, missed=2, seen=7)
    half_day(hard_month, 4, hard_month.karim, missed=9, seen=0)
    slow = begin(hard_month, helene, last=2)
    with through("care"):
        version = hand_in(by=helene, report=slow, revision=slow.revision)
    approved(begin(hard_month, helene), helene, frida)

    version.report = present(slow)
    with pytest.raises(Refused, match="changed since"), through("care"):
        approve(by=frida, version=version)
    assert not ReportFile.objects.filter(version=version).exists()


def test_author_is_not_the_second_reader(draft: ObstructionReport, helene: User) -> None:
    with through("care"):
        version = hand_in(by=helene, report=draft, revision=draft.revision)
        version.report = present(draft)
        with pytest.raises(Refused, match="another person"):
            approve(by=helene, version=version)

    assert present(draft).status == ReportStatus.READING
    with through("care"), pytest.raises(IntegrityError, match="another person"), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(
            decision="approved", decided_by_id=helene.pk, decided_at=timezone.now()
        )


def test_author_does_not_approve_what_a_colleague_handed_in_for_them(
    draft: ObstructionReport, helene: User, frida: User
) -> None:
    with through("care"):
        version = hand_in(by=frida, report=draft, revision=draft.revision)
        version.report = present(draft)
        with pytest.raises(Refused, match="another person"):
            approve(by=helene, version=version)


def test_what_was_approved_says_the_same_for_ever(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)

    # Past all our verbs, and with the owner's login too.
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(content={})
    with pytest.raises(IntegrityError, match="Only a draft"), transaction.atomic():
        ObstructionReport.objects.filter(pk=draft.pk).update(demand="Autre chose.")
    with pytest.raises(IntegrityError, match="no draft again"), transaction.atomic():
        ObstructionReport.objects.filter(pk=draft.pk).update(status="draft")
    with through("care"):
        with pytest.raises(IntegrityError, match="Only a draft"), transaction.atomic():
            ReportFact.objects.filter(report=draft).delete()
        for table in ("reportfile", "reportversion", "publishedfigure", "obstructionreport"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(f"DELETE FROM appointments_{table}")


def test_number_is_taken_once_in_a_year(draft: ObstructionReport, hard_month: Unit, helene: User) -> None:
    second = begin(hard_month, helene)

    assert (draft.number, second.number) == (1, 2)
    second.pk, second.number = uuid4(), 1
    with pytest.raises(IntegrityError, match="report_number_once"), transaction.atomic():
        second.save(force_insert=True)


def test_sent_back_report_comes_again_as_the_next_version(draft: ObstructionReport, helene: User, frida: User) -> None:
    with through("care"):
        version = hand_in(by=helene, report=draft, revision=draft.revision)
        version.report = present(draft)
        send_back(by=frida, version=version, reason="Dire les démarches faites.")
        report = present(draft)
        drafting.write_texts(
            by=helene, report=report, revision=report.revision, steps_taken="Le chef d'établissement sait.", demand=""
        )
    again = approved(draft, helene, frida)

    assert again.version == 2
    assert again.content["steps"] == "Le chef d’établissement sait."
    assert [each.decision for each in draft.versions.all()] == ["approved", "sent_back"]


def waits_for(user: User, unit: Unit) -> int:
    return sum(rows.count() for rows in waiting_for(Rights(user, unit.establishment)).values())


def test_sending_answer_and_reminder(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User, unit_a: Unit
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)
    today = unit_a.establishment.today()
    with through("care"):
        sending = following.record_sending(
            by=helene, version=version, addressee="ars", mode=SendingMode.REGISTERED, sent_on=today, follow_up_on=today
        )
        assert waits_for(helene, unit_a) == 1
        sending.version.report = present(draft)
        following.record_answer(
            by=frida, sending=sending, answered_on=today, answer="Réunion le 10.", follow_up_on=None
        )
        assert waits_for(helene, unit_a) == 0
        later = today + timedelta(days=10)
        following.record_answer(
            by=frida, sending=sending, answered_on=today, answer="Réunion le 10.", follow_up_on=later
        )
        due = [ReportSending.objects.due(on).count() for on in (today, later - timedelta(days=1), later)]
        assert due == [0, 0, 1], "The day of what the answer announces is not forgotten."
        sending.refresh_from_db()
        assert [sending.is_due(on) for on in (today, later)] == [False, True]
        following.close_report(by=helene, report=present(draft), revision=present(draft).revision)
    assert present(draft).status == ReportStatus.CLOSED


def test_only_an_approved_version_is_sent(draft: ObstructionReport, helene: User) -> None:
    version = hand_in(by=helene, report=draft, revision=draft.revision)

    with pytest.raises(IntegrityError, match="approved version"), through("care"), transaction.atomic():
        version.sendings.create(addressee="ars", mode="post", sent_on=day(9), recorded_by_name="x")


@pytest.mark.parametrize("content", [b"", b"MZ no pdf", b"%PDF-1.7 cut off"])
def test_signed_copy_is_a_pdf(
    content: bytes, draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    version = approved(told(draft, helene, friday), helene, frida)

    with pytest.raises(Refused, match="no PDF"):
        following.keep_signed_copy(by=helene, version=version, addressee="ars", content=content)
    kept = following.keep_signed_copy(by=helene, version=version, addressee="ars", content=b"%PDF-1.7 signed %%EOF\n")
    assert kept.sha256 == hashlib.sha256(b"%PDF-1.7 signed %%EOF\n").hexdigest()


def test_urgent_report_makes_letters_at_once(unit_a: Unit, helene: User) -> None:
    fact = revealed(unit_a, helene)

    with through("care"):
        version = urgent.report_urgently(
            by=helene,
            fact=fact,
            token=uuid4(),
            wording="Le matin, la nature d’une consultation a été annoncée à voix haute.",
            steps_taken="",
            demand="Je vous demande d’intervenir.",
            addressees=["ars", "cglpl"],
        )

    letter = text_of_pdf(bytes(version.files.get(addressee="cglpl", format=FileFormat.PDF).content))
    assert "annoncée à voix haute" in " ".join(letter.split())
    assert "Durand" not in letter
    assert version.report.kind == ReportKind.URGENT


def test_urgent_report_does_not_repeat_the_words_of_the_log(unit_a: Unit, helene: User) -> None:
    fact = revealed(unit_a, helene)

    with pytest.raises(Refused, match=r"Paul|Durand"), through("care"):
        urgent.report_urgently(
            by=helene,
            fact=fact,
            token=uuid4(),
            wording=fact.facts,
            steps_taken="",
            demand="",
            addressees=["ars"],
        )
    assert not ObstructionReport.objects.exists()


@pytest.mark.parametrize("kind", FACTS)
def test_usual_words_of_a_fact_can_be_sent_as_they_are(unit_a: Unit, helene: User, kind: ObstructionKind) -> None:
    """Whoever changes nothing on the page of an urgent report is not stopped by its own words."""
    fact = revealed(unit_a, helene)
    fact.kind, fact.building = kind, unit_a.other_building

    words = neutral_words(fact, None)

    judged = urgent.judgement_before(fact, by=helene, wording=words, steps_taken="", demand=DEMAND)
    assert [each.words for each in judged.objections] == []


def test_numbers_of_a_fact_count_as_published(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User
) -> None:
    approved(told(draft, helene, friday), helene, frida)

    parts = PublishedFigure.objects.filter(keys__contains=[f"B|{day(0)}|morning"])
    assert {(row.table, row.count) for row in parts} == {("building", 12), ("half_day", 12)}


def test_few_people_in_the_words_of_a_fact_are_refused(
    draft: ObstructionReport, friday: Obstruction, helene: User
) -> None:
    Obstruction.objects.filter(pk=friday.pk).update(affected=10, revision=2)
    report = told(draft, helene, friday, "Bâtiment B, 10 des 12 personnes attendues n’ont pas été conduites.")

    judgement = drafting.judge_report(by=helene, report=report, revision=report.revision)

    found = [objection.words for objection in judgement.objections]
    assert found == ["10 des 12", "10"], "Two came: that points to them."


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_only_whom_the_head_named_writes_reports(who: str, hard_month: Unit, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        begin(hard_month, request.getfixturevalue(who))


def test_period_that_is_not_over_is_refused(hard_month: Unit, helene: User) -> None:
    with pytest.raises(Refused, match="yesterday"):
        begin(hard_month, helene, last=10)


def test_dates_and_places_are_written_as_in_french() -> None:
    first = paris_day().replace(2026, 10, 1)

    assert day_in_french(first) == "1er\u00a0octobre 2026"
    assert period_in_french(first, first.replace(2026, 12, 31)) == "du 1er\u00a0octobre au 31\u00a0décembre 2026"
    assert period_in_french(first, first + timedelta(days=0)) == "le 1er\u00a0octobre 2026"


@pytest.mark.parametrize("kind", kinds_with_wording())
def test_usual_words_have_no_unknown_place_and_good_typography(kind: str) -> None:
    assert unknown_places(usual_wording(kind), kind) == []
    assert typography(in_french_typography(usual_wording(kind))) == []
    assert [typography(in_french_typography(part)) for part in METHOD] == [[], [], []]
