"""Emergency access: taking it with a reason, and ending it before its hour is over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.in_words import date_format
from access.requests import DoorRequest
from appointments import emergency as verbs
from appointments.care.emergency.forms import EmergencyForm
from appointments.emergency import EmergencyRefused
from appointments.models import Detainee, EmergencyAccess
from appointments.rights import Rights, detainees_visible_to, get_visible_or_404, rights_of


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: DoorRequest) -> HttpResponse:
    rights = rights_of(request)
    if request.method != "POST":
        key = request.GET.get("person", "")
        person = get_visible_or_404(detainees_visible_to(rights), key) if key else None
        if running := running_with(rights, person):
            return still_runs(request, running)
        return show(request, EmergencyForm(initial={"person": person}, rights=rights), person)
    form = EmergencyForm(request.POST, rights=rights)
    person = None
    if form.is_valid():
        person, agenda = form.cleaned_data["person"], form.cleaned_data["agenda"]
        if running := running_with(rights, person):
            return still_runs(request, running)
        try:
            taken = verbs.begin(
                request.establishment,
                by=request.user,
                reason=form.cleaned_data["reason"],
                agenda=agenda,
                detainee=person,
            )
        except EmergencyRefused as refusal:
            form.add_error(refusal.code, refusal.sentence)
        else:
            messages.success(request, _("You have an hour. It is recorded, and the head of unit reads your reason."))
            return redirect(page_of(request, taken))
    person = person or form.cleaned_data.get("person")
    return show(request, form, person, status=422)


def running_with(rights: Rights, person: Detainee | None) -> EmergencyAccess | None:
    """Return the access to that person which runs already. An agenda that one has open is not offered again."""
    mine = (one for one in rights.emergencies if person is not None and one.detainee_id == person.pk)
    return next(mine, None)


def still_runs(request: DoorRequest, running: EmergencyAccess) -> HttpResponse:
    until = date_format(timezone.localtime(running.until, request.establishment.zone), "H:i")
    sentence = _(
        "Your emergency access runs already, until %(time)s: no new hour begins. The reason that you gave first stands;"
        " nothing else was written down."
    )
    messages.info(request, sentence % {"time": until})
    return redirect(page_of(request, running))


def page_of(request: DoorRequest, taken: EmergencyAccess) -> str:
    if taken.detainee_id:
        return reverse("person", args=[taken.detainee_id])
    return f"{reverse('day', args=[request.establishment.today().isoformat()])}?agenda={taken.agenda_id}"


def show(request: DoorRequest, form: EmergencyForm, person: Detainee | None, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "person": person, "leads": rights_of(request).leads_unit}
    return render(request, "care/emergency/emergency.html", context, status=status)


@audience(*CARE_ROLES)
@require_POST
def emergency_end(request: DoorRequest, key: UUID) -> HttpResponse:
    mine = EmergencyAccess.objects.filter(establishment=request.establishment, user=request.user, pk=key)
    if not mine.exists():
        raise Http404
    verbs.end(request.establishment, by=request.user, key=key)
    messages.success(request, _("Your emergency access has ended."))
    return redirect("home")
