"""Who sees and changes each row of the agenda. Deny by default: a forgotten line shows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.enums import Side
from access.models import Custodian, Establishment, User
from access.policy import Scope, granted, granted_on, register_scope
from access.requests import DoorRequest, once
from access.sorting import FrenchKey
from appointments.models import (
    Absence,
    Agenda,
    Appointment,
    Closure,
    ConsultationSession,
    Detainee,
    EmergencyAccess,
    Escort,
    Kind,
    Obstruction,
    ObstructionReader,
    Question,
    Request,
    Room,
    SessionPattern,
)
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.escort import EscortQuerySet
from appointments.models.obstruction import ObstructionQuerySet
from appointments.models.person import DetaineeQuerySet
from appointments.models.request import RequestQuerySet

Row = TypeVar("Row", bound=Model)

VIEW_AGENDA = "view_agenda"
BOOK_AGENDA = "book_agenda"
LEAD_UNIT = "lead_unit"
MANAGE_ESCORTS = "manage_escorts"


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
            key="escorts",
            side=Side.CARE,
            label=_("Hospital escorts"),
            levels=(("manage", _("plans hospital escorts, whose dates are secret"), (MANAGE_ESCORTS,)),),
            rows=lambda establishment: Establishment.objects.filter(pk=establishment.pk),
            beside_role=True,
        )
    )


def agendas_to_grant(establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas of an establishment with no more than their names, all that the accounts login may read."""
    return (
        Agenda.objects.filter(establishment=establishment)
        .order_by(FrenchKey("name"), "id")
        .only("id", "name", "establishment")
    )


class Named(NamedTuple):
    """What one account was named to, or took, beside its role and its scope."""

    reads_obstruction: bool
    is_custodian: bool
    has_emergency: bool


class Rights:
    """What one account may do at one establishment, each question asked of the database once and only when needed.

    A page asks through the one object of its request (`rights_of`). A verb makes an object of its own, so that a right
    that was taken away after the page was read no longer holds.
    """

    def __init__(self, user: User, establishment: Establishment, *, in_emergency: bool = True) -> None:
        self.user = user
        self.establishment = establishment
        # What lasts longer than an hour (a calendar) asks for standing rights alone.
        self.in_emergency = in_emergency

    @cached_property
    def _on_establishment(self) -> frozenset[str]:
        return granted_on(self.user, self.establishment)

    @property
    def leads_unit(self) -> bool:
        """Whether the person is head of this unit, with every agenda in view."""
        return LEAD_UNIT in self._on_establishment

    @property
    def manages_escorts(self) -> bool:
        """Whether the person was given the hospital escorts; no role brings them, not even the head's."""
        return MANAGE_ESCORTS in self._on_establishment

    @cached_property
    def reads_obstruction(self) -> bool:
        """Whether the person reads the log of obstructed care: the head of unit, and whom the head named."""
        return self.user.side == Side.CARE and (self.leads_unit or self._named.reads_obstruction)

    @property
    def is_custodian(self) -> bool:
        """Whether the head named the person to give the second word; the head gives it unnamed."""
        return self.user.side == Side.CARE and self._named.is_custodian

    @cached_property
    def _named(self) -> Named:
        """What stands beside the person's role and scope. One query."""
        mine = {"establishment": OuterRef("pk"), "user": self.user, "ended_at": None}
        asked = Establishment.objects.filter(pk=self.establishment.pk).values_list(
            Exists(ObstructionReader.objects.filter(**mine)),
            Exists(Custodian.objects.filter(**mine)),
            Exists(EmergencyAccess.objects.filter(**mine, until__gt=Now())),
        )
        return Named(*asked.get())

    @cached_property
    def emergencies(self) -> list[EmergencyAccess]:
        """The emergency accesses of the person that run now, by the database's clock, the last first."""
        if not self.in_emergency or self.user.side != Side.CARE:
            return []
        if not self._named.has_emergency:
            return []
        mine = EmergencyAccess.objects.filter(establishment=self.establishment, user=self.user, until__gt=Now())
        return list(mine.filter(ended_at__isnull=True).select_related("agenda", "detainee"))

    @property
    def opened_agendas(self) -> list[int]:
        """The keys of agendas that an emergency access opens now."""
        return [one.agenda_id for one in self.emergencies if one.agenda_id is not None]

    @property
    def opened_people(self) -> list[UUID]:
        """The keys of people whose appointments an emergency access opens now."""
        return [one.detainee_id for one in self.emergencies if one.detainee_id is not None]

    @cached_property
    def visible(self) -> list[Agenda]:
        """The agendas in use that the person sees, in their order."""
        return self._at_home(agendas_visible_to(self))

    @cached_property
    def bookable(self) -> list[Agenda]:
        """The agendas in use in which the person books, in their order."""
        return self.visible if self.leads_unit else self._at_home(agendas_bookable_by(self))

    @cached_property
    def bookable_keys(self) -> frozenset[int]:
        return frozenset(agenda.pk for agenda in self.bookable)

    def visible_or_404(self, key: object) -> Agenda:
        """Return the agenda in view with that key, as an address carries it; raise Http404 when there is none."""
        return _with_key(self.visible, key)

    def bookable_or_404(self, key: object) -> Agenda:
        """Return the agenda with that key in which the person books; raise Http404 when there is none."""
        return _with_key(self.bookable, key)

    def _at_home(self, agendas: QuerySet[Agenda]) -> list[Agenda]:
        found = list(agendas)
        for agenda in found:
            # The row is here already: nobody needs to read it once more for its clocks.
            agenda.establishment = self.establishment
        return found


def rights_of(request: DoorRequest) -> Rights:
    """Return the rights of whoever asks: one object all through a request."""
    return once(request, Rights, lambda: Rights(request.user, request.establishment))


def _with_key(agendas: Iterable[Agenda], key: object) -> Agenda:
    found = next((agenda for agenda in agendas if str(agenda.pk) == str(key)), None)
    if found is None:
        raise Http404
    return found


def escorts_visible_to(rights: Rights) -> EscortQuerySet:
    """Return the hospital escorts of the establishment: all for whoever was given them, none for anybody else."""
    if rights.user.side != Side.CARE or not rights.manages_escorts:
        return Escort.objects.none()
    return Escort.objects.filter(establishment=rights.establishment)


def obstructions_visible_to(rights: Rights) -> ObstructionQuerySet:
    """Return the facts of obstructed care: all for who reads the log; for other carers those that they noted."""
    if rights.user.side != Side.CARE:
        return Obstruction.objects.none()
    facts = Obstruction.objects.filter(establishment=rights.establishment)
    return facts if rights.reads_obstruction else facts.filter(recorded_by=rights.user)


def agendas_visible_to(rights: Rights) -> QuerySet[Agenda]:
    return _agendas_with(rights, VIEW_AGENDA)


def agendas_bookable_by(rights: Rights) -> QuerySet[Agenda]:
    return _agendas_with(rights, BOOK_AGENDA)


def _agendas_with(rights: Rights, codename: str) -> QuerySet[Agenda]:
    agendas = Agenda.objects.filter(establishment=rights.establishment, is_active=True)
    if rights.leads_unit:
        return agendas
    given = Q(pk__in=granted(rights.user, codename, Agenda).values("pk"))
    return agendas.filter(given | Q(pk__in=rights.opened_agendas))


def appointments_visible_to(rights: Rights) -> AppointmentQuerySet:
    appointments = Appointment.objects.filter(establishment=rights.establishment)
    if rights.leads_unit:
        return appointments
    given = Q(agenda__in=granted(rights.user, VIEW_AGENDA, Agenda).values("pk"))
    return appointments.filter(given | Q(agenda__in=rights.opened_agendas) | Q(detainee__in=rights.opened_people))


def requests_visible_to(rights: Rights) -> RequestQuerySet:
    """Return the requests that the person sees: those that nobody has sorted yet, and those of disciplines in view.

    A request names what somebody wants to be seen for: who sees no agenda of psychiatry sees no request for it.
    """
    if rights.user.side != Side.CARE:
        return Request.objects.none()
    requests = Request.objects.filter(establishment=rights.establishment)
    if rights.leads_unit:
        return requests
    disciplines = agendas_visible_to(rights).order_by().values("discipline")
    return requests.filter(
        Q(kind__discipline__in=disciplines)
        | Q(kind=None, discipline__in=disciplines)
        | Q(kind=None, discipline="")
        | Q(detainee__in=rights.opened_people)
    )


def questions_visible_to(rights: Rights) -> QuerySet[Question]:
    seen = appointments_visible_to(rights)
    return Question.objects.filter(establishment=rights.establishment, appointment__in=seen.values("pk"))


def agendas_planned_by(rights: Rights) -> QuerySet[Agenda]:
    """Return the agendas, retired ones too, whose planning the person makes: all for the head of unit, else none."""
    return _planned_by(rights, Agenda.objects.all())


def kinds_planned_by(rights: Rights) -> QuerySet[Kind]:
    """Return the kinds of consultation, retired ones too, that the person decides about."""
    return _planned_by(rights, Kind.objects.all())


def sessions_planned_by(rights: Rights) -> QuerySet[ConsultationSession]:
    return _planned_by(rights, ConsultationSession.objects.all())


def patterns_planned_by(rights: Rights) -> QuerySet[SessionPattern]:
    return _planned_by(rights, SessionPattern.objects.all())


def rooms_planned_by(rights: Rights) -> QuerySet[Room]:
    """Return the rooms, retired ones too, that the person decides about."""
    return _planned_by(rights, Room.objects.all())


def absences_planned_by(rights: Rights) -> QuerySet[Absence]:
    return _planned_by(rights, Absence.objects.all())


def closures_planned_by(rights: Rights) -> QuerySet[Closure]:
    return _planned_by(rights, Closure.objects.all())


def sessions_visible_to(rights: Rights) -> QuerySet[ConsultationSession]:
    return ConsultationSession.objects.filter(agenda__in=agendas_visible_to(rights))


def _planned_by(rights: Rights, rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(establishment=rights.establishment) if rights.leads_unit else rows.none()


def detainees_visible_to(rights: Rights) -> DetaineeQuerySet:
    """Return the people of the establishment: every member of its care team may call any of them.

    A record that was joined into another is shown no longer: its person is there once.
    """
    if rights.user.side != Side.CARE:
        return Detainee.objects.none()
    return Detainee.objects.standing().filter(establishment=rights.establishment)


def get_visible_or_404(rows: QuerySet[Row], key: object) -> Row:
    """Return the row of `rows` with that key.

    Raises Http404 when there is none that may be seen, as when there is none at all: which one it is must not show.
    """
    try:
        return rows.get(pk=key)
    except (ObjectDoesNotExist, ValueError, ValidationError) as error:
        raise Http404 from error
