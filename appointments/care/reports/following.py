"""What is done about a report that was handed in: approved, sent back, signed, sent, answered, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.reports.forms import AnswerForm, RevisedForm, SendBackForm, SentForm, SignedForm
from appointments.care.reports.rows import last_version, seen_report
from appointments.care.reports.status import show_report
from appointments.models import ObstructionReport
from appointments.models.enums.report import SendingMode
from appointments.obstruction.reports import following as verbs
from appointments.obstruction.reports.reading import approve, send_back


def answered(
    request: DoorRequest, report: ObstructionReport, form: Form | None, do: Callable[[], object], said: Any
) -> HttpResponse:
    """Do it and show the report; a refusal is said on it, with what was typed."""
    refusal = ""
    if form is not None and not form.is_valid():
        refusal = " ".join(
            f"{form[name].label}: {told[0]}" for name, told in form.errors.items() if name in form.fields
        )
        return show_report(request, report, status=422, refusal=refusal, **typed(form))
    try:
        do()
    except Refused as refused:
        report.refresh_from_db()
        return show_report(request, report, status=409, refusal=refused.sentence, **typed(form))
    messages.success(request, said)
    return redirect("report", report=report.pk)


def typed(form: Form | None) -> dict[str, Form]:
    """Return the form under the name by which the page shows it."""
    names = {SendBackForm: "send_back_form", SignedForm: "signed_form", SentForm: "sent_form"}
    return {names[type(form)]: form} if form is not None and type(form) in names else {}


@audience(*CARE_ROLES)
@require_POST
def report_approve(request: DoorRequest, report: UUID) -> HttpResponse:
    shown = seen_report(request, report)
    version = last_version(shown)
    said = _("Approved: the letters are written. Sign them, and record how they go out.")
    return answered(request, shown, None, lambda: approve(by=request.user, version=version), said)


@audience(*CARE_ROLES)
@require_POST
def report_send_back(request: DoorRequest, report: UUID) -> HttpResponse:
    shown, form = seen_report(request, report), SendBackForm(request.POST)
    version = last_version(shown)
    return answered(
        request,
        shown,
        form,
        lambda: send_back(by=request.user, version=version, reason=form.cleaned_data["reason"]),
        _("Sent back to its author."),
    )


@audience(*CARE_ROLES)
@require_POST
def report_signed(request: DoorRequest, report: UUID) -> HttpResponse:
    shown, form = seen_report(request, report), SignedForm(request.POST, request.FILES)
    version = last_version(shown)
    return answered(
        request,
        shown,
        form,
        lambda: verbs.keep_signed_copy(
            by=request.user,
            version=version,
            addressee=form.cleaned_data["addressee"],
            content=form.cleaned_data["file"].read(),
        ),
        _("The signed copy is kept."),
    )


@audience(*CARE_ROLES)
@require_POST
def report_sent(request: DoorRequest, report: UUID) -> HttpResponse:
    shown, form = seen_report(request, report), SentForm(request.POST)
    version = last_version(shown)

    def record() -> None:
        values = form.cleaned_data
        verbs.record_sending(by=request.user, version=version, **{**values, "mode": SendingMode(values["mode"])})

    return answered(request, shown, form, record, _("Recorded as sent."))


@audience(*CARE_ROLES)
@require_POST
def report_answer(request: DoorRequest, report: UUID) -> HttpResponse:
    shown, form = seen_report(request, report), AnswerForm(request.POST)
    version = last_version(shown)

    def record() -> None:
        values = dict(form.cleaned_data)
        sending = version.sendings.filter(pk=values.pop("sending")).first()
        if sending is None:
            raise Refused("sending", str(_("This letter is not one of this report. Reload the page.")))
        sending.version = version
        verbs.record_answer(by=request.user, sending=sending, **values)

    return answered(request, shown, form, record, _("Recorded."))


@audience(*CARE_ROLES)
@require_POST
def report_close(request: DoorRequest, report: UUID) -> HttpResponse:
    shown, form = seen_report(request, report), RevisedForm(request.POST)
    return answered(
        request,
        shown,
        form,
        lambda: verbs.close_report(by=request.user, report=shown, revision=form.cleaned_data["revision"]),
        _("Closed."),
    )
