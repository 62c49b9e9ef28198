"""Who sees and changes each row of the agenda. Deny by default: a forgotten line shows nothing."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from access.enums import Side
from access.models import Establishment, User
from access.policy import Scope, granted, register_scope
from appointments.models import (
    Absence,
    Agenda,
    Appointment,
    Closure,
    ConsultationSession,
    Detainee,
    Extraction,
    Kind,
    Question,
    Request,
    Room,
    SessionPattern,
)
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.extraction import ExtractionQuerySet
from appointments.models.person import DetaineeQuerySet
from appointments.models.request import RequestQuerySet

Row = TypeVar("Row", bound=Model)

VIEW_AGENDA = "view_agenda"
BOOK_AGENDA = "book_agenda"
LEAD_UNIT = "lead_unit"
MANAGE_EXTRACTIONS = "manage_extractions"


def register_scopes() -> None:
    """Tell access what accounts of the care side are given: agendas one by one, and the unit's hospital escorts."""
    register_scope(
        Scope(
            key="agenda",
            side=Side.CARE,
            label=_("Agendas"),
            levels=(
                ("view", _("sees"), (VIEW_AGENDA,)),
                ("book", _("sees and books"), (VIEW_AGENDA, BOOK_AGENDA)),
            ),
            rows=agendas_to_grant,
        )
    )
    register_scope(
        Scope(
            key="extractions",
            side=Side.CARE,
            label=_("Hospital escorts"),
            levels=(("manage", _("plans hospital escorts, whose dates are secret"), (MANAGE_EXTRACTIONS,)),),
            rows=lambda establishment: Establishment.objects.filter(pk=establishment.pk),
            beside_role=True,
        )
    )


def agendas_to_grant(establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas of an establishment with no more than their names, all that the accounts login may read."""
    return Agenda.objects.filter(establishment=establishment).order_by("name", "id").only("id", "name", "establishment")


def leads_unit(user: User, establishment: Establishment) -> bool:
    """Whether `user` is head of this unit, with every agenda in view."""
    return granted(user, LEAD_UNIT, Establishment).filter(pk=establishment.pk).exists()


def manages_extractions(user: User, establishment: Establishment) -> bool:
    """Whether `user` was given the hospital escorts of `establishment`; no role brings them, not even the head's."""
    return granted(user, MANAGE_EXTRACTIONS, Establishment).filter(pk=establishment.pk).exists()


def extractions_visible_to(user: User, establishment: Establishment) -> ExtractionQuerySet:
    """Return the hospital escorts of `establishment`: all for whoever was given them, none for anybody else."""
    if user.side != Side.CARE or not manages_extractions(user, establishment):
        return Extraction.objects.none()
    return Extraction.objects.filter(establishment=establishment)


def agendas_visible_to(user: User, establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas in use that `user` sees at `establishment`."""
    return _agendas_with(user, establishment, VIEW_AGENDA)


def agendas_bookable_by(user: User, establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas in use in which `user` books at `establishment`."""
    return _agendas_with(user, establishment, BOOK_AGENDA)


def _agendas_with(user: User, establishment: Establishment, codename: str) -> QuerySet[Agenda]:
    agendas = Agenda.objects.filter(establishment=establishment, is_active=True)
    if leads_unit(user, establishment):
        return agendas
    return agendas.filter(pk__in=granted(user, codename, Agenda).values("pk"))


def appointments_visible_to(user: User, establishment: Establishment) -> AppointmentQuerySet:
    """Return the appointments of `establishment` in agendas that `user` sees."""
    appointments = Appointment.objects.filter(establishment=establishment)
    if leads_unit(user, establishment):
        return appointments
    return appointments.filter(agenda__in=granted(user, VIEW_AGENDA, Agenda).values("pk"))


def requests_visible_to(user: User, establishment: Establishment) -> RequestQuerySet:
    """Return the requests that `user` sees: those that nobody has sorted yet, and those of disciplines in their scope.

    A request names what somebody wants to be seen for: who sees no agenda of psychiatry sees no request for it.
    """
    if user.side != Side.CARE:
        return Request.objects.none()
    requests = Request.objects.filter(establishment=establishment)
    if leads_unit(user, establishment):
        return requests
    disciplines = agendas_visible_to(user, establishment).order_by().values("discipline")
    return requests.filter(
        Q(kind__discipline__in=disciplines) | Q(kind=None, discipline__in=disciplines) | Q(kind=None, discipline="")
    )


def questions_visible_to(user: User, establishment: Establishment) -> QuerySet[Question]:
    """Return what the nominal list asks about appointments in agendas that `user` sees."""
    seen = appointments_visible_to(user, establishment)
    return Question.objects.filter(establishment=establishment, appointment__in=seen.values("pk"))


def agendas_planned_by(user: User, establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas, retired ones too, whose planning `user` makes: all for the head of unit, else none."""
    return _planned_by(user, establishment, Agenda.objects.all())


def kinds_planned_by(user: User, establishment: Establishment) -> QuerySet[Kind]:
    """Return the kinds of consultation, retired ones too, that `user` decides about."""
    return _planned_by(user, establishment, Kind.objects.all())


def sessions_planned_by(user: User, establishment: Establishment) -> QuerySet[ConsultationSession]:
    """Return the sessions that `user` opens, changes and deletes."""
    return _planned_by(user, establishment, ConsultationSession.objects.all())


def patterns_planned_by(user: User, establishment: Establishment) -> QuerySet[SessionPattern]:
    """Return the weekly patterns that `user` adds and changes."""
    return _planned_by(user, establishment, SessionPattern.objects.all())


def rooms_planned_by(user: User, establishment: Establishment) -> QuerySet[Room]:
    """Return the rooms, retired ones too, that `user` decides about."""
    return _planned_by(user, establishment, Room.objects.all())


def absences_planned_by(user: User, establishment: Establishment) -> QuerySet[Absence]:
    """Return the absences that `user` notes and removes."""
    return _planned_by(user, establishment, Absence.objects.all())


def closures_planned_by(user: User, establishment: Establishment) -> QuerySet[Closure]:
    """Return the closures that `user` notes and removes."""
    return _planned_by(user, establishment, Closure.objects.all())


def sessions_visible_to(user: User, establishment: Establishment) -> QuerySet[ConsultationSession]:
    """Return the sessions of the agendas in use that `user` sees."""
    return ConsultationSession.objects.filter(agenda__in=agendas_visible_to(user, establishment))


def _planned_by(user: User, establishment: Establishment, rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(establishment=establishment) if leads_unit(user, establishment) else rows.none()


def detainees_visible_to(user: User, establishment: Establishment) -> DetaineeQuerySet:
    """Return the people of `establishment`: every member of its care team may call any of them."""
    if user.side != Side.CARE:
        return Detainee.objects.none()
    return Detainee.objects.filter(establishment=establishment)


def get_visible_or_404(rows: QuerySet[Row], key: object) -> Row:
    """Return the row of `rows` with that key.

    Raises Http404 when there is none that may be seen, as when there is none at all: which one it is must not show.
    """
    try:
        return rows.get(pk=key)
    except (ObjectDoesNotExist, ValueError, ValidationError) as error:
        raise Http404 from error
