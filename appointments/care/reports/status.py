"""All reports, one report with its versions, letters and answers, a file, and the page for the committee."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, F, Min, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.reports.forms import AnswerForm, SendBackForm, SentForm, SignedForm
from appointments.care.reports.rows import last_version, require_reports, seen_report
from appointments.models import ObstructionReport, ReportFile, ReportVersion
from appointments.models.enums.report import AddresseeKey, FileFormat, ReportKind, ReportStatus
from appointments.models.report import ObstructionReportQuerySet
from appointments.obstruction.reports.following import USUAL_FOLLOW_UP
from appointments.obstruction.reports.french import period_in_french
from appointments.obstruction.reports.letters import paper_of, title_of
from appointments.obstruction.reports.standing import due_sendings, reports_visible_to
from appointments.papers import as_pdf
from appointments.rights import get_visible_or_404, rights_of

PAGE = 50
TYPES = {FileFormat.PDF: "application/pdf", FileFormat.ODT: "application/vnd.oasis.opendocument.text"}
# A version without what it says: the letters are read when one of them is asked for.
BARE_FILES = ReportFile.objects.defer("content")


@audience(*CARE_ROLES)
@require_safe
def reports(request: DoorRequest) -> HttpResponse:
    require_reports(request)
    rights = rights_of(request)
    mine = reports_visible_to(rights)
    due = due_sendings(rights).select_related("version__report").defer("version__content")
    context = {
        "to_read": list(mine.filter(status=ReportStatus.READING).exclude(author=request.user)),
        "due": list(due.order_by("follow_up_on", "id")),
        "page": Paginator(with_sendings(mine).order_by("-year", "-number"), PAGE).get_page(request.GET.get("page")),
        "leads": rights.leads_unit,
    }
    record(by=request.user, verb=Verb.READ, target=ObstructionReport, establishment=request.establishment)
    return render(request, "care/reports/reports.html", context)


def with_sendings(mine: ObstructionReportQuerySet) -> ObstructionReportQuerySet:
    """Add how many letters of each report went out, and when to look at one of them again (SendingQuerySet.due)."""
    open_ones = Q(versions__sendings__answered_on__isnull=True)
    open_ones |= Q(versions__sendings__follow_up_on__gt=F("versions__sendings__answered_on"))
    waits = open_ones & Q(status=ReportStatus.SENT)
    return mine.annotate(
        sent=Count("versions__sendings"),
        look_again_on=Min("versions__sendings__follow_up_on", filter=waits),
    )


@audience(*CARE_ROLES)
@require_safe
def report(request: DoorRequest, report: UUID) -> HttpResponse:
    shown = seen_report(request, report)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show_report(request, shown)


def show_report(request: DoorRequest, shown: ObstructionReport, *, status: int = 200, **more: Any) -> HttpResponse:
    versions = list(shown.versions.defer("content").prefetch_related(Prefetch("files", BARE_FILES), "sendings"))
    last = versions[0] if versions else None
    approved = last if last and last.is_approved else None
    today = request.establishment.today()
    usual = {"sent_on": today, "follow_up_on": today + USUAL_FOLLOW_UP}
    lines = letter_lines(shown, approved, today) if approved else []
    letters = [line["key"] for line in lines if line["key"]]
    unsent = [line["key"] for line in lines if line["key"] and not line["sending"]]
    context = {
        "report": shown,
        "versions": versions,
        "last": last,
        "approved": approved,
        "may_decide": shown.status == ReportStatus.READING and is_another(request, shown, last),
        "send_back_form": SendBackForm(),
        "signed_form": SignedForm(offered=letters),
        "unsent": unsent,
        "sent_form": SentForm(initial=usual, offered=unsent),
        "lines": lines,
        "facts": list(shown.facts.all()),
        "is_yearly": shown.kind == ReportKind.YEARLY,
        "may_close": shown.status in {ReportStatus.SENT, ReportStatus.APPROVED},
        "zone": request.establishment.zone,
        "today": today,
        "refusal": "",
        **more,
    }
    return render(request, "care/reports/report.html", context, status=status)


def is_another(request: DoorRequest, shown: ObstructionReport, last: ReportVersion | None) -> bool:
    return last is not None and request.user.pk not in {shown.author_id, last.submitted_by_id}


def letter_lines(shown: ObstructionReport, version: ReportVersion, today: date) -> list[dict[str, Any]]:
    """Return each addressee with the letter's files, how it went and the form for its answer."""
    sendings = {sending.addressee: sending for sending in version.sendings.all()}
    keys = [""] if shown.kind == ReportKind.YEARLY else shown.addressees
    return [
        {
            "key": key,
            "label": AddresseeKey(key).label if key else "",
            "files": [file for file in version.files.all() if file.addressee == key],
            "sending": (sending := sendings.get(key)),
            "answer_form": answer_form(sending) if sending else None,
            "is_due": bool(sending and sending.is_due(today)),
        }
        for key in keys
    ]


def answer_form(sending: Any) -> AnswerForm:
    return AnswerForm(
        initial={
            "sending": sending.pk,
            "answered_on": sending.answered_on,
            "answer": sending.answer,
            "follow_up_on": sending.follow_up_on,
        },
        auto_id=f"id_{sending.pk}_%s",
    )


@audience(*CARE_ROLES)
@require_safe
def report_file(request: DoorRequest, file: int) -> HttpResponse:
    """One letter, byte for byte as it was written."""
    visible = reports_visible_to(rights_of(request))
    files = ReportFile.objects.filter(version__report__in=visible.order_by().values("pk"))
    kept = get_visible_or_404(files.select_related("version__report"), file)
    record(by=request.user, verb=Verb.EXPORT, target=kept.version.report, establishment=request.establishment)
    ending = "odt" if kept.format == FileFormat.ODT else "pdf"
    report = kept.version.report
    name = f"signalement-{report.year}-{report.number:02}-v{kept.version.version}-{kept.addressee or 'bilan'}"
    signed = "-signe" if kept.format == FileFormat.SIGNED else ""
    return HttpResponse(
        bytes(kept.content),
        content_type=TYPES.get(FileFormat(kept.format), "application/pdf"),
        headers={"Content-Disposition": f'attachment; filename="{name}{signed}.{ending}"'},
    )


@audience(*CARE_ROLES)
@require_safe
def report_preview(request: DoorRequest, report: UUID) -> HttpResponse:
    """The first letter as it would be, marked as a draft: what the second reader reads."""
    shown = seen_report(request, report)
    version = last_version(shown)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    paper = paper_of(
        version.content,
        addressee=next(iter(version.content["addressees"]), ""),
        version=version.version,
        day=request.establishment.today(),
        is_draft=True,
    )
    return HttpResponse(
        as_pdf(paper),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="signalement-projet.pdf"'},
    )


@audience(*CARE_ROLES)
@require_safe
def report_committee(request: DoorRequest, report: UUID) -> HttpResponse:
    """What an approved report shows already, without its words about facts: the committee may see it."""
    shown = seen_report(request, report)
    version = last_version(shown)
    if not version.is_approved or shown.kind == ReportKind.URGENT:
        raise Http404
    record(by=request.user, verb=Verb.PRINT, target=shown, establishment=request.establishment)
    context = {
        "report": shown,
        "content": version.content,
        "title": title_of(version.content),
        "period": period_in_french(shown.first_day, shown.last_day),
    }
    return render(request, "care/reports/committee.html", context)
