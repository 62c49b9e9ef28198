"""Individual complaints: the list, beginning one with the person's consent, the sealed letter, taking consent back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.obstruction.unit_views import log_unit_of, unit_choice
from appointments.care.reports.forms import (
    ChangeComplaintForm,
    ComplaintAnswerForm,
    ComplaintSentForm,
    NewComplaintForm,
    RevisedForm,
    WithdrawnForm,
)
from appointments.care.reports.rows import require_reports, seen_complaint
from appointments.care.reports.steps import done
from appointments.models import Complaint, ComplaintLetter
from appointments.models.enums.report import ConsentForm, SendingMode
from appointments.obstruction.reports import complaints as verbs
from appointments.obstruction.reports.following import USUAL_FOLLOW_UP
from appointments.obstruction.reports.standing import complaints_visible_to
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of

PAGE = 50
SAVED = _("Saved.")


@audience(*CARE_ROLES)
@require_safe
def complaints(request: DoorRequest) -> HttpResponse:
    require_reports(request)
    mine = complaints_visible_to(rights_of(request)).order_by("-year", "-number")
    record(by=request.user, verb=Verb.READ, target=Complaint, establishment=request.establishment)
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    return render(request, "care/reports/complaints.html", {"page": page})


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_new(request: DoorRequest, person: UUID) -> HttpResponse:
    require_reports(request)
    people = detainees_visible_to(rights_of(request)).select_related("building", "establishment")
    who = get_visible_or_404(people, person)
    facts = list(verbs.facts_about(who))
    form = NewComplaintForm(
        request.POST if request.method == "POST" else None, facts=facts, initial=asked_about(request)
    )
    made: list[Complaint] = []

    def begin() -> None:
        values = form.cleaned_data
        consent = ConsentForm(values.pop("consent_form"))
        made.append(
            verbs.begin_complaint(
                by=request.user, detainee=who, consent_form=consent, unit=log_unit_of(request), **values
            )
        )

    if request.method == "POST" and done(form, begin):
        return redirect("complaint", complaint=made[0].pk)
    record(by=request.user, verb=Verb.READ, target=who, establishment=request.establishment)
    context = {"form": form, "person": who, **unit_choice(request)}
    return render(request, "care/reports/complaint_new.html", context, status=422 if form.errors else 200)


def asked_about(request: DoorRequest) -> dict[str, str]:
    """Return the fact from whose page one comes, ticked if it can be chosen."""
    return {"fact": request.GET.get("fact", "")}


def values_of(shown: Complaint) -> dict[str, Any]:
    values = {name: getattr(shown, name) for name in ("revision", "addressee", "body")}
    return values | {"fact": shown.obstruction_id or ""}


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: DoorRequest, complaint: UUID) -> HttpResponse:
    shown = seen_complaint(request, complaint)
    if request.method != "POST":
        record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
        return show_complaint(request, shown)
    form = ChangeComplaintForm(request.POST, facts=list(verbs.facts_about(shown.detainee, shown)))
    return answered(
        request, shown, form, lambda: verbs.write_complaint(by=request.user, complaint=shown, **form.cleaned_data)
    )


def show_complaint(request: DoorRequest, shown: Complaint, *, status: int = 200, **more: Any) -> HttpResponse:
    today = request.establishment.today()
    letters = list(shown.letters.defer("content"))
    usual = {"revision": shown.revision, "sent_on": today, "follow_up_on": today + USUAL_FOLLOW_UP}
    context = {
        "complaint": shown,
        "form": ChangeComplaintForm(facts=list(verbs.facts_about(shown.detainee, shown)), initial=values_of(shown)),
        "letters": letters,
        "sent_form": ComplaintSentForm(initial=usual),
        "answer_form": ComplaintAnswerForm(initial={"revision": shown.revision, "answered_on": today}),
        "withdrawn_form": WithdrawnForm(initial={"revision": shown.revision, "withdrawn_on": today}),
        "zone": request.establishment.zone,
        "refusal": "",
        **more,
    }
    return render(request, "care/reports/complaint.html", context, status=status)


def answered(
    request: DoorRequest, shown: Complaint, form: Form, do: Callable[[], object], said: Any = SAVED
) -> HttpResponse:
    names: dict[type[Form], str] = {
        ChangeComplaintForm: "form",
        ComplaintSentForm: "sent_form",
        ComplaintAnswerForm: "answer_form",
        WithdrawnForm: "withdrawn_form",
    }
    if done(form, do):
        messages.success(request, said)
        return redirect("complaint", complaint=shown.pk)
    shown.refresh_from_db()
    sentences = [str(sentence) for each in form.errors.values() for sentence in each]
    kept = {names[type(form)]: form} if type(form) in names else {}
    return show_complaint(request, shown, status=422, refusal=" ".join(sentences), **kept)


@audience(*CARE_ROLES)
@require_POST
def complaint_seal(request: DoorRequest, complaint: UUID) -> HttpResponse:
    shown, form = seen_complaint(request, complaint), RevisedForm(request.POST)
    return answered(
        request,
        shown,
        form,
        lambda: verbs.write_sealed_letter(by=request.user, complaint=shown, **form.cleaned_data),
        _("The sealed letter is written: take it below."),
    )


def letter_of(shown: Complaint, key: int) -> ComplaintLetter:
    """Return the letter of this complaint; raise Refused for one of another."""
    letter = shown.letters.defer("content").filter(pk=key).first()
    if letter is None:
        raise Refused("letter", str(_("This letter is not one of this complaint. Reload the page.")))
    letter.complaint = shown
    return letter


@audience(*CARE_ROLES)
@require_POST
def complaint_sent(request: DoorRequest, complaint: UUID) -> HttpResponse:
    shown, form = seen_complaint(request, complaint), ComplaintSentForm(request.POST)

    def send() -> None:
        values = dict(form.cleaned_data)
        letter, mode = letter_of(shown, values.pop("letter")), SendingMode(values.pop("mode"))
        verbs.record_complaint_sent(by=request.user, letter=letter, mode=mode, **values)

    return answered(request, shown, form, send)


@audience(*CARE_ROLES)
@require_POST
def complaint_answered(request: DoorRequest, complaint: UUID) -> HttpResponse:
    shown, form = seen_complaint(request, complaint), ComplaintAnswerForm(request.POST)

    def answer() -> None:
        values = dict(form.cleaned_data)
        verbs.record_complaint_answer(by=request.user, letter=letter_of(shown, values.pop("letter")), **values)

    return answered(request, shown, form, answer)


@audience(*CARE_ROLES)
@require_POST
def complaint_withdrawn(request: DoorRequest, complaint: UUID) -> HttpResponse:
    shown, form = seen_complaint(request, complaint), WithdrawnForm(request.POST)
    return answered(
        request,
        shown,
        form,
        lambda: verbs.withdraw_consent(by=request.user, complaint=shown, **form.cleaned_data),
        _("The consent is taken back: what was written is erased."),
    )


@audience(*CARE_ROLES)
@require_safe
def complaint_letter(request: DoorRequest, letter: int) -> HttpResponse:
    """The sealed letter, as long as the person's consent holds."""
    visible = complaints_visible_to(rights_of(request)).filter(withdrawn_on__isnull=True)
    letters = ComplaintLetter.objects.filter(complaint__in=visible.order_by().values("pk"))
    kept = get_visible_or_404(letters.select_related("complaint"), letter)
    record(by=request.user, verb=Verb.EXPORT, target=kept.complaint, establishment=request.establishment)
    name = f"plainte-{kept.complaint.year}-{kept.complaint.number:02}-confidentiel.pdf"
    return HttpResponse(
        bytes(kept.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
