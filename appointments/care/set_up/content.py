"""What each step of the assistant shows: the planning's own rows and forms, and what is proposed beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.urls import reverse
from guardian.models import UserObjectPermission

from access.enums import Role, Side
from access.models import Membership, User
from access.requests import DoorRequest
from access.sorting import FrenchKey
from appointments.care.people.forms import NominalListForm
from appointments.care.planning.forms import AgendaForm, ArrivalForm, PublicationForm
from appointments.care.planning.session_forms import rhythm_words
from appointments.care.planning.views import publications_of
from appointments.care.set_up.forms import UsualForm, kinds_offered, rooms_offered
from appointments.models import Agenda, ArrivalTime, CareUnit, Detainee, Kind, Room, SessionPattern
from appointments.models.enums.planning import SetUpStep
from appointments.rights import BOOK_AGENDA, VIEW_AGENDA, rights_of


class TeamLine(NamedTuple):
    """One account of the team: what it does, and the agendas that it sees and books."""

    user: User
    role: str
    sees_all: bool
    sees: list[str]
    books: list[str]


def agendas_of(unit: CareUnit) -> list[Agenda]:
    rows = Agenda.objects.filter(unit=unit, is_active=True).select_related("owner")
    return list(rows.order_by("position", FrenchKey("name"), "id"))


def kinds_form(unit: CareUnit, data: QueryDict | None = None) -> UsualForm:
    there = Kind.objects.filter(unit=unit).values_list("name", flat=True)
    return UsualForm(data, offered=kinds_offered(there))


def rooms_form(unit: CareUnit, data: QueryDict | None = None) -> UsualForm:
    there = Room.objects.filter(establishment=unit.establishment_id).values_list("name", flat=True)
    return UsualForm(data, offered=rooms_offered(there))


def agenda_form(request: DoorRequest, unit: CareUnit, data: QueryDict | None = None) -> AgendaForm:
    """Return the planning's form of a new agenda, of this unit and behind those that are there."""
    last = Agenda.objects.filter(unit=unit).order_by("-position").values_list("position", flat=True).first()
    position = 0 if last is None else min(last + 1, 999)
    form = AgendaForm(data, rights=rights_of(request), initial={"position": position})
    form.fields.pop("unit", None)
    return form


def of_hours(request: DoorRequest, _unit: CareUnit) -> dict[str, Any]:
    return {
        "times": ArrivalTime.objects.filter(establishment=request.establishment).order_by("at"),
        "arrival_form": ArrivalForm(initial={"change": "add"}, auto_id="id_arrival_%s"),
        "publications": publications_of(request.establishment),
        "publication_form": PublicationForm(initial={"change": "add"}, auto_id="id_publication_%s"),
        "today": request.establishment.today(),
    }


def of_kinds(_request: DoorRequest, unit: CareUnit) -> dict[str, Any]:
    rows = Kind.objects.filter(unit=unit, is_active=True).order_by("discipline", FrenchKey("name"))
    return {"rows": rows, "form": kinds_form(unit)}


def of_rooms(request: DoorRequest, unit: CareUnit) -> dict[str, Any]:
    rows = Room.objects.filter(establishment=request.establishment, is_active=True).order_by(FrenchKey("name"), "id")
    return {"rows": rows, "form": rooms_form(unit)}


def of_agendas(request: DoorRequest, unit: CareUnit) -> dict[str, Any]:
    return {"rows": agendas_of(unit), "form": agenda_form(request, unit)}


def of_patterns(_request: DoorRequest, unit: CareUnit) -> dict[str, Any]:
    found = defaultdict(list)
    for pattern in SessionPattern.objects.filter(agenda__unit=unit).order_by("start", "first", "id"):
        found[pattern.agenda_id].append((rhythm_words(pattern.rule), pattern))
    return {"rows": [(agenda, found[agenda.pk]) for agenda in agendas_of(unit)], "proposals": PROPOSALS}


def of_list(request: DoorRequest, _unit: CareUnit) -> dict[str, Any]:
    present = Detainee.objects.filter(establishment=request.establishment).present().count()
    return {"form": NominalListForm(), "present": present, "address": reverse("registry")}


def of_accounts(_request: DoorRequest, unit: CareUnit) -> dict[str, Any]:
    names = {str(agenda.pk): agenda.name for agenda in agendas_of(unit)}
    given = UserObjectPermission.objects.filter(
        permission__content_type__app_label="appointments",
        permission__content_type__model="agenda",
        permission__codename__in=(VIEW_AGENDA, BOOK_AGENDA),
        object_pk__in=list(names),
    ).values_list("user_id", "permission__codename", "object_pk")
    scopes: dict[tuple[int, str], list[str]] = defaultdict(list)
    for user, codename, key in given:
        scopes[user, codename].append(names[key])
    rows = (
        Membership.objects.unended()
        .filter(establishment=unit.establishment_id, side=Side.CARE, user__is_active=True)
        .select_related("user")
        .order_by(FrenchKey("user__full_name"), "user_id")
    )
    return {"rows": [line_of(row, scopes) for row in rows], "agendas": list(names.values())}


def line_of(row: Membership, scopes: Mapping[tuple[int, str], list[str]]) -> TeamLine:
    return TeamLine(
        row.user,
        row.get_role_display(),
        row.role == Role.HEAD,
        sorted(scopes.get((row.user_id, VIEW_AGENDA), [])),
        sorted(scopes.get((row.user_id, BOOK_AGENDA), [])),
    )


# Half-days as most units hold them, filled into the form of a pattern; the head changes what differs.
PROPOSALS = {
    "morning": "start=08:30&end=11:30",
    "afternoon": "start=13:45&end=16:45",
}
CONTENT: Mapping[SetUpStep, Callable[[DoorRequest, CareUnit], dict[str, Any]]] = {
    SetUpStep.HOURS: of_hours,
    SetUpStep.KINDS: of_kinds,
    SetUpStep.ROOMS: of_rooms,
    SetUpStep.AGENDAS: of_agendas,
    SetUpStep.PATTERNS: of_patterns,
    SetUpStep.LIST: of_list,
    SetUpStep.ACCOUNTS: of_accounts,
}


def content_of(request: DoorRequest, unit: CareUnit, step: SetUpStep, form: forms.Form | None) -> dict[str, Any]:
    """Return what `step` shows; `form` is one that was sent and comes back with what is wrong."""
    content = CONTENT[step](request, unit)
    return content | ({"form": form} if form is not None else {})
