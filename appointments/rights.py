"""Who sees and changes each row of the agenda. Deny by default: a forgotten line shows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.arrival import along_of
from access.enums import Role, Side
from access.kept_texts import KeptText
from access.models import Establishment, User
from access.policy import Scope, granted, register_scope
from access.requests import DoorRequest, once
from access.sorting import FrenchKey, french_key
from access.written import taken, told
from appointments.models import (
    Absence,
    Agenda,
    Appointment,
    CareUnit,
    Closure,
    ConsultationSession,
    Detainee,
    EmergencyAccess,
    Escort,
    Kind,
    Obstruction,
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
HEAD_UNIT = "head_unit"
MANAGE_ESCORTS = "manage_escorts"
USE_INTERFACES = "use_interfaces"


# Given account by account on the establishment: no role brings them, not even the head's.
GIVEN_ON_THE_HOUSE = (
    ("escorts", "manage", _("Hospital escorts"), _("plans hospital escorts, whose dates are secret"), MANAGE_ESCORTS),
    ("interfaces", "use", _("Interfaces"), _("opens interface tokens for other programs"), USE_INTERFACES),
)


def register_scopes() -> None:
    """Tell access what accounts of the care side are given: agendas, units to head, and what stands beside a role."""
    register_scope(
        Scope(
            key="agenda",
            side=Side.CARE,
            label=_("Agendas"),
            model=Agenda,
            levels=(
                ("view", _("sees"), (VIEW_AGENDA,)),
                ("book", _("sees and books"), (VIEW_AGENDA, BOOK_AGENDA)),
            ),
            rows=agendas_to_grant,
        )
    )
    register_scope(
        Scope(
            key="unit",
            side=Side.CARE,
            label=_("Units"),
            model=CareUnit,
            levels=(("head", _("head of"), (HEAD_UNIT,)),),
            rows=units_to_head,
            beside_role=True,
            only_role=Role.HEAD,
        )
    )
    for key, level, label, words, codename in GIVEN_ON_THE_HOUSE:
        register_scope(
            Scope(
                key=key,
                side=Side.CARE,
                label=label,
                model=Establishment,
                levels=((level, words, (codename,)),),
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


def units_to_head(establishment: Establishment) -> QuerySet[CareUnit]:
    """Return the care units of an establishment that heads are named to, each by its name; none where there is one."""
    units = CareUnit.objects.filter(establishment=establishment)
    others = CareUnit.objects.filter(establishment=establishment).exclude(pk=OuterRef("pk"))
    return units.filter(Exists(others)).order_by(FrenchKey("name"), "id").only("id", "name", "establishment")


class UnitRight(NamedTuple):
    """One care unit of the establishment, and whether the person was named head of it."""

    unit: CareUnit
    is_named: bool


class AgendaRight(NamedTuple):
    """One agenda in use, and whether the person sees it and books in it."""

    agenda: Agenda
    sees: bool
    books: bool


class Given(NamedTuple):
    """What one account was given at one establishment, named to, or took: the answer of the database's function."""

    on_establishment: frozenset[str]
    units: list[UnitRight]
    # Of each agenda in use its row, and whether the person was given to see it, and to book in it.
    agendas: list[tuple[dict[str, Any], bool, bool]]
    reads_obstruction: bool
    is_custodian: bool
    has_emergency: bool


# One statement, whose plan is kept in the function: what follows from its answer is said here alone (docs/adr/0071).
GIVEN = "SELECT appointments_rights(%s, %s)"
GIVEN_ALONG = "appointments_rights(u.id, e.id)"


class Rights:
    """What one account may do at one establishment, each question asked of the database once and only when needed.

    A page asks through the one object of its request (`rights_of`). A verb makes an object of its own, so that a right
    that was taken away after the page was read no longer holds.
    """

    def __init__(
        self, user: User, establishment: Establishment, *, in_emergency: bool = True, answer: Any = None
    ) -> None:
        """`answer` is what the database's function said, where it was asked already."""
        self.user = user
        self.establishment = establishment
        self._answer = answer
        # What lasts longer than an hour (a calendar) asks for standing rights alone.
        self.in_emergency = in_emergency

    @cached_property
    def _read(self) -> Given:
        """What the person was given here, the care units and the agendas in use, and what else was named. One query."""
        found = self._answer or self._ask()
        units = (UnitRight(told(CareUnit, row), is_named) for row, is_named in found["units"] or ())
        return Given(
            on_establishment=frozenset(found["on_establishment"]),
            units=sorted(units, key=_unit_order),
            agendas=found["agendas"] or [],
            reads_obstruction=found["reads_obstruction"],
            is_custodian=found["is_custodian"],
            has_emergency=found["has_emergency"],
        )

    def _ask(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(GIVEN, [self.user.pk, self.establishment.pk])
            [[found]] = cursor.fetchall()
        return found

    @property
    def units(self) -> list[CareUnit]:
        """The care units of the establishment. Their names are for pages that part them, where there are several."""
        return [each.unit for each in self._read.units]

    @property
    def has_several_units(self) -> bool:
        return len(self._read.units) > 1

    @cached_property
    def headed(self) -> list[CareUnit]:
        """The care units that the person heads: those that they were named to, or the only one."""
        if LEAD_UNIT not in self._read.on_establishment:
            return []
        return [each.unit for each in self._read.units if each.is_named or not self.has_several_units]

    @property
    def leads_unit(self) -> bool:
        """Whether the person is head of a unit, with every agenda of that unit in view."""
        return bool(self.headed)

    def leads(self, unit: CareUnit | int | None) -> bool:
        """Whether the person is head of that unit."""
        key = unit.pk if isinstance(unit, CareUnit) else unit
        return any(each.pk == key for each in self.headed)

    @cached_property
    def units_in_view(self) -> list[CareUnit]:
        """The care units for which the person works: those that they head, and those of agendas that they see."""
        if not self.has_several_units:
            return self.units
        keys = {each.pk for each in self.headed} | {agenda.unit_id for agenda in self.visible}
        return [unit for unit in self.units if unit.pk in keys]

    @property
    def manages_escorts(self) -> bool:
        """Whether the person was given the hospital escorts; no role brings them, not even the head's."""
        return MANAGE_ESCORTS in self._read.on_establishment

    @property
    def uses_interfaces(self) -> bool:
        """Whether other programs may ask in the person's name; no role brings it, not even the head's."""
        return USE_INTERFACES in self._read.on_establishment

    @cached_property
    def reads_obstruction(self) -> bool:
        """Whether the person reads the log of obstructed care: the head of unit, and whom the head named."""
        return self.user.side == Side.CARE and (self.leads_unit or self._read.reads_obstruction)

    @property
    def log_units(self) -> list[CareUnit]:
        """The units whose log, reports and letters of obstructed care the person reads, or in which they note."""
        return self.headed or self.units_in_view or self.units[:1]

    @property
    def log_unit(self) -> CareUnit:
        """The one of them that the page is about, and in which something new is noted."""
        return self.log_units[0]

    @property
    def is_custodian(self) -> bool:
        """Whether the head named the person to give the second word; the head gives it unnamed."""
        return self.user.side == Side.CARE and self._read.is_custodian

    @cached_property
    def emergencies(self) -> list[EmergencyAccess]:
        """The emergency accesses of the person that run now, by the database's clock, the last first."""
        if not self.in_emergency or self.user.side != Side.CARE:
            return []
        if not self._read.has_emergency:
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
    def _in_sight(self) -> list[tuple[dict[str, Any], bool, bool]]:
        """The rows of the agendas in use that the person sees or in which they book: given, or as head, or opened."""
        everything, headed = leads_all(self), {unit.pk for unit in self.headed}
        opened = () if everything else self.opened_agendas
        found = []
        for row, sees, books in self._read.agendas:
            brought = everything or row["unit_id"] in headed or row["id"] in opened
            if brought or sees or books:
                found.append((row, brought or sees, brought or books))
        return found

    @cached_property
    def _agendas(self) -> list[AgendaRight]:
        """The same as agendas, in their order."""
        found = [AgendaRight(told(Agenda, row), sees, books) for row, sees, books in self._in_sight]
        for each in found:
            # The row is here already: nobody needs to read it once more for its clocks.
            each.agenda.establishment = self.establishment
        return sorted(found, key=_agenda_order)

    @cached_property
    def visible(self) -> list[Agenda]:
        """The agendas in use that the person sees, in their order."""
        return [each.agenda for each in self._agendas if each.sees]

    @cached_property
    def bookable(self) -> list[Agenda]:
        """The agendas in use in which the person books, in their order."""
        return [each.agenda for each in self._agendas if each.books]

    @cached_property
    def bookable_keys(self) -> frozenset[int]:
        return frozenset(row["id"] for row, _sees, books in self._in_sight if books)

    def visible_or_404(self, key: object) -> Agenda:
        """Return the agenda in view with that key, as an address carries it; raise Http404 when there is none."""
        return _with_key(self.visible, key)

    def bookable_or_404(self, key: object) -> Agenda:
        """Return the agenda with that key in which the person books; raise Http404 when there is none."""
        return _with_key(self.bookable, key)


def _unit_order(each: UnitRight) -> tuple[bool, str, int]:
    return not each.unit.sees_arrivals, french_key(each.unit.name), each.unit.pk


def _agenda_order(each: AgendaRight) -> tuple[int, str, int]:
    return each.agenda.position, french_key(each.agenda.name), each.agenda.pk


def rights_of(request: DoorRequest) -> Rights:
    """Return the rights of whoever asks: one object all through a request. They came with the session."""
    return once(
        request,
        Rights,
        lambda: Rights(request.user, request.establishment, answer=along_of(request, request.membership)),
    )


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
    """Return the facts of obstructed care: all of the unit for who reads its log; for other carers what they noted."""
    if rights.user.side != Side.CARE:
        return Obstruction.objects.none()
    facts = Obstruction.objects.filter(establishment=rights.establishment, unit__in=rights.log_units)
    return facts if rights.reads_obstruction else facts.filter(recorded_by=rights.user)


def agendas_visible_to(rights: Rights) -> QuerySet[Agenda]:
    return _agendas_with(rights, VIEW_AGENDA)


def agendas_bookable_by(rights: Rights) -> QuerySet[Agenda]:
    return _agendas_with(rights, BOOK_AGENDA)


def _agendas_with(rights: Rights, codename: str) -> QuerySet[Agenda]:
    agendas = Agenda.objects.filter(establishment=rights.establishment, is_active=True)
    if leads_all(rights):
        return agendas
    given = Q(pk__in=granted(rights.user, codename, Agenda).values("pk"))
    return agendas.filter(Q(unit__in=rights.headed) | given | Q(pk__in=rights.opened_agendas))


def leads_all(rights: Rights) -> bool:
    """Whether the person heads every unit of the establishment: where there is one, whoever heads it."""
    return rights.leads_unit and len(rights.headed) == len(rights.units)


def appointments_visible_to(rights: Rights) -> AppointmentQuerySet:
    appointments = Appointment.objects.filter(establishment=rights.establishment)
    if leads_all(rights):
        return appointments
    given = Q(agenda__in=granted(rights.user, VIEW_AGENDA, Agenda).values("pk"))
    opened = Q(detainee__in=rights.opened_people)
    if rights.has_several_units:
        given |= Q(agenda__unit__in=rights.headed)
        opened &= Q(agenda__unit__in=rights.units_in_view)
    return appointments.filter(given | Q(agenda__in=rights.opened_agendas) | opened)


def requests_visible_to(rights: Rights) -> RequestQuerySet:
    """Return the requests that the person sees: those that nobody has sorted yet, and those of disciplines in view.

    A request names what somebody wants to be seen for: who sees no agenda of psychiatry sees no request for it. It is
    addressed to one unit, and shown in no other.
    """
    if rights.user.side != Side.CARE:
        return Request.objects.none()
    requests = Request.objects.filter(establishment=rights.establishment)
    if leads_all(rights):
        return requests
    disciplines = agendas_visible_to(rights).order_by().values("discipline")
    shown = (
        Q(kind__discipline__in=disciplines)
        | Q(kind=None, discipline__in=disciplines)
        | Q(kind=None, discipline="")
        | Q(detainee__in=rights.opened_people)
    )
    if rights.has_several_units:
        shown = (shown & Q(unit__in=rights.units_in_view)) | Q(unit__in=rights.headed)
    return requests.filter(shown)


def forwarded_by(rights: Rights) -> RequestQuerySet:
    """Return the requests that the person may bring back: of their units, seen before, not touched by the other."""
    if rights.user.side != Side.CARE or not rights.has_several_units:
        return Request.objects.none()
    disciplines = sorted({agenda.discipline for agenda in rights.visible})
    sent = Request.objects.filter(establishment=rights.establishment, forwarded_from__in=rights.units_in_view)
    return sent.as_forwarded().filter(
        Q(forwarded_from__in=rights.headed) | Q(left_behind__seen_as__in=["", *disciplines])
    )


def _kinds_in_use(place: int) -> QuerySet[Kind]:
    return Kind.objects.filter(establishment=place, is_active=True)


KINDS_IN_USE = KeptText(_kinds_in_use, keys=["place"])


def read_kinds_in_use(rights: Rights) -> list[Kind]:
    return [taken(Kind, row)[0] for row in KINDS_IN_USE.read(place=rights.establishment.pk)]


def read_kinds_offered(rights: Rights) -> list[Kind]:
    """Return `kinds_offered_to` in their order, read at once. One query."""
    kinds = read_kinds_in_use(rights)
    if not rights.has_several_units:
        return kinds
    keys = {unit.pk for unit in rights.units_in_view}
    return [kind for kind in kinds if kind.unit_id in keys]


def kinds_offered_to(rights: Rights) -> QuerySet[Kind]:
    """Return the kinds of consultation in use of the units for which the person works."""
    kinds = _kinds_in_use(rights.establishment.pk)
    return kinds.filter(unit__in=rights.units_in_view) if rights.has_several_units else kinds


def questions_visible_to(rights: Rights) -> QuerySet[Question]:
    seen = appointments_visible_to(rights)
    return Question.objects.filter(establishment=rights.establishment, appointment__in=seen.values("pk"))


def agendas_planned_by(rights: Rights) -> QuerySet[Agenda]:
    """Return the agendas, retired ones too, whose planning the person makes: a head of unit that unit's, else none."""
    return _planned_by(rights, Agenda.objects.all(), unit="unit")


def kinds_planned_by(rights: Rights) -> QuerySet[Kind]:
    """Return the kinds of consultation, retired ones too, that the person decides about."""
    return _planned_by(rights, Kind.objects.all(), unit="unit")


def sessions_planned_by(rights: Rights) -> QuerySet[ConsultationSession]:
    return _planned_by(rights, ConsultationSession.objects.all(), unit="agenda__unit")


def patterns_planned_by(rights: Rights) -> QuerySet[SessionPattern]:
    return _planned_by(rights, SessionPattern.objects.all(), unit="agenda__unit")


def rooms_planned_by(rights: Rights) -> QuerySet[Room]:
    """Return the rooms, retired ones too, that the person decides about: rooms are the house's, of all its units."""
    return _planned_by(rights, Room.objects.all())


def absences_planned_by(rights: Rights) -> QuerySet[Absence]:
    return _planned_by(rights, Absence.objects.all(), unit="agenda__unit")


def closures_planned_by(rights: Rights) -> QuerySet[Closure]:
    return _planned_by(rights, Closure.objects.all(), unit="unit")


def sessions_visible_to(rights: Rights) -> QuerySet[ConsultationSession]:
    sessions = ConsultationSession.objects.filter(establishment=rights.establishment)
    return sessions.filter(agenda__in=agendas_visible_to(rights))


def _planned_by(rights: Rights, rows: QuerySet[Row], *, unit: str = "") -> QuerySet[Row]:
    """Return the rows of the establishment; of the units that the person heads, where `unit` says how to ask."""
    if not rights.leads_unit:
        return rows.none()
    here = rows.filter(establishment=rights.establishment)
    return here.filter(**{f"{unit}__in": rights.headed}) if unit and not leads_all(rights) else here


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
