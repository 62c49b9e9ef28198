"""Withdrawing one practitioner's appointments together: what officers would learn, and what can be done instead."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.booking.exposure import (
    WithdrawalGroup,
    batches_of,
    colleagues_for,
    new_times,
    places_with,
    to_withdraw,
)
from appointments.booking.reception import nurses_first, nursing_kinds
from appointments.care.lists.officers_side import schedule_of
from appointments.care.taking_back.links import say_done
from appointments.care.withdrawal.forms import GroupForm, How, WithdrawalForm, ticked
from appointments.care.withdrawal.words import WithdrawalPlan, moved_and_cancelled, received
from appointments.models import Agenda, Appointment, Kind
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import Discipline
from appointments.rights import appointments_visible_to, rights_of


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: DoorRequest) -> HttpResponse:
    named = request.GET if request.GET or request.method == "POST" else None
    chosen = GroupForm(named, rights=rights_of(request))
    if not chosen.is_valid():
        return render(request, "care/withdrawal/choose.html", {"form": chosen}, status=422 if chosen.is_bound else 200)
    group = group_asked(request, chosen)
    receivers = nurses_first(colleagues_for(rights_of(request).bookable, group))
    kinds = nursing_kinds(rights_of(request))
    form = WithdrawalForm(
        request.POST if request.method == "POST" else None,
        receivers=receivers,
        rights=rights_of(request),
        initial={
            "how": How.RECEIVE if group.alarms and receivers else How.WITHDRAW,
            "book_again": True,
            **nurse_by_default(receivers, kinds),
        },
    )
    if request.method == "POST" and "show" not in request.POST and form.is_valid():
        return decide(request, chosen, group, form)
    return show(request, chosen, group, form)


def nurse_by_default(receivers: list[Agenda], kinds: list[Kind]) -> dict[str, int]:
    """Return the nurse who works then, and what for, as proposed; nothing when there is none."""
    if not receivers or not kinds or receivers[0].discipline != Discipline.NURSING:
        return {}
    return {"receiver": receivers[0].pk, "kind": kinds[0].pk}


def group_asked(request: DoorRequest, chosen: GroupForm) -> WithdrawalGroup:
    visible = appointments_visible_to(rights_of(request)).select_related("agenda__establishment")
    data = chosen.cleaned_data
    record(by=request.user, verb=Verb.READ, target=Appointment, establishment=request.establishment)
    return to_withdraw(
        visible, agenda=data["agenda"], start=data["from"], end=data["to"], schedule=schedule_of(request)
    )


def show(
    request: DoorRequest,
    chosen: GroupForm,
    group: WithdrawalGroup,
    form: WithdrawalForm,
    *,
    refusal: str = "",
    status: int = 0,
) -> HttpResponse:
    marked = ticked(request.POST.getlist("appointment")) if request.method == "POST" else None
    wanted = WithdrawalGroup([line for line in group.lines if marked is None or line.appointment.pk in marked])
    plan = planned(request, chosen, wanted, form) if form.is_bound and form.is_valid() else None
    kept = {line.appointment.pk for line in wanted.lines}
    context = {
        "chosen": chosen.cleaned_data,
        "group": group,
        "rows": [
            (line, plan.words(line) if plan and line.appointment.pk in kept else "", line.appointment.pk in kept)
            for line in group.lines
        ],
        "form": form,
        "plan": plan,
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    return render(request, "care/withdrawal/withdrawal.html", context, status=status or (422 if form.errors else 200))


def planned(request: DoorRequest, chosen: GroupForm, group: WithdrawalGroup, form: WithdrawalForm) -> WithdrawalPlan:
    """Return what the choice would make of the ticked appointments. Changes nothing."""
    data = form.cleaned_data
    if data["how"] == How.RECEIVE:
        return WithdrawalPlan(
            group, places={p.appointment.pk: p.slot for p in places_with(group, data["receiver"], kind=data["kind"])}
        )
    if data["how"] == How.MIX:
        times = new_times(group, same_discipline(request, chosen), after=chosen.cleaned_data["to"])
        batches = batches_of(group, schedule_of(request))
        return WithdrawalPlan(group, batches=batches, times=times if data["book_again"] else {})
    return WithdrawalPlan(group)


def same_discipline(request: DoorRequest, chosen: GroupForm) -> list[Agenda]:
    discipline = chosen.cleaned_data["agenda"].discipline
    return [agenda for agenda in rights_of(request).bookable if agenda.discipline == discipline]


def decide(request: DoorRequest, chosen: GroupForm, group: WithdrawalGroup, form: WithdrawalForm) -> HttpResponse:
    marked = ticked(request.POST.getlist("appointment"))
    wanted = WithdrawalGroup([line for line in group.lines if line.appointment.pk in marked])
    try:
        with booking.in_one_step() as at:
            sentence = carry_out(request, planned(request, chosen, wanted, form), form, marked)
    except booking.BookingRefused as refusal:
        status = 409 if isinstance(refusal, booking.ChangedMeanwhile) else 422
        return show(request, chosen, group, form, refusal=refusal.sentence, status=status)
    say_done(request, sentence, at=at)
    day = chosen.cleaned_data["day"].isoformat()
    return redirect(f"{reverse('day', args=[day])}?agenda={chosen.cleaned_data['agenda'].pk}")


def carry_out(request: DoorRequest, plan: WithdrawalPlan, form: WithdrawalForm, marked: dict[UUID, int]) -> str:
    """Do it and return the sentence that says so. Raises booking.BookingRefused."""
    data, by = form.cleaned_data, request.user
    reason = CancelReason(data["reason"])
    group = [booking.Withdrawal(line.appointment, marked[line.appointment.pk]) for line in plan.group.lines]
    if data["how"] == How.RECEIVE:
        placed = [
            (one, booking.Reception(slot.agenda, slot.starts_at, data["kind"]))
            for one in group
            if (slot := plan.places.get(one.appointment.pk))
        ]
        if group and not placed:
            raise booking.BookingRefused("full", _("Nobody can be received there at these arrival times."))
        booking.receive_instead(by=by, group=placed, reason=reason)
        return received(len(placed), left=len(group) - len(placed))
    if data["how"] == How.MIX:
        new = {key: booking.NewTime(slot.agenda, slot.starts_at) for key, slot in plan.times.items()}
        pairs = [(one, new.get(one.appointment.pk)) for one in group]
        booking.withdraw_in_batches(by=by, group=pairs, reason=reason)
        return moved_and_cancelled(len(new), cancelled=len(group) - len(new))
    return moved_and_cancelled(0, cancelled=len(booking.withdraw(by=by, group=group, reason=reason)))
