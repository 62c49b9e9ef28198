"""Who of the queue could come to a half-day, who cannot and why. Reads only, a constant number of queries.

The order is the queue's own. What is known of a person beforehand leaves them out; what care may decide otherwise makes
them doubtful: they are shown, and nobody ticks them but a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Building, Establishment
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import Interval, local_midnights
from appointments.models import Appointment, ConsultationSession, Detainee, Escort, Freeze, Kind, Question, Request
from appointments.models.enums.appointment import CancelReason, NotComeReason
from appointments.models.enums.movement import Impediment
from appointments.models.enums.request import Cause
from appointments.openings.availability import kinds_by_use
from appointments.openings.next_free import MIDDAY
from appointments.requests.preferences import is_closed_wing, patterns_of, settings_of
from appointments.requests.queue import QueuePart, in_order, of_discipline, part_of
from appointments.rights import Rights, escorts_visible_to, requests_visible_to

# Several half-days' worth: whoever stands further back in the queue waits for another one.
MOST = 80
# Whoever is impeded so at one hour is not there at another hour of that day either.
ALL_DAY = frozenset({Impediment.ESCORT_OUT, Impediment.MOVED, Impediment.WING, Impediment.STRIKE})


@dataclass(frozen=True)
class Candidate:
    """Somebody who waits and could come; `doubt` says what care is to think of before it ticks them."""

    request: Request
    kind: Kind
    days_late: int
    avoiding: Sequence[Interval] = ()
    called: frozenset[datetime] = frozenset()
    doubt: str = ""

    @property
    def length(self) -> timedelta:
        return self.kind.length

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


@dataclass(frozen=True)
class LeftOut:
    """Somebody who waits and cannot be called to that half-day."""

    request: Request
    why: str


@dataclass(frozen=True)
class Waiting:
    """The queue as one half-day sees it, in the queue's order."""

    candidates: Sequence[Candidate] = ()
    left_out: Sequence[LeftOut] = ()
    kinds: Sequence[Kind] = ()
    # Requests of the discipline that stand further back than was read.
    further: int = 0

    @property
    def sure(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.doubt]

    @property
    def doubtful(self) -> list[Candidate]:
        return [one for one in self.candidates if one.doubt]


@dataclass
class Known:
    """What is known of these people about one day."""

    day: Interval
    visits: Mapping[UUID, list[Appointment]] = field(default_factory=dict)
    escorts: Mapping[UUID, Escort] = field(default_factory=dict)
    freezes: Mapping[int | None, Freeze] = field(default_factory=dict)
    missing: Collection[UUID] = ()
    closed_wings: Sequence[str] = ()


def read_waiting(rights: Rights, session: ConsultationSession, *, only: Collection[UUID] | None = None) -> Waiting:
    """Return who waits for the discipline of `session`; `only` narrows it to these requests. Eleven queries at most."""
    establishment, agenda = rights.establishment, session.agenda
    today = establishment.today()
    ours = requests_visible_to(rights).open().filter(unit=agenda.unit_id)
    rows = part_of(ours, QueuePart.ALL, today).filter(of_discipline(agenda.discipline))
    if only is not None:
        rows = rows.filter(pk__in=only)
    kinds = kinds_by_use(agenda.unit_id, agenda.discipline, by=rights.user, agenda=agenda)
    found = list(in_order(rows.with_names(), today)[:MOST])
    further = max(0, rows.count() - MOST) if len(found) == MOST else 0
    if not kinds or not found:
        return Waiting(kinds=kinds, further=further)
    known = read_known(rights, session, {one.detainee_id: one.detainee for one in found})
    candidates, left_out, met = [], [], set()
    for one in found:
        if why := why_not(one, known, session, is_second=one.detainee_id in met):
            left_out.append(LeftOut(one, why))
            continue
        met.add(one.detainee_id)
        candidates.append(candidate_of(one, known, session, kinds, today))
    return Waiting(candidates, left_out, kinds, further)


def read_known(rights: Rights, session: ConsultationSession, people: Mapping[UUID, Detainee]) -> Known:
    """Return what the house knows of these people about the day of `session`. Six queries at most."""
    establishment = rights.establishment
    day = local_midnights(establishment.day_of(session.starts_at), establishment.zone)
    visits: dict[UUID, list[Appointment]] = defaultdict(list)
    booked = Appointment.objects.holding().planned().filter(detainee__in=people)
    on_day = booked.filter(starts_at__gte=day[0], starts_at__lt=day[1]).select_related("movement")
    for visit in on_day.order_by("starts_at", "id"):
        visits[visit.detainee_id].append(visit)
    # None for whoever may not know of escorts: that somebody is left out would tell the date.
    escorts = escorts_visible_to(rights).to_come().filter(detainee__in=people, expected_at__gte=day[0])
    asked = Question.objects.filter(detainee__in=people, decision="", cause=Cause.MISSING)
    return Known(
        day=day,
        visits=visits,
        escorts={one.detainee_id: one for one in escorts.filter(expected_at__lt=day[1]).order_by("-expected_at")},
        freezes=freezes_on(establishment, establishment.day_of(session.starts_at)),
        missing=set(asked.values_list("detainee", flat=True)),
        closed_wings=patterns_of(settings_of(establishment).closed_wings),
    )


def freezes_on(establishment: Establishment, day: date) -> dict[int | None, Freeze]:
    """Return the frozen movements by building; none for a day to come, of which no freeze says anything."""
    if day != establishment.today():
        return {}
    return {one.building_id: one for one in Freeze.objects.filter(establishment=establishment).in_force()}


def why_not(one: Request, known: Known, session: ConsultationSession, *, is_second: bool) -> str:
    """Return why nobody can call the person to that half-day, "" when nothing is known against it."""
    person = one.detainee
    building = person.building.name if isinstance(person.building, Building) else ""
    if is_second:
        return _("Another request of this person stands before.")
    if is_closed_wing(known.closed_wings, building, person.cell):
        return _("Is in a closed wing: visited there, not called.")
    if person.pk in known.escorts:
        return _("Has a hospital escort that day. The date is secret: do not tell the person.")
    if None in known.freezes or person.building_id in known.freezes:
        return _("Movements are frozen: nobody is brought from there now.")
    return why_not_called(known.visits.get(person.pk, ()), session)


def why_not_called(visits: Iterable[Appointment], session: ConsultationSession) -> str:
    zone = session.agenda.establishment.zone
    for visit in visits:
        is_same = half_of(visit.starts_at, session) == half_of(session.starts_at, session)
        if visit.is_impeded and (is_same or visit.floor_impediment in ALL_DAY):
            return _("Officers say of that day: %(reason)s.") % {"reason": Impediment(visit.floor_impediment).label}
        if visit.starts_at <= session.starts_at and visit.ends_at >= session.ends_at:
            called = f"{visit.called_at.astimezone(zone):%H:%M}"
            return _("Is expected elsewhere, called at %(time)s.") % {"time": called}
    return ""


def candidate_of(
    one: Request, known: Known, session: ConsultationSession, kinds: Sequence[Kind], today: date
) -> Candidate:
    visits = known.visits.get(one.detainee_id, [])
    kind = one.kind if one.kind is not None and one.kind.is_active else kinds[0]
    return Candidate(
        request=one,
        kind=kind,
        days_late=one.days_late(today),
        avoiding=[(visit.starts_at, visit.ends_at) for visit in visits],
        called=frozenset(visit.called_at for visit in visits),
        doubt=doubt_of(one, visits, known, session),
    )


def doubt_of(one: Request, visits: Iterable[Appointment], known: Known, session: ConsultationSession) -> str:
    """Return what speaks against calling the person then, for care to weigh; "" when nothing does."""
    zone, half = session.agenda.establishment.zone, half_of(session.starts_at, session)
    if one.half_days and half not in one.preferred:
        return _("prefers %(when)s") % {"when": one.prefers}
    same = next((visit for visit in visits if half_of(visit.starts_at, session) == half), None)
    if same is not None:
        return _("already called at %(time)s that half-day") % {"time": f"{same.called_at.astimezone(zone):%H:%M}"}
    if one.detainee_id in known.missing:
        return _("not on the last nominal list")
    return doubt_of_last(one.returned_from, session)


def doubt_of_last(last: Appointment | None, session: ConsultationSession) -> str:
    """Return what the appointment that did not take place says: the person was in hospital, or it was of this time."""
    if last is None:
        return ""
    day = f"{last.starts_at.astimezone(session.agenda.establishment.zone):%d/%m}"
    if {last.cancel_reason, last.not_come_reason} & {CancelReason.UNIT_HOSPITAL, NotComeReason.UNIT_HOSPITAL}:
        return _("was in hospital on %(day)s") % {"day": day}
    same_day = day == f"{session.starts_at.astimezone(session.agenda.establishment.zone):%d/%m}"
    if same_day and half_of(last.starts_at, session) == half_of(session.starts_at, session):
        said = last.get_cancel_reason_display() or last.get_status_display()
        return _("had an appointment that half-day: %(why)s") % {"why": said.lower()}
    return ""


def half_of(at: datetime, session: ConsultationSession) -> HalfDay:
    local = at.astimezone(session.agenda.establishment.zone)
    return HalfDay.of(local.date(), is_afternoon=local.time() >= MIDDAY)


def is_open(session: ConsultationSession) -> bool:
    return session.ends_at > timezone.now()
