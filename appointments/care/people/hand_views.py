"""A person whom no list names yet: added by hand, and said to have left."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.audit import record
from access.decorators import audience
from access.enums import Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.people.forms import ToldPersonForm
from appointments.models import Detainee
from appointments.registry import IMPORTERS
from appointments.registry.by_hand import PerhapsKnown, add_person, say_left
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of


@audience(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: DoorRequest) -> HttpResponse:
    if request.method != "POST":
        form = ToldPersonForm(establishment=request.establishment)
        return render(request, "care/people/person_new.html", {"form": form})
    form = ToldPersonForm(request.POST, establishment=request.establishment)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            person = add_person(
                by=request.user,
                establishment=request.establishment,
                told=form.told,
                is_somebody_else="somebody_else" in request.POST,
            )
        except PerhapsKnown as refusal:
            record(by=request.user, verb=Verb.SEARCH, target=Detainee, establishment=request.establishment)
            context |= {"candidates": refusal.candidates, "refusal": refusal.sentence}
        except Refused as refusal:
            form.add_error("register_number" if refusal.code == "number" else None, refusal.sentence)
        else:
            messages.success(
                request, _("%(name)s was added. The next list confirms the record.") % {"name": person.display_name}
            )
            return redirect("person", person.pk)
    return render(request, "care/people/person_new.html", context, status=422)


@audience(*IMPORTERS)
@require_POST
def person_left(request: DoorRequest, key: UUID) -> HttpResponse:
    people = detainees_visible_to(rights_of(request)).select_related("establishment")
    person = get_visible_or_404(people, key)
    try:
        say_left(by=request.user, person=person)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(name)s has left.") % {"name": person.display_name})
    return redirect("person", person.pk)
