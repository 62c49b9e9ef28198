"""Pages of the planning: the overview and the common arrival times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from django import forms
from django.contrib import messages
from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.models import Establishment
from access.requests import DoorRequest
from access.sorting import FrenchKey
from appointments import planning as verbs
from appointments.care.pages import way_back
from appointments.care.planning.forms import ArrivalForm, PublicationForm, ToleranceForm
from appointments.care.prints.forms import SlipLabelForm
from appointments.care.prints.layout import slip_label
from appointments.models import Agenda, Appointment, ArrivalTime, ConsultationSession, PublicationTime
from appointments.models.enums.prints import SlipLabel
from appointments.planning import ArrivalChange, PlanningRefused
from appointments.rights import agendas_planned_by, kinds_planned_by, rights_of, rooms_planned_by
from appointments.statistics.delays import tolerance_of


def posted(request: DoorRequest) -> QueryDict | None:
    """Return what was sent, an empty form too; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def refuse(form: forms.Form, refusal: PlanningRefused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def form_page(
    request: DoorRequest, form: forms.Form, *, title: str, save: Callable[[], object], note: str = ""
) -> HttpResponse:
    """Save a filled form and go back to the planning; show it again with what is wrong otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except PlanningRefused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(way_back(request) or "planning")
    context = {"form": form, "title": title, "note": note}
    return render(request, "care/planning/form.html", context, status=422 if form.errors else 200)


@audience(Role.HEAD)
@require_safe
def planning(request: DoorRequest) -> HttpResponse:
    return overview(request)


def overview(
    request: DoorRequest,
    *,
    refusal: PlanningRefused | None = None,
    retiring: Agenda | None = None,
    form: PublicationForm | None = None,
    tolerance_form: ToleranceForm | None = None,
) -> HttpResponse:
    agendas = agendas_planned_by(rights_of(request)).select_related("owner")
    context = {
        "refusal": refusal,
        # The agenda that cannot go out of use while people are to come.
        "retiring": retiring,
        "agendas": with_what_is_to_come(agendas).order_by("-is_active", "position", FrenchKey("name"), "id"),
        "kinds": kinds_planned_by(rights_of(request)).order_by("-is_active", "discipline", FrenchKey("name")),
        "rooms": rooms_planned_by(rights_of(request)).order_by("-is_active", FrenchKey("name"), "id"),
        "times": ArrivalTime.objects.filter(establishment=request.establishment).order_by("at"),
        "arrival_form": ArrivalForm(initial={"change": "add"}, auto_id="id_arrival_%s"),
        "slip_form": SlipLabelForm(initial={"label": slip_label(request.establishment)}, auto_id="id_slip_%s"),
        "tolerance_form": tolerance_form
        or ToleranceForm(initial={"minutes": tolerance_of(request.establishment)}, auto_id="id_tolerance_%s"),
        "today": request.establishment.today(),
        "publications": publications_of(request.establishment),
        "publication_form": form or PublicationForm(initial={"change": "add"}, auto_id="id_publication_%s"),
    }
    return render(
        request, "care/planning/overview.html", context, status=422 if refusal or form or tolerance_form else 200
    )


def publications_of(establishment: Establishment) -> list[PublicationTime]:
    """Return the publication times that hold today or will, in order."""
    today = establishment.today()
    ended = Q(until__isnull=False, until__lte=today)
    return list(PublicationTime.objects.filter(establishment=establishment).exclude(ended).order_by("at", "since"))


@audience(Role.HEAD)
@require_POST
def slips(request: DoorRequest) -> HttpResponse:
    form = SlipLabelForm(request.POST)
    if not form.is_valid():
        return overview(request, refusal=PlanningRefused(_("Choose one of the words for the slips.")))
    verbs.set_slip_label(request.establishment, by=request.user, label=SlipLabel(form.cleaned_data["label"]))
    messages.success(request, _("Saved. The next slips are printed with this word."))
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def tolerance(request: DoorRequest) -> HttpResponse:
    form = ToleranceForm(request.POST, auto_id="id_tolerance_%s")
    if not form.is_valid():
        return overview(request, tolerance_form=form)
    try:
        verbs.set_tolerance(request.establishment, by=request.user, minutes=form.cleaned_data["minutes"])
    except PlanningRefused as refusal:
        refuse(form, refusal)
        return overview(request, tolerance_form=form)
    messages.success(request, _("Saved. All delays are counted by it, earlier ones too."))
    return redirect("planning")


def with_what_is_to_come(agendas: QuerySet[Agenda]) -> QuerySet[Agenda]:
    """Count each agenda's sessions and appointments to come, without reading its past."""
    now = timezone.now()
    sessions = ConsultationSession.objects.filter(agenda=OuterRef("pk"), ends_at__gt=now).order_by().values("agenda")
    booked = Appointment.objects.booked().filter(agenda=OuterRef("pk"), ends_at__gt=now).order_by().values("agenda")
    number = Count("pk")
    return agendas.annotate(
        sessions_to_come=Coalesce(Subquery(sessions.annotate(n=number).values("n"), output_field=IntegerField()), 0),
        last_session=Subquery(sessions.annotate(last=Max("starts_at")).values("last")),
        appointments_to_come=Coalesce(Subquery(booked.annotate(n=number).values("n"), output_field=IntegerField()), 0),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def arrivals(request: DoorRequest) -> HttpResponse:
    """One arrival time more or less: asked for, then its effect, then done. Without a question nothing is wrong yet."""
    form = ArrivalForm(request.POST if request.method == "POST" else request.GET or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        is_new, at = form.cleaned_data["change"] == "add", form.cleaned_data["at"]
        context |= {"is_new": is_new, "at": at}
        try:
            if request.method == "POST":
                return change_arrivals(request, is_new=is_new, at=at)
            context["change"] = preview(request, is_new=is_new, at=at)
        except PlanningRefused as refusal:
            refuse(form, refusal)
            refusal.show_only(rights_of(request).visible)
            context["refusal"] = refusal
    return render(request, "care/planning/arrivals.html", context, status=422 if form.errors else 200)


def preview(request: DoorRequest, *, is_new: bool, at: time) -> ArrivalChange:
    """Return what the change would do. Raises PlanningRefused."""
    return verbs.plan_arrival_change(request.establishment, add=at if is_new else None, remove=None if is_new else at)


def change_arrivals(request: DoorRequest, *, is_new: bool, at: time) -> HttpResponse:
    """Change the arrival times and go back to the planning. Raises PlanningRefused."""
    verb = verbs.add_arrival_time if is_new else verbs.remove_arrival_time
    changed = verb(request.establishment, by=request.user, at=at)
    sentence = ngettext(
        "Saved. %(count)d appointment is called at another time.",
        "Saved. %(count)d appointments are called at another time.",
        changed,
    )
    messages.success(
        request, sentence % {"count": changed} if changed else _("Saved. Nobody is called at another time.")
    )
    return redirect(way_back(request) or "planning")


@audience(Role.HEAD)
@require_POST
def publications(request: DoorRequest) -> HttpResponse:
    """One publication time more or less, from tomorrow."""
    form = PublicationForm(request.POST, auto_id="id_publication_%s")
    if not form.is_valid():
        return overview(request, form=form)
    is_new, at = form.cleaned_data["change"] == "add", form.cleaned_data["at"]
    verb = verbs.add_publication_time if is_new else verbs.remove_publication_time
    try:
        verb(request.establishment, by=request.user, at=at)
    except PlanningRefused as refusal:
        refuse(form, refusal)
        return overview(request, refusal=refusal, form=form if is_new else None)
    sentence = _("Saved. From tomorrow, lists go out at %(time)s too.") if is_new else None
    sentence = sentence or _("Saved. From tomorrow, no list goes out at %(time)s.")
    messages.success(request, sentence % {"time": f"{at:%H:%M}"})
    return redirect(way_back(request) or "planning")
