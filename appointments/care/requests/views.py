"""One request: look at it, sort it, answer it, close it, put it back; and add one for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import requests as verbs
from appointments.care.fields import RevisionForm, value_of
from appointments.care.pages import layout_for
from appointments.care.requests.forms import (
    ClosingForm,
    LetterForm,
    ReceivedForm,
    RequestAnswerForm,
    TakeForm,
    TriageForm,
)
from appointments.care.requests.triage import back_to_queue
from appointments.models import Appointment, Request
from appointments.models.enums.request import Closing, Priority, RequestAnswer, RequestStatus, Source
from appointments.requests.queue import expected_of
from appointments.rights import (
    appointments_visible_to,
    detainees_visible_to,
    forwarded_by,
    get_visible_or_404,
    requests_visible_to,
    rights_of,
)


def visible(request: DoorRequest, key: UUID) -> Request:
    """Return the request if the user sees it; Http404 otherwise."""
    rows = requests_visible_to(rights_of(request)).with_names()
    return get_visible_or_404(rows.select_related("entered_by", "triaged_by", "establishment"), key)


@audience(*CARE_ROLES)
@require_safe
def request_page(request: DoorRequest, key: UUID) -> HttpResponse:
    sent = forwarded_by(rights_of(request)).filter(pk=key).with_names().select_related("unit", "forwarded_from").first()
    if sent is not None and sent.unit not in rights_of(request).units_in_view:
        record(by=request.user, verb=Verb.READ, target=sent, establishment=request.establishment)
        return render(request, "care/requests/request_forwarded.html", {"asked": sent, "layout": layout_for(request)})
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(request: DoorRequest, shown: Request, *, status: int = 200, refusal: str = "", **forms: Any) -> HttpResponse:
    """Return the page; `forms` holds the one that was sent, with what was typed in it."""
    discipline = shown.wanted_discipline
    mine = {(agenda.unit_id, agenda.discipline) for agenda in rights_of(request).bookable}
    can_book = (shown.unit_id, discipline) in mine
    expected = expected_of(rights_of(request), [shown.detainee_id])
    context = {
        "layout": layout_for(request),
        "asked": shown,
        "refusal": refusal,
        "is_open": shown.status == RequestStatus.OPEN,
        "is_settled": shown.status in {RequestStatus.ANSWERED, RequestStatus.CLOSED},
        "can_plan": shown.is_sorted and shown.detainee.is_present and can_book,
        "expected": expected.get((shown.detainee_id, shown.unit_id, discipline)),
        "appointment": seen_appointment(request, shown.appointment_id),
        "returned_from": seen_appointment(request, shown.returned_from_id),
        "can_bring_back": forwarded_by(rights_of(request)).filter(pk=shown.pk).exists(),
        "forward_to": [unit for unit in rights_of(request).units if unit.pk != shown.unit_id],
        "late": shown.days_late(request.establishment.today()),
        "next_key": request.POST.get("next") or request.GET.get("next", ""),
        "triage_form": forms.pop("triage_form", None) or triage_form(request, shown),
        "answer_form": RequestAnswerForm(initial={"revision": shown.revision}, prefix="answer"),
        "closing_form": ClosingForm(initial={"revision": shown.revision}, prefix="close"),
        "zone": request.establishment.zone,
        **forms,
    }
    return render(request, "care/requests/request.html", context, status=status)


def seen_appointment(request: DoorRequest, key: UUID | None) -> Appointment | None:
    if key is None:
        return None
    rows = appointments_visible_to(rights_of(request)).with_names()
    found: Appointment | None = rows.filter(pk=key).first()
    return found


def triage_form(request: DoorRequest, shown: Request, data: Any = None) -> TriageForm:
    initial = {
        "wanted": f"kind-{shown.kind_id}" if shown.kind_id else shown.discipline,
        "priority": shown.priority,
        "within": shown.within_days,
        "note": shown.note,
        "half": [value_of(half) for half in shown.preferred],
        "revision": shown.revision,
    }
    return TriageForm(data, initial=initial, prefix="sort", rights=rights_of(request))


@audience(*CARE_ROLES)
@require_POST
def sort(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = triage_form(request, shown, request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, triage_form=form, refusal=_("The request was not sorted."))
    try:
        verbs.triage(
            by=request.user,
            request=shown,
            revision=form.cleaned_data["revision"],
            priority=Priority(form.cleaned_data["priority"]),
            within_days=form.cleaned_data["within"],
            kind=form.kind,
            discipline=form.discipline,
            note=form.cleaned_data["note"],
            half_days=form.chosen_half_days,
        )
    except Refused as refusal:
        return refused(request, key, refusal, triage_form=form)
    return back_to_queue(request)


@audience(*CARE_ROLES)
@require_POST
def accept(request: DoorRequest, key: UUID) -> HttpResponse:
    """Sort the request as it stands."""
    shown = visible(request, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("The request was not sorted. Try again."))
    if not shown.is_sorted:
        return show(request, shown, status=422, refusal=_("Say what the request is for."))
    try:
        verbs.accept(by=request.user, request=shown, revision=form.cleaned_data["revision"])
    except Refused as refusal:
        return refused(request, key, refusal)
    return back_to_queue(request)


@audience(*CARE_ROLES)
@require_POST
def answer(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = RequestAnswerForm(request.POST, prefix="answer")
    if not form.is_valid():
        return show(request, shown, status=422, answer_form=form, refusal=_("The answer was not recorded."))
    chosen = RequestAnswer(form.cleaned_data["answer"])
    try:
        done = verbs.answer_without(
            by=request.user, request=shown, revision=form.cleaned_data["revision"], answer=chosen
        )
    except Refused as refusal:
        return refused(request, key, refusal, answer_form=form)
    return back_to_queue(request, done=done)


@audience(*CARE_ROLES)
@require_POST
def close(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = ClosingForm(request.POST, prefix="close")
    if not form.is_valid():
        return show(request, shown, status=422, closing_form=form, refusal=_("The request was not closed."))
    reason = Closing(form.cleaned_data["reason"])
    try:
        done = verbs.close(by=request.user, request=shown, revision=form.cleaned_data["revision"], reason=reason)
    except Refused as refusal:
        return refused(request, key, refusal, closing_form=form)
    return back_to_queue(request, done=done)


@audience(*CARE_ROLES)
@require_POST
def reopen(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("The request was not put back. Try again."))
    revision = form.cleaned_data["revision"]
    try:
        if shown.status == RequestStatus.PLANNED:
            kept = "keep_appointment" in request.POST
            verbs.take_back(by=request.user, request=shown, revision=revision, keep_appointment=kept)
        else:
            verbs.reopen(by=request.user, request=shown, revision=revision)
    except Refused as refusal:
        return refused(request, key, refusal)
    return back_to_queue(request)


@audience(*CARE_ROLES)
@require_POST
def take(request: DoorRequest, key: UUID) -> HttpResponse:
    """Let an appointment that the person has already answer the request."""
    shown = visible(request, key)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("The answer was not recorded."))
    mine = appointments_visible_to(rights_of(request)).filter(detainee=shown.detainee_id)
    taken = get_visible_or_404(mine, form.cleaned_data["appointment"])
    revision = form.cleaned_data["revision"]
    try:
        done = verbs.take_appointment(by=request.user, request=shown, revision=revision, appointment=taken)
    except Refused as refusal:
        return refused(request, key, refusal)
    return back_to_queue(request, done=done, taken=True)


def refused(request: DoorRequest, key: UUID, refusal: Refused, **forms: Any) -> HttpResponse:
    """Show the request as it is now, with the sentence; nothing typed is lost, but an old revision is not kept."""
    is_stale = isinstance(refusal, verbs.RequestChanged)
    return show(
        request,
        visible(request, key),
        status=409 if is_stale else 422,
        refusal=refusal.sentence,
        **({} if is_stale else forms),
    )


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DoorRequest) -> HttpResponse:
    people = detainees_visible_to(rights_of(request)).present().select_related("building")
    key = request.POST.get("person") or request.GET.get("person", "")
    person = get_visible_or_404(people, key)
    received = ReceivedForm(request.POST or None, establishment=request.establishment)
    form = LetterForm(
        request.POST or None,
        initial={"source": Source.CARER, "person": person.pk},
        rights=rights_of(request),
    )
    refusal, known = "", None
    if request.method == "POST" and all([form.is_valid(), received.is_valid()]):
        try:
            enter(request, form, received)
        except verbs.AlreadyAsked as found:
            refusal, known = found.sentence, found.known
        except Refused as found:
            refusal = found.sentence
        else:
            return redirect("person", person.pk)
    context = {"form": form, "received": received, "person": person, "refusal": refusal, "known": known}
    return render(request, "care/requests/request_new.html", context, status=200 if request.method != "POST" else 422)


def enter(request: DoorRequest, form: LetterForm, received: ReceivedForm) -> None:
    """Enter what the form says, or join it to the request that it repeats. Raises Refused."""
    day, again = received.cleaned_data["received_on"], form.cleaned_data["again"]
    try:
        verbs.enter(
            by=request.user,
            establishment=request.establishment,
            detainee=form.detainee,
            source=form.came_by,
            received_on=day,
            within_days=form.cleaned_data["within"],
            unit=form.unit,
            kind=form.kind,
            discipline=form.discipline,
            note=form.cleaned_data["note"],
            half_days=form.half_days,
            anyway=again == "anyway",
        )
    except verbs.AlreadyAsked as refusal:
        if again != "join":
            raise
        verbs.join(by=request.user, known=refusal.known, asked_on=day)
