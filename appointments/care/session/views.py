"""One session whose people share the time: who comes, several booked at once, and who came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.care.session.forms import SEEN, OutcomeForm, PeopleForm
from appointments.models import Appointment, ConsultationSession
from appointments.models.enums.appointment import CARE_MAY_SAY, HOLDING, NotComeReason, Status
from appointments.models.person import by_name
from appointments.rights import get_visible_or_404, rights_of, sessions_visible_to


def visible(request: DoorRequest, key: int) -> ConsultationSession:
    """Return the shared session if the user sees its agenda; Http404 otherwise."""
    rows = sessions_visible_to(rights_of(request)).select_related("agenda__establishment", "room")
    shown: ConsultationSession = get_visible_or_404(rows, key)
    if not shown.is_shared:
        raise Http404
    return shown


@audience(*CARE_ROLES)
@require_safe
def session(request: DoorRequest, key: int) -> HttpResponse:
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(
    request: DoorRequest,
    shown: ConsultationSession,
    *,
    form: PeopleForm | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = Appointment.objects.filter(session=shown).exclude(status=Status.CANCELLED).with_names()
    people = list(rows.order_by("starts_at", *by_name("detainee__"), "id"))
    taken = sum(one.status in HOLDING and not one.is_unplanned for one in people)
    capacity = shown.capacity or 0
    context: dict[str, Any] = {
        "shown": shown,
        "people": people,
        "taken": taken,
        "left": max(0, capacity - taken),
        "overbooked": max(0, taken - capacity),
        "can_book": shown.agenda_id in rights_of(request).bookable_keys,
        "is_over": shown.ends_at <= timezone.now(),
        "has_begun": shown.starts_at <= timezone.now(),
        "reasons": [(reason.value, reason.label) for reason in CARE_MAY_SAY],
        "form": (form := form or people_form(request, shown)),
        "crowded": bool(form["crowd"].value()) or form.has_error(NON_FIELD_ERRORS, "brought"),
        "problems": problems or [],
        "zone": request.establishment.zone,
    }
    return render(request, "care/session/session.html", context, status=status)


def people_form(request: DoorRequest, shown: ConsultationSession, data: Any = None) -> PeopleForm:
    return PeopleForm(data, rights=rights_of(request), agenda=shown.agenda)


@audience(*CARE_ROLES)
@require_POST
def book(request: DoorRequest, key: int) -> HttpResponse:
    shown = visible(request, key)
    form = people_form(request, shown, request.POST)
    if not form.is_valid():
        return show(request, shown, form=form, status=422)
    typed = form.cleaned_data
    try:
        made = booking.book_together(
            by=request.user,
            people=typed["people"],
            session=shown,
            kind=typed["kind"],
            overbook=typed["overbook"],
            crowd=typed["crowd"],
        )
    except booking.BookingRefused as refusal:
        who = f"{refusal.person.display_name}: " if refusal.person else ""
        form.add_error(None, ValidationError(f"{who}{refusal.sentence}", code=refusal.code))
        return show(request, shown, form=form, status=422)
    sentence = ngettext("%(count)d person is booked.", "%(count)d people are booked.", len(made))
    messages.success(request, sentence % {"count": len(made)})
    return redirect("session", shown.pk)


@audience(*CARE_ROLES)
@require_POST
def attendance(request: DoorRequest, key: int) -> HttpResponse:
    shown = visible(request, key)
    recorded, problems = 0, []
    for one in Appointment.objects.filter(session=shown).exclude(status=Status.CANCELLED).with_names().order_by("id"):
        form = OutcomeForm(request.POST, prefix=f"{one.pk}")
        try:
            recorded += record_outcome(request, one, form)
        except (booking.BookingRefused, ValidationError) as refusal:
            said = refusal.sentence if isinstance(refusal, booking.BookingRefused) else " ".join(refusal.messages)
            problems.append(f"{one.detainee.display_name}: {said}")
    if recorded:
        sentence = ngettext("%(count)d outcome is recorded.", "%(count)d outcomes are recorded.", recorded)
        messages.success(request, sentence % {"count": recorded})
    if problems:
        return show(request, shown, problems=problems, status=422)
    return redirect("session", shown.pk)


def record_outcome(request: DoorRequest, one: Appointment, form: OutcomeForm) -> bool:
    """Record what was chosen for one person, if it says something new. Raises BookingRefused, ValidationError."""
    if form.add_prefix("outcome") not in request.POST:
        return False
    wanted, revision = form.wanted(), form.cleaned_data["revision"]
    there = SEEN if one.status == Status.SEEN else one.not_come_reason
    if not wanted or wanted == there:
        return False
    if wanted == SEEN:
        booking.record_seen(by=request.user, appointment=one, revision=revision)
    elif one.status == Status.NOT_COME:
        booking.complete_reason(by=request.user, appointment=one, revision=revision, reason=NotComeReason(wanted))
    else:
        booking.record_not_come(by=request.user, appointment=one, revision=revision, reason=NotComeReason(wanted))
    return True
