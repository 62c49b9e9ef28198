"""Withdrawing one practitioner's appointments together: what officers would learn, and what can be done instead."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.enums import CancelReason
from appointments.models import Agenda, Appointment
from appointments.policies import agendas_bookable_by, appointments_visible_to
from appointments.withdrawal import Group, Place, colleagues_for, places_with, to_withdraw
from appointments.withdrawal_forms import DecisionForm, GroupForm, How, ticked


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: DoorRequest) -> HttpResponse:
    """Choose a group, see what its withdrawal would tell, decide."""
    chosen = GroupForm(request.GET or None, by=request.user, establishment=request.establishment)
    if not chosen.is_valid():
        return render(request, "care/withdrawal_choose.html", {"form": chosen}, status=422 if chosen.is_bound else 200)
    group = group_asked(request, chosen)
    receivers = colleagues_for(bookable(request), group)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        receivers=receivers,
        establishment=request.establishment,
        initial={"how": How.RECEIVE if group.alarms and receivers else How.WITHDRAW},
    )
    if request.method == "POST" and "show" not in request.POST and form.is_valid():
        return decide(request, chosen, group, form)
    return show(request, chosen, group, form)


def bookable(request: DoorRequest) -> list[Agenda]:
    """Return the agendas in which the user books."""
    return list(agendas_bookable_by(request.user, request.establishment).select_related("establishment"))


def group_asked(request: DoorRequest, chosen: GroupForm) -> Group:
    """Return the appointments of the chosen practitioner and time that the user sees."""
    visible = appointments_visible_to(request.user, request.establishment).select_related("agenda__establishment")
    data = chosen.cleaned_data
    record(by=request.user, verb=Verb.READ, target=Appointment, establishment=request.establishment)
    return to_withdraw(visible, agenda=data["agenda"], start=data["from"], end=data["to"])


def show(
    request: DoorRequest, chosen: GroupForm, group: Group, form: DecisionForm, *, refusal: str = "", status: int = 0
) -> HttpResponse:
    """Return the page of the group; on demand with the place that each person would get."""
    marked = ticked(request.POST.getlist("appointment")) if request.method == "POST" else None
    places = places_for(group, form, marked) if form.is_bound and form.is_valid() else {}
    context = {
        "chosen": chosen.cleaned_data,
        "group": group,
        "rows": [(line, places.get(line.appointment.pk), is_ticked(line.appointment, marked)) for line in group.lines],
        "form": form,
        "places": places,
        "refusal": refusal,
        "zone": request.establishment.zone,
    }
    answered = 422 if form.errors else 200
    return render(request, "care/withdrawal.html", context, status=status or answered)


def is_ticked(appointment: Appointment, marked: dict[Any, int] | None) -> bool:
    """Whether the appointment is part of what is decided; all are until somebody takes a tick off."""
    return marked is None or appointment.pk in marked


def places_for(group: Group, form: DecisionForm, marked: dict[Any, int] | None) -> dict[Any, Place]:
    """Return where each ticked person would be received; none unless that was chosen."""
    data = form.cleaned_data
    if data["how"] != How.RECEIVE:
        return {}
    wanted = Group([line for line in group.lines if is_ticked(line.appointment, marked)])
    return {place.appointment.pk: place for place in places_with(wanted, data["receiver"], kind=data["kind"])}


def decide(request: DoorRequest, chosen: GroupForm, group: Group, form: DecisionForm) -> HttpResponse:
    """Do what was chosen with the ticked appointments, all or none, and say what was done."""
    marked = ticked(request.POST.getlist("appointment"))
    wanted = [
        booking.Withdrawal(line.appointment, marked[line.appointment.pk])
        for line in group.lines
        if line.appointment.pk in marked
    ]
    try:
        sentence = carry_out(request, group, form, wanted, marked)
    except booking.BookingRefused as refusal:
        status = 409 if isinstance(refusal, booking.ChangedMeanwhile) else 422
        return show(request, chosen, group, form, refusal=refusal.sentence, status=status)
    messages.success(request, sentence)
    day = chosen.cleaned_data["day"].isoformat()
    return redirect(f"{reverse('day', args=[day])}?agenda={chosen.cleaned_data['agenda'].pk}")


def carry_out(
    request: DoorRequest,
    group: Group,
    form: DecisionForm,
    wanted: list[booking.Withdrawal],
    marked: dict[Any, int],
) -> str:
    """Do it and return the sentence that says so. Raises booking.BookingRefused."""
    data = form.cleaned_data
    reason = CancelReason(data["reason"])
    if data["how"] == How.RECEIVE:
        places = places_for(group, form, marked)
        placed = [
            (one, booking.Reception(data["receiver"], slot.starts_at, data["kind"]))
            for one in wanted
            if (place := places.get(one.appointment.pk)) and (slot := place.slot)
        ]
        if wanted and not placed:
            raise booking.BookingRefused("full", _("Nobody can be received there at these arrival times."))
        booking.receive_instead(by=request.user, group=placed, reason=reason)
        return received_sentence(len(placed), len(wanted) - len(placed))
    done = booking.withdraw(by=request.user, group=wanted, reason=reason)
    said = ngettext("%(count)d appointment is cancelled.", "%(count)d appointments are cancelled.", len(done))
    return said % {"count": len(done)}


def received_sentence(done: int, left: int) -> str:
    """Say how many are received by somebody else, and how many still wait for a decision."""
    said = ngettext(
        "%(count)d person is received by a colleague at the same arrival time: nothing changes on the officers’ list.",
        "%(count)d people are received by a colleague at the same arrival time: nothing changes on the officers’ list.",
        done,
    ) % {"count": done}
    if left:
        said += " " + ngettext(
            "%(count)d had no place there and is still booked.", "%(count)d had no place there and are still booked.", left
        ) % {"count": left}
    return said
