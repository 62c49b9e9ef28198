"""Which appointments to come are stranded, and about which of them nobody has decided yet. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from access.enums import Side
from access.kept_texts import KeptText
from access.models import Establishment, Membership
from appointments.models import Absence, Agenda, Appointment, KeptAppointment
from appointments.models.appointment import AppointmentQuerySet
from appointments.rights import Rights, agendas_bookable_by

# No appointment lasts longer: what began before is over.
LONGEST = timedelta(days=1)


def agendas_left(establishment: Establishment) -> QuerySet[Agenda]:
    """Return the agendas whose own practitioner no longer works here: the account is closed, or its role has ended."""
    working = Membership.objects.unended().filter(establishment=establishment, side=Side.CARE, user__is_active=True)
    owned = Agenda.objects.filter(establishment=establishment, owner__isnull=False)
    return owned.exclude(owner__in=working.order_by().values("user"))


def to_decide(appointments: AppointmentQuerySet, establishment: Establishment) -> AppointmentQuerySet:
    """Narrow `appointments` to those to come whose practitioner is away or has left, and about whom nobody decided."""
    return to_come(appointments, establishment).filter(undecided(establishment))


def to_come(
    appointments: AppointmentQuerySet, establishment: Establishment, *, now: datetime | None = None
) -> AppointmentQuerySet:
    now = now or timezone.now()
    found = appointments.booked().planned().filter(establishment=establishment)
    return found.filter(starts_at__gt=now - LONGEST, ends_at__gt=now)


def undecided(establishment: Establishment, *, now: datetime | None = None) -> Q:
    """Say that somebody still has to decide: under an absence for which it was not kept, or because of the owner."""
    return Q(Exists(open_absences()), agenda__in=agendas_away(establishment, now=now or timezone.now())) | Q(
        ~Exists(kept_for_owner()), agenda__in=agendas_left(establishment).values("pk")
    )


# Parts of a query that hold nothing but references to it are made once: every page of the care door asks.
@cache
def open_absences() -> QuerySet[Absence]:
    """Return the absences that touch an appointment and for which it was not kept, of which this is part of a query."""
    kept_under = KeptAppointment.objects.filter(
        absence=OuterRef("pk"), appointment=OuterRef(OuterRef("pk")), starts_at=OuterRef(OuterRef("starts_at"))
    )
    return absences_over().filter(~Exists(kept_under))


@cache
def kept_for_owner() -> QuerySet[KeptAppointment]:
    return KeptAppointment.objects.filter(
        appointment=OuterRef("pk"),
        agenda=OuterRef("agenda_id"),
        starts_at=OuterRef("starts_at"),
        owner=OuterRef("agenda__owner_id"),
    )


@cache
def absences_over() -> QuerySet[Absence]:
    """Return the absences that touch an appointment, of which this is part of a query."""
    return Absence.objects.filter(
        agenda=OuterRef("agenda_id"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )


def agendas_away(establishment: Establishment, *, now: datetime) -> QuerySet[Absence, int]:
    """Return the agendas, by their keys, of whoever is away now or will be: few, so few appointments are looked at."""
    rows = Absence.objects.filter(establishment=establishment, ends_at__gt=now)
    return rows.order_by().values_list("agenda_id", flat=True)


def decidable_by(rights: Rights) -> AppointmentQuerySet:
    """Return what waits for a decision in the agendas in which the person books."""
    here = rights.establishment
    # Mostly none: every page asks, and looks at no appointment of all the others to come.
    without = Q(pk__in=agendas_away(here, now=timezone.now())) | Q(pk__in=agendas_left(here).values("pk"))
    agendas = agendas_bookable_by(rights).filter(without).order_by().values("pk")
    return to_decide(Appointment.objects.filter(agenda__in=agendas), here)


def expected_in(agenda: Agenda) -> AppointmentQuerySet:
    """Return everybody to come in `agenda`: whom to decide about before it goes out of use."""
    return to_come(Appointment.objects.filter(agenda=agenda), agenda.establishment)


def beside(agenda: Agenda, agendas: Iterable[Agenda], *, discipline: str) -> list[Agenda]:
    """Return the others of `agendas` that are of the same care unit and of that discipline."""
    others = [each for each in agendas if each.unit_id == agenda.unit_id and each.pk != agenda.pk]
    return [each for each in others if each.discipline == discipline]


def colleagues_of(agenda: Agenda, agendas: Iterable[Agenda]) -> list[Agenda]:
    """Return those of `agendas` that do the same and whose practitioner works here. One query."""
    same = beside(agenda, agendas, discipline=agenda.discipline)
    left = set(agendas_left(agenda.establishment).values_list("pk", flat=True)) if same else set()
    return [each for each in same if each.pk not in left]


def mark_stranded(appointments: Iterable[Appointment], establishment: Establishment) -> None:
    """Note on each appointment whether its practitioner is away or has left, and whether it is decided.

    One query, none where everything is over.
    """
    now = timezone.now()
    rows = {one.pk: one for one in appointments if one.ends_at > now}
    if not rows:
        return
    for key, still_open in STRANDED.read(place=establishment.pk, keys=list(rows), now=now):
        rows[key].stranded = "undecided" if still_open else "kept"


def _stranded(place: int, keys: list[UUID], now: datetime) -> QuerySet[Appointment, tuple[UUID, bool]]:
    here = Establishment(pk=place)
    without = Q(Exists(absences_over())) | Q(agenda__in=agendas_left(here).values("pk"))
    found = to_come(Appointment.objects.filter(pk__among=keys), here, now=now).filter(without)
    is_open = ExpressionWrapper(undecided(here, now=now), output_field=BooleanField())
    return found.annotate(is_open=is_open).order_by().values_list("pk", "is_open")


STRANDED = KeptText(_stranded, keys=["place"], lists=["keys"], instants=["now"])
