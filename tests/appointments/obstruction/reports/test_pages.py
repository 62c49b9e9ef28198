"""The pages of reports as people go through them; what the other doors and other carers get of them: nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from access.models import User
from appointments.models import Complaint, Obstruction, ObstructionReport, ReportFile, ReportSending
from appointments.models.enums.report import ReportStatus
from tests.appointments.obstruction.conftest import day
from tests.appointments.obstruction.reports.conftest import revealed
from tests.conftest import Unit
from tests.doors import DoorClient

pytestmark = pytest.mark.django_db(transaction=True)
At = Callable[[User], DoorClient]


def reach(draft: ObstructionReport, step: str) -> str:
    return f"/reports/{draft.pk}/{step}"


def revision(report: ObstructionReport) -> int:
    return ObstructionReport.objects.get(pk=report.pk).revision


@pytest.fixture
def handed_in(friday: Obstruction, helene: User, at_door: At) -> ObstructionReport:
    """A report that went through its five steps."""
    author = at_door(helene)
    author.post("/reports/new", {"kind": "collective", "first_day": day(-1), "last_day": day(9)})
    report = ObstructionReport.objects.get()
    for step in ("period", "figures", "facts", "check", "addressees"):
        assert author.get(reach(report, step)).status_code == 200
    author.post(reach(report, "figures"), {"revision": 1, "tables": ["cause", "building"]})
    told = {f"tell_{friday.pk.hex}": "on", f"words_{friday.pk.hex}": "M. Durand n’est pas venu."}
    author.post(reach(report, "facts"), {"revision": revision(report), **told})

    texts = {"steps_taken": "Le chef d’établissement est informé.", "demand": "Une réunion avant le 31 janvier 2027."}
    refused = author.post(reach(report, "check"), {"revision": revision(report), **texts})
    assert refused.status_code == 422
    assert "<mark>Durand</mark>" in refused.content.decode()

    told[f"words_{friday.pk.hex}"] = "Le matin, bâtiment B, aucune des 12 personnes attendues n’a été conduite."
    author.post(reach(report, "facts"), {"revision": revision(report), **told})
    assert author.post(reach(report, "check"), {"revision": revision(report), **texts}).status_code == 302
    chosen = {"revision": revision(report), "addressees": ["ars", "cglpl"], "hand_in": "1"}
    assert author.post(reach(report, "addressees"), chosen).status_code == 302
    return report


def test_report_in_five_steps_is_read_by_another_sent_and_answered(
    handed_in: ObstructionReport, helene: User, frida: User, at_door: At, unit_a: Unit
) -> None:
    author, reader, report = at_door(helene), at_door(frida), handed_in

    assert author.post(reach(report, "approve")).status_code == 409, "Not by its author."
    assert "Approve" in reader.get(f"/reports/{report.pk}").content.decode()
    assert reader.get(reach(report, "preview")).content.startswith(b"%PDF-")
    assert reader.post(reach(report, "approve")).status_code == 302
    file = ReportFile.objects.filter(addressee="ars", format="pdf").get()
    letter = author.get(f"/reports/files/{file.pk}")
    assert letter.content.startswith(b"%PDF-")
    assert letter["Content-Disposition"].startswith("attachment")
    signed = SimpleUploadedFile("x.pdf", letter.content + b"\n%%EOF", "application/pdf")
    assert author.post(reach(report, "signed"), {"addressee": "ars", "file": signed}).status_code == 302
    today = unit_a.establishment.today()
    sent = {"addressee": "ars", "mode": "registered", "sent_on": today, "follow_up_on": today}
    assert author.post(reach(report, "sent"), sent).status_code == 302
    listed = author.get("/reports/").content.decode()
    assert 'class="nav-count">1<' in listed
    assert "1 letter of 2 sent" in " ".join(listed.split())
    assert "look again on" in listed
    answer = {"sending": ReportSending.objects.get().pk, "answered_on": today, "answer": "Réunion le 10."}
    assert author.post(reach(report, "answer"), answer).status_code == 302
    assert author.get(reach(report, "committee")).status_code == 200
    assert author.post(reach(report, "close"), {"revision": revision(report)}).status_code == 302
    assert ObstructionReport.objects.get().status == ReportStatus.CLOSED
    assert author.get(f"/reports/{report.pk}").status_code == 200


def test_facts_to_choose_from_begin_with_the_chief_ones(
    draft: ObstructionReport, friday: Obstruction, helene: User, at_door: At
) -> None:
    """A quarter holds hundreds of small facts, of which no report tells; one that is told already stays in sight."""
    small = Obstruction.objects.create(
        **{name: getattr(friday, name) for name in ("establishment", "kind", "day", "half_day", "cause", "source")},
        affected=1,
        expected=4,
        source_key="not_brought: small",
    )
    head, page = at_door(helene), reach(draft, "facts")

    assert f"tell_{friday.pk.hex}" in (shown := head.get(page).content.decode())
    assert f"tell_{small.pk.hex}" not in shown
    assert "1 smaller fact is not shown." in shown
    assert f"tell_{small.pk.hex}" in head.get(f"{page}?all").content.decode()
    told = {f"tell_{small.pk.hex}": "on", f"words_{small.pk.hex}": "Des personnes n’ont pas été conduites."}
    assert head.post(f"{page}?all", {"revision": 1, **told}).status_code == 302
    assert f"tell_{small.pk.hex}" in head.get(page).content.decode()


def test_committee_reads_no_fact_and_no_hidden_number(
    draft: ObstructionReport, friday: Obstruction, helene: User, frida: User, at_door: At
) -> None:
    told = {f"tell_{friday.pk.hex}": "on", f"words_{friday.pk.hex}": "Le matin, bâtiment B, personne n’est venu."}
    at_door(helene).post(reach(draft, "facts"), {"revision": 1, **told})
    chosen = {"revision": revision(draft), "addressees": ["ars"], "hand_in": "1"}
    at_door(helene).post(reach(draft, "addressees"), chosen)
    at_door(frida).post(reach(draft, "approve"))

    page = at_door(helene).get(reach(draft, "committee")).content.decode()

    assert "25 des 48 personnes" in page.replace("\u00a0", " ")
    assert "personne n’est venu" not in page


def test_one_fact_becomes_letters_with_two_presses(unit_a: Unit, helene: User, at_door: At) -> None:
    """The third is the letter itself."""
    fact, head = revealed(unit_a, helene), at_door(helene)
    page = head.get(f"/reports/urgent/{fact.pk}")
    form = page.context["form"]
    pressed = {name: form[name].value() or "" for name in form.fields}

    made = head.post(f"/reports/urgent/{fact.pk}", pressed)

    assert made.status_code == 302
    shown = head.get(made["Location"])
    assert f"/reports/files/{ReportFile.objects.filter(format='pdf').first().pk}" in shown.content.decode()
    assert "Durand" not in shown.content.decode()
    assert head.post(f"/reports/urgent/{fact.pk}", pressed)["Location"] == made["Location"], "A second press."
    assert ObstructionReport.objects.count() == 1
    assert ObstructionReport.objects.get().reference in head.get(f"/reports/urgent/{fact.pk}").content.decode()


def test_complaint_begins_from_a_fact_of_the_log(unit_a: Unit, helene: User, at_door: At) -> None:
    fact, head, today = revealed(unit_a, helene), at_door(helene), unit_a.establishment.today()
    about = f"/complaints/new/{unit_a.paul.pk}?fact={fact.pk}"
    assert about in head.get(f"/obstruction/facts/{fact.pk}").content.decode()
    assert re.search(rf'value="{fact.pk}"[^>]*checked', head.get(about).content.decode())

    begun = {"consent_on": today, "consent_form": "written", "addressee": "defender", "body": "x", "fact": fact.pk}
    page = head.get(head.post(about, begun)["Location"]).content.decode()

    assert Complaint.objects.get().obstruction == fact
    assert re.search(rf'value="{fact.pk}"[^>]*checked', page)
    for wrong in ("x", unit_a.paul.pk):
        refused = head.post(f"/complaints/new/{unit_a.karim.pk}", begun | {"fact": wrong})
        assert refused.status_code == 422


def test_complaint_from_consent_to_its_withdrawal(unit_a: Unit, helene: User, at_door: At) -> None:
    head, today = at_door(helene), unit_a.establishment.today()
    begun = {"consent_on": today, "consent_form": "written", "addressee": "defender", "body": "M. Durand attend."}
    made = head.post(f"/complaints/new/{unit_a.paul.pk}", begun)
    complaint = Complaint.objects.get()
    assert made["Location"] == f"/complaints/{complaint.pk}"
    head.post(f"/complaints/{complaint.pk}/letter", {"revision": 1})
    letter = complaint.letters.get()
    assert head.get(f"/complaints/letters/{letter.pk}").content.startswith(b"%PDF-")
    assert "P\u2011" in head.get("/complaints/").content.decode()

    head.post(f"/complaints/{complaint.pk}/withdrawn", {"revision": 2, "withdrawn_on": today})

    assert head.get(f"/complaints/letters/{letter.pk}").status_code == 404
    assert Complaint.objects.get().body == ""
    assert head.get(f"/complaints/{complaint.pk}").status_code == 200


def test_head_changes_words_addressees_and_retention(unit_a: Unit, helene: User, at_door: At) -> None:
    head = at_door(helene)
    kept = {"hospital": "CH du Val-Doré", "reports_years": 3, "complaints_years": 2, "facts_years": 4}
    assert head.post("/reports/settings", kept).status_code == 302
    words = {"salutation": "Madame la Directrice générale", "address": "ARS\n99000 Montclair"}
    assert head.post("/reports/addressee/ars", words).status_code == 302
    assert head.post("/reports/wording/urgent", {"body": "{civilite},\n\n{faits}"}).status_code == 302
    wrong = head.post("/reports/wording/urgent", {"body": "{{ request.user }} {prenom}"})
    assert wrong.status_code == 422
    assert "{prenom}" in wrong.content.decode()
    assert head.get("/reports/settings").status_code == 200


def test_carer_whom_nobody_named_gets_nothing(draft: ObstructionReport, alice: User, at_door: At) -> None:
    carer = at_door(alice)

    for path in ("/reports/", f"/reports/{draft.pk}", "/complaints/", "/reports/new"):
        assert carer.get(path).status_code == 404
    assert "/reports/" not in carer.get("/people/").content.decode()


@pytest.mark.parametrize("door", ["prison", "accounts"])
def test_other_doors_have_no_address_of_reports_and_complaints(door: str) -> None:
    def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
        found = []
        for each in patterns:
            here = prefix + str(each.pattern)
            found += routes(each.url_patterns, here) if isinstance(each, URLResolver) else [here]
        return found

    addresses = routes(get_resolver(f"carehub.urls.{door}").url_patterns)
    assert [route for route in addresses if "report" in route or "complaint" in route] == []
