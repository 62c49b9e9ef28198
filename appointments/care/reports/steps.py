"""A report in five steps, each a page that one can leave and come back to."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.obstruction.unit_views import log_unit_of, unit_choice
from appointments.care.reports.forms import (
    AddresseesForm,
    ChangePeriodForm,
    FactsForm,
    NewReportForm,
    RevisedForm,
    TablesForm,
    TextsForm,
)
from appointments.care.reports.rows import require_reports, seen_report
from appointments.models import Obstruction, ObstructionReport
from appointments.models.enums.report import AddresseeKey, ReportKind
from appointments.obstruction import chief_facts, facts_of
from appointments.obstruction.figures import read_figures
from appointments.obstruction.reports import drafting
from appointments.obstruction.reports.freezing import CAPTIONS
from appointments.obstruction.reports.reading import hand_in
from appointments.obstruction.reports.reduction import numbers_of
from appointments.obstruction.reports.wording import neutral_words
from appointments.obstruction.reports.words import addressees_of

STEPS = (
    ("report_period", gettext_lazy("Period")),
    ("report_figures", gettext_lazy("Figures")),
    ("report_facts", gettext_lazy("Dated facts")),
    ("report_check", gettext_lazy("Check")),
    ("report_addressees", gettext_lazy("Addressees")),
)
PAGES = {
    "report_period": "care/reports/report_period.html",
    "report_figures": "care/reports/report_figures.html",
    "report_facts": "care/reports/report_facts.html",
    "report_check": "care/reports/report_check.html",
    "report_addressees": "care/reports/report_addressees.html",
}
OFFERED = 300


def show_step(
    request: DoorRequest, report: ObstructionReport, step: str, form: Form, *, status: int = 0, **more: Any
) -> HttpResponse:
    context = {
        "report": report,
        "form": form,
        "steps": STEPS,
        "step": step,
        "objections": (),
        "hidden": hidden_words(report),
        **more,
    }
    return render(request, PAGES[step], context, status=status or (422 if form.errors else 200))


def done(form: Form, do: Callable[[], object]) -> bool:
    """Do it when the form is in order; a refusal is said on the form."""
    if not form.is_valid():
        return False
    try:
        do()
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: DoorRequest) -> HttpResponse:
    require_reports(request)
    first, last = last_quarter(request.establishment.today())
    form = NewReportForm(
        request.POST if request.method == "POST" else None, initial={"first_day": first, "last_day": last}
    )
    made: list[ObstructionReport] = []

    def begin() -> None:
        values = form.cleaned_data
        made.append(
            drafting.begin_report(
                by=request.user,
                establishment=request.establishment,
                kind=ReportKind(values["kind"]),
                first_day=values["first_day"],
                last_day=values["last_day"],
                unit=log_unit_of(request),
            )
        )

    if request.method == "POST" and done(form, begin):
        return redirect("report_figures", report=made[0].pk)
    context = {"form": form, **unit_choice(request)}
    return render(request, "care/reports/new.html", context, status=422 if form.errors else 200)


def last_quarter(today: date) -> tuple[date, date]:
    """Return the last quarter that is over."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_period(request: DoorRequest, report: UUID) -> HttpResponse:
    draft = seen_report(request, report)
    usual = {"revision": draft.revision, "first_day": draft.first_day, "last_day": draft.last_day}
    form = ChangePeriodForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and done(
        form, lambda: drafting.change_period(by=request.user, report=draft, **form.cleaned_data)
    ):
        return redirect("report_figures", report=draft.pk)
    return show_step(request, draft, "report_period", form)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_figures(request: DoorRequest, report: UUID) -> HttpResponse:
    draft = seen_report(request, report)
    usual = {"revision": draft.revision, "tables": draft.tables}
    form = TablesForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and done(
        form, lambda: drafting.choose_tables(by=request.user, report=draft, **form.cleaned_data)
    ):
        return redirect("report_facts", report=draft.pk)
    figures = read_figures(request.establishment, draft.first_day, draft.last_day, unit=draft.unit_id)
    tables = [(CAPTIONS[table.key], table) for table in figures.tables if table.key in CAPTIONS]
    return show_step(request, draft, "report_figures", form, figures=figures, tables=tables)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_facts(request: DoorRequest, report: UUID) -> HttpResponse:
    draft = seen_report(request, report)
    offered = drafting.offered_facts(draft)
    told = {fact.obstruction_id: fact.wording for fact in draft.facts.all()}
    shows_all = "all" in request.GET
    shown = shown_facts(draft, offered, told, shows_all=shows_all)
    words = {fact.pk: told.get(fact.pk) or suggested(fact) for fact in shown}
    usual = {"revision": draft.revision} | {f"tell_{key.hex}": True for key in told}
    form = FactsForm(request.POST if request.method == "POST" else None, facts=shown, words=words, initial=usual)
    if request.method == "POST" and done(
        form,
        lambda: drafting.choose_facts(
            by=request.user, report=draft, revision=form.cleaned_data["revision"], wordings=form.wordings
        ),
    ):
        return redirect("report_check", report=draft.pk)
    left_off = len(offered) - len(shown)
    return show_step(request, draft, "report_facts", form, left_off=left_off, shows_all=shows_all)


def shown_facts(
    draft: ObstructionReport, offered: Sequence[Obstruction], told: Container[UUID], *, shows_all: bool
) -> list[Obstruction]:
    """Return the facts that the report tells, then the chief ones or all, as many as a page holds."""
    chief = chief_facts(facts_of(draft.unit, draft.first_day, draft.last_day))
    keys = {fact.pk for fact in offered} if shows_all else set(chief.order_by().values_list("pk", flat=True))
    first = [fact for fact in offered if fact.pk in told]
    return [*first, *(fact for fact in offered if fact.pk in keys and fact.pk not in told)][:OFFERED]


def suggested(fact: Obstruction) -> str:
    """Return neutral words for a fact, with its numbers where they tell of nobody by themselves."""
    numbers = numbers_of(fact)
    return neutral_words(fact, None if numbers is None or numbers.is_telling else numbers)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_check(request: DoorRequest, report: UUID) -> HttpResponse:
    """The texts, and the judgement of texts and figures together."""
    draft = seen_report(request, report)
    usual = {"revision": draft.revision, "steps_taken": draft.steps_taken, "demand": draft.demand}
    form = TextsForm(request.POST if request.method == "POST" else None, initial=usual)
    judgements: list[drafting.Judgement] = []

    def judge() -> None:
        values = form.cleaned_data
        drafting.write_texts(by=request.user, report=draft, **values)
        judgements.append(drafting.judge_report(by=request.user, report=draft, revision=values["revision"] + 1))

    if request.method == "POST" and done(form, judge):
        if not judgements[0].objections:
            return redirect("report_addressees", report=draft.pk)
        draft.refresh_from_db()
        again = TextsForm(
            initial={"revision": draft.revision, "steps_taken": draft.steps_taken, "demand": draft.demand}
        )
        return show_step(request, draft, "report_check", again, objections=judgements[0].objections, status=422)
    return show_step(request, draft, "report_check", form)


def hidden_words(report: ObstructionReport) -> list[tuple[str, int]]:
    """Return how many rows of each table stay hidden, as the last judgement found."""
    return [(CAPTIONS[key], len(keys)) for key, keys in report.hidden.items() if key in CAPTIONS]


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_addressees(request: DoorRequest, report: UUID) -> HttpResponse:
    """To whom; and, with the same press or a later one, to the second reader."""
    draft = seen_report(request, report)
    usual = {"revision": draft.revision, "addressees": draft.addressees}
    form = AddresseesForm(request.POST if request.method == "POST" else None, initial=usual)
    hands_in = "hand_in" in request.POST

    def choose() -> None:
        revision = form.cleaned_data["revision"]
        drafting.choose_addressees(
            by=request.user, report=draft, revision=revision, keys=form.cleaned_data["addressees"]
        )
        if hands_in:
            hand_in(by=request.user, report=draft, revision=revision + 1)

    if request.method == "POST" and done(form, choose):
        if hands_in:
            messages.success(request, _("Handed in. Ask a colleague to read it: somebody else must approve it."))
            return redirect("report", report=draft.pk)
        return redirect("report_addressees", report=draft.pk)
    if form.errors:
        draft.refresh_from_db()
        chosen = form.cleaned_data.get("addressees", [])
        again = AddresseesForm({"revision": draft.revision, "addressees": chosen})
        return show_addressees(request, draft, said_again(again, form))
    return show_addressees(request, draft, form)


def show_addressees(request: DoorRequest, draft: ObstructionReport, form: Form) -> HttpResponse:
    words = [(AddresseeKey(key).label, each) for key, each in addressees_of(request.establishment).items()]
    return show_step(request, draft, "report_addressees", form, words=words, chosen=form["addressees"].value() or [])


@audience(*CARE_ROLES)
@require_POST
def report_drop(request: DoorRequest, report: UUID) -> HttpResponse:
    draft = seen_report(request, report)
    form = RevisedForm(request.POST)
    if done(form, lambda: drafting.drop_report(by=request.user, report=draft, revision=form.cleaned_data["revision"])):
        messages.success(request, _("The draft is dropped; its number stays taken."))
        return redirect("reports")
    usual = {"revision": draft.revision, "first_day": draft.first_day, "last_day": draft.last_day}
    return show_step(request, draft, "report_period", said_again(ChangePeriodForm(usual), form))


def said_again(shown: Form, refused: Form) -> Form:
    """Return a form of the present state, with what was refused said on it."""
    shown.full_clean()
    for sentences in refused.errors.values():
        for sentence in sentences:
            shown.add_error(None, sentence)
    return shown
